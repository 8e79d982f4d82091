"""Workbooks for tests."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

Rows = Iterable[Sequence[object]]


def a_workbook(
    folder: Path,
    sheets: Mapping[str, Rows],
    *,
    name: str = "orders.xlsx",
    more: Callable[[Any, Mapping[str, Any]], None] | None = None,
) -> Path:
    """Write a workbook; texts stay texts, days and moments become date cells.

    ``more`` gets the workbook and its sheets by name before it is closed.
    """
    path = folder / name
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        made = {title: book.add_worksheet(title) for title in sheets}
        for title, rows in sheets.items():
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    _write(made[title], (at, column), value, day, moment)
        if more is not None:
            more(book, made)
    return path


def _write(sheet: Any, place: tuple[int, int], value: object, day: Any, moment: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(*place, value)
    elif isinstance(value, date):
        sheet.write_datetime(*place, value, moment if isinstance(value, datetime) else day)
    elif value is not None:
        sheet.write(*place, value)
