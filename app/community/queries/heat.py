"""Recount the figures of reading: each statement returns only the rows that drift."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.community.queries.tables import THREAD, visible
from app.community.queries.tables_reading import (
    BALLOT,
    HASHTAG,
    HEAT,
    POLL,
    REACTION,
    REACTION_COUNT,
    TAG,
    TOPIC_NAME,
    VIEWS_DAY,
)
from app.kernel.db import db

TEN_TIMES_MS = 45_000_000


def drifting_reading() -> Iterator[str]:
    """Yield one sentence per figure of reading that is not what a recount gives."""
    yield from _threads()
    yield from _tags()
    yield from _reactions()
    yield from _ballots()


def _threads() -> Iterator[str]:
    people = _sum(sa.func.count(), HEAT.c.thread_id == THREAD.c.id)
    views = _sum(
        sa.func.coalesce(sa.func.sum(VIEWS_DAY.c.views), 0), VIEWS_DAY.c.thread_id == THREAD.c.id
    )
    tags = _sum(sa.func.count(), TAG.c.thread_id == THREAD.c.id)
    hot = THREAD.c.born_ms + TEN_TIMES_MS * sa.func.log(sa.cast(1 + THREAD.c.people, sa.Float))
    wrong = {
        "people": THREAD.c.people != people,
        "views": THREAD.c.view_count != views,
        "tags": THREAD.c.tag_count != tags,
        "heat": sa.func.abs(THREAD.c.hot_ms - hot) > 1,
    }
    rows = db.session.execute(
        sa.select(THREAD.c.code, *(test.label(name) for name, test in wrong.items())).where(
            sa.or_(*wrong.values())
        )
    )
    for row in rows:
        bad = [name for name in wrong if getattr(row, name)]
        yield f"thread {row.code}: its {', '.join(bad)} is not what a recount gives"


def _sum(what: sa.ColumnElement[int], where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(what).where(where).correlate(THREAD).scalar_subquery()


def _tags() -> Iterator[str]:
    shown = sa.and_(*visible(THREAD.c))
    copies = ("born_ms", "hot_ms", "featured_ms", "people")
    same = [TAG.c[name].is_distinct_from(THREAD.c[name]) for name in copies]
    rows = db.session.execute(
        sa.select(TAG.c.thread_id, TAG.c.name)
        .join(THREAD, THREAD.c.id == TAG.c.thread_id)
        .where(sa.or_(*same, TAG.c.is_visible != shown))
    )
    for row in rows:
        yield f"tag {row.name!r} of thread {row.thread_id} is not what its thread says"
    met = sa.exists().where(HASHTAG.c.name == TAG.c.name)
    named = sa.exists().where(TOPIC_NAME.c.name == TAG.c.name)
    unmet = sa.select(TAG.c.name).where(~met, ~named).distinct()
    for name in db.session.scalars(unmet):
        yield f"tag {name!r} is on a thread, but search can't know it"


def _reactions() -> Iterator[str]:
    keys = ("thread_id", "floor", "kind")
    counted = (
        sa.select(*(REACTION.c[key] for key in keys), sa.func.count().label("real"))
        .group_by(*(REACTION.c[key] for key in keys))
        .subquery()
    )
    match = sa.and_(*(counted.c[key] == REACTION_COUNT.c[key] for key in keys))
    rows = db.session.execute(
        sa.select(*(REACTION_COUNT.c[key] for key in keys))
        .outerjoin(counted, match)
        .where(REACTION_COUNT.c["count"] != sa.func.coalesce(counted.c.real, 0))
    )
    for row in rows:
        yield f"reaction {row.kind} of thread {row.thread_id}, floor {row.floor}, is miscounted"
    missing = db.session.execute(
        sa.select(*(counted.c[key] for key in keys))
        .outerjoin(REACTION_COUNT, match)
        .where(REACTION_COUNT.c.kind.is_(None))
    )
    for row in missing:
        yield f"reaction {row.kind} of thread {row.thread_id}, floor {row.floor}, has no count"


def _ballots() -> Iterator[str]:
    cast = sa.select(sa.func.count()).where(BALLOT.c.thread_id == POLL.c.thread_id)
    rows = db.session.execute(
        sa.select(POLL.c.thread_id).where(POLL.c.ballot_count != cast.scalar_subquery())
    )
    for row in rows:
        yield f"poll of thread {row.thread_id}: its ballots are miscounted"
