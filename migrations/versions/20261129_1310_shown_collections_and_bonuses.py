"""collection books on profiles, bonuses of campaigns that go back with their acts

Revision ID: 5d0c7e3a9b14
Revises: c0a4f7e21b63
Create Date: 2026-11-29 13:10:00+00:00

Two new tables; old code runs while this runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7e3a9b14"
down_revision = "c0a4f7e21b63"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "collection_showing",
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["member.id"], name=op.f("fk_collection_showing_member_id_member")
        ),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_collection_showing")),
    )
    op.create_table(
        "loyalty_bonus_turn",
        sa.Column("award_id", BIG, nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("is_gone", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"],
            ["loyalty_award.id"],
            name=op.f("fk_loyalty_bonus_turn_award_id_loyalty_award"),
        ),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_loyalty_bonus_turn")),
    )


def downgrade() -> None:
    op.drop_table("loyalty_bonus_turn")
    op.drop_table("collection_showing")
