"""A file as a stream of units: one order after another, the same every time."""

import csv
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from app.commerce.reading import orders, refunds
from app.commerce.reading.inspecting import MAX_CELL_CHARS
from app.commerce.reading.layout import Layout, Reading
from app.commerce.reading.rows import RawRow
from app.commerce.types import ChannelRow, FileKind, Unit

GATHERED_AT_ONCE = 5_000  # rows put on disk by one statement

Build = Callable[[Sequence[RawRow]], Unit]


def units(path: Path, reading: Reading, channel: ChannelRow) -> Iterator[Unit]:
    """Yield the file's orders (or refunds) and bad rows. The order is the same at every call.

    Rows of one order make one unit; one bad row among them makes all of them bad, because points
    need the whole order.
    """
    makes = refunds if reading.layout.kind is FileKind.REFUNDS else orders
    build = makes.builder(reading, channel)
    rows = _raw_rows(path, reading)
    if not reading.layout.has_lines:
        yield from (build((row,)) for row in rows)
    elif not reading.is_scattered:
        yield from _grouped(rows, reading.layout, build)
    else:
        yield from _gathered(rows, reading.layout, build)


def _raw_rows(path: Path, reading: Reading) -> Iterator[RawRow]:
    csv.field_size_limit(MAX_CELL_CHARS)
    with path.open(encoding=reading.encoding, errors=reading.decoding_errors, newline="") as file:
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
    at = layout.columns[layout.key]

    def key(row: RawRow) -> str:
        number, _line, cells = row
        named = cells[at].strip() if at < len(cells) else ""
        return named or f"\0{number}"

    return key


def _grouped(rows: Iterator[RawRow], layout: Layout, build: Build) -> Iterator[Unit]:
    for _order, members in groupby(rows, _key_of(layout)):
        yield build(tuple(members))


def _gathered(rows: Iterator[RawRow], layout: Layout, build: Build) -> Iterator[Unit]:
    """Bring rows of one order together on disk, orders in the order of their first rows.

    SQLite keeps a database without a name in a file that has none either: whatever happens to this
    process, nothing of the buyers' stays on the disk.
    """
    store = sqlite3.connect("", isolation_level=None)
    try:
        store.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16000; "
            "CREATE TABLE seen (key TEXT PRIMARY KEY, first INTEGER) WITHOUT ROWID; "
            "CREATE TABLE line (first INTEGER, row INTEGER, line INTEGER, cells TEXT, "
            "PRIMARY KEY (first, row)) WITHOUT ROWID; BEGIN"
        )
        _put_down(store, rows, _key_of(layout))
        ordered = store.execute("SELECT row, line, cells, first FROM line ORDER BY first, row")
        for _first, members in groupby(ordered, itemgetter(3)):
            yield build(
                [
                    (kept[0], kept[1], kept[2].decode(errors="surrogatepass").split("\x1f"))
                    for kept in members
                ]
            )
    finally:
        store.close()


def _put_down(
    store: sqlite3.Connection, rows: Iterator[RawRow], key: Callable[[RawRow], str]
) -> None:
    for row in rows:
        number, line, cells = row
        name = key(row).encode(errors="surrogatepass")
        kept = "\x1f".join(cells).encode(errors="surrogatepass")
        store.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, number))
        store.execute(
            "INSERT INTO line SELECT first, ?, ?, ? FROM seen WHERE key = ?",
            (number, line, kept, name),
        )
