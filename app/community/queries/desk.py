"""What must be known before something is written: one statement for each kind of writing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.community.queries.hiding import barred
from app.community.queries.tables import (
    BOARD,
    DRAFT,
    MEDIA,
    REPLY,
    TALLY,
    THREAD,
    visible,
)
from app.community.queries.tables_reading import TAG, TOPIC
from app.identity import queries as identity
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock, ids, rooms
from app.kernel.db import BigInt, db
from app.kernel.permissions import STAFF_ROLES


@dataclass(frozen=True, slots=True)
class Pace:
    """How often somebody may write.

    Attributes:
        most: pieces in a window.
        window: its length; it slides.
    """

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Recent:
    """What a member wrote in the window of a pace, taken-down pieces left out.

    Attributes:
        ever: how many pieces he has ever posted: what is more when the next one is counted came in
            since, from another request.
    """

    count: int
    first_at: datetime | None
    ever: int = 0

    def wait(self, pace: Pace) -> int:
        """Return how many whole seconds until the next piece may come; 0 when at once."""
        if self.count < pace.most or self.first_at is None:
            return 0
        return self.rest(pace)

    def rest(self, pace: Pace) -> int:
        """Return how many whole seconds until the first piece of the window leaves it."""
        first_at = self.first_at or clock.now()
        return max(1, int((first_at + pace.window - clock.now()).total_seconds()) + 1)


@dataclass(frozen=True, slots=True)
class ThreadKey:
    """A thread as a second submit of its form must know it."""

    id: int
    code: str
    has_photos: bool


@dataclass(frozen=True, slots=True)
class ReplyKey:
    """A reply as a second submit of its form must know it."""

    id: int
    floor: int


@dataclass(frozen=True, slots=True)
class ThreadDesk:
    """A member about to publish: may he, where, and did he already with this form?

    Attributes:
        may_write: the board is an ordinary one, or a room of his.
        origin_id: the thread that he remixes, if it can be seen and nobody keeps them apart.
        draft_id: what was kept of this form before.
        photos: how many of the uploads that are asked about are there, and his.
    """

    state: MemberState
    board_id: int | None
    earlier: ThreadKey | None
    recent: Recent
    origin_id: int | None = None
    draft_id: int | None = None
    photos: int = 0
    may_write: bool = True


@dataclass(frozen=True, slots=True)
class ReplyDesk:
    """A member about to reply.

    Attributes:
        barred: who keeps him and the thread's author apart, see ``queries.hiding``.
        may_write: the thread's board is an ordinary one, or a room of his; the team may anywhere.
        topic_ids: hot topics under which the thread stands.
    """

    state: MemberState
    thread_id: int | None
    thread_code: str
    thread_author_id: int
    board_id: int
    earlier: ReplyKey | None
    recent: Recent
    barred: str | None = None
    may_write: bool = True
    topic_ids: tuple[int, ...] = ()


def thread_desk(
    author_id: int,
    board_slug: str,
    request_key: str | None,
    pace: Pace,
    origin_code: str | None = None,
    photo_ids: Collection[int] = (),
) -> ThreadDesk | None:
    """Return the desk of a member, or None when there is no such member. One statement."""
    board = sa.select(BOARD.c.id).where(BOARD.c.slug == board_slug).scalar_subquery()
    opened = may_write(sa.literal(author_id, BigInt)).where(BOARD.c.slug == board_slug)
    origin = THREAD.alias("origin")
    code = ids.read_code(origin_code) if origin_code else None
    remixed = sa.select(origin.c.id).where(
        origin.c.code == (code or ""),
        *visible(origin.c),
        barred(sa.literal(author_id), origin.c.author_id).is_(None),
    )
    draft = sa.select(DRAFT.c.id).where(
        DRAFT.c.member_id == author_id, DRAFT.c.request_key == (request_key or "")
    )
    photos = sa.select(sa.func.count()).where(
        MEDIA.c.id.in_(sorted(photo_ids)), MEDIA.c.owner_id == author_id
    )
    row = db.session.execute(
        sa.select(
            Member.state,
            board.label("board_id"),
            opened.scalar_subquery().label("may_write"),
            remixed.scalar_subquery().label("origin_id"),
            draft.scalar_subquery().label("draft_id"),
            photos.scalar_subquery().label("photos"),
            THREAD.c.id,
            THREAD.c.code,
            THREAD.c.photo_count,
            *_recent(THREAD, author_id, pace),
        )
        .select_from(Member)
        .outerjoin(
            THREAD,
            sa.and_(
                THREAD.c.author_id == Member.id,
                THREAD.c.request_key == (request_key or ""),  # never equal to a missing one
            ),
        )
        .where(Member.id == author_id)
    ).one_or_none()
    if row is None:
        return None
    earlier = ThreadKey(row.id, row.code, row.photo_count > 0) if row.id is not None else None
    return ThreadDesk(
        row.state,
        row.board_id,
        earlier,
        Recent(row.recent_count, row.recent_first_at, row.ever or 0),
        row.origin_id,
        row.draft_id,
        row.photos,
        may_write=bool(row.may_write),
    )


def reply_desk(
    author_id: int, thread_code: str, request_key: str | None, pace: Pace
) -> ReplyDesk | None:
    """Return the desk of a member, or None when there is no such member. One statement."""
    code = ids.read_code(thread_code) or ""
    row = db.session.execute(
        sa.select(
            Member.state,
            THREAD.c.id,
            THREAD.c.author_id,
            THREAD.c.board_id,
            REPLY.c.id.label("reply_id"),
            REPLY.c.floor,
            barred(sa.literal(author_id), THREAD.c.author_id).label("barred"),
            _may_reply(author_id).label("may_write"),
            _topics().label("topics"),
            *_recent(REPLY, author_id, pace),
        )
        .select_from(Member)
        .outerjoin(THREAD, THREAD.c.code == code)
        .outerjoin(
            REPLY,
            sa.and_(
                REPLY.c.author_id == Member.id,
                REPLY.c.request_key == (request_key or ""),
                REPLY.c.thread_id == THREAD.c.id,
            ),
        )
        .where(Member.id == author_id)
    ).one_or_none()
    if row is None:
        return None
    earlier = ReplyKey(row.reply_id, row.floor) if row.reply_id is not None else None
    recent = Recent(row.recent_count, row.recent_first_at, row.ever or 0)
    return ReplyDesk(
        row.state, row.id, code, row.author_id or 0, row.board_id or 0, earlier, recent,
        row.barred, bool(row.may_write),
        tuple(sorted(int(each) for each in (row.topics or "").split(",") if each)),
    )  # fmt: skip


def may_write(member: sa.ColumnElement[int]) -> sa.Select[tuple[bool]]:
    """Return whether a member may write on a board; the caller says on which."""
    return sa.select(rooms.writers(BOARD.c.room, BOARD.c.id, member))


def _may_reply(author_id: int) -> sa.ColumnElement[bool]:
    """Return whether a member may reply on the thread's board: the team answers everywhere."""
    opened = may_write(sa.literal(author_id, BigInt)).where(BOARD.c.id == THREAD.c.board_id)
    team = identity.has_one_of(Member.id, STAFF_ROLES)
    return sa.or_(opened.correlate(THREAD).scalar_subquery(), Member.job_zh != "", team)


def _topics() -> sa.ScalarSelect[str | None]:
    """Return the ids of the hot topics of the thread at hand, comma-separated."""
    return (
        sa.select(sa.func.aggregate_strings(sa.cast(TOPIC.c.id, sa.String), ","))
        .select_from(TAG)
        .join(TOPIC, TOPIC.c.slug == TAG.c.name)
        .where(TAG.c.thread_id == THREAD.c.id)
        .correlate(THREAD)
        .scalar_subquery()
    )


def _recent(table: sa.Table, author_id: int, pace: Pace) -> list[sa.Label[Any]]:
    mine = table.alias("mine")
    where = (
        mine.c.author_id == author_id,
        mine.c.created_at > clock.now() - pace.window,
        *visible(mine.c),
    )
    count = sa.select(sa.func.count()).select_from(mine).where(*where).scalar_subquery()
    first = sa.select(sa.func.min(mine.c.created_at)).where(*where).scalar_subquery()
    posted = TALLY.c.threads_posted if table is THREAD else TALLY.c.replies_posted
    ever = sa.select(posted).where(TALLY.c.member_id == author_id).scalar_subquery()
    return [count.label("recent_count"), first.label("recent_first_at"), ever.label("ever")]
