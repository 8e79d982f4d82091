"""Ledger postings against the raw driver doing the same rows.

One run posts through the service and records every statement with its parameters; the other starts
from the same bytes and plays them back on a bare driver connection, one commit a posting.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.kernel import sqlite
from app.kernel.db import db
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part
from bench.serving import make_app

SKIP = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ")


@dataclass(frozen=True, slots=True)
class Statement:
    """What went to the driver: one execute, or one executemany."""

    text: str
    values: Any
    is_many: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """Postings a second, and statements a posting."""

    ours: float
    raw: float
    statements: float


def _command(member_id: int, number: int) -> Earn:
    part = Part("checkin.daily", 10, 10, fund=Fund.CHECKIN)
    return Earn(member_id=member_id, parts=(part,), scope="bench", key=f"{member_id}-{number}")


@contextmanager
def _recorded() -> Iterator[list[Statement]]:
    seen: list[Statement] = []

    def note(_c: Any, _cur: Any, text: str, values: Any, _ctx: Any, many: Any) -> None:
        if not text.lstrip().upper().startswith(SKIP):
            seen.append(Statement(text, values, bool(many)))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _post(count: int, members: int, batch: int, number: int) -> list[list[Statement]]:
    """Post ``count`` commands over some members; return what each posting sent."""
    played: list[list[Statement]] = []
    with _recorded() as seen:
        for n in range(count):
            before = len(seen)
            ledger.post(_command(1_000_000 + n % members, batch * 1_000_000 + number + n))
            played.append(seen[before:])
    return played


def on_sqlite(folder: Path, *, count: int, members: int, rounds: int) -> list[Rates]:
    """Measure on SQLite, interleaved: ours, then the same rows on the bare driver."""
    results = []
    for round_ in range(rounds):
        home = folder / f"round-{round_}"
        home.mkdir()
        app = make_app(f"sqlite:///{home / 'ours.db'}", home, migrated=True)
        with app.app_context():
            _post(members, members, 0, 0)  # every wallet exists
            db.session.remove()
            db.engine.dispose()
            shutil.copyfile(home / "ours.db", home / "raw.db")
            started = time.perf_counter()
            played = _post(count, members, 1, 0)
            ours = count / (time.perf_counter() - started)
            db.session.remove()
            db.engine.dispose()
        raw = _play(played, *_bare_sqlite(home / "raw.db"))
        results.append(Rates(ours, raw, sum(map(len, played)) / count))
    return results


def on_postgres(url: str, folder: Path, *, count: int, members: int, rounds: int) -> list[Rates]:
    """Measure on PostgreSQL; the raw run uses a database copied from the same template."""
    from bench.serving import postgres_copy

    results = []
    for _ in range(rounds):
        with postgres_copy(url) as first:
            app = make_app(first, folder, migrated=True)
            with app.app_context():
                _post(members, members, 0, 0)
                db.session.remove()
                db.engine.dispose()
            with postgres_copy(url, template=first) as second:
                with app.app_context():
                    started = time.perf_counter()
                    played = _post(count, members, 1, 0)
                    ours = count / (time.perf_counter() - started)
                    db.session.remove()
                    db.engine.dispose()
                raw = _play(played, *_bare_postgres(second))
        results.append(Rates(ours, raw, sum(map(len, played)) / count))
    return results


Execute = Callable[[Statement], None]
Do = Callable[[], None]


def _bare_sqlite(path: Path) -> tuple[Execute, Do, Do]:
    connection = sqlite.driver().connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA journal_mode={sqlite.journal_mode()}").fetchall()
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}").fetchall()

    def execute(each: Statement) -> None:
        run = connection.executemany if each.is_many else connection.execute
        run(each.text, each.values).fetchall()

    return (
        execute,
        lambda: connection.execute("BEGIN IMMEDIATE") and None,
        lambda: connection.execute("COMMIT") and None,
    )


def _bare_postgres(url: str) -> tuple[Execute, Do, Do]:
    import psycopg

    connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
    cursor = connection.cursor()

    def execute(each: Statement) -> None:
        run = cursor.executemany if each.is_many else cursor.execute
        run(each.text, each.values)
        if not each.is_many and cursor.description:
            cursor.fetchall()

    return execute, lambda: None, connection.commit


def _play(played: list[list[Statement]], execute: Execute, begin: Do, commit: Do) -> float:
    """Play statements back, a commit for each posting; return postings a second."""
    started = time.perf_counter()
    for statements in played:
        begin()
        for each in statements:
            execute(each)
        commit()
    return len(played) / (time.perf_counter() - started)
