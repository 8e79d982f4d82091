"""Searching: one statement for a page of hits of one kind and the numbers of all kinds.

SQLite walks the full-text index from the newest row down and stops when the page is full;
PostgreSQL takes its GIN index, and walks the entries for what too many have (``fitting``). Who may
see what is asked inside the statement, so a page is never short.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import BigInt, db, dialect_name
from app.search.policy import phrases_of
from app.search.policy.writing import (
    LARGEST,
    Question,
    first_id_of_day,
    fts_question,
    mark,
    question,
)
from app.search.queries.fitting import Fitting
from app.search.queries.tables import ENTRY, TEXT, live
from app.search.types import MANY, PAGE, Asked, Chosen, Found, Hit, Kind, Sort, filters, kinds

_ANY = 9  # a rank above all: where a search begins


def find(asked: Asked, kind: Kind, *, after: str | None = None, limit: int = PAGE) -> Found:
    """Return a page of hits of a kind, and how many hits every kind has. One statement."""
    source: Source = _Postgres(asked) if dialect_name() == "postgresql" else _SQLite(asked)
    counted = [each for each in kinds() if _applies(asked, each)]
    parts = [part for each in counted for part in source.count(each)] if after is None else []
    if _applies(asked, kind):
        parts += list(_pages(asked, kind, source, _read_key(after), limit + 1))
    if not parts:
        return Found(kind, (), None)
    rows = db.session.execute(sa.union_all(*parts)).all()
    counts: dict[str, int] = {}
    for row in rows:
        if row.what == 0:
            counts[row.kind] = max(row.number, counts.get(row.kind, 0))
    hits = sorted(
        (Hit(row.number, row.thing_id, row.rank) for row in rows if row.what == 1),
        key=lambda hit: (-hit.rank, -hit.entry_id),
    )
    more = len(hits) > limit
    next_key = f"{hits[limit - 1].rank}-{hits[limit - 1].entry_id:x}" if more else None
    return Found(kind, hits[:limit], next_key, counts)


def _read_key(text: str | None) -> tuple[int, int]:
    """Return rank and id of the last hit of the page before; whatever is no key begins anew."""
    rank, _, number = (text or "").partition("-")
    try:
        key = int(rank), int(number, 16)
    except ValueError:
        return _ANY, 0
    return key if key[0] in {0, 1, 2} and 0 <= key[1] <= LARGEST else (_ANY, 0)


def _applies(asked: Asked, kind: Kind) -> bool:
    """Return whether the filters that are on have a meaning for a kind."""
    if asked.has_photo and kind.key != "thread":
        return False
    if (asked.since or asked.until) and kind.key not in {"thread", "reply"}:
        return False
    return all(kind.key in chosen.filter.kinds and chosen.ids for chosen in asked.chosen)


class Source(Protocol):
    """A database's way to entries that fit."""

    def count(self, kind: Kind) -> Iterator[sa.Select[Any]]:
        """Yield rows of the number of hits of a kind; the greatest one counts."""
        ...

    def page(
        self, kind: Kind, rank: int | None, before: int | None, limit: int
    ) -> Iterator[sa.Select[Any]]:
        """Yield (id, thing_id) of the newest hits of a rank; None: of any."""
        ...


class _SQLite:
    """Walks the full-text index from the newest row down."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked

    def count(self, kind: Kind) -> Iterator[sa.Select[Any]]:
        """Yield the number of hits of a kind."""
        yield counting(kind, self._matching(kind, None).limit(MANY).subquery())

    def page(
        self, kind: Kind, rank: int | None, before: int | None, limit: int
    ) -> Iterator[sa.Select[Any]]:
        """Yield the newest hits of a rank."""
        hits = self._matching(kind, rank)
        if before is not None:
            hits = hits.where(TEXT.c.rowid < before)
        yield hits.order_by(TEXT.c.rowid.desc()).limit(limit)

    def _matching(self, kind: Kind, rank: int | None) -> sa.Select[Any]:
        asks = _question(self._asked, kind)
        since, below = _days(self._asked)
        return (
            sa.select(TEXT.c.rowid.label("id"), ENTRY.c.thing_id)
            .join_from(TEXT, ENTRY, ENTRY.c.id == TEXT.c.rowid)
            .where(
                TEXT.c.search_text.op("MATCH")(fts_question(asks, rank)),
                *([TEXT.c.rowid >= since] if since else ()),
                *([TEXT.c.rowid < below] if below < LARGEST else ()),
                ENTRY.c.generation == live(),
                *_conditions(self._asked, kind, ENTRY.c.thing_id),
            )
        )


class _Postgres:
    """Takes the GIN index, once for a kind and rank."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._known: dict[tuple[str, int | None], Fitting] = {}

    def count(self, kind: Kind) -> Iterator[sa.Select[Any]]:
        """Yield the number among the first ones, then, where that may not be all, by walking."""
        found = self._fitting(kind, None)
        conditions = _conditions(self._asked, kind, found.some.c.thing_id)
        seen = sa.select(found.some.c.id).where(*conditions).limit(MANY).subquery()
        first = counting(kind, seen).cte(f"count_{kind.key}")
        yield sa.select(first)
        enough = sa.select(first.c.number).scalar_subquery() >= MANY
        walked = found.walk(*_conditions(self._asked, kind, ENTRY.c.thing_id)).where(~enough)
        yield counting(kind, walked.limit(MANY).subquery())

    def page(
        self, kind: Kind, rank: int | None, before: int | None, limit: int
    ) -> Iterator[sa.Select[Any]]:
        """Yield the newest hits: of all that fit, or by walking where too many do."""
        found = self._fitting(kind, rank)
        less: list[Fitting] = []
        if rank == 0:  # what fits at all, less what fits better
            less = [self._fitting(kind, 2), self._fitting(kind, 1)]
        sorted_ = found.newest(before, less)
        yield (
            sa.select(sorted_.c.id, sorted_.c.thing_id)
            .where(*_conditions(self._asked, kind, sorted_.c.thing_id))
            .order_by(sorted_.c.id.desc())
            .limit(limit)
        )
        walked = found.walk(*_conditions(self._asked, kind, ENTRY.c.thing_id), rank=rank)
        if before is not None:
            walked = walked.where(ENTRY.c.id < before)
        yield walked.order_by(ENTRY.c.id.desc()).limit(limit)

    def _fitting(self, kind: Kind, rank: int | None) -> Fitting:
        key = kind.key, rank or None
        if key not in self._known:
            asks, days = _question(self._asked, kind), _days(self._asked)
            self._known[key] = Fitting(f"{kind.key}_{rank or 'any'}", asks, rank or None, days)
        return self._known[key]


def counting(kind: Kind, some: sa.Subquery) -> sa.Select[Any]:
    """Return the row that says how many there are of a kind."""
    columns: list[Any] = [
        sa.literal(0).label("what"),
        sa.literal(kind.key).label("kind"),
        sa.literal(0).label("rank"),
        sa.func.count().label("number"),
        sa.literal(0, BigInt).label("thing_id"),
    ]
    return sa.select(*columns).select_from(some)


def _pages(
    asked: Asked, kind: Kind, source: Source, key: tuple[int, int], limit: int
) -> Iterator[sa.Select[Any]]:
    ranks: Sequence[int | None] = (2, 1, 0) if asked.sort is Sort.RELEVANCE else (None,)
    for rank in ranks:
        place = rank or 0
        if place > key[0]:
            continue
        for hits in source.page(kind, rank, key[1] if place == key[0] else None, limit):
            some = hits.subquery()
            yield sa.select(
                sa.literal(1).label("what"),
                sa.literal(kind.key).label("kind"),
                sa.literal(place).label("rank"),
                some.c.id.label("number"),
                some.c.thing_id.label("thing_id"),
            )


def _question(asked: Asked, kind: Kind) -> Question:
    marks = [
        tuple(mark(chosen.filter.name, number) for number in chosen.ids)
        for chosen in asked.chosen
        if kind.key not in chosen.filter.where
    ]
    if asked.has_photo:
        marks.append((mark("photo", 1),))
    return question(kind.key, asked.runs, phrases_of(asked.runs, kind.prefix_from), marks)


def _days(asked: Asked) -> tuple[int, int]:
    """Return the first id of the days that are searched, and the first one after them."""
    zone = clock.zone()
    since = first_id_of_day(asked.since, zone) if asked.since else 0
    return since, first_id_of_day(asked.until, zone) if asked.until else LARGEST


def _conditions(asked: Asked, kind: Kind, thing_id: Any) -> Iterator[sa.ColumnElement[bool]]:
    """Yield what is asked of the thing itself: that it may be seen, and filters without a mark."""
    yield kind.visible(thing_id, asked.viewer_id)
    for chosen in asked.chosen:
        if kind.key in chosen.filter.where:
            yield chosen.filter.where[kind.key](thing_id, chosen.ids)


def choose(values: dict[str, str], *, is_zh: bool) -> tuple[Chosen, ...]:
    """Return the filters that an address turns on. One statement, none for no filter."""
    wanted = [each for each in filters() if values.get(each.name)]
    if not wanted:
        return ()
    parts = []
    for each in wanted:
        found = each.resolve(values[each.name], is_zh).subquery()
        parts.append(sa.select(sa.literal(each.name).label("name"), found.c.id, found.c.label))
    rows = db.session.execute(sa.union_all(*parts)).all()
    return tuple(
        Chosen(
            each,
            values[each.name],
            tuple(row.id for row in rows if row.name == each.name),
            next((str(row.label) for row in rows if row.name == each.name), values[each.name]),
        )
        for each in wanted
    )
