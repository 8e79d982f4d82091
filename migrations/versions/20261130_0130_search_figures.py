"""the planner knows ten thousand tokens of the search index

Revision ID: 2f7c9d51e8b4
Revises: 3c9f0e51ab72
Create Date: 2026-11-30 01:00:00+00:00

PostgreSQL keeps figures of the most frequent tokens only, by default a thousand; of all others it
thinks that half a percent of the entries have them, and walks the table. Nothing else changes.
"""

from alembic import op

revision = "2f7c9d51e8b4"
down_revision = "3c9f0e51ab72"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _keep(1_000)


def downgrade() -> None:
    _keep(-1)


def _keep(target: int) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE search_entry ALTER COLUMN tokens SET STATISTICS {target}")
        op.execute("ANALYZE search_entry")
