"""A file as a stream of units: one order after another, the same every time."""

import csv
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from app.commerce.reading import values
from app.commerce.reading.inspecting import MAX_CELL_CHARS
from app.commerce.reading.layout import Layout, Reading
from app.commerce.reading.values import BadCellError
from app.commerce.types import (
    BadRow,
    ChannelRow,
    Field,
    LineDraft,
    OrderDraft,
    Problem,
    Unit,
)

RawRow = tuple[int, int, list[str]]
"""(number of the row, line of the file on which it ends, its cells)."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One row that could be read."""

    row: int
    line_number: int
    order: str
    buyer: str
    currency: str
    paid_at: datetime
    line: LineDraft
    cells: Sequence[str]


def units(path: Path, reading: Reading, channel: ChannelRow) -> Iterator[Unit]:
    """Yield the file's orders and bad rows. The order is the same at every call.

    Rows of one order make one unit; one bad row among them makes all of them bad, because points
    need the whole order.
    """
    read = _reader(reading.layout, channel)
    rows = _raw_rows(path, reading)
    if not reading.layout.has_lines:
        yield from (_unit([read(row)]) for row in rows)
    elif not reading.is_scattered:
        yield from _grouped(rows, reading.layout, read)
    else:
        yield from _gathered(rows, reading.layout, read)


def _raw_rows(path: Path, reading: Reading) -> Iterator[RawRow]:
    csv.field_size_limit(MAX_CELL_CHARS)
    with path.open(encoding=reading.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=reading.delimiter)
        number = -1  # the header is the first that is not empty
        for cells in reader:
            if not any(map(str.strip, cells)):
                continue
            number += 1
            if number:
                yield number, reader.line_num, cells


def _key_of(layout: Layout) -> Callable[[RawRow], str]:
    """Return a function that names a row's order; a row without one stands alone."""
    at = layout.columns[Field.ORDER]

    def key(row: RawRow) -> str:
        number, _line, cells = row
        named = cells[at].strip() if at < len(cells) else ""
        return named or f"\0{number}"

    return key


def _grouped(
    rows: Iterator[RawRow], layout: Layout, read: Callable[[RawRow], _Line | BadRow]
) -> Iterator[Unit]:
    for _order, members in groupby(rows, _key_of(layout)):
        yield _unit([read(row) for row in members])


def _gathered(
    rows: Iterator[RawRow], layout: Layout, read: Callable[[RawRow], _Line | BadRow]
) -> Iterator[Unit]:
    """Bring rows of one order together on disk, orders in the order of their first rows."""
    key = _key_of(layout)
    with tempfile.TemporaryDirectory(prefix="potluck-import-") as folder:
        store = sqlite3.connect(Path(folder) / "rows.db", isolation_level=None)
        try:
            store.executescript(
                "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000; "
                "CREATE TABLE seen (key TEXT PRIMARY KEY, first INTEGER) WITHOUT ROWID; "
                "CREATE TABLE line (first INTEGER, row INTEGER, line INTEGER, cells TEXT, "
                "PRIMARY KEY (first, row)) WITHOUT ROWID; BEGIN"
            )
            for row in rows:
                number, line, cells = row
                name = key(row)
                store.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, number))
                store.execute(
                    "INSERT INTO line SELECT first, ?, ?, ? FROM seen WHERE key = ?",
                    (number, line, "\x1f".join(cells), name),
                )
            ordered = store.execute("SELECT row, line, cells, first FROM line ORDER BY first, row")
            for _first, members in groupby(ordered, lambda kept: kept[3]):
                yield _unit([read((kept[0], kept[1], kept[2].split("\x1f"))) for kept in members])
        finally:
            store.close()


# --- rows to units -------------------------------------------------------------------------------


def _reader(layout: Layout, channel: ChannelRow) -> Callable[[RawRow], _Line | BadRow]:
    """Return a function that reads one row."""
    width, columns = len(layout.header), layout.columns
    latest = values.latest_moment()
    order_at, sku_at = columns.get(Field.ORDER), columns.get(Field.SKU)
    qty_at, currency_at = columns.get(Field.QTY), columns.get(Field.CURRENCY)
    buyer_at, paid_at, total_at = (
        columns[field] for field in (Field.BUYER, Field.PAID_AT, Field.TOTAL)
    )

    def read(row: RawRow) -> _Line | BadRow:
        number, line_number, cells = row
        if (len(cells) != width and any(map(str.strip, cells[width:]))) or len(cells) < width:
            return BadRow(number, line_number, Problem.FIELDS, cells=tuple(cells))
        try:
            named = currency_at is not None and values.currency(cells[currency_at])
            return _Line(
                number,
                line_number,
                str(number) if order_at is None else values.order_number(cells[order_at]),
                values.buyer(cells[buyer_at], channel.identity_kind),
                named or channel.currency,
                values.moment(cells[paid_at], latest),
                LineDraft(
                    None if sku_at is None else values.sku(cells[sku_at]),
                    1 if qty_at is None else values.quantity(cells[qty_at]),
                    values.amount_minor(cells[total_at]),
                ),
                cells,
            )
        except BadCellError as bad:
            column = layout.name_of(bad.field)
            return BadRow(number, line_number, bad.problem, column, tuple(cells))

    return read


def _unit(rows: Sequence[_Line | BadRow]) -> Unit:
    lines = [row for row in rows if isinstance(row, _Line)]
    bad = [row for row in rows if isinstance(row, BadRow)]
    if not bad and any(_differ(lines[0], other) for other in lines[1:]):
        bad, lines = [_spoilt(line, Problem.ORDER_MIXED) for line in lines], []
    if bad:
        spoilt = [_spoilt(line, Problem.ORDER_SPOILT) for line in lines]
        return Unit(len(rows), bad=tuple(sorted([*bad, *spoilt], key=lambda row: row.row)))
    first = lines[0]
    return Unit(
        len(rows),
        OrderDraft(
            first.order,
            first.buyer,
            first.currency,
            sum(line.line.paid_minor for line in lines),
            first.paid_at,
            tuple(line.line for line in lines),
            first.row,
            first.line_number,
        ),
    )


def _differ(one: _Line, other: _Line) -> bool:
    return (one.buyer, one.currency, one.paid_at) != (other.buyer, other.currency, other.paid_at)


def _spoilt(line: _Line, problem: Problem) -> BadRow:
    return BadRow(line.row, line.line_number, problem, cells=tuple(line.cells))
