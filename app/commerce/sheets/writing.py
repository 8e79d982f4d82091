"""Write rows of the catalogue as CSV and XLSX."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from app.commerce.sheets.cells import safe

Cell = str | int | Decimal
BOM = "\ufeff"  # so that spreadsheets take it for UTF-8
WIDE = {"name_zh": 22, "name_en": 26, "description_zh": 40, "description_en": 40, "sku": 16}


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """Return rows as CSV in UTF-8 with a byte order mark; text cells can't be formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(row.get(name, "")) for name in columns])
    return (BOM + text.getvalue()).encode()


def _text(cell: Cell) -> str:
    return safe(cell) if isinstance(cell, str) else str(cell)


def write_xlsx(columns: Sequence[str], rows: Iterable[Mapping[str, Cell]]) -> bytes:
    """Return rows as an XLSX workbook of one sheet; texts are texts, figures are figures."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet("catalogue")
    sheet.freeze_panes(1, 1)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, WIDE.get(name, 14))
    for line, row in enumerate(rows, start=1):
        for place, name in enumerate(columns):
            cell = row.get(name, "")
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(line, place, safe(cell))
            else:
                sheet.write_number(line, place, cell)
    book.close()
    return buffer.getvalue()
