"""Small tables that people upload: CSV or TXT in UTF-8, UTF-16 or GBK, or XLSX; every cell a text.

For lists of codes and numbers, where a digit that a spreadsheet has rounded away would be a wrong
code: such a cell is told apart. Pure: bytes in, rows out; nothing of it is logged.
"""

import csv
import io
import re
import unicodedata
import zipfile
from typing import Any

from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ROUNDED = re.compile(r"^[0-9][.,]?[0-9]*[eE]\+[0-9]+$")  # what a spreadsheet makes of long numbers
EXACT = 10**15  # whole numbers beyond this have lost digits in a workbook

Cell = str | None
"""A text, or None: a number that has lost digits."""


class TableError(InvalidError):
    """A file can't be read at all."""

    code = "table_refused"
    default_message = _l("This file can't be read. Save it as CSV and send that.")


def read_table(raw: bytes, most_rows: int) -> list[tuple[int, list[Cell]]]:
    """Return the rows that hold something, with their numbers as a spreadsheet counts them.

    Args:
        raw: the file.
        most_rows: more than these, one for a head not counted, are refused.

    Raises:
        TableError: it is too big, empty, or neither text nor workbook.
    """
    if len(raw) > MAX_BYTES:
        raise TableError(_l("This file is over 10 MB."))
    if raw.startswith(OLD_WORKBOOK):
        raise TableError(_l("This is a workbook of the old kind (.xls). Save it as .xlsx or CSV."))
    rows = _workbook(raw, most_rows) if raw.startswith(ZIP) else _text(raw)
    lines = [
        (number, row)
        for number, row in enumerate(rows, 1)
        if any(cell is None or cell for cell in row)
    ]
    if not lines:
        raise TableError(_l("This file is empty."))
    if len(lines) > most_rows + 1:
        raise TableError(_l("A file holds at most %(most)s lines. Split it.", most=most_rows))
    return lines


def _text(raw: bytes) -> list[list[Cell]]:
    text = _decoded(raw)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[plain(cell) for cell in row] for row in found]
    except csv.Error as error:
        raise TableError from error


def _decoded(raw: bytes) -> str:
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError


def _workbook(raw: bytes, most_rows: int) -> list[list[Cell]]:
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED:
                raise TableError(_l("This workbook is too big when unpacked."))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=most_rows + 2)
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError, ValueError) as error:
        raise TableError(_l("This workbook can't be opened. Save it again as XLSX.")) from error
    return [[_typed(cell) for cell in row] for row in rows]


def _typed(cell: Any) -> Cell:
    """Return a workbook's cell; a figure only where no digit can be lost."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        whole = int(cell)
        return str(whole) if whole == cell and 0 <= whole < EXACT else None
    return plain(str(cell))


def plain(cell: str) -> Cell:
    """Return a cell in its usual signs, without the mark that keeps it a text."""
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'").strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return None if ROUNDED.match(text) else text


def column_of(head: list[Cell], names: tuple[str, ...]) -> int | None:
    """Return which column bears one of these names (in small letters), or None."""
    told = [(cell or "").casefold() for cell in head]
    return next((told.index(name) for name in names if name in told), None)
