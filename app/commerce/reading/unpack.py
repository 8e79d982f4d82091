"""The child that opens strangers' workbooks, in a room of its own.

Run by path (``python -I unpack.py SOURCE TARGET SHEET``), so that it starts without the
application: it imports the standard library and calamine, writes one sheet as a UTF-8 CSV to TARGET
and one line of JSON to its output. Before it looks at a byte it gives up the right to much memory,
time and large files.

One row of the sheet is one line of the CSV, empty ones too: line numbers are the sheet's own.
"""

import csv
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

MEGABYTE = 1 << 20
ROOM = {
    resource.RLIMIT_AS: 3_072 * MEGABYTE,
    resource.RLIMIT_CPU: 300,  # seconds
    resource.RLIMIT_FSIZE: 2_048 * MEGABYTE,
    resource.RLIMIT_NOFILE: 32,
    resource.RLIMIT_CORE: 0,
}
MAX_SHEETS = 200
MAX_PARTS = 5_000
MAX_INDEX_BYTES = 4 * MEGABYTE  # workbook.xml and its relations
MAX_UNPACKED_BYTES = 1_536 * MEGABYTE  # of one sheet and the texts it shares
MAX_ROWS = 1_048_576
MAX_COLUMNS = 500
MAX_CELLS = 12_000_000  # rows x columns: what calamine keeps in memory, about 100 bytes each
MAX_CELL_CHARS = 32_767
MAX_ROW_BYTES = 16 * MEGABYTE
MAX_ERRORS = 100_000
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number

FILLED = "\x1e"  # ends a cell that is merged with the one above
BREAKS = str.maketrans({"\r": " ", "\n": " ", "\0": None, FILLED: None})
TAG = r"<(?:\w+:)?"
CELL = re.compile((TAG + r'c\s[^>]*?\br="([A-Z]{1,3})\d').encode())
ROW = re.compile((TAG + r'row\s[^>]*?\br="(\d{1,9})"').encode())
ERROR = re.compile(
    (TAG + r'c\s([^>]*\bt="e"[^>]*)>(?:(?!</(?:\w+:)?c>).)*?' + TAG + r"v>([^<]{1,20})<").encode(),
    re.DOTALL,
)
PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
PROTECTED = "EncryptedPackage".encode("utf-16-le")


class RefusedError(Exception):
    """The workbook breaks a rule; the arguments are the rule's name and figures."""


def lock_in() -> None:
    """Give up what an honest workbook does not need."""
    for kind, amount in ROOM.items():
        hard = resource.getrlimit(kind)[1]
        limit = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (limit, limit))


def unpack(source: Path, target: Path, wanted: str) -> dict[str, Any]:
    """Write one sheet of a workbook as a CSV; return its name, the other sheets and its size.

    Args:
        source: the workbook.
        target: the file to write.
        wanted: name of the sheet, or empty for the first one with rows.

    Raises:
        RefusedError: it can't be read, or is larger than it may be.
    """
    _refuse_other_formats(source)
    try:
        with zipfile.ZipFile(source) as parts:
            sheets = _sheets(parts)
            name = _chosen(parts, sheets, wanted)
            survey = _survey(parts, sheets[name])
    except (zipfile.BadZipFile, EOFError, expat.ExpatError, KeyError) as error:
        raise RefusedError("broken") from error
    except RuntimeError as error:  # a part needs a password, or is packed in an unknown way
        is_locked = "password" in str(error)
        raise RefusedError("protected" if is_locked else "broken") from error
    rows = _write(source, name, survey, target)
    return {"sheet": name, "sheets": list(sheets), "rows": rows, "columns": survey.columns}


def _refuse_other_formats(source: Path) -> None:
    with source.open("rb") as file:
        start = file.read(4)
        if start == b"\xd0\xcf\x11\xe0":
            whole = start + file.read(64 * MEGABYTE)
            raise RefusedError("protected" if PROTECTED in whole else "old_format")
    if start != b"PK\x03\x04":
        raise RefusedError("broken")


# --- what is in it -------------------------------------------------------------------------------


def _sheets(parts: zipfile.ZipFile) -> dict[str, str]:
    """Return name -> part of the sheets, as the workbook orders them."""
    names = parts.namelist()
    if len(names) > MAX_PARTS or "xl/workbook.xml" not in names:
        raise RefusedError("other_format")
    targets: dict[str, str] = {}

    def relation(tag: str, given: dict[str, str]) -> None:
        if tag == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            path = given["Target"]
            targets[given["Id"]] = path[1:] if path.startswith("/") else f"xl/{path}"

    found: dict[str, str] = {}

    def sheet(tag: str, given: dict[str, str]) -> None:
        if tag == "sheet":
            ref = next((v for k, v in given.items() if k.rpartition(":")[2] == "id"), "")
            if ref in targets and given.get("state", "visible") == "visible":
                found[given["name"]] = targets[ref]

    _parse(_small(parts, "xl/_rels/workbook.xml.rels"), relation)
    _parse(_small(parts, "xl/workbook.xml"), sheet)
    if not found or len(found) > MAX_SHEETS:
        raise RefusedError("no_rows" if not found else "too_large")
    return found


def _small(parts: zipfile.ZipFile, name: str) -> bytes:
    with parts.open(name) as part:
        content = part.read(MAX_INDEX_BYTES + 1)
    if len(content) > MAX_INDEX_BYTES:
        raise RefusedError("too_large")
    return content


def _parse(content: bytes, seen: Any) -> None:
    parser = expat.ParserCreate()

    def refuse(*_declaration: object) -> None:
        raise RefusedError("broken")  # an honest workbook declares no entities

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda tag, given: seen(tag.rpartition(":")[2], given)
    parser.Parse(content, True)  # noqa: FBT003 - expat's signature


def _chosen(parts: zipfile.ZipFile, sheets: dict[str, str], wanted: str) -> str:
    if wanted:
        if wanted not in sheets:
            raise RefusedError("no_sheet", wanted, list(sheets))
        return wanted
    for name, path in sheets.items():
        with parts.open(path) as part:
            if any(CELL.search(rows) for rows in _rows(part)):
                return name
    raise RefusedError("no_rows")


class _Survey:
    """What a sheet holds, read off its XML before anybody builds it in memory."""

    def __init__(self) -> None:
        self.columns = self.rows = 0
        self.errors: dict[tuple[int, int], str] = {}  # (row, column) from 0 -> such as #N/A


def _survey(parts: zipfile.ZipFile, path: str) -> _Survey:
    survey, unpacked = _Survey(), 0
    if "xl/sharedStrings.xml" in parts.namelist():
        with parts.open("xl/sharedStrings.xml") as part:
            for block in iter(lambda: part.read(MEGABYTE), b""):
                unpacked = _weighed(unpacked + len(block))
    with parts.open(path) as part:
        for rows in _rows(part):
            unpacked = _weighed(unpacked + len(rows))
            letters = set(CELL.findall(rows))
            survey.columns = max(survey.columns, *map(_column, letters), 0)
            numbers = ROW.findall(rows)
            survey.rows = max(survey.rows, *map(int, numbers), 0)
            _refuse_large(survey)
            if b't="e"' in rows:
                _note_errors(rows, survey)
    if not survey.columns:
        raise RefusedError("no_rows")
    return survey


def _weighed(unpacked: int) -> int:
    if unpacked > MAX_UNPACKED_BYTES:
        raise RefusedError("too_large")
    return unpacked


def _rows(part: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML of a sheet in pieces that end with a row."""
    kept = b""
    for block in iter(lambda: part.read(MEGABYTE), b""):
        kept += block
        end = kept.rfind(b"row>")
        if end < 0:
            if len(kept) > MAX_ROW_BYTES:
                raise RefusedError("too_large")
            continue
        yield kept[: end + 4]
        kept = kept[end + 4 :]
    yield kept


def _refuse_large(survey: _Survey) -> None:
    if survey.columns > MAX_COLUMNS:
        raise RefusedError("too_wide", survey.columns)
    if survey.rows > MAX_ROWS or survey.rows * survey.columns > MAX_CELLS:
        raise RefusedError("too_large")


def _note_errors(rows: bytes, survey: _Survey) -> None:
    for found in ERROR.finditer(rows):
        place = PLACE.search(found.group(1))
        if place is not None:
            at = (int(place.group(2)) - 1, _column(place.group(1)) - 1)
            survey.errors[at] = found.group(2).decode("ascii", "replace")
        if len(survey.errors) > MAX_ERRORS:
            raise RefusedError("too_many_errors")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


# --- rows to lines -------------------------------------------------------------------------------


def _write(source: Path, name: str, survey: _Survey, target: Path) -> int:
    import python_calamine

    try:
        sheet = python_calamine.CalamineWorkbook.from_path(str(source)).get_sheet_by_name(name)
        merged = sheet.merged_cell_ranges or []
    except python_calamine.PasswordError as error:
        raise RefusedError("protected") from error
    except python_calamine.CalamineError as error:
        raise RefusedError("broken") from error
    before = [""] * (sheet.start[1] if sheet.start else 0)
    filler, written = _Filler(merged), 0
    with target.open("x", encoding="utf-8", newline="") as file:
        target.chmod(0o600)  # buyers stand in it
        writer = csv.writer(file, lineterminator="\n")
        for number, cells in enumerate(sheet.iter_rows()):
            row = before + [_text(cell) for cell in cells]
            row += [""] * (survey.columns - len(row))
            if survey.errors:
                _put_errors(row, number, survey)
            filler.fill(number, row)
            if any(row):
                writer.writerow(row)
                written += 1
            else:
                file.write("\n")
        file.flush()
    return written


def _put_errors(row: list[str], number: int, survey: _Survey) -> None:
    """Put the errors back in: calamine leaves such cells empty."""
    for at in range(len(row)):
        if not row[at]:
            row[at] = survey.errors.get((number, at), "")


class _Filler:
    """Fills merged cells down, row after row, and marks what it filled."""

    def __init__(self, merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for (top, left), (bottom, _right) in merged:
            if bottom > top:
                self._starts.setdefault(top, []).append((left, bottom))
        self._open: dict[int, tuple[str, int]] = {}  # column -> (text, last row)

    def fill(self, number: int, row: list[str]) -> None:
        """Fill a row that holds something of its own."""
        if self._open and any(row):
            for at, (text, _last) in self._open.items():
                if at < len(row) and not row[at]:
                    row[at] = text
        self._open = {at: kept for at, kept in self._open.items() if kept[1] > number}
        for left, bottom in self._starts.get(number, ()):
            if left < len(row) and row[left]:
                self._open[left] = (row[left] + FILLED, bottom)


def _text(cell: Any) -> str:
    """Return a cell as it is to stand in the CSV."""
    if isinstance(cell, str):
        if len(cell) > MAX_CELL_CHARS:
            raise RefusedError("too_large")
        return cell if cell.isprintable() else cell.translate(BREAKS)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _figure(float(cell))
    return _moment(cell)


def _figure(value: float) -> str:
    """Return a number: whole ones without ``.0``, spoilt ones as the spreadsheet shows them."""
    if abs(value) >= EXACT:
        return f"{value:.14E}"  # the digits after the fifteenth are not what was typed
    return str(int(value)) if value.is_integer() else format(value, ".15g")


def _moment(cell: Any) -> str:
    if isinstance(cell, datetime):
        if not cell.microsecond:
            return cell.isoformat(" ")
        return (cell + timedelta(milliseconds=500)).replace(microsecond=0).isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)


def main() -> None:
    """Do what the arguments say; tell how it went."""
    source, target, sheet = sys.argv[1:]
    lock_in()
    try:
        answer = unpack(Path(source), Path(target), sheet)
    except RefusedError as error:
        answer = {"error": error.args[0], "told": error.args[1:]}
    except MemoryError:
        answer = {"error": "too_large", "told": []}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
