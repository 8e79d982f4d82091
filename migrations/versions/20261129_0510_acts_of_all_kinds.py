"""missions as acts, campaigns that follow refunds, what was known of who acted

Revision ID: 7d40e2b91c65
Revises: 5c1e7a90d2f4
Create Date: 2026-11-29 05:10:00+00:00

Old code runs while this runs: new columns with defaults, and a check that allows more. Assumed: a
hundred thousand missions under way; their table is read once.
"""

import sqlalchemy as sa
from alembic import op

revision = "7d40e2b91c65"
down_revision = "5c1e7a90d2f4"
branch_labels = None
depends_on = None

CHECK = "times_within_goal"


def upgrade() -> None:
    op.add_column(
        "loyalty_mission",
        sa.Column("takes_back", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.add_column("loyalty_award", sa.Column("known", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("order_award", sa.Column("plain_permille", sa.Integer(), nullable=True))
    op.create_table(
        "loyalty_lapse_told",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_loyalty_lapse_told_member_id_member")
        ),
        sa.PrimaryKeyConstraint(
            "member_id", "stage", "last_on", name=op.f("pk_loyalty_lapse_told")
        ),
    )
    op.create_index("ix_loyalty_lapse_told_last_on", "loyalty_lapse_told", ["last_on"])
    op.create_index(
        "ix_loyalty_lapse_told_waiting",
        "loyalty_lapse_told",
        ["member_id"],
        sqlite_where=sa.text("told_on IS NULL"),
        postgresql_where=sa.text("told_on IS NULL"),
    )
    _check("times >= 0 AND times <= goal")


def downgrade() -> None:
    op.execute("DELETE FROM loyalty_mission_progress WHERE times = 0")
    _check("times > 0 AND times <= goal")
    op.drop_table("loyalty_lapse_told")
    op.drop_column("order_award", "plain_permille")
    op.drop_column("loyalty_award", "known")
    op.drop_column("loyalty_mission", "takes_back")


def _check(condition: str) -> None:
    with op.batch_alter_table("loyalty_mission_progress") as batch_op:
        batch_op.drop_constraint(op.f(f"ck_loyalty_mission_progress_{CHECK}"), type_="check")
        batch_op.create_check_constraint(CHECK, condition)
