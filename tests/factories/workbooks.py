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
        made = {}
        for title, rows in sheets.items():
            sheet = made[title] = book.add_worksheet(title)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(at, column, value)
                    elif isinstance(value, datetime):
                        sheet.write_datetime(at, column, value, moment)
                    elif isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif value is not None:
                        sheet.write(at, column, value)
        if more is not None:
            more(book, made)
    return path
