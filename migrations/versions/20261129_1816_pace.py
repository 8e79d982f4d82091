"""what a member has ever posted, so that many requests at one instant keep his pace

Revision ID: 7a1e94c05d38
Revises: 3e9b7c41d058
Create Date: 2026-11-29 18:10:00+00:00

Two columns with a default: old code does not know them and leaves them as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "7a1e94c05d38"
down_revision = "3e9b7c41d058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("threads_posted", "replies_posted"):
        op.add_column(
            "member_tally", sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        )


def downgrade() -> None:
    for name in ("replies_posted", "threads_posted"):
        op.drop_column("member_tally", name)
