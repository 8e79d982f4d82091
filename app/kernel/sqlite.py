"""SQLite as a server's database: the right driver, full durability, one fair queue of writers.

Measured (reference: docs/decisions/sqlite.md): ``synchronous=NORMAL`` lost acknowledged commits in
every power cut; SQLite's own busy handler starves writers; the library before 3.51.3 can corrupt a
WAL file that two processes write.
"""

import fcntl
import os
import sqlite3
import threading
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from sqlalchemy.engine import Engine

SAFE_WAL = (3, 51, 3)
FULL = 2  # what PRAGMA synchronous answers


def driver() -> ModuleType:
    """Return the DB-API module: ``pysqlite3`` where its wheel exists, else the standard one."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


def journal_mode() -> str:
    """Return ``wal`` where the library writes it safely, else the rollback journal."""
    version = tuple(int(part) for part in driver().sqlite_version.split("."))
    return "wal" if version >= SAFE_WAL else "delete"


def prepare(engine: Engine) -> None:
    """Set the pragmas of every new connection and refuse one on which they do not hold."""
    from sqlalchemy import event

    event.listen(engine, "connect", _on_connect)


def _on_connect(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # BEGIN is ours, see kernel.db
    mode = journal_mode()
    for pragma in (
        f"journal_mode={mode}",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "trusted_schema=OFF",
        "cell_size_check=ON",
        "mmap_size=0",
        "cache_size=-16000",
        "wal_autocheckpoint=8000",  # pages, 32 MB: big writes don't write the same pages twice
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    held = tuple(
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    )
    if held not in {(mode, FULL, 1), ("memory", FULL, 1)}:
        message = f"SQLite refused its settings: {held}; expected {(mode, FULL, 1)}"
        raise RuntimeError(message)


class WriteLock:
    """A queue of writers over all threads and processes that share one database file.

    A thread lock in each process, then ``flock`` on ``<database>.lock``: the kernel frees it when a
    process dies. Without a path (PostgreSQL, memory) it does nothing.
    """

    def __init__(self, path: str | None) -> None:
        is_file = bool(path) and path != ":memory:"
        self._path = Path(f"{path}.lock") if is_file else None
        self._reset()
        # A forked child opens its own file and has its own lock: the parent's may be held.
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._file: int | None = None

    def __enter__(self) -> "WriteLock":
        if self._path is None:
            return self
        self._lock.acquire()
        try:
            if self._file is None:
                self._file = os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600)
            fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:  # no file, no lock: the next writer of this process must not hang
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._path is None:
            return
        assert self._file is not None  # noqa: S101 - __enter__ opened it
        fcntl.flock(self._file, fcntl.LOCK_UN)
        self._lock.release()
