"""The catalogue as a spreadsheet: one row a SKU, CSV or XLSX, there and back."""

from app.commerce.sheets.reading import Sheet, read_sheet
from app.commerce.sheets.rows import BASE_COLUMNS, RowError, columns_for, rows_of
from app.commerce.sheets.writing import write_csv, write_xlsx

__all__ = [
    "BASE_COLUMNS",
    "RowError",
    "Sheet",
    "columns_for",
    "read_sheet",
    "rows_of",
    "write_csv",
    "write_xlsx",
]
