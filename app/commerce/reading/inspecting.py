"""The first look at a file: can it be read, and how. Refuses with what to do instead."""

import codecs
import csv
import hashlib
import io
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.commerce.reading.layout import (
    DELIMITER_NAMES,
    DELIMITERS,
    MAX_COLUMNS,
    Layout,
    Options,
    Reading,
    find_columns,
    make_layout,
)
from app.commerce.types import Field, FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

BLOCK = 1 << 20
SAMPLE_CHARS = 1 << 16
MAX_CELL_CHARS = 1 << 16
MAX_LINES_OF_AN_ORDER = 1_000
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx, .xls


def inspect(path: Path, options: Options) -> Reading:
    """Read a file once, from end to end, and say how it is to be read.

    Memory stays flat: one block, and eight bytes a row where rows are lines of orders.

    Raises:
        FileRefusedError: it can't be imported; the message says what to do.
    """
    encoding, digest = _find_encoding(path, options.encoding)
    delimiter = _find_delimiter(path, encoding, options)
    count = _count(path, encoding, delimiter, options)
    return Reading(count.layout, encoding, delimiter, count.rows, count.is_scattered, digest)


# --- encoding ------------------------------------------------------------------------------------


def _find_encoding(path: Path, wanted: str | None) -> tuple[str, str]:
    """Return encoding and SHA-256 digest of a file, after decoding all of it."""
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise FileRefusedError(_l("The file is empty. Export the orders again and send that file."))
    if start.startswith(WORKBOOK_MARKS):
        raise FileRefusedError(
            _l("This is a spreadsheet workbook. Save it as “CSV UTF-8” and send that file.")
        )
    if wanted is not None:
        return _checked(path, _known(wanted))
    if start.startswith(UTF16_MARKS):
        return _checked(path, "utf-16")
    try:
        return _checked(path, "utf-8-sig")
    except FileRefusedError:
        return _checked(path, "gb18030")


def _known(name: str) -> str:
    try:
        codec = codecs.lookup(name)
    except LookupError:
        codec = None
    if codec is None or not codec._is_text_encoding:  # noqa: SLF001 - what open() itself asks
        raise FileRefusedError(
            _l("There is no encoding “%(name)s”. Take utf-8 or gb18030.", name=name),
            option="encoding",
            suggestion="gb18030",
        )
    return "utf-8-sig" if codec.name == "utf-8" else codec.name


def _checked(path: Path, encoding: str) -> tuple[str, str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    digest, line = hashlib.sha256(), 1
    with path.open("rb") as file:
        for block in iter(lambda: file.read(BLOCK), b""):
            digest.update(block)
            try:
                decoded = decoder.decode(block)
            except UnicodeError as error:
                raise _undecodable(encoding, line, block, error) from error
            if "\0" in decoded:
                raise FileRefusedError(
                    _l("This is no text file. Save the orders as “CSV UTF-8” and send that file.")
                )
            line += decoded.count("\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeError as error:
        raise _undecodable(encoding, line, b"", error) from error
    return encoding, digest.hexdigest()


def _undecodable(encoding: str, line: int, block: bytes, error: UnicodeError) -> FileRefusedError:
    if isinstance(error, UnicodeDecodeError):
        line += block[: error.start].count(b"\n")
    return FileRefusedError(
        _l(
            "The text can't be read as %(encoding)s. Save the file as “CSV UTF-8”, or name its "
            "encoding.",
            encoding=encoding.removesuffix("-sig").upper(),
        ),
        option="encoding",
        line_number=line,
        suggestion="gb18030" if encoding.startswith("utf") else "utf-8",
    )


# --- delimiter -----------------------------------------------------------------------------------


def _find_delimiter(path: Path, encoding: str, options: Options) -> str:
    with path.open(encoding=encoding, newline="") as file:
        sample = file.read(SAMPLE_CHARS)
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
    return (sum(field in columns for field in options.required), len(header))


def _filled(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    """Leave out empty lines."""
    return (row for row in rows if any(map(str.strip, row)))


# --- one pass over the rows ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Count:
    layout: Layout
    rows: int
    is_scattered: bool


def _count(path: Path, encoding: str, delimiter: str, options: Options) -> _Count:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        csv.field_size_limit(MAX_CELL_CHARS)
        try:
            header = [name.strip() for name in next(_filled(reader), [])]
            if not header:
                raise FileRefusedError(
                    _l("The file holds empty lines only. Export the orders again.")
                )
            if len(header) > MAX_COLUMNS:
                raise FileRefusedError(
                    _l("More than 500 columns: this is no order file."), line_number=1
                )
            layout = make_layout(header, options)
            keys = array("q")
            rows = _note_orders(reader, layout, keys)
        except csv.Error as error:
            raise FileRefusedError(
                _l("A quotation mark opens and is never closed. Correct that line."),
                line_number=reader.line_num,
            ) from error
    if rows == 0:
        raise FileRefusedError(_l("The file has a header but no orders. Export them again."))
    return _Count(layout, rows, _is_scattered(keys, layout))


def _note_orders(reader: Iterator[list[str]], layout: Layout, keys: "array[int]") -> int:
    """Count the rows; where rows are lines, note each one's order as a 64-bit hash."""
    if not layout.has_lines:
        return sum(1 for _row in _filled(reader))
    at, rows = layout.columns[Field.ORDER], 0
    for row in _filled(reader):
        rows += 1
        keys.append(hash(row[at].strip()) if at < len(row) else 0)
    return rows


def _is_scattered(keys: Sequence[int], layout: Layout) -> bool:
    """Return whether an order's rows stand apart. A hash met twice by chance only costs time.

    Raises:
        FileRefusedError: one order would have thousands of rows: the wrong column is mapped.
    """
    runs = array("q", (key for at, key in enumerate(keys) if at == 0 or keys[at - 1] != key))
    _refuse_endless_order(keys, layout)
    return len(set(runs)) != len(runs)


def _refuse_endless_order(keys: Sequence[int], layout: Layout) -> None:
    longest = run = 0
    previous = None
    for key in sorted(keys):
        run = run + 1 if key == previous and key != 0 else 1
        previous, longest = key, max(longest, run)
    if longest > MAX_LINES_OF_AN_ORDER:
        raise FileRefusedError(
            _l(
                "“%(name)s” is the same in %(times)s rows. Is it really the order number?",
                name=layout.name_of(Field.ORDER),
                times=longest,
            ),
            option="mapping",
            line_number=1,
        )
