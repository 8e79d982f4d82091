"""Ledger postings against the raw driver that writes the same rows in as many transactions.

The same commands run on three copies of one database. On the first, untimed, every writing
statement is noted with its parameters. Then, in turns, the ledger posts on the second, and the
driver alone runs the noted statements on the third. What differs is what the ledger does besides
writing: locks, reads, decisions, hashes, and SQLAlchemy. In the end both copies must hold the same
number of rows in every table.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Engine

from app.config import Config
from app.kernel.db import db
from app.ledger import service
from app.ledger.types import Earn, Fund, Part
from bench.community import SEED, opened, settings
from bench.stores import Store
from bench.table import Figure

MEMBERS = 1_000
BATCH = 500  # commands of one post_many, as in an import
POSTS_A_SECOND, BATCHES_A_SECOND = 200, 8  # how much is prepared for a second of measuring
TURN, BATCH_TURN = 25, 2  # calls before it is the other one's turn
TABLES = ("ledger_txn", "ledger_transfer", "lot_move", "wallet_entry", "point_lot", "wallet")

Statement = tuple[str, Any, bool]
"""SQL, its parameters, whether it is an executemany."""
Call = Sequence[Earn]
"""The commands of one transaction."""


@dataclass(slots=True)
class _Took:
    """Seconds of every call by the clock, and of all of them by the processor."""

    times: list[float] = field(default_factory=list)
    cpu: float = 0.0


def raw_name(store: Store, *, batch: bool) -> str:
    """Return the name of the line that the others are compared with."""
    return f"{store.driver}, {'a batch' if batch else 'one'}"


def measure(store: Store, folder: Path, seconds: float, *, batch: bool) -> list[Figure]:
    """Return the rates of the raw driver and of the ledger, in postings.

    Args:
        batch: 500 commands per ``post_many`` instead of one per ``post``.

    Raises:
        RuntimeError: the two did not write the same number of rows.
    """
    calls = _calls(int(seconds * (BATCHES_A_SECOND if batch else POSTS_A_SECOND)), batch=batch)
    kind = "batch" if batch else "one"
    base, posted, raw = (f"{kind}_{name}" for name in ("base", "ledger", "raw"))
    url = store.make(base)
    with opened(_config(folder, url)):
        _prepare()
    posted_url, raw_url = store.copy(base, posted), store.copy(base, raw)
    with opened(_config(folder, url)):
        noted = _rehearse(calls, seconds)
    connection = store.raw(raw_url)
    with opened(_config(folder, posted_url)):
        took = _in_turns(
            [lambda i: _post(calls[i]), lambda i: _write(connection, noted[i])],
            len(noted),
            BATCH_TURN if batch else TURN,
            seconds,
        )
        rows = [_rows(lambda sql: db.session.scalar(sa.text(sql)))]
    rows.append(_rows(lambda sql: connection.execute(sql).fetchone()[0]))
    connection.close()
    if rows[0] != rows[1]:
        message = f"the ledger and the driver differ: {rows}"
        raise RuntimeError(message)
    names = (
        ("ledger.service.post_many" if batch else "ledger.service.post"),
        raw_name(store, batch=batch),
    )
    each = BATCH if batch else 1
    figures = [
        Figure(name, one.times, sum(one.times), each, one.cpu if store.is_in_process else None)
        for name, one in zip(names, took, strict=True)
    ]
    return figures[::-1]


def _config(folder: Path, url: str) -> Config:
    return Config.from_env({**settings(folder, 8000), "POTLUCK_DATABASE_URL": url})


def _calls(number: int, *, batch: bool) -> list[Call]:
    """Return the commands: check-ins' awards, points and growth, of members drawn by lot."""
    chance = random.Random(SEED)
    size = BATCH if batch else 1
    return [
        [_earn(chance.randint(1, MEMBERS), f"{i}.{k}") for k in range(size)] for i in range(number)
    ]


def _earn(member_id: int, key: str) -> Earn:
    part = Part("bench.daily", 10, 10, fund=Fund.CHECKIN)
    return Earn(member_id=member_id, parts=(part,), scope="bench", key=key)


def _prepare() -> None:
    """Make the tables, and give every member his wallets and a first posting."""
    db.create_all()
    service.post_many(
        [_earn(member_id, f"first.{member_id}") for member_id in range(1, MEMBERS + 1)]
    )


def _post(call: Call) -> None:
    if len(call) == 1:
        service.post(call[0])
    else:
        service.post_many(call)


def _rehearse(calls: Sequence[Call], seconds: float) -> list[list[Statement]]:
    """Post for at most so many seconds; return what each call wrote."""
    over = time.perf_counter() + seconds
    noted: list[list[Statement]] = []
    for call in calls:
        noted.append(_noted(call))
        if time.perf_counter() > over:
            break
    return noted


def _noted(call: Call) -> list[Statement]:
    """Post, and return every statement that wrote."""
    with _noting() as statements:
        _post(call)
    return statements


@contextmanager
def _noting() -> Iterator[list[Statement]]:
    seen: list[Statement] = []

    def note(_c: Any, _cursor: Any, sql: str, values: Any, _context: Any, many: bool) -> None:  # noqa: FBT001 - SQLAlchemy's signature
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            seen.append((sql, values, many))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _write(connection: Any, statements: Sequence[Statement]) -> None:
    """Run noted statements as one transaction of the driver."""
    cursor = connection.cursor()
    cursor.execute("BEGIN")
    for sql, values, many in statements:
        (cursor.executemany if many else cursor.execute)(sql, values)
    cursor.execute("COMMIT")


def _in_turns(
    doers: Sequence[Callable[[int], None]], calls: int, turn: int, seconds: float
) -> list[_Took]:
    """Let each do its calls, some at a time, until one took its seconds; return what each took."""
    took = [_Took() for _ in doers]
    for start in range(0, calls, turn):
        if any(sum(one.times) > seconds for one in took):
            break  # between turns: all have done the same
        for doer, one in zip(doers, took, strict=True):
            cpu = time.process_time()
            for i in range(start, min(start + turn, calls)):
                before = time.perf_counter()
                doer(i)
                one.times.append(time.perf_counter() - before)
            one.cpu += time.process_time() - cpu
    return took


def _rows(ask: Callable[[str], Any]) -> dict[str, int]:
    return {table: int(ask(f"SELECT count(*) FROM {table}")) for table in TABLES}  # noqa: S608 - our own names
