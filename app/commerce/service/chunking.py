"""A stream of units in chunks, each of which is one transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.commerce.types import BadRow, OrderDraft, RefundDraft, Unit


@dataclass(slots=True)
class Chunk:
    """Rows ``start`` < row ≤ ``end`` in the order in which they are delivered."""

    start: int
    end: int
    orders: list[OrderDraft] = field(default_factory=list)
    refunds: list[RefundDraft] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def chunks(stream: Iterable[Unit], position: int, rows: int) -> Iterator[Chunk]:
    """Yield what comes after a position, about so many orders, refunds or bad rows at a time.

    At most four times as many rows: an order of many lines costs less than as many orders.
    """
    chunk = Chunk(position, position)
    for unit in _after(stream, position):
        chunk.end += unit.rows
        if unit.order is not None:
            chunk.orders.append(unit.order)
        elif unit.refunds:
            chunk.refunds.extend(unit.refunds)
        if unit.bad:
            chunk.bad.extend(unit.bad)
        things = len(chunk.orders) + len(chunk.refunds) + len(chunk.bad)
        if things >= rows or chunk.end - chunk.start >= 4 * rows:
            yield chunk
            chunk = Chunk(chunk.end, chunk.end)
    if chunk.end > chunk.start:
        yield chunk


def _after(stream: Iterable[Unit], position: int) -> Iterator[Unit]:
    """Pass over the units that an earlier run has committed."""
    passed = 0
    for unit in stream:
        passed += unit.rows
        if passed > position:
            yield unit
