"""What the floors below keep, as lines: the same answer however often it is asked.

A fact says that something about a post, a like or an order may have changed; what is true now is
read here from the rows themselves, set-wise. So facts may come twice or in any order, and what was
hidden, removed, taken back or refunded whole is simply not there.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.checkin.queries import reading
from app.checkin.types import DayKind
from app.commerce.queries.standings import ORDERS
from app.commerce.queries.tags import TAG, bought
from app.community.queries import REPLY, REPLY_LIKE, THREAD, THREAD_LIKE, visible
from app.community.queries.tables import ANSWER
from app.community.types.kinds import ThreadKind
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import are_pairs_of, db, is_one_of
from app.ranking.queries.tables import MEMBER
from app.ranking.types import Act

LONG_TEXT = 200  # characters from which a text is a mark of quality
MANY_PHOTOS = 3

CHECK_IN = reading.checkin
Values = dict[str, Any]


@dataclass(slots=True)
class Touched:
    """What facts say may have changed.

    Attributes:
        threads: posts of which only themselves are asked for.
        whole_threads: posts with everything that hangs on them: likes, replies, answers.
        replies: replies with their likes.
        thread_likes, reply_likes: (thing, who).
    """

    threads: set[int] = field(default_factory=set)
    whole_threads: set[int] = field(default_factory=set)
    replies: set[int] = field(default_factory=set)
    thread_likes: set[tuple[int, int]] = field(default_factory=set)
    reply_likes: set[tuple[int, int]] = field(default_factory=set)
    orders: set[int] = field(default_factory=set)
    check_ins: set[int] = field(default_factory=set)

    @property
    def posts(self) -> set[int]:
        """Return every post that is asked for itself."""
        return self.threads | self.whole_threads


def touched_by(rows: Iterable[Any]) -> Touched:
    """Return what stored lines come from: to read it anew."""
    touched = Touched()
    places = {
        Act.POST: touched.threads, Act.FEATURED: touched.threads, Act.ANSWER: touched.threads,
        Act.REPLY: touched.replies, Act.REPLIED: touched.replies, Act.ORDER: touched.orders,
        Act.CHECK_IN: touched.check_ins,
    }  # fmt: skip
    for row in rows:
        if row.act is Act.LIKED:
            _like(touched, row.subject_kind, row.subject_id, row.counterpart_id)
        else:
            places[row.act].add(row.source_id)
    return touched


def _like(touched: Touched, kind: str, subject: int, other: int) -> None:
    pairs = touched.thread_likes if kind == "thread" else touched.reply_likes
    pairs.add((subject, other))


def lines(touched: Touched) -> list[Values]:
    """Return the lines of everything touched that stands now. At most nine statements."""
    return [
        *posts(touched.posts),
        *thread_likes(touched),
        *replies(touched),
        *reply_likes(touched),
        *answers(touched),
        *orders(touched.orders),
        *check_ins(touched.check_ins),
    ]


def _among(column: Any, ids: Iterable[int]) -> sa.ColumnElement[bool]:
    return is_one_of(column, list(ids))


def _living(column: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the member whom a line counts for has not left."""
    return sa.and_(MEMBER.c.id == column, MEMBER.c.state != MemberState.CLOSED)


def _line(act: Act, row: Any, at: datetime, **values: Any) -> Values:
    return {
        "act": act, "source_id": row.source_id, "member_id": row.member_id,
        "counterpart_id": None, "subject_kind": "thread", "subject_id": row.source_id,
        "thread_id": None, "board_id": None, "at": at, "on_date": clock.business_date(at),
        "quality": 0, "is_original": True, "is_buyer": False, **values,
    }  # fmt: skip


def posts(thread_ids: Collection[int]) -> Iterator[Values]:
    """Yield the lines of posts: published, and featured where the team picked them."""
    if thread_ids:
        yield from _posts(_among(THREAD.c.id, thread_ids))


def _posts(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    rows = db.session.execute(
        sa.select(
            THREAD.c.id.label("source_id"),
            THREAD.c.author_id.label("member_id"),
            THREAD.c.board_id,
            THREAD.c.kind,
            THREAD.c.photo_count,
            THREAD.c.origin_id,
            THREAD.c.created_at,
            THREAD.c.featured_ms,
            (sa.func.length(THREAD.c.body) >= LONG_TEXT).label("is_long"),
        )
        .join(MEMBER, _living(THREAD.c.author_id))
        .where(asked, *visible(THREAD.c))
    ).all()
    buyers = _by_buyers([row.source_id for row in rows])
    for row in rows:
        about = {
            "thread_id": row.source_id,
            "board_id": row.board_id,
            "quality": _quality(row),
            "is_original": row.origin_id is None,
            "is_buyer": row.source_id in buyers,
        }
        yield _line(Act.POST, row, row.created_at, **about)
        if row.featured_ms is not None:
            at = datetime.fromtimestamp(row.featured_ms / 1000, UTC)
            yield _line(Act.FEATURED, row, at, **about)


def _quality(row: Any) -> int:
    """Return the marks of quality: many photos, a recipe in steps, a text of some length."""
    marks = (row.photo_count >= MANY_PHOTOS, row.kind == ThreadKind.HOWTO, row.is_long)
    return sum(map(bool, marks))


def _by_buyers(thread_ids: Sequence[int]) -> set[int]:
    """Return which posts show a product that their author bought and kept. One statement."""
    if not thread_ids:
        return set()
    proved = sa.or_(TAG.c.order_id.is_not(None), bought(TAG.c.author_id, TAG.c.product_id))
    return set(
        db.session.scalars(
            sa.select(TAG.c.thread_id)
            .where(is_one_of(TAG.c.thread_id, thread_ids), proved)
            .distinct()
        )
    )


def thread_likes(touched: Touched) -> Iterator[Values]:
    """Yield the likes of posts, but nobody's of his own."""
    asked = _liked(THREAD_LIKE.c.thread_id, touched.whole_threads, touched.thread_likes)
    if asked is not None:
        yield from _thread_likes(asked)


def _thread_likes(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    rows = db.session.execute(
        sa.select(
            THREAD_LIKE.c.id.label("source_id"),
            THREAD.c.author_id.label("member_id"),
            THREAD_LIKE.c.member_id.label("counterpart_id"),
            THREAD.c.id.label("thread_id"),
            THREAD.c.board_id,
            THREAD_LIKE.c.created_at,
        )
        .join(THREAD, THREAD.c.id == THREAD_LIKE.c.thread_id)
        .join(MEMBER, _living(THREAD.c.author_id))
        .where(
            asked,
            THREAD_LIKE.c.undone_at.is_(None),
            THREAD_LIKE.c.member_id != THREAD.c.author_id,
            *visible(THREAD.c),
        )
    )
    for row in rows:
        yield _line(
            Act.LIKED, row, row.created_at, counterpart_id=row.counterpart_id,
            subject_id=row.thread_id, thread_id=row.thread_id, board_id=row.board_id,
        )  # fmt: skip


def reply_likes(touched: Touched) -> Iterator[Values]:
    """Yield the likes of replies, but nobody's of his own."""
    asked = _liked(REPLY_LIKE.c.reply_id, touched.replies, touched.reply_likes)
    whole = _among(REPLY.c.thread_id, touched.whole_threads) if touched.whole_threads else None
    conditions = [each for each in (asked, whole) if each is not None]
    if conditions:
        yield from _reply_likes(sa.or_(*conditions))


def _reply_likes(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    rows = db.session.execute(
        sa.select(
            REPLY_LIKE.c.id.label("source_id"),
            REPLY.c.author_id.label("member_id"),
            REPLY_LIKE.c.member_id.label("counterpart_id"),
            REPLY.c.id.label("reply_id"),
            THREAD.c.id.label("thread_id"),
            THREAD.c.board_id,
            REPLY_LIKE.c.created_at,
        )
        .join(REPLY, REPLY.c.id == REPLY_LIKE.c.reply_id)
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .join(MEMBER, _living(REPLY.c.author_id))
        .where(
            asked,
            REPLY_LIKE.c.undone_at.is_(None),
            REPLY_LIKE.c.member_id != REPLY.c.author_id,
            *visible(REPLY.c),
            *visible(THREAD.c),
        )
    )
    for row in rows:
        yield _line(
            Act.LIKED, row, row.created_at, counterpart_id=row.counterpart_id,
            subject_kind="reply", subject_id=row.reply_id, thread_id=row.thread_id,
            board_id=row.board_id,
        )  # fmt: skip


def _liked(
    column: Any, things: Collection[int], pairs: Collection[tuple[int, int]]
) -> sa.ColumnElement[bool] | None:
    """Return the condition of likes of some things, and of single likes (thing, who)."""
    who = column.table.c.member_id
    asked = [_among(column, things)] if things else []
    if pairs:
        asked.append(are_pairs_of(column, who, pairs))
    return sa.or_(*asked) if asked else None


def replies(touched: Touched) -> Iterator[Values]:
    """Yield what replies are worth: to who wrote them, and to whose post they answer."""
    asked = [
        _among(column, ids)
        for column, ids in (
            (REPLY.c.id, touched.replies),
            (REPLY.c.thread_id, touched.whole_threads),
        )
        if ids
    ]
    if asked:
        yield from _replies(sa.or_(*asked))


def _replies(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    writer, host = MEMBER.alias("writer"), MEMBER.alias("host")
    rows = db.session.execute(
        sa.select(
            REPLY.c.id.label("source_id"),
            REPLY.c.author_id.label("member_id"),
            THREAD.c.author_id.label("host_id"),
            THREAD.c.id.label("thread_id"),
            THREAD.c.board_id,
            REPLY.c.created_at,
            (writer.c.state != MemberState.CLOSED).label("has_writer"),
            (host.c.state != MemberState.CLOSED).label("has_host"),
        )
        .join(THREAD, THREAD.c.id == REPLY.c.thread_id)
        .join(writer, writer.c.id == REPLY.c.author_id)
        .join(host, host.c.id == THREAD.c.author_id)
        .where(asked, *visible(REPLY.c), *visible(THREAD.c))
    )
    for row in rows:
        about = {
            "subject_kind": "reply", "thread_id": row.thread_id, "board_id": row.board_id,
        }  # fmt: skip
        is_own = row.member_id == row.host_id
        if row.has_writer and not is_own:
            other = {"counterpart_id": row.host_id}
            yield _line(Act.REPLY, row, row.created_at, **about, **other)
        if row.has_host and not is_own:
            other = {"member_id": row.host_id, "counterpart_id": row.member_id}
            yield _line(Act.REPLIED, row, row.created_at, **{**about, **other})


def answers(touched: Touched) -> Iterator[Values]:
    """Yield accepted answers to somebody else's question; one for a question."""
    if touched.posts:
        yield from _answers(_among(ANSWER.c.thread_id, touched.posts))


def _answers(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    rows = db.session.execute(
        sa.select(
            ANSWER.c.thread_id.label("source_id"),
            REPLY.c.author_id.label("member_id"),
            THREAD.c.author_id.label("counterpart_id"),
            REPLY.c.id.label("reply_id"),
            THREAD.c.board_id,
            ANSWER.c.marked_at,
        )
        .join(REPLY, REPLY.c.id == ANSWER.c.reply_id)
        .join(THREAD, THREAD.c.id == ANSWER.c.thread_id)
        .join(MEMBER, _living(REPLY.c.author_id))
        .where(
            asked,
            REPLY.c.author_id != THREAD.c.author_id,
            *visible(REPLY.c),
            *visible(THREAD.c),
        )
    )
    for row in rows:
        yield _line(
            Act.ANSWER, row, row.marked_at, counterpart_id=row.counterpart_id,
            subject_kind="reply", subject_id=row.reply_id, thread_id=row.source_id,
            board_id=row.board_id,
        )  # fmt: skip


def orders(order_ids: Collection[int]) -> Iterator[Values]:
    """Yield orders that still stand, with something of them kept."""
    if order_ids:
        yield from _orders(_among(ORDERS.c.id, order_ids))


def _orders(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    rows = db.session.execute(
        sa.select(
            ORDERS.c.id.label("source_id"), ORDERS.c.member_id, ORDERS.c.paid_at
        )
        .join(MEMBER, _living(ORDERS.c.member_id))
        .where(
            asked,
            ORDERS.c.cancelled_at.is_(None),
            ORDERS.c.withdrawn_at.is_(None),
            ORDERS.c.paid_minor > ORDERS.c.refunded_minor,
        )
    )  # fmt: skip
    for row in rows:
        yield _line(Act.ORDER, row, row.paid_at, subject_kind="order")


def check_ins(ids: Collection[int]) -> Iterator[Values]:
    """Yield days on which members checked in by themselves."""
    if ids:
        yield from _check_ins(_among(CHECK_IN.c.id, ids))


def _check_ins(asked: sa.ColumnElement[bool]) -> Iterator[Values]:
    rows = db.session.execute(
        sa.select(CHECK_IN.c.id.label("source_id"), CHECK_IN.c.member_id, CHECK_IN.c.at)
        .join(MEMBER, _living(CHECK_IN.c.member_id))
        .where(asked, CHECK_IN.c.kind == DayKind.DONE)
    )
    for row in rows:
        yield _line(Act.CHECK_IN, row, row.at, subject_kind="checkin")


# --- everything ----------------------------------------------------------------------------------

Places = tuple[tuple[Any, Callable[[sa.ColumnElement[bool]], Iterator[Values]]], ...]
PLACES: Places = (
    (THREAD.c.id, _posts),
    (THREAD_LIKE.c.id, _thread_likes),
    (REPLY.c.id, _replies),
    (REPLY_LIKE.c.id, _reply_likes),
    (ANSWER.c.thread_id, _answers),
    (ORDERS.c.id, _orders),
    (CHECK_IN.c.id, _check_ins),
)
"""Every kind of row that lines come from: its key, and what reads some of them."""


def last_of_next(key: Any, after: int, limit: int) -> int | None:
    """Return the last key of the next rows behind one, None for none. Two statements."""
    behind = sa.select(key).where(key > after).order_by(key)
    last: int | None = db.session.scalar(behind.limit(1).offset(limit - 1))
    if last is None:
        last = db.session.scalar(sa.select(sa.func.max(key)).where(key > after))
    return last
