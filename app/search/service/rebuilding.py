"""Build the whole index anew beside the one in use, and change over in one step.

Each batch is one transaction that also writes down how far it came: killed at any instant, a
rebuild goes on where it stood. Writers wait for a batch (some tenths of a second), and write both
generations meanwhile, so nothing that changes is lost.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, dialect_name, use_case
from app.search.policy.writing import digest_of, entry_id
from app.search.queries.tables import ENTRY, STATE, TEXT, layout
from app.search.service.indexing import add_entries, drop_entries, forget, free_ids, make_state
from app.search.types import Document, find_kind, kinds

BATCH = 400


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is: ``done`` things of all kinds; ``is_over``: the new index is in use."""

    kind: str
    done: int
    is_over: bool


@use_case
def begin_rebuild(*, anew: bool = False) -> bool:
    """Begin a rebuild, or go on with one that was stopped; return whether it goes on.

    Args:
        anew: throw away what a stopped one has made.
    """
    state = _lock()
    if state.building is not None and not anew:
        return True
    first = kinds()[0].key if kinds() else None
    _set(building=state.live + 1, kind=first, after_id=0, done=0, started_at=clock.now())
    if state.building is not None:
        while drop_entries([state.live], BATCH * 10):
            pass
    return False


def rebuild_step() -> Progress:
    """Index one batch; after the last one change over. Re-runnable, may be killed.

    Raises:
        LookupError: no rebuild has begun.
    """
    return _step()


@use_case
def _step() -> Progress:
    state = _lock()
    if state.building is None:
        raise LookupError("no rebuild has begun")
    kind = find_kind(state.kind)
    ids = list(kind.ids_after(state.after_id, BATCH)) if kind else []
    if kind is not None and ids:
        _add(kind.documents(ids), state.building)
        _set(after_id=ids[-1], done=state.done + len(ids))
        return Progress(kind.key, state.done + len(ids), is_over=False)
    following = _after(state.kind)
    if following is not None:
        _set(kind=following, after_id=0)
        return Progress(following, state.done, is_over=False)
    late = _fetch_late(state)
    if late:
        return Progress(late, state.done, is_over=False)
    _set(live=state.building, building=None, kind=None, after_id=0)
    return Progress("", state.done, is_over=True)


def _fetch_late(state: Any) -> str:
    """Index what came while we were busy; return its kind, or nothing: then nobody can add more.

    New things are written into the live generation alone, see ``index``. On PostgreSQL the table
    is locked first: who writes at this moment is waited for, who comes later sees the new one.
    """
    if dialect_name() == "postgresql":
        db.session.execute(sa.text("LOCK TABLE search_entry IN SHARE ROW EXCLUSIVE MODE"))
    there = ENTRY.alias()
    is_there = sa.exists().where(
        there.c.generation == state.building,
        there.c.kind == ENTRY.c.kind,
        there.c.thing_id == ENTRY.c.thing_id,
    )
    registered = [kind.key for kind in kinds()]
    rows = db.session.execute(
        sa.select(ENTRY.c.kind, ENTRY.c.thing_id)
        .where(ENTRY.c.generation == state.live, ENTRY.c.kind.in_(registered), ~is_there)
        .order_by(ENTRY.c.kind, ENTRY.c.thing_id)
        .limit(BATCH)
    ).all()
    for key in {row.kind for row in rows}:
        kind, ids = find_kind(key), [row.thing_id for row in rows if row.kind == key]
        documents = kind.documents(ids) if kind else ()
        _add(documents, state.building)
        forget(key, set(ids) - {each.thing_id for each in documents})
    return str(rows[0].kind) if rows else ""


def _after(key: str | None) -> str | None:
    keys = [kind.key for kind in kinds()]
    place = keys.index(key) + 1 if key in keys else len(keys)
    return keys[place] if place < len(keys) else None


def _add(documents: Any, generation: int) -> None:
    """Index what no writer has written meanwhile: his word is the newer one."""
    wanted: list[Document] = list(documents)
    if not wanted:
        return
    own = sa.and_(
        ENTRY.c.generation == generation,
        ENTRY.c.kind == wanted[0].kind,
        ENTRY.c.thing_id.in_([each.thing_id for each in wanted]),
    )
    fresh_ids = [entry_id(each.at, each.thing_id, generation) for each in wanted]
    rows = db.session.execute(
        sa.select(ENTRY.c.id, ENTRY.c.generation, ENTRY.c.kind, ENTRY.c.thing_id).where(
            sa.or_(own, ENTRY.c.id.in_(fresh_ids))
        )
    ).all()
    there = {
        row.thing_id for row in rows if row.generation == generation and row.kind == wanted[0].kind
    }
    fresh = [each for each in wanted if each.thing_id not in there]
    row_ids = free_ids(fresh, generation, {row.id for row in rows})
    add_entries(
        [(i, digest_of(each, layout()), each) for i, each in zip(row_ids, fresh, strict=True)],
        generation,
    )


@use_case
def sweep_old_entries(limit: int = 2_000) -> int:
    """Delete entries that no search and no rebuild needs; return how many. Re-runnable."""
    state = _lock()
    return drop_entries([each for each in (state.live, state.building) if each], limit)


@use_case
def mend() -> int:
    """Delete words that belong to no entry; return how many rows. SQLite only, one statement."""
    if dialect_name() != "sqlite":
        return 0
    return changed(sa.delete(TEXT).where(TEXT.c.rowid.not_in(sa.select(ENTRY.c.id))))


def _lock() -> Any:
    """Return the state; its row stays locked, so that nobody else writes the index meanwhile."""
    make_state()
    return db.session.execute(sa.select(STATE).with_for_update()).one()


def _set(**values: Any) -> None:
    changed(sa.update(STATE).values(**values))
