"""What ``flask verify`` recomputes for the archive."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.archive.queries.tables import ANSWER, PICK, SELECTION, STATE, USE
from app.archive.types import Answer
from app.kernel.db import db


def drifting_rights() -> Iterator[str]:
    """Yield every post whose rights are not what its last answer said, or whose uses differ."""
    last = sa.and_(ANSWER.c.thread_id == STATE.c.thread_id, ANSWER.c.number == STATE.c.answer_count)
    longest = (
        sa.select(sa.func.coalesce(sa.func.max(ANSWER.c.number), 0))
        .where(ANSWER.c.thread_id == STATE.c.thread_id)
        .correlate(STATE)
        .scalar_subquery()
    )
    used = (
        sa.select(sa.func.count())
        .select_from(USE)
        .where(USE.c.thread_id == STATE.c.thread_id)
        .correlate(STATE)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            STATE, ANSWER.c.id.label("last_id"), ANSWER.c.answer.label("last_answer"),
            ANSWER.c.scopes.label("last_scopes"), ANSWER.c.until_on.label("last_until"),
            longest.label("longest"), used.label("used"),
        ).outerjoin(ANSWER, last)
    )  # fmt: skip
    for row in rows:
        stored = (row.answer, row.answer_id, row.scopes, row.until_on, row.answer_count)
        by_log = (
            row.last_answer or Answer.NONE, row.last_id, row.last_scopes or 0, row.last_until,
            row.longest,
        )  # fmt: skip
        if stored != by_log:
            yield f"post {row.thread_id}: rights {row.answer.value}, by the log {by_log[0].value}"
        if row.use_count != row.used:
            yield f"post {row.thread_id}: {row.use_count} uses counted, {row.used} recorded"


def drifting_picks() -> Iterator[str]:
    """Yield every selection whose count is not the number of its posts."""
    rows = db.session.execute(
        sa.select(
            SELECTION.c.code, SELECTION.c.pick_count, sa.func.count(PICK.c.thread_id).label("n")
        )
        .outerjoin(PICK, PICK.c.selection_id == SELECTION.c.id)
        .group_by(SELECTION.c.id, SELECTION.c.code, SELECTION.c.pick_count)
    )
    for row in rows:
        if row.pick_count != row.n:
            yield f"selection {row.code}: {row.pick_count} counted, {row.n} posts"
