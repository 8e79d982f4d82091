"""Reads a file of codes: CSV, TXT or XLSX. Pure: bytes in, codes out; nothing of it is logged."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.coupons.types import Fault, FileRefusedError, LineFault
from app.kernel.i18n import lazy_gettext as _l

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 200 * 1024 * 1024
MAX_LINES = 200_000
ZIP, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
CODE = re.compile(r"^[\x21-\x7e]{4,120}$")
ROUNDED = re.compile(r"^[0-9][.,]?[0-9]*[eE]\+[0-9]+$")  # what a spreadsheet makes of long numbers
EXACT = 10**15  # whole numbers beyond this have lost digits in a workbook
HEADS = (
    *("code", "coupon", "coupon code", "voucher", "voucher code", "redeem code", "card number"),
    *("券码", "优惠码", "优惠券码", "优惠券", "兑换码", "卡号", "编码", "code码"),
)

Cell = str | LineFault


@dataclass(frozen=True, slots=True)
class Codes:
    """What a file holds: codes with the numbers of their lines, and the lines left out."""

    good: tuple[tuple[int, str], ...]
    faults: tuple[Fault, ...]


def read_codes(raw: bytes) -> Codes:
    """Return the codes of a file, each once.

    Raises:
        FileRefusedError: it is too big, empty, or neither text nor workbook.
    """
    if len(raw) > MAX_BYTES:
        raise FileRefusedError(_l("This file is over 10 MB."))
    if raw.startswith(OLD_WORKBOOK):
        raise FileRefusedError(
            _l("This is a workbook of the old kind (.xls). Save it as .xlsx or CSV.")
        )
    rows = _workbook(raw) if raw.startswith(ZIP) else _table(raw)
    lines = [(number, row) for number, row in enumerate(rows, 1) if any(row)]
    if not lines:
        raise FileRefusedError(_l("This file is empty. Write one code in each line."))
    column = _column(lines[0][1])
    if column is not None:
        lines = lines[1:]
    if len(lines) > MAX_LINES:
        raise FileRefusedError(_l("A file holds at most %(most)s codes. Split it.", most=MAX_LINES))
    return _sorted_out((number, _cell(row, column or 0)) for number, row in lines)


def _table(raw: bytes) -> list[list[Cell]]:
    text = _decoded(raw)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    try:
        found = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [[_plain(cell) for cell in row] for row in found]
    except csv.Error as error:
        raise FileRefusedError from error


def _decoded(raw: bytes) -> str:
    encodings = ("utf-16",) if raw[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileRefusedError


def _workbook(raw: bytes) -> list[list[Cell]]:
    import python_calamine

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MAX_UNPACKED:
                raise FileRefusedError(_l("This workbook is too big when unpacked."))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MAX_LINES + 2)
    except (zipfile.BadZipFile, python_calamine.CalamineError, IndexError, ValueError) as error:
        raise FileRefusedError(
            _l("This workbook can't be opened. Save it again as XLSX.")
        ) from error
    return [[_typed(cell) for cell in row] for row in rows]


def _typed(cell: Any) -> Cell:
    """Return a workbook's cell as a code; a figure only where no digit can be lost."""
    if isinstance(cell, bool):
        return LineFault.SHAPE
    if isinstance(cell, float | int):
        whole = int(cell)
        return str(whole) if whole == cell and 0 <= whole < EXACT else LineFault.FIGURE
    return _plain(str(cell))


def _plain(cell: str) -> Cell:
    """Return a cell without the mark that keeps it a text; what was rounded is told."""
    text = unicodedata.normalize("NFKC", cell).strip().removeprefix("'").strip()
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return LineFault.FIGURE if ROUNDED.match(text) else text


def _column(head: Sequence[Cell]) -> int | None:
    """Return which column holds the codes if this line names it, else None."""
    names = [str(cell).casefold() for cell in head]
    return next((names.index(name) for name in HEADS if name in names), None)


def _cell(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else ""


def _sorted_out(cells: Iterable[tuple[int, Cell]]) -> Codes:
    good: list[tuple[int, str]] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, cell in cells:
        if isinstance(cell, LineFault):
            faults.append(Fault(number, cell))
        elif not CODE.match(cell):
            faults.append(Fault(number, LineFault.SHAPE))
        elif cell in seen:
            faults.append(Fault(number, LineFault.TWICE))
        else:
            seen.add(cell)
            good.append((number, cell))
    return Codes(tuple(good), tuple(faults))
