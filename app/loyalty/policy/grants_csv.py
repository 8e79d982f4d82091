"""Reads a file of adjustments: Yid, points, optional reason. Pure: bytes in, lines out.

Text may be UTF-8 or GBK, columns parted by comma, semicolon or tab, with or without a head. A cell
is only ever read as a Yid, a whole number or a name of a reason: a formula is none of these.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.kernel import ids
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.policy.grants import MOST_BYTES, MOST_LINES, MOST_POINTS
from app.loyalty.types.grants import Fault, FileError, GrantReason, LineFault

WHOLE = re.compile(r"^[+-]?[0-9]{1,9}$")
DELIMITERS = (",", "\t", ";")
HEADS: Mapping[str, tuple[str, ...]] = {
    "yid": ("yid", "member", "会员号", "会员", "id"),
    "points": ("points", "积分", "分数", "数量"),
    "reason": ("reason", "原因", "理由"),
}
REASONS: Mapping[str, GrantReason] = {
    **{reason.value: reason for reason in GrantReason},
    "感谢": GrantReason.THANKS,
    "致歉": GrantReason.APOLOGY,
    "道歉": GrantReason.APOLOGY,
    "比赛": GrantReason.CONTEST,
    "活动": GrantReason.EVENT,
    "补发": GrantReason.MISSING,
    "更正": GrantReason.MISTAKE,
}


@dataclass(frozen=True, slots=True)
class Cells:
    """A line whose form is right; whether there is such a member is not known yet.

    Attributes:
        reason: None: the batch's own.
    """

    number: int
    yid: str
    points: int
    reason: GrantReason | None


def read(raw: bytes) -> tuple[list[Cells], list[Fault]]:
    """Return the lines of a file and what is wrong with the others.

    Raises:
        FileError: it is empty, too big, no text, or has no lines at all.
    """
    if len(raw) > MOST_BYTES:
        raise FileError(_l("The file is too big. Send at most 2 MB, or several files."))
    rows = _rows(_text(raw))
    if not rows:
        raise FileError(_l("The file is empty. Write a Yid and points in each line."))
    columns = _columns(rows[0][1])
    if columns is not None:
        rows = rows[1:]
    if len(rows) > MOST_LINES:
        raise FileError(_l("A file holds at most %(most)s lines. Split it.", most=MOST_LINES))
    return _all(rows, columns or {"yid": 0, "points": 1, "reason": 2})


def _text(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise FileError(_l("This is no text file. Save it as CSV (UTF-8 or GBK) and send that."))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the lines that hold something, with their numbers as a spreadsheet counts them."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise FileError(_l("The file can't be read as a table. Save it as CSV again.")) from error
    return [(n, row) for n, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]


def _columns(head: Sequence[str]) -> dict[str, int] | None:
    """Return where each column stands if this line names them, else None."""
    names = [_plain(cell).casefold() for cell in head]
    found = {
        column: names.index(name)
        for column, aliases in HEADS.items()
        for name in aliases[::-1]
        if name in names
    }
    return found if {"yid", "points"} <= set(found) else None


def _all(
    rows: Iterable[tuple[int, list[str]]], columns: Mapping[str, int]
) -> tuple[list[Cells], list[Fault]]:
    good: list[Cells] = []
    bad: list[Fault] = []
    seen: set[str] = set()
    for number, row in rows:
        read_line = _line(number, row, columns)
        if isinstance(read_line, Fault):
            bad.append(read_line)
        elif read_line.yid in seen:
            bad.append(Fault(number, LineFault.TWICE))
        else:
            seen.add(read_line.yid)
            good.append(read_line)
    return good, bad


def _line(number: int, row: Sequence[str], columns: Mapping[str, int]) -> Cells | Fault:
    cells = {name: _plain(row[at]) if at < len(row) else "" for name, at in columns.items()}
    yid = ids.read_code(cells["yid"])
    if yid is None:
        return Fault(number, LineFault.NO_YID)
    points = _points(cells["points"])
    if points is None:
        return Fault(number, LineFault.POINTS)
    if abs(points) > MOST_POINTS:
        return Fault(number, LineFault.TOO_MANY)
    told = cells.get("reason", "").casefold()
    if told and told not in REASONS:
        return Fault(number, LineFault.REASON)
    return Cells(number, yid, points, REASONS.get(told))


def _points(text: str) -> int | None:
    """Return a whole number other than 0; thousands may be parted by commas."""
    plain = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?:,|$))", "", text)
    return int(plain) or None if WHOLE.match(plain) else None


def _plain(cell: str) -> str:
    """Return a cell without full-width forms, and without the mark that keeps a cell a text."""
    return unicodedata.normalize("NFKC", cell).strip().removeprefix("'").strip()
