"""The background worker: Huey wakes it and keeps time; what is to be done stands in the database.

The queue holds names of sweeps and nothing else. By default it is a small SQLite file of its own,
not in WAL mode (Huey uses the standard driver, which may be an old one) and not synced: losing it
loses no work. With ``POTLUCK_REDIS_URL`` it is a Redis list that several machines share.
"""

import logging
import signal
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from flask import Flask
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler
from huey.serializer import SignedSerializer

from app.config import Config
from app.kernel import clock, jobs
from app.kernel.media import rooms

log = structlog.get_logger(__name__)

NAME = "potluck"
MAX_POLL_SECONDS = 0.5  # how long an idle worker thread sleeps before it looks again


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue and the way to put a sweep's name into it."""

    huey: Huey
    ask: Callable[[str], object]


def queue_of(app: Flask) -> Queue:
    """Return this process's queue, made on first use."""
    made: Queue | None = app.extensions.get("potluck.queue")
    if made is None:
        made = app.extensions["potluck.queue"] = _make_queue(app)
    return made


def _make_queue(app: Flask) -> Queue:
    config: Config = app.config["POTLUCK"]
    # Signed: whoever can write to the queue still can't hand us an object of his own making.
    shared: dict[str, Any] = {
        "results": False,
        "serializer": SignedSerializer(config.secret_key, salt="potluck.queue"),
    }
    if config.redis_url:
        huey = RedisHuey(NAME, url=config.redis_url, **shared)
    else:
        path = queue_file(config)
        huey = SqliteHuey(
            NAME, filename=str(path), journal_mode="truncate", fsync=False, timeout=2, **shared
        )

    def run_sweep(name: str) -> None:
        _run(app, name)

    return Queue(huey, huey.task(name="run_sweep")(run_sweep))


def queue_file(config: Config) -> Path:
    """Return where the queue lives without Redis."""
    return config.instance_dir / "queue.db"


def enqueue(app: Flask, name: str) -> None:
    """Ask the worker for a run of a sweep."""
    queue_of(app).ask(name)


# --- running -------------------------------------------------------------------------------------

_waiting: set[str] = set()  # asked for by this process's timetable and not begun yet
_running: dict[str, threading.Lock] = {}


def _run(app: Flask, name: str) -> None:
    """Run a sweep, unless another thread is at it: that run or the next one sees the new rows."""
    _waiting.discard(name)
    lock = _running.setdefault(name, threading.Lock())
    if not lock.acquire(blocking=False):
        return
    try:
        with app.app_context():
            structlog.contextvars.bind_contextvars(sweep=name)
            jobs.run(name)
    except LookupError:  # an older version of the code asked for it
        log.warning("unknown_sweep", sweep=name)
    finally:
        structlog.contextvars.clear_contextvars()
        lock.release()


class Timetable:
    """Knows which sweeps are due; learns from the database, so that a restart repeats little."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._last: dict[str, datetime] = {}

    def load(self) -> None:
        """Learn when each sweep last ran."""
        with self._app.app_context():
            self._last = {name: run.finished_at for name, run in jobs.last_runs().items()}

    def take_due(self, now: datetime) -> list[str]:
        """Return the sweeps that must run now and are not asked for already."""
        due = [
            each.name
            for each in jobs.sweeps()
            if each.name not in _waiting
            and each.is_due(now, self._last.get(each.name), jobs.failures_of(each.name))
        ]
        for name in due:
            self._last[name] = now
        _waiting.update(due)
        return due


class _Scheduler(Scheduler):  # type: ignore[misc]  # Huey has no types
    """Huey's scheduler, asking our timetable every second."""

    periodic_task_seconds = 1
    timetable: Timetable
    ask: Callable[[str], object]

    def enqueue_periodic_tasks(self, _now: datetime | None) -> None:
        for name in self.timetable.take_due(clock.now()):
            try:
                self.ask(name)
            except Exception:  # the queue is away; the sweep comes up again
                _waiting.discard(name)
                log.exception("sweep_not_queued", sweep=name)


class _Consumer(Consumer):  # type: ignore[misc]  # Huey has no types
    """Huey's consumer: both signals let the sweep at hand finish, then exit 0."""

    def __init__(self, app: Flask, *, threads: int, with_timetable: bool) -> None:
        rooms.clear_up()
        self._queue = queue_of(app)
        self._timetable = Timetable(app)
        if with_timetable:
            self._timetable.load()
        super().__init__(
            self._queue.huey,
            workers=threads,
            periodic=with_timetable,
            max_delay=MAX_POLL_SECONDS,
            scheduler_interval=1,
        )
        wanted = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
        self._signal_actions = dict.fromkeys(wanted, (False, True))

    def _create_scheduler(self) -> _Scheduler:
        made = _Scheduler(
            huey=self.huey,
            stop_flag=self.stop_flag,
            interval=self.scheduler_interval,
            periodic=self.periodic,
        )
        made.timetable, made.ask = self._timetable, self._queue.ask
        return made

    def stop(self, *, graceful: bool = False) -> None:
        jobs.stop()
        super().stop(graceful=graceful)


def serve(app: Flask, *, threads: int = 2, with_timetable: bool = True) -> None:
    """Run until SIGINT or SIGTERM; then finish the sweeps at hand and return."""
    logging.getLogger("huey").setLevel(logging.WARNING)
    config: Config = app.config["POTLUCK"]
    if not config.redis_url:
        _replace_if_broken(queue_file(config))
    log.info("worker_started", threads=threads, sweeps=len(jobs.sweeps()))
    _Consumer(app, threads=threads, with_timetable=with_timetable).run()
    log.info("worker_stopped")


def _replace_if_broken(path: Path) -> None:
    """Throw away a queue file that a power cut spoilt: it holds wake-ups only."""
    try:
        with sqlite3.connect(path) as connection:
            healthy = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.DatabaseError:
        healthy = False
    if not healthy:
        log.warning("queue_file_replaced")
        for suffix in ("", "-journal", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
