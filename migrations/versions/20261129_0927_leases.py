"""until when somebody of the team is on a case

Revision ID: 5b0c7f2a91de
Revises: 11de55bda9d6
Create Date: 2026-11-29 09:27:00+00:00

Old code runs while this runs: one empty column. A lease that runs while it is added is over.
"""

import sqlalchemy as sa
from alembic import op

revision = "5b0c7f2a91de"
down_revision = "11de55bda9d6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "moderation_case", sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("moderation_case", "kept_until")
