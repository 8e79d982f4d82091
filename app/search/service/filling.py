"""Let things be found that the index does not know yet: those of before a kind was registered.

Whatever is written is indexed with it. What stood there when a kind came, or when its things began
to be found by something new (its edition was raised), is looked through here, once, by the worker:
nobody has to know. Each batch is one transaction that notes how far it came: it may be killed at
any instant, and two workers do no harm.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, insert, use_case
from app.search.queries.tables import ENTRY, FILL, layout, live
from app.search.service.indexing import refresh
from app.search.types import Kind, kinds

BATCH = 400


def fill(limit: int = BATCH) -> int:
    """Look through one batch of a kind that is not through; return how many things, 0: all are.

    A thing that the index knows costs no more than its id, unless the edition was raised.
    """
    known = {row.kind: row for row in db.session.execute(sa.select(FILL))}
    db.session.rollback()
    for kind in kinds():
        row = known.get(kind.key)
        if row is None or row.edition != _edition(kind) or row.through_at is None:
            return _fill(kind, limit)
    return 0


@use_case
def _fill(kind: Kind, limit: int) -> int:
    edition = _edition(kind)
    first = {"kind": kind.key, "edition": edition, "after_id": 0}
    changed(insert(FILL).values(**first, through_at=None).on_conflict_do_nothing())
    this = FILL.c.kind == kind.key
    row = db.session.execute(sa.select(FILL).where(this).with_for_update()).one()
    after_id = row.after_id if row.edition == edition else 0
    ids = list(kind.ids_after(after_id, limit))
    refresh(kind.key, ids if edition > 1 else _missing(kind.key, ids))
    changed(
        sa.update(FILL)
        .where(this)
        .values(
            edition=edition,
            after_id=ids[-1] if ids else after_id,
            through_at=None if ids else clock.now(),
        )
    )
    return max(1, len(ids))


def _edition(kind: Kind) -> int:
    """Return what a kind is found by and how that is written: either may be raised."""
    return kind.edition + layout()


def _missing(kind: str, ids: Sequence[int]) -> set[int]:
    there = sa.select(ENTRY.c.thing_id).where(
        ENTRY.c.generation == live(), ENTRY.c.kind == kind, ENTRY.c.thing_id.in_(ids)
    )
    return set(ids).difference(db.session.scalars(there))
