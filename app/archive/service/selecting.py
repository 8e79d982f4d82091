"""Named selections: begin, pick, take out, close."""

import sqlalchemy as sa

from app.archive.queries.browsing import find_item
from app.archive.queries.selections import find_selection
from app.archive.queries.tables import PICK, SELECTION
from app.archive.types import (
    MAX_PICKS,
    PostGoneError,
    Selection,
    SelectionClosedError,
    SelectionDraft,
    SelectionFullError,
)
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref


@use_case
def create_selection(actor_id: int | None, draft: SelectionDraft) -> str:
    """Begin a selection; return its code."""
    selection_id, code = ids.next_id(), ids.new_code()
    db.session.execute(
        sa.insert(SELECTION).values(
            id=selection_id, code=code, name=draft.name, campaign=draft.campaign,
            scope=draft.scope, note=draft.note, created_by=actor_id, created_at=clock.now(),
        )
    )  # fmt: skip
    audit.note(actor_id, "archive.selection_begun", Ref("reuse_selection", selection_id))
    return code


def _selection(code: str) -> Selection:
    found = find_selection(code)
    if found is None:
        raise NotFoundError
    return found


@use_case
def pick(actor_id: int | None, code: str, thread_code: str) -> bool:
    """Put a post into a selection; False if it is there.

    Rights are asked for when it is used: a wish may come before them.

    Raises:
        NotFoundError: there is no such selection.
        PostGoneError: there is no such post that members can read.
        SelectionClosedError: it takes nothing any more.
        SelectionFullError: it holds as many as it may.
    """
    selection, item = _selection(code), find_item(thread_code)
    if item is None:
        raise PostGoneError
    # The selection's row first: it is the lock for its count.
    room = changed(
        sa.update(SELECTION)
        .where(
            SELECTION.c.id == selection.id,
            SELECTION.c.closed_at.is_(None),
            SELECTION.c.pick_count < MAX_PICKS,
        )
        .values(pick_count=SELECTION.c.pick_count + 1)
    )
    if not room:
        raise SelectionClosedError if selection.closed_at else SelectionFullError
    put = changed(
        insert(PICK)
        .values(
            selection_id=selection.id, thread_id=item.thread_id, picked_by=actor_id,
            picked_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["selection_id", "thread_id"])
    )  # fmt: skip
    if not put:
        _count(selection.id, -1)
        return False
    audit.note(actor_id, "archive.picked", Ref("thread", item.thread_id), selection=selection.id)
    return True


def _count(selection_id: int, by: int) -> None:
    changed(
        sa.update(SELECTION)
        .where(SELECTION.c.id == selection_id)
        .values(pick_count=SELECTION.c.pick_count + by)
    )


@use_case
def unpick(actor_id: int, code: str, thread_id: int) -> bool:
    """Take a post out of a selection; False if it is not in it.

    Raises:
        NotFoundError: there is no such selection.
        SelectionClosedError: it is not changed any more.
    """
    selection = _selection(code)
    is_open = changed(
        sa.update(SELECTION)
        .where(SELECTION.c.id == selection.id, SELECTION.c.closed_at.is_(None))
        .values(pick_count=SELECTION.c.pick_count - 1)
    )
    if not is_open:
        raise SelectionClosedError
    where = PICK.c.selection_id == selection.id, PICK.c.thread_id == thread_id
    if not changed(sa.delete(PICK).where(*where)):
        _count(selection.id, 1)
        return False
    audit.note(actor_id, "archive.unpicked", Ref("thread", thread_id), selection=selection.id)
    return True


@use_case
def close_selection(actor_id: int, code: str, *, is_closed: bool) -> bool:
    """Close a selection, or open it again; False where it is so already.

    Raises:
        NotFoundError: there is no such selection.
    """
    selection = _selection(code)
    stands = SELECTION.c.closed_at.is_(None) if is_closed else SELECTION.c.closed_at.is_not(None)
    done = changed(
        sa.update(SELECTION)
        .where(SELECTION.c.id == selection.id, stands)
        .values(closed_at=clock.now() if is_closed else None)
    )
    if done:
        what = "archive.selection_closed" if is_closed else "archive.selection_opened"
        audit.note(actor_id, what, Ref("reuse_selection", selection.id))
    return bool(done)


@use_case
def note_download(actor_id: int, selection_id: int, photos: int) -> None:
    """Note that the photos of a selection were taken out of the house."""
    subject = Ref("reuse_selection", selection_id)
    audit.note(actor_id, "archive.photos_downloaded", subject, photos=photos)
