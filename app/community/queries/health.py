"""Figures of reading, answering and posting over periods, for those above who look at health.

Every function takes all periods at once and runs one statement, however much is in them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.community.queries.tables import REPLY, THREAD, THREAD_LIKE, visible
from app.community.queries.tables_reading import REACTION, VIEWS_DAY
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel.db import BigInt, db

MEMBER = cast("sa.Table", Member.__table__)
SECOND = 1_000
"""Milliseconds of a second."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period: from ``start`` on, before ``end``."""

    start: datetime
    end: datetime

    def has(self, column: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
        """Return the condition that a moment falls into it; indexes of feeds begin with one."""
        return sa.and_(column >= self.start, column < self.end)

    def has_ms(self, column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
        """Return the condition that a moment in milliseconds falls into it."""
        return sa.and_(column >= _ms(self.start), column < _ms(self.end))


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _seconds(column: sa.ColumnElement[datetime]) -> sa.ColumnElement[int]:
    """Return a moment in whole seconds since 1970, the same on both databases."""
    return sa.cast(sa.func.floor(sa.extract("epoch", column)), BigInt)


def _whole(spans: Sequence[Span]) -> Span:
    """Return one period from the first start to the last end."""
    return Span(min(span.start for span in spans), max(span.end for span in spans))


def _numbered(spans: Sequence[Span], column: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return the number of the period that a moment in milliseconds falls into."""
    return sa.case(*((span.has_ms(column), n) for n, span in enumerate(spans)), else_=-1)


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayViews:
    """Views of a day by people; who is known only from the day that it is counted on."""

    on: date
    views: int
    by_followers: int
    by_strangers: int
    by_guests: int


def views_by_day(first: date, end: date) -> list[DayViews]:
    """Return the views of all posts by day, from ``first`` on, before ``end``. One statement."""
    names = ("views", "by_followers", "by_strangers", "by_guests")
    rows = db.session.execute(
        sa.select(VIEWS_DAY.c.viewed_on, *(sa.func.sum(VIEWS_DAY.c[n]).label(n) for n in names))
        .where(VIEWS_DAY.c.viewed_on >= first, VIEWS_DAY.c.viewed_on < end)
        .group_by(VIEWS_DAY.c.viewed_on)
        .order_by(VIEWS_DAY.c.viewed_on)
    )
    return [DayViews(row.viewed_on, *(int(getattr(row, n)) for n in names)) for row in rows]


@dataclass(frozen=True, slots=True)
class Stock:
    """How much there was at the end of a period: visible posts, active members."""

    posts: int
    members: int


def stocks(spans: Sequence[Span]) -> tuple[list[Stock], date | None]:
    """Return what there was at the ends of periods, and since when readers are told apart.

    One statement.
    """
    columns: list[Any] = []
    for n, span in enumerate(spans):
        posts = sa.select(sa.func.count()).where(THREAD.c.created_at < span.end, *visible(THREAD.c))
        members = sa.select(sa.func.count()).where(
            MEMBER.c.created_at < span.end, MEMBER.c.state == MemberState.ACTIVE
        )
        columns += [
            posts.select_from(THREAD).scalar_subquery().label(f"posts{n}"),
            members.select_from(MEMBER).scalar_subquery().label(f"members{n}"),
        ]
    told_apart = VIEWS_DAY.c.by_followers + VIEWS_DAY.c.by_strangers + VIEWS_DAY.c.by_guests > 0
    since = (
        sa.select(VIEWS_DAY.c.viewed_on).where(told_apart).order_by(VIEWS_DAY.c.viewed_on).limit(1)
    )
    row = db.session.execute(sa.select(*columns, since.scalar_subquery().label("since"))).one()
    found = [
        Stock(getattr(row, f"posts{n}"), getattr(row, f"members{n}")) for n in range(len(spans))
    ]
    return found, row.since


# --- answering -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answers:
    """How soon posts of a period were answered.

    Attributes:
        posts: visible ones of the period.
        answered: of these, with a reaction by somebody else by now.
        median: seconds to the first one, by nearest rank; None without any.
        p90: nine of ten were answered within so many seconds.
    """

    posts: int = 0
    answered: int = 0
    median: int | None = None
    p90: int | None = None


def answers(spans: Sequence[Span]) -> list[Answers]:
    """Return how soon posts got their first like, reply or reaction by others. One statement.

    Percentiles by nearest rank: the value at place ceil(p · n), as NIST defines it.
    """
    whole = _whole(spans).has(THREAD.c.created_at)
    firsts = first_answers(whole)
    wait = sa.case(
        (firsts.c.at < THREAD.c.born_ms // SECOND, 0),
        else_=firsts.c.at - THREAD.c.born_ms // SECOND,
    )
    waits = (
        sa.select(_numbered(spans, THREAD.c.born_ms).label("span"), wait.label("wait"))
        .select_from(THREAD.outerjoin(firsts, firsts.c.thread_id == THREAD.c.id))
        .where(whole, *visible(THREAD.c))
        .subquery("waits")
    )
    over: dict[str, Any] = {"partition_by": waits.c.span}
    placed = sa.select(
        waits.c.span,
        waits.c.wait,
        sa.func.count(waits.c.wait).over(**over).label("answered"),
        sa.func.row_number()
        .over(**over, order_by=(sa.case((waits.c.wait.is_(None), 1), else_=0), waits.c.wait))
        .label("place"),
    ).subquery("placed")

    def at(percent: int) -> sa.ColumnElement[int]:
        place = (placed.c.answered * percent + 99) // 100
        return sa.func.max(sa.case((placed.c.place == place, placed.c.wait)))

    rows = db.session.execute(
        sa.select(
            placed.c.span,
            sa.func.count().label("posts"),
            sa.func.max(placed.c.answered).label("answered"),
            at(50).label("median"),
            at(90).label("p90"),
        ).group_by(placed.c.span)
    )
    found = {row.span: Answers(row.posts, row.answered, row.median, row.p90) for row in rows}
    return [found.get(n, Answers()) for n in range(len(spans))]


def first_answers(whole: sa.ColumnElement[bool]) -> sa.Subquery:
    """Return (thread, second of its first answer by somebody else) of threads."""

    def given(table: sa.Table, by: Any, at: Any, *more: Any) -> sa.Select[Any]:
        return (
            sa.select(THREAD.c.id.label("thread_id"), sa.func.min(at).label("at"))
            .join(table, table.c.thread_id == THREAD.c.id)
            .where(whole, *visible(THREAD.c), by != THREAD.c.author_id, *more)
            .group_by(THREAD.c.id)
        )

    every = sa.union_all(
        given(REPLY, REPLY.c.author_id, _seconds(REPLY.c.created_at), *visible(REPLY.c)),
        given(
            THREAD_LIKE, THREAD_LIKE.c.member_id, _seconds(THREAD_LIKE.c.created_at),
            THREAD_LIKE.c.undone_at.is_(None),
        ),
        given(
            REACTION, REACTION.c.member_id, REACTION.c.reacted_ms // SECOND, REACTION.c.floor == 0
        ),
    ).subquery("every")  # fmt: skip
    return (
        sa.select(every.c.thread_id, sa.func.min(every.c.at).label("at"))
        .group_by(every.c.thread_id)
        .subquery("firsts")
    )


# --- posting -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Newcomers:
    """Members whose first days ended in a period, and how many of them posted in those days."""

    joined: int = 0
    posted: int = 0


def newcomers(spans: Sequence[Span], days: int, leaving_out: Collection[int]) -> list[Newcomers]:
    """Return how many new members wrote a post in their first days. One statement.

    Args:
        spans: the periods in which their last first day falls.
        days: how many first days there are.
        leaving_out: members who are not counted: the team.
    """
    first_days = timedelta(days=days)
    joined_ms = _seconds(MEMBER.c.created_at) * SECOND
    posted = sa.exists().where(
        THREAD.c.author_id == MEMBER.c.id,
        THREAD.c.born_ms < joined_ms + days * 86_400 * SECOND,
        *visible(THREAD.c),
    )
    moved = [Span(span.start - first_days, span.end - first_days) for span in spans]
    number = sa.case(
        *(
            (sa.and_(MEMBER.c.created_at >= span.start, MEMBER.c.created_at < span.end), n)
            for n, span in enumerate(moved)
        ),
        else_=-1,
    )
    some = (
        sa.select(number.label("span"), sa.case((posted, 1), else_=0).label("posted"))
        .where(
            MEMBER.c.state == MemberState.ACTIVE,
            MEMBER.c.created_at >= min(span.start for span in moved),
            MEMBER.c.created_at < max(span.end for span in moved),
            MEMBER.c.id.not_in(sorted(leaving_out)),
        )
        .subquery("some")
    )
    rows = db.session.execute(
        sa.select(some.c.span, sa.func.count(), sa.func.sum(some.c.posted)).group_by(some.c.span)
    )
    found = {row[0]: Newcomers(row[1], int(row[2])) for row in rows}
    return [found.get(n, Newcomers()) for n in range(len(spans))]


@dataclass(frozen=True, slots=True)
class Posts:
    """Visible posts of a period by members, and posts and replies by the team."""

    by_members: int
    by_team: int
    replies_by_team: int


def posts_of(spans: Sequence[Span], team: Collection[int]) -> list[Posts]:
    """Return who posted in periods. One statement."""
    staff = sorted(team)
    columns: list[Any] = []
    for n, span in enumerate(spans):
        posts = (
            sa.select(sa.func.count())
            .select_from(THREAD)
            .where(span.has(THREAD.c.created_at), *visible(THREAD.c))
        )
        replies = sa.select(sa.func.count()).where(
            REPLY.c.author_id.in_(staff), REPLY.c.created_at >= span.start,
            REPLY.c.created_at < span.end, *visible(REPLY.c),
        )  # fmt: skip
        columns += [
            posts.scalar_subquery().label(f"all{n}"),
            posts.where(THREAD.c.author_id.in_(staff)).scalar_subquery().label(f"team{n}"),
            replies.scalar_subquery().label(f"replies{n}"),
        ]
    row = db.session.execute(sa.select(*columns)).one()
    return [
        Posts(
            getattr(row, f"all{n}") - getattr(row, f"team{n}"),
            getattr(row, f"team{n}"),
            getattr(row, f"replies{n}"),
        )
        for n in range(len(spans))
    ]
