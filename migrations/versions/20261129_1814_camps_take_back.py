"""camps whose bonus and badge go with what was removed

Revision ID: 3e9b7c41d058
Revises: 7f3b90c2d6e1
Create Date: 2026-11-29 18:10:00+00:00

A new column with a default: old code does not know it.
"""

import sqlalchemy as sa
from alembic import op

revision = "3e9b7c41d058"
down_revision = "7f3b90c2d6e1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "loyalty_camp_version",
        sa.Column("takes_back", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("loyalty_camp_version", "takes_back")
