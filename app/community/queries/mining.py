"""What upper floors read of posts in bulk: texts of a day, picks of a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import MEMBER, THREAD, visible
from app.community.queries.tables_reading import TOPIC_NAME
from app.community.queries.welcomes import counting_first_posts
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.text import plain_text
from app.kernel.types import Person


@dataclass(frozen=True, slots=True)
class PostText:
    """A visible post's words."""

    id: int
    author_id: int
    board_id: int
    text: str


def texts_of_day(on: date, after: int = 0, limit: int = 500) -> list[PostText]:
    """Return visible posts of a business day, by id: the next after one. One statement."""
    rows = db.session.execute(
        sa.select(
            THREAD.c.id, THREAD.c.author_id, THREAD.c.board_id, THREAD.c.title, THREAD.c.body_html
        )
        .where(
            THREAD.c.created_at >= clock.day_start(on),
            THREAD.c.created_at < clock.day_end(on),
            THREAD.c.id > after,
            *visible(THREAD.c),
        )
        .order_by(THREAD.c.id)
        .limit(limit)
    )
    return [
        PostText(row.id, row.author_id, row.board_id, f"{row.title}\n{plain_text(row.body_html)}")
        for row in rows
    ]


def topic_names() -> set[str]:
    """Return everything that topics are or were called, folded. One statement."""
    return set(db.session.scalars(sa.select(TOPIC_NAME.c.name)))


@dataclass(frozen=True, slots=True)
class PickLine:
    """A post that was featured, or that may be.

    Attributes:
        people: members other than its author who took part.
        featured_on: the business day it was picked on; None: not yet.
    """

    id: int
    code: str
    title: str
    author: Person
    people: int
    featured_on: date | None


@dataclass(frozen=True, slots=True)
class Picks:
    """The posts of a week for the team.

    Attributes:
        picked: featured in the week, the first first.
        candidates: visible posts of the week that most people took part in, not featured.
        waiting: first posts that nobody has welcomed yet, now.
    """

    picked: Sequence[PickLine]
    candidates: Sequence[PickLine]
    waiting: int


def picks_between(first: date, last: date, few: int = 5) -> Picks:
    """Return the picks of some days, and who might be picked. One statement."""
    start, end = clock.day_start(first), clock.day_end(last)
    picked = (
        sa.select(THREAD.c.id)
        .where(THREAD.c.featured_ms >= _ms(start), THREAD.c.featured_ms < _ms(end))
        .where(*visible(THREAD.c))
        .order_by(THREAD.c.featured_ms)
        .limit(50)
        .subquery()
    )
    likely = (
        sa.select(THREAD.c.id)
        .where(THREAD.c.created_at >= start, THREAD.c.created_at < end, THREAD.c.people > 0)
        .where(THREAD.c.featured_ms.is_(None), *visible(THREAD.c))
        .order_by(THREAD.c.people.desc(), THREAD.c.id.desc())
        .limit(few)
        .subquery()
    )
    columns: list[Any] = [
        THREAD.c.id,
        THREAD.c.code,
        THREAD.c.title,
        THREAD.c.people,
        THREAD.c.featured_ms,
        counting_first_posts().scalar_subquery().label("waiting"),
        *identity.person_columns(),
    ]
    none: list[Any] = [sa.null() for _each in columns]
    none[5] = counting_first_posts().scalar_subquery()
    of_week = (
        sa.select(*columns)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .where(
            sa.or_(THREAD.c.id.in_(sa.select(picked.c.id)), THREAD.c.id.in_(sa.select(likely.c.id)))
        )
    )
    rows = db.session.execute(sa.union_all(of_week, sa.select(*none))).all()
    lines = [_pick(row) for row in rows if row.id is not None]
    return Picks(
        sorted((e for e in lines if e.featured_on), key=lambda e: (e.featured_on, e.id)),
        sorted((e for e in lines if not e.featured_on), key=lambda e: (-e.people, -e.id)),
        next((row.waiting for row in rows if row.id is None), 0),
    )


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _pick(row: Any) -> PickLine:
    on = None
    if row.featured_ms is not None:
        on = clock.business_date(datetime.fromtimestamp(row.featured_ms / 1000, clock.zone()))
    return PickLine(row.id, row.code, row.title, identity.person_from(row), row.people, on)
