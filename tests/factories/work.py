"""How much work a call does, counted instead of timed: the same on a busy machine."""

import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

STEPS = 20


def calls_of(run: Callable[[], object]) -> int:
    """Return how many functions, of Python and of C, ``run`` calls and leaves."""
    events = 0

    def count(*_event: object) -> None:
        nonlocal events
        events += 1

    sys.setprofile(count)
    try:
        run()
    finally:
        sys.setprofile(None)
    return events


def peak_bytes_of(run: Callable[[], object]) -> int:
    """Return the most memory, in bytes, that ``run`` held at once."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@contextmanager
def sqlite_steps(engine: Engine) -> Iterator[Callable[[], int]]:
    """Count the steps of SQLite's machine inside the block: each row that is read takes some.

    Yields:
        How many there have been so far, to :data:`STEPS`.
    """
    count = 0
    watched: dict[int, Any] = {}

    def step() -> int:
        nonlocal count
        count += STEPS
        return 0

    def watch(connection: Any, *_statement: object) -> None:
        own = connection.connection.dbapi_connection
        if id(own) not in watched:
            watched[id(own)] = own
            own.set_progress_handler(step, STEPS)

    event.listen(engine, "before_cursor_execute", watch)
    try:
        yield lambda: count
    finally:
        event.remove(engine, "before_cursor_execute", watch)
        for own in watched.values():
            own.set_progress_handler(None, 0)
