"""What a member searched for: noted by a beacon of his own browser, cleared by himself."""

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, insert, use_case
from app.search.policy import fold, read_query
from app.search.queries.tables import RECENT
from app.search.types import RECENT as MOST


@use_case
def note_search(member_id: int, text: str) -> bool:
    """Remember a search; return whether there was a word in it. The same again moves to the top."""
    line, runs, _ = read_query(text)
    if not runs:
        return False
    row = {"member_id": member_id, "folded": fold(line)[:400], "text": line}
    statement = insert(RECENT).values(**row, searched_at=clock.now())
    changed(
        statement.on_conflict_do_update(
            index_elements=["member_id", "folded"],
            set_={"searched_at": statement.excluded.searched_at, "text": statement.excluded.text},
        )
    )
    kept = (
        sa.select(RECENT.c.folded)
        .where(RECENT.c.member_id == member_id)
        .order_by(RECENT.c.searched_at.desc(), RECENT.c.folded)
        .limit(MOST)
    )
    changed(sa.delete(RECENT).where(RECENT.c.member_id == member_id, RECENT.c.folded.not_in(kept)))
    return True


@use_case
def forget_searches(member_id: int) -> int:
    """Forget everything that a member searched for; return how many."""
    return changed(sa.delete(RECENT).where(RECENT.c.member_id == member_id))
