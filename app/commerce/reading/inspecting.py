"""The first look at a file: can it be read, and how. Refuses with what to do instead."""

import csv
import io
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TextIO

from app.commerce.reading.encodings import find_encoding
from app.commerce.reading.layout import (
    DELIMITER_NAMES,
    DELIMITERS,
    MAX_COLUMNS,
    Layout,
    Options,
    Reading,
    find_columns,
    make_layout,
    missing_fields,
)
from app.commerce.reading.values import EXACT_DIGITS
from app.commerce.types import FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

SAMPLE_CHARS = 1 << 16
MAX_CELL_CHARS = 1 << 16
MAX_LINES_OF_AN_ORDER = 1_000
TELLING_ZEROS = 4


def inspect(path: Path, options: Options) -> Reading:
    """Read a file once, from end to end, and say how it is to be read.

    Memory stays flat: one block, and eight bytes a row where rows are lines of orders.

    Raises:
        FileRefusedError: it can't be imported; the message says what to do.
    """
    found = find_encoding(path, options.encoding)
    errors = "surrogateescape" if found.is_lenient else "strict"
    with path.open(encoding=found.encoding, errors=errors, newline="") as file:
        delimiter = find_delimiter(file.read(SAMPLE_CHARS), options)
        file.seek(0)
        count = _count(file, delimiter, options)
    return Reading(
        count.layout,
        found.encoding,
        delimiter,
        count.rows,
        count.is_scattered,
        found.digest,
        found.is_lenient,
        count.is_shortened,
        options.day_order,
        options.currency,
    )


# --- delimiter -----------------------------------------------------------------------------------


def find_delimiter(sample: str, options: Options) -> str:
    """Return what separates the columns, found out or as wanted.

    Raises:
        FileRefusedError: there is one single column, or the wanted one can't be right.
    """
    best = max(DELIMITERS, key=lambda each: _fit(sample, each, options))
    wanted = options.delimiter
    if wanted is None:
        if _fit(sample, best, options)[1] < 2:  # noqa: PLR2004 - one column is no table
            raise FileRefusedError(
                _l("The header is one single column. Separate columns by comma, semicolon or tab."),
                option="delimiter",
                line_number=1,
            )
        return best
    wanted = {"\\t": "\t", "tab": "\t"}.get(wanted, wanted)
    if len(wanted) != 1 or wanted in '"\r\n':
        raise FileRefusedError(
            _l("A delimiter is one character, such as a comma or a semicolon."),
            option="delimiter",
            suggestion=DELIMITER_NAMES.get(best, best),
        )
    if _fit(sample, wanted, options) < _fit(sample, best, options):
        raise FileRefusedError(
            _l(
                "With “%(wanted)s” as the delimiter the columns can't be told apart. They look "
                "separated by “%(best)s”.",
                wanted=DELIMITER_NAMES.get(wanted, wanted),
                best=DELIMITER_NAMES.get(best, best),
            ),
            option="delimiter",
            line_number=1,
            suggestion=DELIMITER_NAMES.get(best, best),
        )
    return wanted


def _fit(sample: str, delimiter: str, options: Options) -> tuple[int, int]:
    """Return how well a delimiter fits the header: needed fields found, then columns."""
    try:
        header = next(_filled(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)), [])
    except csv.Error:
        return (0, 0)
    columns = find_columns(header, options)
    return (len(options.required) - len(missing_fields(columns, options)), len(header))


def _filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Leave out empty lines."""
    return (row for row in rows if (row and row[0].strip()) or any(map(str.strip, row)))


# --- one pass over the rows ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Count:
    layout: Layout
    rows: int
    is_scattered: bool
    is_shortened: bool


def _count(file: TextIO, delimiter: str, options: Options) -> _Count:
    reader = csv.reader(file, delimiter=delimiter)
    csv.field_size_limit(MAX_CELL_CHARS)
    try:
        header = [name.strip() for name in next(_filled(reader), [])]
        if not header:
            raise FileRefusedError(_l("The file holds empty lines only. Export the orders again."))
        if len(header) > MAX_COLUMNS:
            raise FileRefusedError(
                _l("More than 500 columns: this is no order file."), line_number=1
            )
        layout = make_layout(header, options)
        noted = _note_rows(reader, layout)
    except csv.Error as error:
        raise FileRefusedError(
            _l("A quotation mark opens and is never closed. Correct that line."),
            line_number=reader.line_num,
        ) from error
    if noted.rows == 0:
        raise FileRefusedError(_l("The file has a header but no orders. Export them again."))
    return _Count(layout, noted.rows, _is_scattered(noted.keys, layout), noted.is_shortened)


@dataclass(slots=True)
class _Noted:
    """What a first pass over the rows tells.

    Attributes:
        keys: each row's order as a 64-bit hash, where rows are lines.
        zeros: digits after the fifteenth that are zeros, as long as all of them are.
    """

    rows: int = 0
    keys: "array[int]" = field(default_factory=lambda: array("q"))
    zeros: int = 0

    @property
    def is_shortened(self) -> bool:
        """Return whether all long numbers end in zeros: more of them than chance makes."""
        return self.zeros >= TELLING_ZEROS


def _note_rows(reader: Iterator[list[str]], layout: Layout) -> _Noted:
    noted = _Noted()
    at = layout.columns.get(layout.key, MAX_COLUMNS)
    has_lines, is_cut = layout.has_lines, True
    for row in _filled(reader):
        noted.rows += 1
        key = row[at].strip() if at < len(row) else ""
        if has_lines:
            noted.keys.append(hash(key) if key else 0)
        if is_cut and len(key) > EXACT_DIGITS and key.isdecimal():
            rest = key[EXACT_DIGITS:]
            is_cut = not rest.strip("0")
            noted.zeros = noted.zeros + len(rest) if is_cut else 0
    return noted


def _is_scattered(keys: Sequence[int], layout: Layout) -> bool:
    """Return whether an order's rows stand apart. A hash met twice by chance only costs time.

    Raises:
        FileRefusedError: one order would have thousands of rows: the wrong column is mapped.
    """
    times = Counter(keys)
    del times[0]  # rows without a number stand alone
    _refuse_endless_order(max(times.values(), default=0), layout)
    runs = sum(1 for key, _run in groupby(keys) if key)
    return runs != len(times)


def _refuse_endless_order(longest: int, layout: Layout) -> None:
    if longest > MAX_LINES_OF_AN_ORDER:
        raise FileRefusedError(
            _l(
                "“%(name)s” is the same in %(times)s rows. Is it really the order number?",
                name=layout.name_of(layout.key),
                times=longest,
            ),
            option="mapping",
            line_number=1,
        )
