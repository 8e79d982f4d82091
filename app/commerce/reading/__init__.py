"""From a shop's file to orders: encoding, delimiter, columns, values. Knows no database.

``inspect`` reads the file once to say how it is to be read, or refuses it. ``units`` streams it:
one order (or bad rows) after another, in an order that is the same every time, so that an import
can stop at any row and go on.

A file with a column of SKUs or line numbers is a list of *lines*: rows of one order are added up,
wherever in the file they stand (rows that stand apart are first brought together in a temporary
file on disk). A file without one is a list of *orders*: an order number that comes twice is the
same order seen twice. A workbook is made into a CSV first, once; see ``workbook``.
"""

from app.commerce.reading.encodings import find_encoding
from app.commerce.reading.inspecting import inspect
from app.commerce.reading.layout import DayOrder, Layout, Options, Reading
from app.commerce.reading.peeking import Column, Peek, found_columns, kept_columns, peek
from app.commerce.reading.refused import RefusedRows, safe_cell
from app.commerce.reading.streaming import units

__all__ = [
    "Column",
    "DayOrder",
    "Layout",
    "Options",
    "Peek",
    "Reading",
    "RefusedRows",
    "find_encoding",
    "found_columns",
    "inspect",
    "kept_columns",
    "peek",
    "safe_cell",
    "units",
]
