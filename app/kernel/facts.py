"""Facts: what happened, kept for ever, told to upper floors at least once.

A lower floor publishes; an upper floor subscribes. The row is in the same transaction as the change
itself, so a fact is never told about something that was rolled back. Facts are the community's
memory: they hold ids, enums, numbers and digests only; free text, names, contacts and addresses
live in erasable rows elsewhere.

Delivery is a table of its own (fact x listener), pruned once told; ``replay`` fills it again.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, TypeVar, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock, ids, tight
from app.kernel.bulk import insert_rows
from app.kernel.db import BigInt, Id, Model, append_only, changed, db, insert, use_case
from app.kernel.types import Ref, record

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 8
KEEP_TOLD = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, in the past tense. Fields are ids and plain values."""

    name: ClassVar[str]


F = TypeVar("F", bound=Fact)
Handler = Callable[[Any, "Told"], None]


@dataclass(frozen=True, slots=True)
class Told:
    """What stands around a fact: which, when, who.

    Attributes:
        id: the fact's id; a listener's idempotency key.
        on: the business day on which it happened.
    """

    id: int
    occurred_at: datetime
    on: date
    actor_id: int | None


@record(frozen=True, slots=True)
class Note:
    """A fact with its circumstances, ready to be published.

    Attributes:
        actor_id: the member who did it; None for the house itself.
        subject: what it happened to.
        concerns_id: the member whom it concerns (an author whose thread was liked).
        scope: where: board, topic, circle, channel.
        at: when; default now.
    """

    fact: Fact
    actor_id: int | None = None
    subject: Ref | None = None
    concerns_id: int | None = None
    scope: Ref | None = None
    at: datetime | None = None


@append_only
class FactRow(Model):
    """One fact. Never changed, never deleted."""

    __tablename__ = "fact"
    __table_args__ = (
        sa.Index("ix_fact_name_id", "name", "id"),
        sa.Index("ix_fact_actor_id", "actor_id", "id"),
        sa.Index("ix_fact_on_date", "on_date", "name"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(sa.String(64))
    actor_id: Mapped[int | None]
    subject_kind: Mapped[str | None] = mapped_column(sa.String(32))
    subject_id: Mapped[int | None]
    concerns_id: Mapped[int | None]
    scope_kind: Mapped[str | None] = mapped_column(sa.String(32))
    scope_id: Mapped[int | None]
    on_date: Mapped[date]  # the brand's business day
    occurred_at: Mapped[datetime]
    payload: Mapped[str] = mapped_column(sa.Text)  # canonical JSON of the fact's fields


class FactDelivery(Model):
    """One fact for one listener: waiting, or told."""

    __tablename__ = "fact_delivery"
    __table_args__ = (
        sa.Index(
            "ix_fact_delivery_waiting",
            "fact_id",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )

    fact_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("fact.id"), primary_key=True)
    listener: Mapped[str] = mapped_column(sa.String(96), primary_key=True)
    told_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    retry_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.String(200))


_FACTS = cast("sa.Table", FactRow.__table__)
_DELIVERIES = cast("sa.Table", FactDelivery.__table__)


@dataclass(frozen=True, slots=True)
class _Listener:
    name: str
    handler: Handler


_listeners: dict[str, list[_Listener]] = defaultdict(list)
_types: dict[str, type[Fact]] = {}


def subscribe(
    fact_type: type[F],
) -> Callable[[Callable[[F, Told], None]], Callable[[F, Told], None]]:
    """Register a listener. It must be idempotent: a fact can be told twice."""

    def decorate(handler: Callable[[F, Told], None]) -> Callable[[F, Told], None]:
        listener = _Listener(
            f"{handler.__module__.removeprefix('app.')}.{handler.__name__}", handler
        )
        _types[fact_type.name] = fact_type
        if all(known.name != listener.name for known in _listeners[fact_type.name]):
            _listeners[fact_type.name].append(listener)
        return handler

    return decorate


def publish(
    fact: Fact,
    *,
    actor_id: int | None = None,
    subject: Ref | None = None,
    concerns_id: int | None = None,
    scope: Ref | None = None,
) -> int:
    """Note a fact in the current transaction; return its id. One statement, or two if heard."""
    note = Note(fact, actor_id, subject, concerns_id, scope)
    return publish_many([note])[0]


def publish_many(notes: Sequence[Note]) -> list[int]:
    """Note many facts with one insert (and one for their listeners); return their ids."""
    if not notes:
        return []
    fact_ids = list(ids.next_ids(len(notes)))
    insert_rows(_FACTS, list(map(_row, fact_ids, notes)))
    deliveries = [
        (fact_id, listener.name)
        for fact_id, note in zip(fact_ids, notes, strict=True)
        for listener in _listeners[note.fact.name]
    ]
    insert_rows(_DELIVERIES, deliveries, ("fact_id", "listener"))
    return fact_ids


def _row(fact_id: int, note: Note) -> tuple[Any, ...]:
    """Return a fact's row, in the order of the table's columns."""
    at = note.at or clock.now()
    subject_kind, subject_id = (note.subject.kind, note.subject.id) if note.subject else _NOTHING
    scope_kind, scope_id = (note.scope.kind, note.scope.id) if note.scope else _NOTHING
    said = {name: getattr(note.fact, name) for name in _names_of(type(note.fact))}
    return (
        fact_id, note.fact.name, note.actor_id, subject_kind, subject_id, note.concerns_id,
        scope_kind, scope_id, clock.business_date(at), at, tight.fields(said),
    )  # fmt: skip


_NOTHING = (None, None)
_names: dict[type[Fact], tuple[str, ...]] = {}


def _names_of(kind: type[Fact]) -> tuple[str, ...]:
    found = _names.get(kind)
    if found is None:
        found = _names[kind] = tuple(sorted(field.name for field in fields(kind)))
    return found


# --- delivery ----------------------------------------------------------------------------------


def deliver(limit: int = 200) -> int:
    """Tell up to ``limit`` waiting deliveries; return how many were told. A re-runnable sweep."""
    now = clock.now()
    waiting = db.session.execute(
        sa.select(FactDelivery.fact_id, FactDelivery.listener)
        .where(
            FactDelivery.told_at.is_(None),
            FactDelivery.attempts < MAX_ATTEMPTS,
            sa.or_(FactDelivery.retry_at.is_(None), FactDelivery.retry_at <= now),
        )
        .order_by(FactDelivery.fact_id)
        .limit(limit)
    ).all()
    db.session.rollback()
    return sum(_tell(fact_id, listener) for fact_id, listener in waiting)


def _tell(fact_id: int, listener: str) -> bool:
    try:
        return _claim_and_handle(fact_id, listener)
    except Exception as error:
        log.exception("fact_delivery_failed", fact_id=fact_id, listener=listener)
        _note_failure(fact_id, listener, type(error).__name__)
        return False


@use_case
def _claim_and_handle(fact_id: int, listener_name: str) -> bool:
    row = db.session.execute(sa.select(FactRow.__table__).where(FactRow.id == fact_id)).one()
    known = [each for each in _listeners[row.name] if each.name == listener_name]
    if not known:  # this process is older, or newer, than the one that told of it
        raise LookupError(listener_name)
    # Compare-and-swap: of two workers, one updates a row and the other none.
    claimed = changed(
        sa.update(FactDelivery)
        .where(
            FactDelivery.fact_id == fact_id,
            FactDelivery.listener == listener_name,
            FactDelivery.told_at.is_(None),
        )
        .values(told_at=clock.now())
    )
    if claimed != 1:
        return False
    told = Told(row.id, row.occurred_at, row.on_date, row.actor_id)
    known[0].handler(_types[row.name](**json.loads(row.payload)), told)
    return True


@use_case
def _note_failure(fact_id: int, listener: str, error: str) -> None:
    row = sa.and_(FactDelivery.fact_id == fact_id, FactDelivery.listener == listener)
    attempts = db.session.scalar(sa.select(FactDelivery.attempts).where(row)) or 0
    changed(
        sa.update(FactDelivery)
        .where(row)
        .values(
            attempts=attempts + 1,
            error=error,
            retry_at=clock.now() + timedelta(seconds=5 * 4**attempts),
        )
    )


@use_case
def prune(limit: int = 5_000) -> int:
    """Forget deliveries told more than a week ago; the facts stay. Returns how many."""
    old = (
        sa.select(FactDelivery.fact_id, FactDelivery.listener)
        .where(FactDelivery.told_at < clock.now() - KEEP_TOLD)
        .limit(limit)
        .subquery()
    )
    return changed(
        sa.delete(FactDelivery).where(
            sa.tuple_(FactDelivery.fact_id, FactDelivery.listener).in_(
                sa.select(old.c.fact_id, old.c.listener)
            )
        )
    )


# --- figures and replay --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a listener is behind.

    Attributes:
        waiting: deliveries not told yet.
        failed: of these, given up after eight tries.
        oldest_seconds: age of the oldest waiting fact; 0 when nothing waits.
    """

    listener: str
    waiting: int
    failed: int
    oldest_seconds: int


def lags() -> list[Lag]:
    """Return how far behind every listener is, the worst first. One statement."""
    rows = db.session.execute(
        sa.select(
            FactDelivery.listener,
            sa.func.count().label("waiting"),
            sa.func.sum(sa.case((FactDelivery.attempts >= MAX_ATTEMPTS, 1), else_=0)).label(
                "failed"
            ),
            sa.func.min(FactRow.occurred_at).label("oldest"),
        )
        .join(FactRow, FactRow.id == FactDelivery.fact_id)
        .where(FactDelivery.told_at.is_(None))
        .group_by(FactDelivery.listener)
    ).all()
    waiting = {row.listener: row for row in rows}
    return sorted(
        (_lag(name, waiting.get(name)) for name in {*listener_names(), *waiting}),
        key=lambda lag: (-lag.oldest_seconds, lag.listener),
    )


def _lag(name: str, row: Any | None) -> Lag:
    if row is None:
        return Lag(name, 0, 0, 0)
    seconds = int((clock.now() - row.oldest).total_seconds())
    return Lag(name, int(row.waiting), int(row.failed), max(0, seconds))


def listener_names() -> list[str]:
    """Return the names of all registered listeners."""
    return sorted({listener.name for known in _listeners.values() for listener in known})


@use_case
def replay(listener: str, *, since: date | None = None) -> int:
    """Queue all past facts that a listener hears for telling again; return how many.

    Raises:
        LookupError: nobody of that name listens.
    """
    names = [name for name, known in _listeners.items() if any(k.name == listener for k in known)]
    if not names:
        raise LookupError(listener)
    heard = sa.select(
        FactRow.id.label("fact_id"),
        sa.literal(listener).label("listener"),
        sa.literal(0).label("attempts"),
    ).where(FactRow.name.in_(names))
    if since is not None:
        heard = heard.where(FactRow.on_date >= since)
    statement = insert(FactDelivery).from_select(["fact_id", "listener", "attempts"], heard)
    return changed(
        statement.on_conflict_do_update(
            index_elements=["fact_id", "listener"],
            set_={"told_at": None, "attempts": 0, "retry_at": None, "error": None},
        )
    )


def count_by_name(names: Iterable[str], *, since: date, until: date) -> dict[str, int]:
    """Return how many facts of each name fell on business days ``since`` ≤ day < ``until``."""
    rows = db.session.execute(
        sa.select(FactRow.name, sa.func.count())
        .where(FactRow.name.in_(list(names)), FactRow.on_date >= since, FactRow.on_date < until)
        .group_by(FactRow.name)
    ).all()
    return dict(rows)
