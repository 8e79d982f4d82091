"""The timetable of background sweeps: what must happen without anybody asking for it.

A **sweep** finds its rows by their state, handles them, and returns how many it handled. The
database is the queue of record, so a sweep may be run twice, by two workers at once, or be killed
at any instant; the next run takes up what is left. A domain writes its sweeps in ``tasks.py``,
which its manifest imports::

    from datetime import timedelta
    from app.kernel import jobs

    @jobs.sweep("ledger.mature", every=timedelta(minutes=5), drain=True)
    def mature() -> int:
        '''Make pending points available on their day.'''
        return service.mature_due(limit=200)

``drain`` runs it again at once while it still handles something (a sweep by batches). A long sweep
asks :func:`stopping` between its commits and returns early. Whoever has just written work for a
sweep may call ``jobs.nudge("ledger.mature")``: after the commit the worker runs it within a second;
without the call it waits for its turn, nothing is lost.

``flask worker`` runs the timetable, ``flask jobs list`` shows it, ``flask jobs run NAME`` runs one
sweep now.
"""

import threading
import time as stopwatch
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.kernel import clock, facts, limits
from app.kernel.db import Model, changed, db, in_use_case, insert, use_case

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 20.0  # a draining sweep lets others have a turn after this long
RECORD_EVERY = timedelta(seconds=30)  # how often an idle sweep notes that it ran
NUDGE_GAP_SECONDS = 1.0
MAX_WAIT_AFTER_FAILURES = timedelta(minutes=10)

Work = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Sweep:
    """One line of the timetable.

    Attributes:
        every: time between two runs.
        at: for a daily sweep, the wall time in the brand's zone from which it is due; else None.
        drain: run again at once while it handles something.
    """

    name: str
    work: Work
    every: timedelta
    at: time | None = None
    drain: bool = False

    @property
    def purpose(self) -> str:
        """Return the first line of what the function says about itself."""
        return (self.work.__doc__ or "").strip().partition("\n")[0]

    def is_due(self, now: datetime, last: datetime | None, failures: int = 0) -> bool:
        """Return whether it must run: never ran, or long enough ago (longer after failures)."""
        if last is None:
            return self.at is None or now >= self._todays_start(now)
        if failures:
            wait: timedelta = min(self.every * 2 ** min(failures, 8), MAX_WAIT_AFTER_FAILURES)
            return now - last >= max(wait, timedelta(seconds=1))
        if self.at is not None:
            return last < self._todays_start(now) <= now
        return now - last >= self.every

    def _todays_start(self, now: datetime) -> datetime:
        assert self.at is not None  # noqa: S101 - only asked of daily sweeps
        return datetime.combine(clock.business_date(now), self.at, tzinfo=clock.zone())


class SweepRun(Model):
    """When a sweep last ran and how it went. One row a sweep; ``error`` is a class name only."""

    __tablename__ = "sweep_run"

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    finished_at: Mapped[datetime]
    duration_ms: Mapped[int]
    handled: Mapped[int]
    handled_total: Mapped[int]
    runs: Mapped[int]
    failures: Mapped[int]  # running; 0 after a success
    error: Mapped[str | None] = mapped_column(sa.String(100))


_sweeps: dict[str, Sweep] = {}
_recorded_at: dict[str, datetime] = {}
_failures: dict[str, int] = {}  # running, in this process; makes a broken sweep come less often
_stop = threading.Event()


def sweep(
    name: str, *, every: timedelta, at: time | None = None, drain: bool = False
) -> Callable[[Work], Work]:
    """Put a function without arguments on the timetable under ``domain.verb``.

    Raises:
        ValueError: ``every`` is shorter than a second, or ``at`` stands beside other than a day.
    """
    if every < timedelta(seconds=1):
        message = f"sweep {name}: every is {every}; a second is the shortest"
        raise ValueError(message)
    if at is not None and every != timedelta(days=1):
        message = f"sweep {name}: at= is for daily sweeps, every is {every}"
        raise ValueError(message)

    def decorate(work: Work) -> Work:
        _sweeps[name] = Sweep(name, work, every, at, drain)
        return work

    return decorate


def sweeps() -> list[Sweep]:
    """Return the timetable, by name."""
    return sorted(_sweeps.values(), key=lambda each: each.name)


def get_sweep(name: str) -> Sweep:
    """Return a sweep.

    Raises:
        LookupError: there is none of that name.
    """
    if name not in _sweeps:
        raise LookupError(name)
    return _sweeps[name]


# --- running -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run went. ``error`` is None when it went well."""

    handled: int
    seconds: float
    error: Exception | None = None


def run(name: str) -> Outcome:
    """Run a sweep now, inside an app context; note how it went. Its errors are caught and logged.

    Raises:
        LookupError: there is none of that name.
    """
    each = get_sweep(name)
    started = stopwatch.monotonic()
    handled, error = 0, None
    try:
        handled = _work(each, started)
    except Exception as problem:  # one broken sweep must not stop the others
        error = problem
        db.session.rollback()
        log.exception("sweep_failed", sweep=name)
    outcome = Outcome(handled, stopwatch.monotonic() - started, error)
    _failures[name] = 0 if error is None else _failures.get(name, 0) + 1
    _record_if_worth(each, outcome)
    if handled:
        log.info("sweep", sweep=name, handled=handled, ms=round(outcome.seconds * 1000))
    return outcome


def _work(each: Sweep, started: float) -> int:
    total = handled = each.work()
    while each.drain and handled and not stopping():
        if stopwatch.monotonic() - started > DRAIN_SECONDS:
            break
        handled = each.work()
        total += handled
    return total


def failures_of(name: str) -> int:
    """Return how often running a sweep has failed in this process."""
    return _failures.get(name, 0)


def stop() -> None:
    """Ask running sweeps to return early: the worker is going down."""
    _stop.set()


def stopping() -> bool:
    """Return whether the worker is going down; a long sweep asks this between its commits."""
    return _stop.is_set()


def _record_if_worth(each: Sweep, outcome: Outcome) -> None:
    """Note a run, but an idle one of a frequent sweep only now and then: no fsync for nothing."""
    now = clock.now()
    last = _recorded_at.get(each.name)
    idle = outcome.handled == 0 and outcome.error is None
    if idle and last is not None and timedelta(0) <= now - last < RECORD_EVERY:
        return
    try:
        _record(each.name, outcome)
    except Exception:  # the database is away: the sweep's own error was logged already
        db.session.rollback()
        log.exception("sweep_not_recorded", sweep=each.name)
    else:
        _recorded_at[each.name] = now


@use_case
def _record(name: str, outcome: Outcome) -> None:
    failed = outcome.error is not None
    figures = {
        "finished_at": clock.now(),
        "duration_ms": round(outcome.seconds * 1000),
        "handled": outcome.handled,
        "error": type(outcome.error).__name__[:100] if failed else None,
    }
    first = {"handled_total": outcome.handled, "runs": 1, "failures": int(failed)}
    changed(
        insert(SweepRun)
        .values(name=name, **figures, **first)
        .on_conflict_do_update(
            index_elements=["name"],
            set_={
                **figures,
                "handled_total": SweepRun.handled_total + outcome.handled,
                "runs": SweepRun.runs + 1,
                "failures": SweepRun.failures + 1 if failed else 0,
            },
        )
    )


@dataclass(frozen=True, slots=True)
class LastRun:
    """What is known about a sweep's last noted run."""

    name: str
    finished_at: datetime
    duration_ms: int
    handled: int
    handled_total: int
    runs: int
    failures: int
    error: str | None


def last_runs() -> dict[str, LastRun]:
    """Return the last noted run of every sweep that ever ran. One statement."""
    rows = db.session.execute(sa.select(SweepRun.__table__))
    return {row.name: LastRun(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name


# --- waking the worker ---------------------------------------------------------------------------

_nudged_at: dict[str, float] = {}


def nudge(name: str) -> None:
    """Wake the worker for a sweep: at once, or after the commit when inside a use case.

    Best effort and at most once a second for each sweep and process: the timetable runs it anyway.
    """
    if in_use_case():
        db.session().info.setdefault("nudges", set()).add(name)
    else:
        _send(name)


@event.listens_for(Session, "after_commit")
def _nudge_after_commit(session: Session) -> None:
    for name in session.info.pop("nudges", ()):
        _send(name)


@event.listens_for(Session, "after_rollback")
def _forget_nudges(session: Session) -> None:
    session.info.pop("nudges", None)


def _send(name: str) -> None:
    now = stopwatch.monotonic()
    if now - _nudged_at.get(name, -NUDGE_GAP_SECONDS) < NUDGE_GAP_SECONDS:
        return
    _nudged_at[name] = now
    from app.kernel import worker

    try:
        worker.enqueue(current_app._get_current_object(), name)  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    except Exception as problem:  # noqa: BLE001 - a queue that is away must not fail what was committed
        log.warning("nudge_lost", sweep=name, error=type(problem).__name__)


# --- the kernel's own sweeps ---------------------------------------------------------------------


def init_app(app: Flask) -> None:
    """Put the kernel's own sweeps on the timetable and install the operating commands."""
    from app.kernel import docs_cli, i18n_cli, jobs_cli, migrations_cli

    sweep("facts.deliver", every=timedelta(seconds=2), drain=True)(_deliver)
    sweep("facts.prune", every=timedelta(hours=1), drain=True)(_prune_facts)
    sweep("limits.prune", every=timedelta(hours=1))(limits.prune)
    sweep("worker.heartbeat", every=RECORD_EVERY)(_heartbeat)
    for commands in (jobs_cli, migrations_cli, i18n_cli, docs_cli):
        commands.init_app(app)


def _deliver() -> int:
    """Tell upper floors the facts that they have not heard yet."""
    return facts.deliver()


def _prune_facts() -> int:
    """Forget deliveries told more than a week ago; the facts stay."""
    return facts.prune()


def _heartbeat() -> int:
    """Say that a worker lives."""
    return 0
