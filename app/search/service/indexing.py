"""Keep the index: called by the domains above, inside the transaction that changes their rows.

``index`` takes documents at hand; ``refresh`` asks their domain for them and forgets what may not
be found any more. While a rebuild is under way both generations are written.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel.db import changed, db, dialect_name, insert, is_one_of, use_case
from app.search.policy.writing import PARITY, digest_of, entry_id, written
from app.search.queries.tables import ENTRY, FIRST_GENERATION, STATE, TEXT, layout
from app.search.types import Document, find_kind

CHUNK, A_FEW = 400, 50


@use_case
def index(documents: Sequence[Document], *, is_new: bool = False) -> None:
    """Put documents into the index, in place of what was known of the same things.

    One statement for new ones, two for more than fifty; else at most six for up to 400.

    Args:
        documents: what is to be found.
        is_new: none of them can be in the index yet. They go into the live generation only; a
            rebuild fetches them before it changes over.
    """
    if is_new:
        add_entries(_with_free_ids(documents), None)
        return
    if not documents:
        return
    generations = _generations()
    for some in _chunks(documents):
        for generation in generations:
            _put(some, generation)


@use_case
def refresh(kind: str, thing_ids: Collection[int]) -> None:
    """Bring the index up to date with things as their domain has them now.

    Kinds that nobody registered are left out. At most six statements for up to 400 things.
    """
    known = find_kind(kind)
    if known is None:
        return
    for some in _chunks(sorted(set(thing_ids))):
        documents = known.documents(some)
        kept = {document.thing_id for document in documents}
        forget(kind, [thing_id for thing_id in some if thing_id not in kept])
        index(documents)


@use_case
def forget(kind: str, thing_ids: Collection[int]) -> None:
    """Take things out of the index, of every generation. Twice is once. Two statements."""
    for some in _chunks(sorted(set(thing_ids))):
        gone = db.session.scalars(
            sa.delete(ENTRY)
            .where(ENTRY.c.kind == kind, ENTRY.c.thing_id.in_(some))
            .returning(ENTRY.c.id)
        ).all()
        _drop_texts(gone)


def _with_free_ids(documents: Sequence[Document]) -> list[tuple[int, str, Document]]:
    """Return new entries of the live generation (id, digest, document); ids without its bit.

    Of a few, the one whose id is somebody's is refused and written again under another.
    """
    taken = _taken(documents, None, 0) if len(documents) > A_FEW else set()
    row_ids = free_ids(documents, None, taken)
    return [
        (i, digest_of(each, layout()), each) for i, each in zip(row_ids, documents, strict=True)
    ]


def free_ids(documents: Sequence[Document], generation: int | None, taken: set[int]) -> list[int]:
    """Return an id for each document that no entry has.

    Ids follow the moment, and a file may know the day only: thousands of one moment meet. One
    statement for each round in which some do.

    Args:
        documents: what is new in the generation.
        generation: of the index; None: the live one, ids without its bit.
        taken: which of the ids that they would get first are somebody's.
    """
    given = dict[int, int]()
    waiting, attempt = list(range(len(documents))), 0
    while waiting:
        asked, waiting = waiting, []
        for place in asked:
            each = documents[place]
            row_id = entry_id(each.at, each.thing_id, generation or 0, attempt)
            if row_id in taken:
                waiting.append(place)
            else:
                taken.add(row_id)
                given[row_id] = place
        attempt += 1
        if waiting:
            taken |= _taken([documents[place] for place in waiting], generation, attempt)
    return sorted(given, key=given.__getitem__)


def _taken(documents: Sequence[Document], generation: int | None, attempt: int) -> set[int]:
    """Return which ids of an attempt are somebody's. One statement."""
    wanted = [entry_id(each.at, each.thing_id, generation or 0, attempt) for each in documents]
    if generation is None:
        wanted += [row_id | PARITY for row_id in wanted]
    found = db.session.scalars(sa.select(ENTRY.c.id).where(is_one_of(ENTRY.c.id, wanted))).all()
    return {row_id & ~PARITY for row_id in found} if generation is None else set(found)


def _chunks(things: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(things), CHUNK):
        yield things[start : start + CHUNK]


def _generations() -> list[int]:
    """Return which generations are written; a rebuild waits until this transaction is over."""
    statement = sa.select(STATE.c.live, STATE.c.building).with_for_update(read=True)
    row = db.session.execute(statement).first()
    if row is None:
        make_state()
        return [FIRST_GENERATION]
    return [row.live] if row.building is None else [row.live, row.building]


def make_state() -> None:
    """Make the row that says which generation is read."""
    first = {"id": 1, "live": FIRST_GENERATION, "after_id": 0, "done": 0}
    changed(insert(STATE).values(**first).on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class _Known:
    """An entry as it stands."""

    id: int
    digest: str


def _put(documents: Sequence[Document], generation: int) -> None:
    known, taken = _known(documents, generation)
    new, stale = [], []
    for document in documents:
        digest, old = digest_of(document, layout()), known.get((document.kind, document.thing_id))
        if old is None:
            new.append(document)
        elif old.digest != digest:
            stale.append((old.id, digest, document))
    row_ids = free_ids(new, generation, taken)
    add_entries(
        [(i, digest_of(each, layout()), each) for i, each in zip(row_ids, new, strict=True)],
        generation,
    )
    if stale:
        _change_entries(stale)


def _known(
    documents: Sequence[Document], generation: int
) -> tuple[dict[tuple[str, int], _Known], set[int]]:
    """Return the entries of things by kind and id, and all ids that new ones must not take."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for each in documents:
        by_kind[each.kind].append(each.thing_id)
    own = [
        sa.and_(ENTRY.c.kind == kind, ENTRY.c.thing_id.in_(thing_ids))
        for kind, thing_ids in by_kind.items()
    ]
    wanted = [entry_id(each.at, each.thing_id, generation) for each in documents]
    rows = db.session.execute(
        sa.select(
            ENTRY.c.id, ENTRY.c.generation, ENTRY.c.kind, ENTRY.c.thing_id, ENTRY.c.digest
        ).where(
            sa.or_(sa.and_(ENTRY.c.generation == generation, sa.or_(*own)), ENTRY.c.id.in_(wanted))
        )
    ).all()
    known = {
        (row.kind, row.thing_id): _Known(row.id, row.digest)
        for row in rows
        if row.generation == generation
    }
    return known, {row.id for row in rows}


def add_entries(rows: Sequence[tuple[int, str, Document]], generation: int | None) -> None:
    """Insert entries (id, digest, document) that are not there. One statement.

    Without a generation the live one is meant, and ids get its bit.
    """
    if not rows:
        return
    is_postgres = dialect_name() == "postgresql"
    ready = []
    for row_id, digest, each in rows:
        text = written(each)
        words = (text.vector,) if is_postgres else text.columns
        ready.append((row_id, generation, each.kind, each.thing_id, digest, *words))
    if not is_postgres:
        statement = _SQLITE
    elif generation is None:
        statement = _POSTGRES_LIVE
        ready = [(row[0], *row[2:]) for row in ready]
    else:
        statement = _POSTGRES
    db.session.connection().exec_driver_sql(statement, ready)


_SQLITE = (
    "INSERT INTO search_writing (id, generation, kind, thing_id, digest, title, body, marks) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_POSTGRES = (
    "INSERT INTO search_entry (id, generation, kind, thing_id, digest, tokens) "
    "VALUES (%s, %s, %s, %s, %s, %s)"
)
_POSTGRES_LIVE = (
    "INSERT INTO search_entry (id, generation, kind, thing_id, digest, tokens) "  # noqa: S608 - a number
    f"SELECT %s::bigint + CASE WHEN g.n & 1 = 1 THEN {PARITY} ELSE 0 END, g.n, "
    "%s, %s, %s, %s::tsvector "
    "FROM (SELECT coalesce((SELECT live FROM search_state LIMIT 1), 1) AS n) AS g"
)


def _change_entries(rows: Sequence[tuple[int, str, Document]]) -> None:
    is_postgres = dialect_name() == "postgresql"
    values: dict[str, Any] = {"digest": sa.bindparam("new_digest"), "is_learnt": False}
    if is_postgres:
        values["tokens"] = sa.bindparam("new_tokens", type_=ENTRY.c.tokens.type)
    ready = [(row_id, digest, written(each)) for row_id, digest, each in rows]
    statement = sa.update(ENTRY).where(ENTRY.c.id == sa.bindparam("row_id")).values(**values)
    db.session.connection().execute(
        statement,
        [
            {"row_id": row_id, "new_digest": digest}
            | ({"new_tokens": text.vector} if is_postgres else {})
            for row_id, digest, text in ready
        ],
    )
    if not is_postgres:
        _drop_texts([row_id for row_id, _, _ in ready])
        _put_texts([(row_id, *text.columns) for row_id, _, text in ready])


def _put_texts(rows: Sequence[tuple[int, str, str, str]]) -> None:
    db.session.connection().exec_driver_sql(
        "INSERT INTO search_text (rowid, title, body, marks) VALUES (?, ?, ?, ?)", list(rows)
    )


def _drop_texts(row_ids: Sequence[int]) -> None:
    if row_ids and dialect_name() == "sqlite":
        gone = sa.delete(TEXT).where(TEXT.c.rowid.in_(row_ids))
        db.session.execute(gone, execution_options={"synchronize_session": False})


def drop_entries(generations: Sequence[int], limit: int) -> int:
    """Delete entries of generations that nobody needs; return how many. Two statements."""
    some = sa.select(ENTRY.c.id).where(ENTRY.c.generation.not_in(generations)).limit(limit)
    gone = db.session.scalars(
        sa.delete(ENTRY).where(ENTRY.c.id.in_(some)).returning(ENTRY.c.id)
    ).all()
    _drop_texts(gone)
    return len(gone)
