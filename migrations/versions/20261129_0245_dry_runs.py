"""dry runs of rules; acts by the day

Revision ID: 5c1e7a90d2f4
Revises: b00c5a4f1e11
Create Date: 2026-11-29 02:45:00+00:00

Old code runs while this runs: a new table and a new index. Assumed: ten million awards;
the index is built in a minute, in which nothing is awarded.
"""

import sqlalchemy as sa
from alembic import op

revision = "5c1e7a90d2f4"
down_revision = "b00c5a4f1e11"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "loyalty_rehearsal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("based_on", BIG, nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("moves_campaigns", sa.Boolean(), nullable=False),
        sa.Column("acts_total", BIG, nullable=False),
        sa.Column("acts_done", BIG, nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("outlook", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_by", BIG, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=100), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loyalty_rehearsal")),
    )
    op.create_index("ix_loyalty_rehearsal_finished", "loyalty_rehearsal", ["finished_at", "id"])
    op.create_index("ix_loyalty_award_awarded_on", "loyalty_award", ["awarded_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_loyalty_award_awarded_on", "loyalty_award")
    op.drop_index("ix_loyalty_rehearsal_finished", "loyalty_rehearsal")
    op.drop_table("loyalty_rehearsal")
