"""What the desk sees, what verifiers recount, what the sweep finds."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import MEMBER
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.types import Person, Photo
from app.messages.queries.tables import (
    BIGGEST,
    CONVERSATION,
    MESSAGE,
    SIDE,
    newest_now,
    seen_by,
    unread_now,
)
from app.messages.types import AROUND, CASE_OPENS, KIND
from app.moderation.queries import CASE
from app.moderation.types import CaseState


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A message as the team sees it.

    Attributes:
        reader: to whom it was written; None where a merge left nobody.
        is_reported: it is the one that was reported.
    """

    id: int
    conversation_id: int
    author: Person
    reader: Person | None
    text: str
    photo: Photo | None
    sent_at: datetime
    is_hidden: bool
    is_gone: bool
    is_reported: bool = False


def messages_for_desk(message_ids: Collection[int]) -> Mapping[int, DeskLine]:
    """Return messages as whoever judges them sees them. One statement."""
    rows = db.session.execute(_desk_lines().where(MESSAGE.c.id.in_(sorted(message_ids))))
    return {row.id: _desk_line(row) for row in rows}


def around(message_id: int) -> list[DeskLine]:
    """Return a message with a few before and after it, the oldest first. One statement."""
    this = MESSAGE.alias("this")
    asked = sa.select(this.c.conversation_id, this.c.number).where(this.c.id == message_id)
    here = asked.subquery("here")
    rows = db.session.execute(
        _desk_lines()
        .join(here, here.c.conversation_id == MESSAGE.c.conversation_id)
        .where(MESSAGE.c.number.between(here.c.number - AROUND, here.c.number + AROUND))
        .order_by(MESSAGE.c.number)
    )
    return [_desk_line(row, is_reported=row.id == message_id) for row in rows]


def _desk_lines() -> sa.Select[Any]:
    reader, theirs = MEMBER.alias("reader"), SIDE.alias("theirs")
    return (
        sa.select(
            MESSAGE,
            *identity.person_columns(MEMBER.c),
            *identity.person_columns(reader.c, "reader_"),
            *media.photo_columns(prefix="pic_"),
        )
        .join(MEMBER, MEMBER.c.id == MESSAGE.c.author_id)
        .outerjoin(
            theirs,
            sa.and_(
                theirs.c.conversation_id == MESSAGE.c.conversation_id,
                theirs.c.member_id != MESSAGE.c.author_id,
            ),
        )
        .outerjoin(reader, reader.c.id == theirs.c.member_id)
        .outerjoin(media.MEDIA, media.MEDIA.c.id == MESSAGE.c.photo_id)
    )


def _desk_line(row: Any, *, is_reported: bool = False) -> DeskLine:
    return DeskLine(
        row.id, row.conversation_id, identity.person_from(row),
        identity.person_from(row, "reader_") if row.reader_id else None,
        row.body, media.photo_from(row, "pic_"), row.sent_at, row.hidden_at is not None,
        not row.body and row.photo_id is None, is_reported,
    )  # fmt: skip


def may_look(message_id: int) -> bool:
    """Return whether the team has a reason to look: a case that is open or was lately.

    One statement.
    """
    if not 0 < message_id < BIGGEST:
        return False
    lately = sa.or_(CASE.c.state == CaseState.OPEN, CASE.c.decided_at > clock.now() - CASE_OPENS)
    case = sa.exists().where(CASE.c.kind == KIND, CASE.c.subject_id == message_id, lately)
    return bool(db.session.scalar(sa.select(case)))


def reportable_id(message_id: int, reader_id: int) -> int | None:
    """Return the id if a member received the message and sees it, else None. One statement."""
    if not 0 < message_id < BIGGEST:
        return None
    return db.session.scalar(
        sa.select(MESSAGE.c.id)
        .join(
            SIDE,
            sa.and_(
                SIDE.c.conversation_id == MESSAGE.c.conversation_id, SIDE.c.member_id == reader_id
            ),
        )
        .where(
            MESSAGE.c.id == message_id, *seen_by(SIDE.c.member_id, SIDE.c.cleared_number)
        )
    )  # fmt: skip


def place_of(message_id: int, member_id: int) -> tuple[int, int] | None:
    """Return (conversation, number) of a message of one's own conversations. One statement."""
    row = db.session.execute(
        sa.select(MESSAGE.c.conversation_id, MESSAGE.c.number)
        .join(SIDE, SIDE.c.conversation_id == MESSAGE.c.conversation_id)
        .where(MESSAGE.c.id == message_id, SIDE.c.member_id == member_id)
    ).one_or_none()
    return (row.conversation_id, row.number) if row else None


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos a message shows. One statement."""
    shown = sa.select(MESSAGE.c.photo_id).where(MESSAGE.c.photo_id.in_(list(media_ids)))
    return {int(each) for each in db.session.scalars(shown) if each is not None}


# --- tidying -------------------------------------------------------------------------------------


def conversations_to_tidy(limit: int) -> list[int]:
    """Return conversations in which somebody deleted something long enough ago. One statement."""
    due = (
        sa.select(CONVERSATION.c.id)
        .where(CONVERSATION.c.tidy_at <= clock.now())
        .order_by(CONVERSATION.c.tidy_at)
        .limit(limit)
    )
    return list(db.session.scalars(due))


def unseen(conversation_id: int) -> list[tuple[int, int | None, bool]]:
    """Return (id, photo, waits for a verdict) of messages that neither sees. One statement."""
    waits = sa.exists().where(
        CASE.c.kind == KIND, CASE.c.subject_id == MESSAGE.c.id, CASE.c.state == CaseState.OPEN
    )
    sees = sa.exists().where(
        SIDE.c.conversation_id == MESSAGE.c.conversation_id,
        *seen_by(SIDE.c.member_id, SIDE.c.cleared_number),
    )
    rows = db.session.execute(
        sa.select(MESSAGE.c.id, MESSAGE.c.photo_id, waits.label("waits")).where(
            MESSAGE.c.conversation_id == conversation_id, sa.not_(sees)
        )
    )
    return [(row.id, row.photo_id, bool(row.waits)) for row in rows]


# --- verifying -----------------------------------------------------------------------------------


def drifting_sides() -> Iterator[str]:
    """Yield a line for every side whose figures are not what its messages say."""
    unread, newest = unread_now(SIDE, SIDE.c.read_number), newest_now(SIDE)
    rows = db.session.execute(
        sa.select(
            SIDE.c.conversation_id, SIDE.c.member_id, SIDE.c.unread_count, SIDE.c.last_id,
            unread.label("unread"), newest.label("newest"),
        )
        .where(sa.or_(SIDE.c.unread_count != unread, SIDE.c.last_id.is_distinct_from(newest)))
        .order_by(SIDE.c.conversation_id, SIDE.c.member_id)
    )  # fmt: skip
    for row in rows:
        yield (
            f"conversation {row.conversation_id} of member {row.member_id}: {row.unread_count} "
            f"unread and {row.last_id} newest kept, {row.unread} and {row.newest} counted"
        )


def drifting_numbers() -> Iterator[str]:
    """Yield a line for every conversation that has a message beyond its last number."""
    beyond = (
        sa.select(MESSAGE.c.conversation_id, sa.func.max(MESSAGE.c.number).label("most"))
        .group_by(MESSAGE.c.conversation_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(CONVERSATION.c.id, CONVERSATION.c.last_number, beyond.c.most)
        .join(beyond, beyond.c.conversation_id == CONVERSATION.c.id)
        .where(beyond.c.most > CONVERSATION.c.last_number)
    )
    for row in rows:
        yield f"conversation {row.id}: number {row.last_number} kept, {row.most} found"
