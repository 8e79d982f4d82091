"""a member may put his collection book on his profile

Revision ID: 5d0c7e3a9b14
Revises: 7b1f0c52d4a9
Create Date: 2026-11-29 13:10:00+00:00

A new table; old code runs while this runs.
"""

import sqlalchemy as sa
from alembic import op

revision = "5d0c7e3a9b14"
down_revision = "7b1f0c52d4a9"
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


def downgrade() -> None:
    op.drop_table("collection_showing")
