"""How hot a thread is: kept as it changes, in a fixed number of statements, never recomputed.

``hot_ms = born_ms + 45,000,000 · log10(1 + people)``

*people* are members other than the author who took part: liked, replied, reacted, kept, voted. The
logarithm beside the birth is Reddit's form, which is monotonic in time, so it may be stored: ten
times the people are worth 12.5 hours (45,000 s). That one person heats a thread once, whatever he
does there, is Discuz! X's (``forum_threadpartake``): nobody cooks his own thread by replying a
hundred times, and taking a like back and giving it again changes nothing.

Likes and replies are read from the facts by a sweep some seconds later: the hottest writes of the
house stay as short as they were. Rarer acts warm a thread in their own transaction.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

import sqlalchemy as sa

from app.community.events import ReplyLiked, ReplyPublished, ThreadLiked
from app.community.queries.tables import THREAD
from app.community.queries.tables_reading import CURSOR, HEAT, TAG
from app.community.queries.topics import KnownTags, known_tags
from app.community.service import hashtags
from app.kernel import clock
from app.kernel.db import BigInt, changed, db, insert, use_case
from app.kernel.facts import FactRow
from app.search.types import Document

TEN_TIMES_MS = 45_000_000
CHUNK = 500
SETTLED = timedelta(seconds=5)  # when a fact is this old, those with smaller ids are committed
WARMING = (ThreadLiked.name, ReplyLiked.name, ReplyPublished.name)


def ms(at: datetime) -> int:
    """Return a moment in whole milliseconds since 1970."""
    return round(at.timestamp() * 1000)


def hot_of(born_ms: Any, people: Any) -> Any:
    """Return the expression of the score."""
    return sa.cast(
        born_ms + sa.func.round(TEN_TIMES_MS * sa.func.log(sa.cast(1 + people, sa.Float))), BigInt
    )


def tag(
    thread_id: int, at: datetime, names: Collection[str], known: KnownTags
) -> Sequence[Document]:
    """Note the tags of a new visible thread; return those that search shall find from now on.

    None without tags, one statement with, two where nobody has used one of them before. The
    thread's row says how many they are.
    """
    if not names:
        return ()
    new = hashtags.note(known.unmet(names))
    shared = {"thread_id": thread_id, "born_ms": ms(at), "hot_ms": ms(at), "is_visible": True}
    db.session.execute(sa.insert(TAG), [{**shared, "name": name} for name in names])
    return new


def tag_many(threads: Collection[tuple[int, datetime, tuple[str, ...]]]) -> None:
    """Note the tags of new visible threads: id, moment, tags. As many statements as for one."""
    known = known_tags({tag for *_rest, tags in threads for tag in tags})
    rows, counts = [], []
    for thread_id, at, tags in threads:
        names = known.names(tags)
        born = ms(at)
        shared = {"thread_id": thread_id, "born_ms": born, "hot_ms": born, "is_visible": True}
        rows += [{**shared, "name": name} for name in names]
        counts += [{"row_id": thread_id, "tags": len(names)}] if names else []
    if rows:
        hashtags.meet(known.unmet(str(row["name"]) for row in rows))
        db.session.execute(sa.insert(TAG), rows)
        statement = sa.update(THREAD).where(THREAD.c.id == sa.bindparam("row_id"))
        db.session.connection().execute(
            statement.values(tag_count=sa.bindparam("tags", type_=sa.Integer())), counts
        )


FIGURES = (THREAD.c.born_ms, THREAD.c.hot_ms, THREAD.c.featured_ms, THREAD.c.people)
"""What a tag's row repeats of its thread."""


def rewrite(thread_id: int, tags: Iterable[str]) -> None:
    """Follow a thread whose text changed. Two statements, four with tags."""
    tags = tuple(tags)
    known = known_tags(tags)
    names = known.names(tags)
    row = db.session.execute(
        sa.update(THREAD)
        .where(THREAD.c.id == thread_id)
        .values(tag_count=len(names))
        .returning(*FIGURES)
    ).one()
    retag(thread_id, row, names, known)


def retag(
    thread_id: int, row: Any, names: Collection[str], known: KnownTags, *, had: bool = True
) -> None:
    """Give a thread other tags. None where there were none and are none.

    Args:
        thread_id: which.
        row: its :data:`FIGURES`; its row is locked and says how many tags it has.
        names: the tags as they are kept.
        known: what is known of them.
        had: whether it had any.
    """
    if had:
        changed(sa.delete(TAG).where(TAG.c.thread_id == thread_id))
    if names:
        shared = {
            "thread_id": thread_id, "born_ms": row.born_ms, "hot_ms": row.hot_ms,
            "featured_ms": row.featured_ms, "people": row.people, "is_visible": True,
        }  # fmt: skip
        hashtags.meet(known.unmet(names))
        db.session.execute(sa.insert(TAG), [{**shared, "name": name} for name in names])


def warm(thread_id: int, member_id: int) -> None:
    """Count a member who takes part in a thread; its author and repeats change nothing.

    One statement for a repeat, two for somebody new, three where the thread has tags. The caller
    has touched the thread's row by then, if it does at all: everybody locks in that order.
    """
    his = (
        sa.select(THREAD.c.id, sa.literal(member_id, BigInt))
        .where(THREAD.c.id == thread_id, THREAD.c.author_id != member_id)
    )  # fmt: skip
    statement = insert(HEAT).from_select(["thread_id", "member_id"], his)
    if not changed(statement.on_conflict_do_nothing()):
        return
    more = THREAD.c.people + 1
    _spread(
        thread_id,
        sa.update(THREAD)
        .where(THREAD.c.id == thread_id)
        .values(people=more, hot_ms=hot_of(THREAD.c.born_ms, more)),
        "hot_ms",
        "people",
    )


@use_case
def warm_from_facts(limit: int = 2_000) -> int:
    """Let likes and replies since the last time warm their threads; return how many were read."""
    last = db.session.scalar(
        sa.select(CURSOR.c.fact_id).where(CURSOR.c.name == "heat").with_for_update()
    )
    found = db.session.execute(
        sa.select(FactRow.id, FactRow.occurred_at, FactRow.actor_id, FactRow.payload)
        .where(FactRow.name.in_(WARMING), FactRow.id > (last or 0))
        .order_by(FactRow.id)
        .limit(limit)
    ).all()
    settled = clock.now() - SETTLED
    rows = list(takewhile(lambda row: row.occurred_at < settled, found))
    if not rows:
        return 0
    pairs = {(json.loads(row.payload)["thread_id"], row.actor_id) for row in rows if row.actor_id}
    warm_many(_without_authors(pairs))
    statement = insert(CURSOR).values(name="heat", fact_id=rows[-1].id)
    changed(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"fact_id": statement.excluded.fact_id}
        )
    )
    return len(rows)


def _without_authors(pairs: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    threads = sorted({thread_id for thread_id, _member in pairs})
    own = {
        (row.id, row.author_id)
        for start in range(0, len(threads), CHUNK)
        for row in db.session.execute(
            sa.select(THREAD.c.id, THREAD.c.author_id).where(
                THREAD.c.id.in_(threads[start : start + CHUNK])
            )
        )
    }
    return set(pairs) - own


def warm_many(pairs: Collection[tuple[int, int]]) -> None:
    """Count members who took part: (thread, member), authors left out. For bulk loading.

    Three statements for each 500 pairs.
    """
    ordered = sorted(set(pairs))
    for start in range(0, len(ordered), CHUNK):
        some = [{"thread_id": t, "member_id": m} for t, m in ordered[start : start + CHUNK]]
        statement = insert(HEAT).values(some).on_conflict_do_nothing()
        new = Counter(db.session.scalars(statement.returning(HEAT.c.thread_id)))
        if not new:
            continue
        more = THREAD.c.people + sa.bindparam("more", type_=sa.Integer())
        heated = sa.update(THREAD).where(THREAD.c.id == sa.bindparam("row_id"))
        db.session.connection().execute(
            heated.values(people=more, hot_ms=hot_of(THREAD.c.born_ms, more)),
            [{"row_id": thread_id, "more": count} for thread_id, count in sorted(new.items())],
        )
        values = {
            name: sa.select(THREAD.c[name]).where(THREAD.c.id == TAG.c.thread_id).scalar_subquery()
            for name in ("hot_ms", "people")
        }
        changed(sa.update(TAG).where(TAG.c.thread_id.in_(list(new))).values(values))


def show(thread_id: int, *, is_visible: bool) -> None:
    """Follow a thread that left or came back. One statement."""
    changed(sa.update(TAG).where(TAG.c.thread_id == thread_id).values(is_visible=is_visible))


def feature(thread_id: int, featured_ms: int | None) -> bool:
    """Pick a visible thread, or no longer; return whether that changed anything."""
    before = THREAD.c.featured_ms.is_(None) if featured_ms else THREAD.c.featured_ms.is_not(None)
    statement = sa.update(THREAD).where(THREAD.c.id == thread_id, before)
    return _spread(thread_id, statement.values(featured_ms=featured_ms), "featured_ms")


def _spread(thread_id: int, statement: Any, *names: str) -> bool:
    """Change figures of a thread, and their copies in the tags."""
    figures = [THREAD.c[name] for name in names]
    row = db.session.execute(statement.returning(THREAD.c.tag_count, *figures)).one_or_none()
    if row is not None and row.tag_count:
        values = {name: getattr(row, name) for name in names}
        changed(sa.update(TAG).where(TAG.c.thread_id == thread_id).values(values))
    return row is not None
