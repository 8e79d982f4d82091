"""Is the index what its things say? Compared in batches, both ways."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.kernel.db import db, dialect_name
from app.search.policy.writing import digest_of
from app.search.queries.tables import ENTRY, TEXT, layout, live
from app.search.types import Kind, find_kind, kinds

BATCH = 500


def drifting_entries() -> Iterator[str]:
    """Yield a sentence for each entry that is missing, is too many, or tells something else."""
    for kind in kinds():
        yield from _missing(kind)
    yield from _too_many()
    if dialect_name() == "sqlite":
        yield from _torn()


def _missing(kind: Kind) -> Iterator[str]:
    after = 0
    while ids := list(kind.ids_after(after, BATCH)):
        after = ids[-1]
        wanted = {each.thing_id: digest_of(each, layout()) for each in kind.documents(ids)}
        held = _digests(kind.key, list(wanted))
        for thing_id, digest in wanted.items():
            if thing_id not in held:
                yield f"{kind.key} {thing_id} cannot be found"
            elif held[thing_id] != digest:
                yield f"{kind.key} {thing_id} is found by what it was before"


def _digests(kind: str, thing_ids: Sequence[int]) -> dict[int, str]:
    if not thing_ids:
        return {}
    rows = db.session.execute(
        sa.select(ENTRY.c.thing_id, ENTRY.c.digest).where(
            ENTRY.c.generation == live(), ENTRY.c.kind == kind, ENTRY.c.thing_id.in_(thing_ids)
        )
    )
    return {row.thing_id: row.digest for row in rows}


def _too_many() -> Iterator[str]:
    after = 0
    while True:
        rows = db.session.execute(
            sa.select(ENTRY.c.id, ENTRY.c.kind, ENTRY.c.thing_id)
            .where(ENTRY.c.generation == live(), ENTRY.c.id > after)
            .order_by(ENTRY.c.id)
            .limit(BATCH)
        ).all()
        if not rows:
            return
        after = rows[-1].id
        for key in sorted({row.kind for row in rows}):
            thing_ids = [row.thing_id for row in rows if row.kind == key]
            kind = find_kind(key)
            known = {each.thing_id for each in kind.documents(thing_ids)} if kind else set()
            for thing_id in thing_ids:
                if thing_id not in known:
                    yield f"{key} {thing_id} is in the index and must not be found"


def _torn() -> Iterator[str]:
    """Compare the entries with SQLite's full-text rows: they are written together."""
    rows = sa.select(TEXT.c.rowid).where(TEXT.c.rowid == ENTRY.c.id).exists()
    bare = db.session.scalar(sa.select(sa.func.count()).select_from(ENTRY).where(~rows))
    entries = db.session.scalar(sa.select(sa.func.count()).select_from(ENTRY)) or 0
    texts = db.session.scalar(sa.select(sa.func.count()).select_from(TEXT)) or 0
    if bare:
        yield f"{bare} entries have no words"
    if texts > entries - (bare or 0):
        yield f"{texts - entries + (bare or 0)} rows of words have no entry"
