"""Selections with their posts, uses, what an export and a ZIP hold."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.archive.queries.browsing import item_columns, item_from, items
from app.archive.queries.tables import (
    ANSWER_PHOTO,
    MEDIA,
    MEMBER,
    PICK,
    SELECTION,
    STATE,
    USE,
)
from app.archive.types import (
    PAGE,
    RIGHTS_LABELS,
    Answer,
    Item,
    Print,
    Selection,
    Use,
    scopes_in_words,
)
from app.community.queries import THREAD, visible
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page

LIST = 60


def selections() -> list[Selection]:
    """Return the latest selections, open ones first. One statement."""
    statement = _selections().order_by(SELECTION.c.closed_at.is_not(None), SELECTION.c.id.desc())
    return [_selection(row) for row in db.session.execute(statement.limit(LIST))]


def open_selections() -> list[Selection]:
    """Return selections that still take posts, the newest first. One statement."""
    statement = _selections().where(SELECTION.c.closed_at.is_(None))
    rows = db.session.execute(statement.order_by(SELECTION.c.id.desc()).limit(LIST))
    return [_selection(row) for row in rows]


def find_selection(code: str) -> Selection | None:
    """Return a selection. One statement."""
    row = db.session.execute(_selections().where(SELECTION.c.code == code)).one_or_none()
    return _selection(row) if row else None


def _selections() -> sa.Select[Any]:
    return sa.select(SELECTION, *identity.person_columns()).outerjoin(
        MEMBER, MEMBER.c.id == SELECTION.c.created_by
    )


def _selection(row: Any) -> Selection:
    return Selection(
        row.id, row.code, row.name, row.campaign, row.scope, row.note, row.created_at,
        row.closed_at, identity.person_from(row) if row.person_id else None, row.pick_count,
    )  # fmt: skip


def picks(selection_id: int, before: int | None = None, limit: int = PAGE) -> Page[Item]:
    """Return the posts of a selection, the newest first, those that are visible. One statement."""
    statement = (
        sa.select(*item_columns())
        .select_from(PICK)
        .join(THREAD, THREAD.c.id == PICK.c.thread_id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .outerjoin(STATE, STATE.c.thread_id == THREAD.c.id)
        .where(PICK.c.selection_id == selection_id, *visible(THREAD.c))
        .order_by(THREAD.c.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(THREAD.c.id < before)
    rows = db.session.execute(statement).all()
    shown = [item_from(row) for row in rows[:limit]]
    return Page(shown, str(shown[-1].thread_id) if len(rows) > limit else None)


def uses_of(thread_id: int | None = None, *, selection_id: int | None = None) -> list[Use]:
    """Return the uses of a post, or of a selection, the newest first. One statement."""
    statement = uses().order_by(USE.c.id.desc()).limit(LIST)
    if thread_id is not None:
        statement = statement.where(USE.c.thread_id == thread_id)
    if selection_id is not None:
        statement = statement.where(USE.c.selection_id == selection_id)
    return [use_from(row) for row in db.session.execute(statement)]


def uses() -> sa.Select[Any]:
    """Return a SELECT of uses with who recorded them."""
    return (
        sa.select(
            USE, SELECTION.c.name.label("selection_name"), *identity.person_columns()
        )
        .join(MEMBER, MEMBER.c.id == USE.c.used_by)
        .outerjoin(SELECTION, SELECTION.c.id == USE.c.selection_id)
    )  # fmt: skip


def use_from(row: Any) -> Use:
    """Return the use of a row of :func:`uses`."""
    return Use(
        row.id, row.thread_id, row.scope, row.place, row.link, row.from_on, row.until_on,
        row.recorded_at, row.ended_at, identity.person_from(row), row.selection_name or "",
    )  # fmt: skip


# --- files ---------------------------------------------------------------------------------------


def prints(selection: Selection) -> list[Print]:
    """Return the photos of a selection that may be used for its channel today. One statement.

    They are those of the granted versions, whatever the posts show now.
    """
    today, bit = clock.business_date(), selection.scope.bit
    rows = db.session.execute(
        sa.select(
            THREAD.c.code, ANSWER_PHOTO.c.position, MEDIA.c.sha256, MEDIA.c.widths, STATE.c.credit
        )
        .select_from(PICK)
        .join(THREAD, THREAD.c.id == PICK.c.thread_id)
        .join(STATE, STATE.c.thread_id == PICK.c.thread_id)
        .join(ANSWER_PHOTO, ANSWER_PHOTO.c.answer_id == STATE.c.answer_id)
        .join(MEDIA, MEDIA.c.id == ANSWER_PHOTO.c.media_id)
        .where(
            PICK.c.selection_id == selection.id,
            *visible(THREAD.c),
            STATE.c.answer == Answer.GRANTED,
            STATE.c.scopes.op("&")(bit) == bit,
            sa.or_(STATE.c.until_on.is_(None), STATE.c.until_on >= today),
        )
        .order_by(THREAD.c.id.desc(), ANSWER_PHOTO.c.position)
    )
    return [Print(r.code, r.position, r.sha256, r.widths, r.credit) for r in rows]


def selection_rows(params: Mapping[str, str], after: str | None, limit: int) -> Page[Any]:
    """Return rows of an export of a selection, one keyset page. Two statements."""
    selection = find_selection(params.get("selection", ""))
    if selection is None:
        return Page([])
    before = int(after) if after else None
    page = picks(selection.id, before, limit)
    return Page([_row(item) for item in page.items], page.next_key)


def selection_count(params: Mapping[str, str]) -> int:
    """Return how many rows an export of a selection has. One statement."""
    selection = find_selection(params.get("selection", ""))
    return selection.pick_count if selection else 0


def _row(item: Item) -> tuple[Any, ...]:
    state = item.state
    return (
        item.code, item.title, item.author.name, state.credit,
        str(RIGHTS_LABELS[state.rights]), scopes_in_words(state.scopes), state.until_on,
        item.photo_count, item.score, item.created_at,
    )  # fmt: skip


def items_of(uses_: Sequence[Use]) -> dict[int, Item]:
    """Return the visible posts of uses, by id. One statement, none for no uses."""
    return {each.thread_id: each for each in items({use.thread_id for use in uses_})}
