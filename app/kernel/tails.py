"""Reading the log of facts from behind: for what may be done a moment later, and twice.

A subscriber (:func:`app.kernel.facts.subscribe`) costs whoever publishes a row a fact. A reader of
the tail costs nothing: a sweep of his reads what is new since his mark. Ids are given before
commits, so a fact may come to light behind a later one; therefore the mark stays a minute behind,
longer than any transaction may last, and what is younger is read again each time. Whoever reads
must be idempotent, and cheap where there is nothing to do::

    @jobs.sweep("community.tell", every=timedelta(seconds=2))
    def tell() -> int:
        return tails.follow("community.tell", (ThreadLiked, ThreadUnliked), service.tell_of)
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock, ids, jobs
from app.kernel.db import BigInt, Model, changed, db, insert, use_case
from app.kernel.facts import Fact, FactRow

BEHIND = timedelta(seconds=60)
FROM_THE_START = timedelta(hours=1)  # how far back somebody reads who has no mark yet
TOO_OLD = timedelta(days=1)  # what was loaded with an earlier date is history, not news
PAGE = 500

FACT = cast("sa.Table", FactRow.__table__)


class FactMark(Model):
    """Up to which fact somebody has read for good."""

    __tablename__ = "fact_mark"

    reader: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    fact_id: Mapped[int] = mapped_column(BigInt)


MARK = cast("sa.Table", FactMark.__table__)


@dataclass(frozen=True, slots=True)
class Heard:
    """A fact as the log holds it.

    Attributes:
        said: its fields.
    """

    id: int
    name: str
    actor_id: int | None
    concerns_id: int | None
    said: dict[str, Any]


def follow(
    reader: str,
    kinds: Collection[type[Fact]],
    handle: Callable[[Sequence[Heard]], int],
    *,
    page: int = PAGE,
    too_old: timedelta = TOO_OLD,
) -> int:
    """Read what is new, page by page, then move the mark; return how much was done about it.

    Args:
        reader: whose mark.
        kinds: the facts that he wants.
        handle: takes a page, in the order of ids; a use case; returns how much it changed.
        page: facts at a time.
        too_old: what happened longer ago is history, however lately it was noted.
    """
    now = clock.now()
    begin = db.session.scalar(sa.select(MARK.c.fact_id).where(MARK.c.reader == reader))
    after = begin if begin is not None else _id_at(now - FROM_THE_START)
    horizon, done = _id_at(now - BEHIND), 0
    while True:
        rows = _read(after, kinds, page)
        db.session.rollback()
        heard = [_heard(row) for row in rows if row.occurred_at >= now - too_old]
        if heard:
            done += handle(heard)
        if len(rows) < page:
            break
        after = rows[-1].id
        if jobs.stopping():
            horizon = min(horizon, after)
            break
    if begin is None or horizon - begin > _id_at(ids.EPOCH + BEHIND):  # not at every turn
        _move(reader, horizon)
    return done


def _id_at(moment: datetime) -> int:
    """Return an id below all that are given from a moment on."""
    return (moment - ids.EPOCH) // ids.MILLISECOND << ids.SEQUENCE_BITS


def _read(after: int, kinds: Collection[type[Fact]], limit: int) -> Sequence[Any]:
    return db.session.execute(
        sa.select(
            FACT.c.id, FACT.c.name, FACT.c.actor_id, FACT.c.concerns_id, FACT.c.payload,
            FACT.c.occurred_at,
        )
        .where(FACT.c.id > after, FACT.c.name.in_(sorted(kind.name for kind in kinds)))
        .order_by(FACT.c.id)
        .limit(limit)
    ).all()  # fmt: skip


def _heard(row: Any) -> Heard:
    return Heard(row.id, row.name, row.actor_id, row.concerns_id, json.loads(row.payload))


@use_case
def _move(reader: str, fact_id: int) -> None:
    statement = insert(MARK).values(reader=reader, fact_id=fact_id)
    changed(
        statement.on_conflict_do_update(
            index_elements=["reader"],
            set_={"fact_id": statement.excluded.fact_id},
            where=MARK.c.fact_id < statement.excluded.fact_id,
        )
    )
