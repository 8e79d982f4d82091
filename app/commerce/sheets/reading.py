"""Read a spreadsheet of the catalogue: CSV in UTF-8 or GBK, or XLSX; every cell a text."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.commerce.sheets.cells import unsafe
from app.commerce.types import FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 200
ZIP = b"PK\x03\x04"
NEEDED = ("product",)
KEPT = frozenset({"\n", "\t", "\u200d"})


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file holds: its columns, and its rows with their line numbers (the header is 1)."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


def read_sheet(data: bytes) -> Sheet:
    """Return what stands in a file.

    Raises:
        FileRefusedError: it is too big, no spreadsheet, or lacks the columns that are needed.
    """
    if len(data) > MAX_BYTES:
        raise FileRefusedError(_l("This file is over 10 MB."))
    lines = _xlsx(data) if data.startswith(ZIP) else _csv(data)
    return _sheet(lines)


def _csv(data: bytes) -> list[list[str]]:
    text = _decoded(data)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FileRefusedError(_l("This is no CSV file that can be read.")) from error


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefusedError(_l("Save it as CSV in UTF-8 or GBK, or as XLSX."))


def _xlsx(data: bytes) -> list[list[str]]:
    import python_calamine

    unreadable = FileRefusedError(_l("This workbook can't be opened. Save it again as XLSX."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED:
                raise FileRefusedError(_l("This workbook is too big when unpacked."))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MAX_ROWS + 2)
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError, ValueError) as error:
        raise unreadable from error
    return [[_written(cell) for cell in row] for row in rows]


def _written(cell: Any) -> str:
    """Return a cell as one would type it: 26.9 is 26.9, 12.0 is 12, yes is yes."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    return str(cell)


def _cleaned(cell: str) -> str:
    """Return a cell as forms take it: NFC, no control characters, no spaces around."""
    text = unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(
        c for c in text if c in KEPT or not unicodedata.category(c).startswith("C")
    ).strip()


def _sheet(lines: Sequence[Sequence[str]]) -> Sheet:
    if not lines:
        raise FileRefusedError(_l("This file is empty."))
    columns = tuple(name.strip().lstrip("\ufeff").lower() for name in lines[0][:MAX_COLUMNS])
    if missing := [name for name in NEEDED if name not in columns]:
        raise FileRefusedError(
            _l("The column “%(name)s” is missing. Export the catalogue to see all of them.",
               name=missing[0])
        )  # fmt: skip
    if twice := next((name for name in columns if name and columns.count(name) > 1), None):
        raise FileRefusedError(_l("The column “%(name)s” stands there twice.", name=twice))
    if len(lines) - 1 > MAX_ROWS:
        raise FileRefusedError(_l("More than 20,000 rows. Split the file."))
    return Sheet(columns, tuple(_rows(columns, lines[1:])))


def _rows(
    columns: Sequence[str], lines: Iterable[Sequence[str]]
) -> Iterable[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, start=2):
        cells = {
            name: _cleaned(unsafe(cell)) for name, cell in zip(columns, line, strict=False) if name
        }
        if any(cells.values()):
            yield number, {name: cells.get(name, "") for name in columns if name}
