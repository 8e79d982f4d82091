"""Rows as they come, never all at once."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

ROWS_AT_ONCE = 2_000


def stream(connection: Connection, query: sa.Select[Any]) -> Iterator[Any]:
    """Return a query's rows a few at a time."""
    return iter(connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}))


class Grouped:
    """A stream of rows ordered by an id, handed out an id at a time, in ascending order."""

    def __init__(self, rows: Iterable[Any], name: str) -> None:
        self._groups = groupby(rows, attrgetter(name))
        self._next = next(self._groups, None)

    def take(self, wanted: int) -> Iterator[Any]:
        """Yield the rows of this id; take them all before asking for the next."""
        while self._next is not None and self._next[0] < wanted:  # nobody's: keys forbid it
            self._next = next(self._groups, None)
        if self._next is not None and self._next[0] == wanted:
            yield from self._next[1]
            self._next = next(self._groups, None)
