"""how far the worker has looked for things that the index of search does not know

Revision ID: 2c6f0b8d91e4
Revises: 7a1e94c05d38
Create Date: 2026-11-29 18:15:00+00:00

A new table; old code does not know it.
"""

import sqlalchemy as sa
from alembic import op

revision = "2c6f0b8d91e4"
down_revision = "7a1e94c05d38"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_fill",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("after_id", BIG, nullable=False),
        sa.Column("through_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_fill")),
    )


def downgrade() -> None:
    op.drop_table("search_fill")
