"""Drafts: what was typed and not posted yet, kept on the server; posts that wait for their hour.

What is posted with a form's key takes its draft along, in one transaction: a sweep that is killed
or runs twice posts once.
"""

import json
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.community.queries import drafts as reads
from app.community.queries.tables import DRAFT, DRAFT_PHOTO, MEDIA, THREAD
from app.community.service import telling, videos
from app.community.types.writing import (
    MAX_AHEAD,
    MAX_DRAFT_BYTES,
    MAX_DRAFTS,
    DraftState,
    DraftTooLargeError,
    Form,
    SavedDraft,
    TooManyDraftsError,
    WhenError,
)
from app.kernel import clock, ids
from app.kernel.db import BigInt, changed, db, use_case
from app.kernel.errors import NotFoundError


def save_draft(
    member_id: int,
    request_key: str,
    form: Form,
    photo_ids: Sequence[int] = (),
    *,
    thread_id: int | None = None,
    publish_at: datetime | None = None,
    video_id: int | None = None,
) -> SavedDraft | None:
    """Keep what a member has typed; the same form keeps one draft.

    Args:
        member_id: whose.
        request_key: of the form.
        form: everything typed, by field name.
        photo_ids: uploads it shows; they stay while it does.
        thread_id: his thread that is being changed.
        publish_at: when it is to be posted. Without it a post that waits for its hour stays as
            it is: what goes out is what was confirmed.
        video_id: his video that it shows; it stays while it does.

    Returns:
        The draft; None where nothing was kept: it is posted already, or waits for its hour.

    Raises:
        TooManyDraftsError: he has twenty.
        DraftTooLargeError: there is too much of it.
        WhenError: the hour is over, or too far off.
    """
    if len(json.dumps(form, ensure_ascii=False).encode()) > MAX_DRAFT_BYTES:
        raise DraftTooLargeError
    if publish_at is not None and not clock.now() < publish_at <= clock.now() + MAX_AHEAD:
        raise WhenError
    kept = {name: list(values) for name, values in form.items()}
    shown = (list(photo_ids), video_id)
    return _save(member_id, request_key, kept, shown, thread_id, publish_at)


@use_case
def _save(
    member_id: int,
    request_key: str,
    form: dict[str, list[str]],
    shown: tuple[list[int], int | None],
    thread_id: int | None,
    publish_at: datetime | None,
) -> SavedDraft | None:
    photo_ids, video_id = shown
    now = clock.now()
    state = DraftState.OPEN if publish_at is None else DraftState.SCHEDULED
    values = {"form": form, "saved_at": now, "state": state, "publish_at": publish_at, "error": ""}
    mine = sa.and_(DRAFT.c.member_id == member_id, DRAFT.c.request_key == request_key)
    free = sa.true() if publish_at is not None else DRAFT.c.state != DraftState.SCHEDULED
    draft_id = db.session.scalar(
        sa.update(DRAFT).where(mine, free).values(values).returning(DRAFT.c.id)
    )
    if draft_id is None:
        draft_id = ids.next_id()
        if not _insert(draft_id, member_id, request_key, thread_id, values):
            if reads.is_settled(member_id, request_key):
                return None
            raise TooManyDraftsError
    _keep_photos(draft_id, member_id, photo_ids)
    videos.keep_for_draft(draft_id, member_id, video_id)
    return SavedDraft(draft_id, now)


def _insert(
    draft_id: int,
    member_id: int,
    request_key: str,
    thread_id: int | None,
    values: dict[str, object],
) -> bool:
    """Make a draft, unless there are twenty, or the form has been posted, or it waits."""
    row = {
        "id": draft_id, "member_id": member_id, "request_key": request_key,
        "thread_id": thread_id, "created_at": values["saved_at"], **values,
    }  # fmt: skip
    columns = [DRAFT.c[name] for name in row]
    count = sa.select(sa.func.count()).where(DRAFT.c.member_id == member_id).scalar_subquery()
    known = sa.exists().where(DRAFT.c.member_id == member_id, DRAFT.c.request_key == request_key)
    posted = sa.exists().where(THREAD.c.author_id == member_id, THREAD.c.request_key == request_key)
    new = sa.select(
        *(sa.cast(sa.literal(row[c.name], c.type), c.type) if row[c.name] is None
          else sa.literal(row[c.name], c.type) for c in columns)
    ).where(count < MAX_DRAFTS, ~known, ~posted)  # fmt: skip
    return changed(sa.insert(DRAFT).from_select(columns, new)) == 1


def _keep_photos(draft_id: int, member_id: int, photo_ids: list[int]) -> None:
    changed(sa.delete(DRAFT_PHOTO).where(DRAFT_PHOTO.c.draft_id == draft_id))
    if photo_ids:
        own = sa.select(sa.literal(draft_id, BigInt), MEDIA.c.id).where(
            MEDIA.c.id.in_(photo_ids), MEDIA.c.owner_id == member_id
        )
        changed(sa.insert(DRAFT_PHOTO).from_select(["draft_id", "media_id"], own))


@use_case
def discard_draft(member_id: int, draft_id: int) -> None:
    """Throw a draft away.

    Raises:
        NotFoundError: there is none; somebody else's is none.
    """
    if not reads.is_own(member_id, draft_id):
        raise NotFoundError
    drop(draft_id)


@use_case
def unschedule(member_id: int, draft_id: int) -> bool:
    """Take a post back from its hour: it is a draft again. Return False if it was none to take.

    Raises:
        NotFoundError: there is none; somebody else's is none.
    """
    if not reads.is_own(member_id, draft_id):
        raise NotFoundError
    return (
        changed(
            sa.update(DRAFT)
            .where(DRAFT.c.id == draft_id, DRAFT.c.state == DraftState.SCHEDULED)
            .values(state=DraftState.OPEN, publish_at=None)
        )
        == 1
    )


@use_case
def note_failure(draft_id: int, reason: str) -> None:
    """Keep a post that could not go out at its hour, and tell its author why."""
    member_id = db.session.scalar(
        sa.update(DRAFT)
        .where(DRAFT.c.id == draft_id, DRAFT.c.state == DraftState.SCHEDULED)
        .values(state=DraftState.FAILED, error=reason[:48], publish_at=None)
        .returning(DRAFT.c.member_id)
    )
    if member_id is not None:
        telling.tell_not_posted(member_id, draft_id, reason[:48])


def take_scheduled(draft_id: int) -> bool:
    """Lock a post whose hour has come, inside the transaction that posts it.

    Returns False when somebody has posted, changed or taken it back meanwhile.
    """
    return (
        changed(
            sa.update(DRAFT)
            .where(
                DRAFT.c.id == draft_id,
                DRAFT.c.state == DraftState.SCHEDULED,
                DRAFT.c.publish_at <= clock.now(),
            )
            .values(saved_at=DRAFT.c.saved_at)
        )
        == 1
    )


def drop(draft_id: int) -> None:
    """Delete a draft, inside a transaction."""
    changed(sa.delete(DRAFT_PHOTO).where(DRAFT_PHOTO.c.draft_id == draft_id))
    changed(sa.delete(DRAFT).where(DRAFT.c.id == draft_id))


def drop_of_thread(member_id: int, thread_id: int) -> None:
    """Delete what was kept of changes of a thread, inside a transaction."""
    mine = sa.and_(DRAFT.c.member_id == member_id, DRAFT.c.thread_id == thread_id)
    kept = sa.select(DRAFT.c.id).where(mine)
    changed(sa.delete(DRAFT_PHOTO).where(DRAFT_PHOTO.c.draft_id.in_(kept)))
    changed(sa.delete(DRAFT).where(mine))
