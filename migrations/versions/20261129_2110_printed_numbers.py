"""the number that an order's buyer reads, beside the channel's own

Revision ID: 8d41f0a7c3b2
Revises: 2c6f0b8d91e4
Create Date: 2026-11-29 21:10:00+00:00

A new column that may be empty: old code does not know it.
"""

import sqlalchemy as sa
from alembic import op

revision = "8d41f0a7c3b2"
down_revision = "2c6f0b8d91e4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sales_order", sa.Column("printed_number", sa.String(64), nullable=True))
    op.create_index(
        "ix_sales_order_printed_number",
        "sales_order",
        ["channel_id", "printed_number"],
        unique=False,
        sqlite_where=sa.text("printed_number IS NOT NULL"),
        postgresql_where=sa.text("printed_number IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_sales_order_printed_number", table_name="sales_order")
    op.drop_column("sales_order", "printed_number")
