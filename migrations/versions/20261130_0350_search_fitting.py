"""searches take the index of tokens, whatever the planner of PostgreSQL thinks

Revision ID: 4d81c7a3f5e2
Revises: ab42cab46119
Create Date: 2026-11-30 03:45:00+00:00

Entries that fit come from two functions that know one way only, so figures of tokens are not needed
any more. New words wait for the index in a short list: every search reads it.
"""

from alembic import op

revision = "4d81c7a3f5e2"
down_revision = "ab42cab46119"
branch_labels = None
depends_on = None

FITTING = """\
CREATE OR REPLACE FUNCTION {name}(asked tsquery, since bigint, below bigint, most integer)
RETURNS TABLE (id bigint, thing_id bigint) LANGUAGE sql STABLE ROWS 1000
SET enable_seqscan = off SET enable_indexscan = off AS $$
SELECT e.id, e.thing_id FROM search_entry AS e
WHERE e.tokens @@ asked AND {id} >= since AND {id} < below
AND e.generation = coalesce((SELECT s.live FROM search_state AS s LIMIT 1), 1)
LIMIT most $$"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(FITTING.format(name="search_fitting", id="(e.id + 0)"))
    op.execute(FITTING.format(name="search_fitting_days", id="e.id"))
    op.execute("ALTER TABLE search_entry ALTER COLUMN tokens SET STATISTICS 0")
    op.execute("ALTER INDEX ix_search_entry_tokens SET (gin_pending_list_limit = 256)")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("ALTER INDEX ix_search_entry_tokens RESET (gin_pending_list_limit)")
    op.execute("ALTER TABLE search_entry ALTER COLUMN tokens SET STATISTICS 1000")
    op.execute("DROP FUNCTION search_fitting_days, search_fitting")
    op.execute("ANALYZE search_entry")
