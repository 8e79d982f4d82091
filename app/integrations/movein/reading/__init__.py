"""Packages read as a stream of records and problems, in a fixed order, never held in memory."""

from collections.abc import Callable, Iterator

from app.integrations.movein.reading.discourse import discourse_rows
from app.integrations.movein.reading.flaskbb import flaskbb_rows
from app.integrations.movein.reading.lines import NDJSON, Raw, csv_rows, ndjson_rows
from app.integrations.movein.reading.mapping import read_mapping
from app.integrations.movein.reading.package import Package, PathError, clean_path
from app.integrations.movein.reading.records import LONG_AGO, Reader, Record
from app.integrations.movein.reading.values import old_path
from app.integrations.movein.types import Format, Options, Problem, Text

__all__ = [
    "LONG_AGO",
    "Package",
    "PathError",
    "Record",
    "clean_path",
    "format_of",
    "old_path",
    "read_mapping",
    "records",
]

_ROWS: dict[Format, Callable[[Package], Iterator[Raw | Problem]]] = {
    Format.NDJSON: ndjson_rows,
    Format.CSV: csv_rows,
    Format.FLASKBB: flaskbb_rows,
    Format.DISCOURSE: discourse_rows,
}


def records(package: Package, form: Format, options: Options) -> Iterator[Record | Problem]:
    """Yield what stands in a package; the same package gives the same stream every time.

    Raises:
        PackageError: while reading: it is not what it should be, or damaged.
    """
    text = Text.DISCOURSE if form is Format.DISCOURSE else Text.MARKDOWN
    reader = Reader(options, text)
    for raw in _ROWS[form](package):
        yield raw if isinstance(raw, Problem) else reader.read(*raw)


def format_of(package: Package) -> Format:
    """Return how a package is written, by the names of its files."""
    names = [name.lower() for name in package.names]
    if any(name.endswith(NDJSON) for name in names):
        return Format.NDJSON
    if any(name.rpartition("/")[2] in {"categories.json", "site.json"} for name in names):
        return Format.DISCOURSE
    if any(name.endswith((".sqlite", ".sqlite3", ".db")) for name in names):
        return Format.FLASKBB
    return Format.CSV
