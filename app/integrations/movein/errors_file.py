"""What is said about rows, as a file. No cell becomes a formula."""

import csv
from collections.abc import Iterable
from io import StringIO

from app.integrations.movein.types import TROUBLE_TEXTS, Problem
from app.kernel.exports.writing import harmless

ERRORS_HEADER = ("file", "line", "type", "id", "problem", "what to do")


def error_row(each: Problem) -> tuple[str, str, str, str, str, str]:
    """Return the cells of one problem."""
    line = str(each.line) if each.line else ""
    cells = (each.part, line, each.kind, each.source_id, each.trouble.value)
    text = str(TROUBLE_TEXTS[each.trouble])
    part, number, kind, source_id, trouble = map(harmless, cells)
    return part, number, kind, source_id, trouble, text


def errors_csv(problems: Iterable[Problem]) -> str:
    """Return the whole file."""
    out = StringIO()
    rows = csv.writer(out)
    rows.writerow(ERRORS_HEADER)
    rows.writerows(error_row(each) for each in problems)
    return "\ufeff" + out.getvalue()
