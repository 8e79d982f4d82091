"""The error file: bad rows as they were, each with what is wrong, ready to be corrected."""

import csv
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from app.commerce.reading.values import FILLED
from app.commerce.types import PROBLEM_TEXTS, BadRow
from app.kernel.i18n import gettext as _

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe_cell(value: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


class RefusedRows:
    """Writes bad rows to a file as they come; makes no file when there are none.

    The file is written anew by every run over the same input, so a run that was killed and taken
    up again leaves the same file. It can be corrected and imported itself.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path, self._header = path, header
        self._file: TextIO | None = None
        self._writer: Any = None
        self.count = 0

    def __enter__(self) -> "RefusedRows":
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, rows: Sequence[BadRow]) -> None:
        """Add rows."""
        for row in rows:
            if self._writer is None:
                self._open()
            problem = str(PROBLEM_TEXTS[row.problem])
            where = f"{row.column}: {problem}" if row.column else problem
            cells = [cell.strip(FILLED) for cell in row.cells]
            cells += [""] * (len(self._header) - len(cells))
            self._writer.writerow(
                [safe_cell(cell) for cell in (*cells[: len(self._header)], str(row.row), where)]
            )
            self.count += 1

    def _open(self) -> None:
        self._file = self.path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        self.path.chmod(0o600)  # buyers stand in it
        self._writer = csv.writer(self._file)
        self._writer.writerow([*map(safe_cell, self._header), _("row"), _("problem")])
