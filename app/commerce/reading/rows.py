"""What orders and refunds have in common when their rows are read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.commerce.reading import values
from app.commerce.reading.layout import Layout, Reading
from app.commerce.types import BadRow, Field, Problem

RawRow = tuple[int, int, list[str]]
"""(number of the row, line of the file on which it ends, its cells)."""

Parse = Callable[[str], Any]
"""Reads a cell that is not empty."""


def wrong_shape(row: RawRow, width: int, *, is_lenient: bool) -> BadRow | None:
    """Return what is wrong with a row as a whole, or None."""
    number, line, cells = row
    if len(cells) != width and (len(cells) < width or any(map(str.strip, cells[width:]))):
        return BadRow(number, line, Problem.FIELDS, cells=tuple(cells))
    if is_lenient and any("\udc80" <= letter <= "\udcff" for cell in cells for letter in cell):
        return BadRow(number, line, Problem.ENCODING_MIXED, cells=tuple(cells))
    return None


def bad(row: RawRow, problem: Problem, column: str = "") -> BadRow:
    """Return a row that can't be part of anything."""
    return BadRow(row[0], row[1], problem, column, tuple(row[2]))


def spoilt(rows: Sequence[RawRow], found: Mapping[int, BadRow]) -> tuple[BadRow, ...]:
    """Return all rows as bad: those that are, and those that wait for them."""
    return tuple(found.get(row[0]) or bad(row, Problem.ORDER_SPOILT) for row in rows)


def head_parsers(
    layout: Layout, parsers: Mapping[Field, Parse]
) -> tuple[tuple[Field, int, Parse], ...]:
    """Return (field, place, parser) of the columns that belong to the whole, in a fixed order."""
    return tuple(
        (field, layout.columns[field], parse)
        for field, parse in parsers.items()
        if field in layout.columns
    )


def moment_parser(reading: Reading, field: Field) -> Parse:
    """Return a function that reads the moments of a column."""
    latest, order = values.latest_moment(), reading.day_order
    return lambda cell: values.moment(cell, latest, field, order)


def read_head(cells: Sequence[str], parsers: Sequence[tuple[Field, int, Parse]]) -> tuple[Any, ...]:
    """Return the values of the whole that this row tells; None where it tells nothing."""
    return tuple(
        [parse(cell) if (cell := cells[at]).strip() else None for _f, at, parse in parsers]
    )


def merged(heads: Sequence[tuple[Any, ...]]) -> tuple[tuple[Any, ...], int | None]:
    """Return the values that rows of one whole tell together, and where two contradict, or None.

    A row that tells nothing agrees with every other: shops write totals on the first row only.
    """
    first = heads[0]
    if all(head == first for head in heads[1:]):
        return first, None
    together: list[Any] = []
    for at, told in enumerate(zip(*heads, strict=True)):
        known = [value for value in told if value is not None]
        if any(value != known[0] for value in known[1:]):
            return first, at
        together.append(known[0] if known else None)
    return tuple(together), None
