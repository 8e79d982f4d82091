"""NDJSON and CSV: one row a line, each file read once, never held."""

import csv
import json
from collections.abc import Iterator, Mapping
from io import TextIOWrapper
from typing import IO, Any

from app.integrations.movein.reading.package import Package
from app.integrations.movein.types import MAX_LINE, Kind, Problem, Trouble

BOM = b"\xef\xbb\xbf"
NDJSON = (".ndjson", ".jsonl")
CSV_FILES = {
    "boards.csv": Kind.BOARD,
    "members.csv": Kind.MEMBER,
    "threads.csv": Kind.THREAD,
    "replies.csv": Kind.REPLY,
    "likes.csv": Kind.LIKE,
    "follows.csv": Kind.FOLLOW,
    "photos.csv": Kind.PHOTO,
}

Raw = tuple[Mapping[str, Any], str, int]
"""A row, the file it stands in, its line."""


def ndjson_rows(package: Package) -> Iterator[Raw | Problem]:
    """Yield the objects of all files with NDJSON, in the order of their names."""
    for name in package.names:
        if name.lower().endswith(NDJSON):
            with package.open(name) as stream:
                yield from _objects(stream, name)


def _objects(stream: IO[bytes], part: str) -> Iterator[Raw | Problem]:
    for number, read in enumerate(_lines(stream), 1):
        if read is None:
            yield Problem(Trouble.LINE_TOO_LONG, number, part=part)
            continue
        line = read.removeprefix(BOM) if number == 1 else read
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError:
            yield Problem(Trouble.NOT_UTF8, number, part=part)
            continue
        except (ValueError, RecursionError):
            yield Problem(Trouble.NOT_JSON, number, part=part)
            continue
        if isinstance(row, dict):
            yield row, part, number
        else:
            yield Problem(Trouble.NOT_JSON, number, part=part)


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Yield lines; None for one that is too long, of which nothing is kept."""
    while line := stream.readline(MAX_LINE):
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


def csv_rows(package: Package) -> Iterator[Raw | Problem]:
    """Yield the rows of the files that have a name of the format."""
    by_kind = {name.rpartition("/")[2].lower(): name for name in package.names}
    for file_name, kind in CSV_FILES.items():
        if file_name in by_kind:
            with package.open(by_kind[file_name]) as stream:
                yield from _cells(stream, by_kind[file_name], kind)


def _cells(stream: IO[bytes], part: str, kind: Kind) -> Iterator[Raw | Problem]:
    text = TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    rows = csv.reader(text)
    header: list[str] | None = None
    try:
        while True:
            csv.field_size_limit(MAX_LINE)  # another file that is read meanwhile sets its own
            start = rows.line_num + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error:
                yield Problem(Trouble.NOT_CSV, start, kind.value, part=part)
                continue
            if not any(cells):
                continue
            if any("\udc80" <= sign <= "\udcff" for cell in cells for sign in cell):
                yield Problem(Trouble.NOT_UTF8, start, kind.value, part=part)
                header = header or []
            elif header is None:
                header = [cell.strip().lower() for cell in cells]
            else:
                yield {**dict(zip(header, cells, strict=False)), "type": kind.value}, part, start
    finally:
        text.detach()
