"""Searching: one statement for a page of hits of one kind and the numbers of all kinds.

SQLite walks the full-text index from the newest row down and stops when the page is full;
PostgreSQL takes the GIN index or walks the entries, whichever it thinks is less: it keeps figures
of ten thousand tokens for that (``search_entry.tokens``). Who may see what
is asked inside the statement, so a page is never short.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import BigInt, db, dialect_name
from app.search.policy import phrases_of
from app.search.policy.writing import (
    Question,
    first_id_of_day,
    fts_question,
    mark,
    question,
    ts_question,
)
from app.search.queries.tables import ENTRY, TEXT, live
from app.search.types import MANY, PAGE, Asked, Chosen, Found, Hit, Kind, Sort, filters, kinds

_ANY = 9  # a rank above all: where a search begins
LARGEST = 2**63 - 1


def find(asked: Asked, kind: Kind, *, after: str | None = None, limit: int = PAGE) -> Found:
    """Return a page of hits of a kind, and how many hits every kind has. One statement."""
    counted = [each for each in kinds() if _applies(asked, each)]
    parts = [_count(asked, each) for each in counted] if after is None else []
    if _applies(asked, kind):
        parts += list(_pages(asked, kind, _read_key(after), limit + 1))
    if not parts:
        return Found(kind, (), None)
    rows = db.session.execute(sa.union_all(*parts)).all()
    counts = {row.kind: row.number for row in rows if row.what == 0}
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


def _count(asked: Asked, kind: Kind) -> sa.Select[Any]:
    some = _matching(asked, kind, None).limit(MANY).subquery()
    columns: list[Any] = [
        sa.literal(0).label("what"),
        sa.literal(kind.key).label("kind"),
        sa.literal(0).label("rank"),
        sa.func.count().label("number"),
        sa.literal(0, BigInt).label("thing_id"),
    ]
    return sa.select(*columns).select_from(some)


def _pages(asked: Asked, kind: Kind, key: tuple[int, int], limit: int) -> Iterator[sa.Select[Any]]:
    ranks: Sequence[int | None] = (2, 1, 0) if asked.sort is Sort.RELEVANCE else (None,)
    for rank in ranks:
        place = rank or 0
        if place > key[0]:
            continue
        hits = _matching(asked, kind, rank, before=key[1] if place == key[0] else None)
        some = hits.order_by(hits.selected_columns.id.desc()).limit(limit).subquery()
        yield sa.select(
            sa.literal(1).label("what"),
            sa.literal(kind.key).label("kind"),
            sa.literal(place).label("rank"),
            some.c.id.label("number"),
            some.c.thing_id.label("thing_id"),
        )


def _matching(
    asked: Asked, kind: Kind, rank: int | None, before: int | None = None
) -> sa.Select[Any]:
    asks = _question(asked, kind)
    entry: Any = ENTRY.c
    if dialect_name() == "postgresql":
        text = sa.cast(ts_question(asks, rank), sa.dialects.postgresql.TSQUERY)
        is_blind = rank == 2 or any(each.is_open for each in asks.phrases)  # noqa: PLR2004
        source, fits = _fitting(ENTRY.c.tokens.op("@@")(text), is_blind=is_blind)
        entry = source.c
        row_id: Any = entry.id
    else:
        row_id = TEXT.c.rowid
        source = TEXT.join(ENTRY, ENTRY.c.id == TEXT.c.rowid)
        fits = TEXT.c.search_text.op("MATCH")(fts_question(asks, rank))
    statement = (
        sa.select(row_id.label("id"), entry.thing_id)
        .select_from(source)
        .where(fits, entry.generation == live(), kind.visible(entry.thing_id, asked.viewer_id))
        .where(*_narrowing(asked, kind, row_id, entry.thing_id))
    )
    return statement if before is None else statement.where(row_id < before)


def _fitting(fits: sa.ColumnElement[bool], *, is_blind: bool) -> tuple[Any, sa.ColumnElement[bool]]:
    """Return where PostgreSQL finds entries that fit, and the condition that is left.

    Of what nearly nothing has, and of beginnings of words, the planner knows nothing (it is
    *blind*): it would walk all entries to find the one. Behind OFFSET 0 it sees neither order nor
    limit, and takes the index.
    """
    if not is_blind:
        return ENTRY, fits
    columns = ENTRY.c.id, ENTRY.c.thing_id, ENTRY.c.generation
    return sa.select(*columns).where(fits).offset(0).subquery(), sa.true()


def _question(asked: Asked, kind: Kind) -> Question:
    marks = [
        tuple(mark(chosen.filter.name, number) for number in chosen.ids)
        for chosen in asked.chosen
        if kind.key not in chosen.filter.where
    ]
    if asked.has_photo:
        marks.append((mark("photo", 1),))
    return question(kind.key, asked.runs, phrases_of(asked.runs, kind.prefix_from), marks)


def _narrowing(
    asked: Asked, kind: Kind, row_id: Any, thing_id: Any
) -> Iterator[sa.ColumnElement[bool]]:
    if asked.since:
        yield row_id >= first_id_of_day(asked.since, clock.zone())
    if asked.until:
        yield row_id < first_id_of_day(asked.until, clock.zone())
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
