"""Rows to files: a spool that survives a kill, and the CSV or XLSX that is made from it.

The spool has one JSON list a line. Beside it stands its mark: after which key and at which byte the
next page begins, replaced in one step after the page is safely on the disk. Killed in between, the
spool is cut back to its mark and goes on there: no row twice, none lost. The file itself is written
from the finished spool in one go, under another name until it is whole.
"""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from app.kernel import clock
from app.kernel.exports.registry import Column, ColumnKind, Row, Value

BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
SHEET_ROWS = 1_048_575  # Excel's most, less the header
CELL_CHARS = 32_767  # Excel's most
NUMERIC = frozenset({ColumnKind.INTEGER, ColumnKind.MONEY, ColumnKind.SHARE})


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a spool is.

    Attributes:
        after: key of the next page; None on the first page, and once it ``is_whole``.
        size: bytes of the spool that count.
        rows: rows in them.
    """

    after: str | None = None
    size: int = 0
    rows: int = 0
    is_whole: bool = False


class Spool:
    """The rows of an export so far."""

    def __init__(self, path: Path) -> None:
        self.path, self._mark_path = path, path.with_suffix(".mark")

    def mark(self) -> Mark:
        """Return how far it is; from the start where there is no readable mark."""
        try:
            told = json.loads(self._mark_path.read_text(encoding="utf-8"))
            return Mark(told["after"], int(told["size"]), int(told["rows"]), bool(told["is_whole"]))
        except (OSError, ValueError, TypeError, KeyError):
            return Mark()

    def add(self, mark: Mark, rows: Sequence[Row], after: str | None) -> Mark:
        """Add a page to what the mark counts; return the mark after it."""
        lines = "".join(_line(row) for row in rows).encode()
        with self.path.open("r+b" if self.path.exists() else "w+b") as file:
            file.truncate(mark.size)
            file.seek(mark.size)
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        fresh = Mark(after, mark.size + len(lines), mark.rows + len(rows), after is None)
        _replace(self._mark_path, json.dumps(asdict(fresh)).encode())
        return fresh

    def rows(self) -> Iterator[list[Any]]:
        """Yield the rows of a whole spool."""
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)

    def delete(self) -> None:
        """Remove it."""
        self.path.unlink(missing_ok=True)
        self._mark_path.unlink(missing_ok=True)


def _line(row: Row) -> str:
    return json.dumps([_plain(value) for value in row], ensure_ascii=True) + "\n"


def _plain(value: Value) -> str | int | float | bool | None:
    return value.isoformat() if isinstance(value, date) else value


def _replace(path: Path, content: bytes) -> None:
    half = path.with_suffix(path.suffix + ".half")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


# --- CSV -----------------------------------------------------------------------------------------


def write_csv(
    path: Path, columns: Sequence[Column], rows: Iterator[list[Any]], *, encoding: str
) -> None:
    """Write rows as CSV. UTF-8 begins with the mark that spreadsheets need; GB18030 needs none."""
    half = path.with_suffix(".half")
    with half.open("w", encoding=encoding, errors="replace", newline="") as file:
        if encoding == "utf-8":
            file.write(BOM)
        writer = csv.writer(file)
        writer.writerow([harmless(str(column.label)) for column in columns])
        kinds = [column.kind for column in columns]
        for row in rows:
            writer.writerow([csv_cell(kind, cell) for kind, cell in zip(kinds, row, strict=True)])
    half.replace(path)


def csv_cell(kind: ColumnKind, value: Any) -> str:
    """Return a cell as CSV has it."""
    if value is None:
        return ""
    if kind in NUMERIC and isinstance(value, int | float) and not isinstance(value, bool):
        return _decimal(value) if kind is ColumnKind.MONEY else str(value)
    if kind is ColumnKind.MOMENT:
        return _local(value).strftime("%Y-%m-%d %H:%M:%S")
    return harmless(str(value))


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: an apostrophe goes before it."""
    clean = text.replace("\0", "")
    return f"'{clean}" if clean.startswith(FORMULA_STARTS) else clean


def _decimal(minor: float) -> str:
    whole = int(minor)
    return f"{'-' if whole < 0 else ''}{abs(whole) // 100}.{abs(whole) % 100:02}"


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(clock.zone()).replace(tzinfo=None)


# --- XLSX ----------------------------------------------------------------------------------------


def write_xlsx(path: Path, columns: Sequence[Column], rows: Iterator[list[Any]]) -> None:
    """Write rows as XLSX, a row at a time in flat memory; a full sheet goes on on the next one."""
    import xlsxwriter

    half = path.with_suffix(".half")
    book = xlsxwriter.Workbook(
        half,
        {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    formats = {
        ColumnKind.INTEGER: book.add_format({"num_format": "#,##0"}),
        ColumnKind.MONEY: book.add_format({"num_format": "#,##0.00"}),
        ColumnKind.SHARE: book.add_format({"num_format": "0.0%"}),
        ColumnKind.MOMENT: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        ColumnKind.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
        ColumnKind.TEXT: book.add_format({"num_format": "@"}),
    }
    bold = book.add_format({"bold": True})
    sheet: Any = None
    at = SHEET_ROWS
    for row in rows:
        if at == SHEET_ROWS:
            sheet, at = _sheet(book, columns, bold), 0
        at += 1
        for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
            _write(sheet, at, number, column.kind, cell, formats[column.kind])
    if sheet is None:
        _sheet(book, columns, bold)
    book.close()
    half.replace(path)


def _sheet(book: Any, columns: Sequence[Column], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, str(column.label), bold)
    return sheet


def _write(sheet: Any, row: int, column: int, kind: ColumnKind, value: Any, look: Any) -> None:
    """Write a cell by its column's kind, never by what it looks like."""
    if value is None:
        return
    if kind in NUMERIC and isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, column, value / 100 if kind is ColumnKind.MONEY else value, look)
    elif kind is ColumnKind.MOMENT:
        sheet.write_datetime(row, column, _local(value), look)
    elif kind is ColumnKind.DAY:
        sheet.write_datetime(row, column, datetime.fromisoformat(value), look)
    else:
        text = str(value)[:CELL_CHARS].encode("utf-8", "replace").decode()
        sheet.write_string(row, column, text, look)
