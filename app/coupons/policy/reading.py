"""Which codes a file holds: each once, with the lines that hold none. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.coupons.types import Fault, FileRefusedError, LineFault
from app.kernel import tables
from app.kernel.tables import MAX_BYTES, Cell

MAX_LINES = 200_000
CODE = re.compile(r"^[\x21-\x7e]{4,120}$")
HEADS = (
    *("code", "coupon", "coupon code", "voucher", "voucher code", "redeem code", "card number"),
    *("券码", "优惠码", "优惠券码", "优惠券", "兑换码", "卡号", "编码"),
)

__all__ = ["MAX_BYTES", "Codes", "read_codes"]


@dataclass(frozen=True, slots=True)
class Codes:
    """What a file holds: codes with the numbers of their lines, and the lines left out."""

    good: tuple[tuple[int, str], ...]
    faults: tuple[Fault, ...]


def read_codes(raw: bytes) -> Codes:
    """Return the codes of a file, each once.

    Raises:
        FileRefusedError: it is too big, empty, or neither text nor workbook.
    """
    try:
        lines = tables.read_table(raw, MAX_LINES)
    except tables.TableError as error:
        raise FileRefusedError(error.message) from error
    column = tables.column_of(lines[0][1], HEADS)
    if column is not None:
        lines = lines[1:]
    place = column or 0
    return _sorted_out((number, row[place] if place < len(row) else "") for number, row in lines)


def _sorted_out(cells: Iterable[tuple[int, Cell]]) -> Codes:
    good: list[tuple[int, str]] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    for number, cell in cells:
        if cell is None:
            faults.append(Fault(number, LineFault.FIGURE))
        elif not CODE.match(cell):
            faults.append(Fault(number, LineFault.SHAPE))
        elif cell in seen:
            faults.append(Fault(number, LineFault.TWICE))
        else:
            seen.add(cell)
            good.append((number, cell))
    return Codes(tuple(good), tuple(faults))
