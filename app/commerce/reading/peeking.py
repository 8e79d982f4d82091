"""A quick look at a file's header and first rows, for choosing columns."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.commerce.reading.inspecting import MAX_CELL_CHARS, SAMPLE_CHARS, find_delimiter
from app.commerce.reading.layout import MAX_COLUMNS, Options, header_digest
from app.commerce.reading.values import FILLED
from app.commerce.types import Field, FileRefusedError
from app.kernel.i18n import lazy_gettext as _l

SAMPLES = 3
MAX_SAMPLE_CHARS = 40
LOOKED_AT = 300  # rows


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: its header and up to three different values."""

    at: int
    name: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Peek:
    """What the beginning of a file shows."""

    columns: tuple[Column, ...]
    delimiter: str

    @property
    def header(self) -> tuple[str, ...]:
        """Return the headers."""
        return tuple(column.name for column in self.columns)

    @property
    def digest(self) -> str:
        """Return what tells this source's files from others'."""
        return header_digest(self.header)


def peek(path: Path, encoding: str, options: Options, *, is_lenient: bool = False) -> Peek:
    """Return header and sample values of a text file whose encoding is known.

    Raises:
        FileRefusedError: there is no header, or the delimiter can't be right.
        OSError: the file is gone.
    """
    errors = "surrogateescape" if is_lenient else "strict"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        sample = file.read(SAMPLE_CHARS)
    delimiter = find_delimiter(sample, options)
    csv.field_size_limit(MAX_CELL_CHARS)
    lines = sample.splitlines(keepends=True)
    whole = lines[:-1] if len(lines) > 1 and len(sample) == SAMPLE_CHARS else lines
    rows: list[list[str]] = []
    try:
        for row in csv.reader(whole, delimiter=delimiter):
            if any(map(str.strip, row)):
                rows.append(row)
            if len(rows) > LOOKED_AT:
                break
    except csv.Error:  # told with its line by the dry run
        rows = rows or [[]]
    if not rows or not rows[0] or len(rows[0]) > MAX_COLUMNS:
        raise FileRefusedError(_l("The first row is no header. Export the orders again."))
    names = [name.strip() for name in rows[0]]
    return Peek(
        tuple(Column(at, name, _samples(rows[1:], at)) for at, name in enumerate(names)), delimiter
    )


def _samples(rows: Sequence[Sequence[str]], at: int) -> tuple[str, ...]:
    """Return the first different values of a column, cut to a readable length."""
    found: dict[str, None] = {}
    for row in rows:
        value = row[at].strip().strip(FILLED) if at < len(row) else ""
        if value:
            value = value.encode(errors="replace").decode()
            found[value if len(value) <= MAX_SAMPLE_CHARS else f"{value[:MAX_SAMPLE_CHARS]}…"] = (
                None
            )
        if len(found) == SAMPLES:
            break
    return tuple(found)


def kept_columns(columns: Mapping[Field, int], header: Sequence[str]) -> dict[str, list[Any]]:
    """Return chosen columns as they are saved: place and header of each."""
    return {field.value: [at, header[at]] for field, at in columns.items() if at < len(header)}


def found_columns(kept: Mapping[str, Sequence[Any]], header: Sequence[str]) -> dict[Field, int]:
    """Return where saved columns stand in a header; those that are not there are left out."""
    names = list(header)
    found: dict[Field, int] = {}
    for field, (at, name) in kept.items():
        if at < len(names) and names[at] == name:
            found[Field(field)] = at
        elif name in names:
            found[Field(field)] = names.index(name)
    return found
