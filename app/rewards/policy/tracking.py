"""Reads tracking numbers as staff paste them: order, carrier, number, in any order of columns."""

import re
from collections.abc import Iterable, Sequence

from app.kernel import ids
from app.kernel.tables import Cell, column_of, plain
from app.rewards.policy.carriers import find_carrier
from app.rewards.types.fulfilling import Line, Sent

MOST_LINES = 500
MOST_WORDS = 3  # of a carrier's name
NUMBER = re.compile(r"^(?=.*[0-9])[A-Za-z0-9-]{6,40}$")
PARTS = re.compile(r"[,;，；\t]+|\s{1,}")
HEADS = {
    "code": ("order", "order code", "order number", "redemption", "兑换单号", "订单号", "单号"),
    "carrier": ("carrier", "courier", "快递公司", "物流公司", "快递", "承运商"),
    "tracking": ("tracking number", "tracking", "number", "快递单号", "物流单号", "运单号"),
}


def read_paste(text: str, carrier: str) -> list[Line]:
    """Return the lines of a pasted text that hold something.

    Args:
        text: one order a line: its code, the number, and the carrier where it is another one.
        carrier: who carries those that name nobody.
    """
    rows = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1)]
    return _told(
        _line(n, line, [plain(part) for part in _parts(line)], carrier) for n, line in rows if line
    )


def _parts(line: str) -> list[str]:
    """Return the parts of a line; words that name a carrier together are one: "SF Express"."""
    words = [part for part in PARTS.split(line) if part]
    parts: list[str] = []
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + MOST_WORDS), at, -1)
        end = next((e for e in ends if find_carrier(" ".join(words[at:e]))), at + 1)
        parts.append(" ".join(words[at:end]))
        at = end
    return parts


def read_rows(rows: Sequence[tuple[int, list[Cell]]], carrier: str) -> list[Line]:
    """Return the lines of a file; where its head names columns, these are taken."""
    places = {name: column_of(rows[0][1], names) for name, names in HEADS.items()} if rows else {}
    if places.get("code") is None or places.get("tracking") is None:
        return _told(_line(n, _shown(row), [c for c in row if c != ""], carrier) for n, row in rows)
    picked = []
    for number, row in rows[1:]:
        cells = {
            name: row[at] if at is not None and at < len(row) else "" for name, at in places.items()
        }
        picked.append(
            _checked(
                number, _shown(row), ids.read_code(cells["code"] or ""),
                cells["carrier"] or carrier, cells["tracking"],
            )
        )  # fmt: skip
    return _told(picked)


def _shown(row: Sequence[Cell]) -> str:
    return ", ".join(cell for cell in row if cell)


def _line(number: int, text: str, cells: Sequence[Cell], carrier: str) -> Line:
    """Make out which cell is which: a code proves itself, a carrier is known by name."""
    code = next((found for cell in cells if cell and (found := ids.read_code(cell))), None)
    rest = [cell for cell in cells if not (cell and ids.read_code(cell) == code and code)]
    named = next((cell for cell in rest if cell and find_carrier(cell)), None)
    others = [cell for cell in rest if cell != named]
    tracking = next((cell for cell in others if cell is None or NUMBER.match(cell)), None)
    return _checked(number, text, code, named or carrier, tracking)


def _checked(number: int, text: str, code: str | None, carrier: str, tracking: Cell) -> Line:
    known = find_carrier(carrier)
    fault = None
    if code is None:
        fault = Sent.NO_CODE
    elif not tracking or not NUMBER.match(tracking):
        fault = Sent.NO_NUMBER
    elif known is None:
        fault = Sent.NO_CARRIER
    return Line(
        number, text, code or "", known.key if known else "", (tracking or "").upper(), fault
    )


def _told(lines: Iterable[Line]) -> list[Line]:
    """Return the lines; the second one of an order is told."""
    seen: set[str] = set()
    found = []
    for line in lines:
        again = line.fault is None and line.code in seen
        if line.fault is None:
            seen.add(line.code)
        found.append(Line(line.number, line.text, line.code, fault=Sent.TWICE) if again else line)
    return found
