"""An author's own view: what he granted, where his posts were used."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.archive.queries.browsing import items
from app.archive.queries.selections import use_from, uses
from app.archive.queries.tables import STATE, USE, state_columns, state_from
from app.archive.types import PAGE, Answer, Item, State, Use
from app.kernel.db import db
from app.kernel.types import Page

MOST_USES = 200  # of the posts on one page


@dataclass(frozen=True, slots=True)
class Mine:
    """A post with rights, and its uses. ``item`` is None where the post is gone."""

    state: State
    item: Item | None
    uses: tuple[Use, ...]


def my_answers(author_id: int, before: int | None = None) -> Page[Mine]:
    """Return an author's posts about which something was said or asked. Three statements."""
    statement = (
        sa.select(STATE.c.thread_id, *state_columns())
        .where(
            STATE.c.author_id == author_id,
            sa.or_(STATE.c.answer != Answer.NONE, STATE.c.asked_at.is_not(None)),
        )
        .order_by(STATE.c.thread_id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(STATE.c.thread_id < before)
    rows = db.session.execute(statement).all()
    states = [state_from(row, row.thread_id, author_id) for row in rows[:PAGE]]
    thread_ids = [each.thread_id for each in states]
    posts = {each.thread_id: each for each in items(thread_ids)}
    used = my_uses(thread_ids)
    shown = [
        Mine(
            each, posts.get(each.thread_id),
            tuple(use for use in used if use.thread_id == each.thread_id),
        )
        for each in states
    ]  # fmt: skip
    return Page(shown, str(thread_ids[-1]) if len(rows) > PAGE else None)


def my_uses(thread_ids: Sequence[int]) -> list[Use]:
    """Return the uses of posts, the newest first. One statement, none for no ids."""
    if not thread_ids:
        return []
    statement = uses().where(USE.c.thread_id.in_(thread_ids)).order_by(USE.c.id.desc())
    return [use_from(row) for row in db.session.execute(statement.limit(MOST_USES))]
