"""One cell at a time: text, amounts, moments, quantities. Refuses what it can't be sure of."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel.numbers import list_currencies

from app.commerce.types import Field, IdentityKind, Problem
from app.kernel import clock, contacts

MAX_MINOR = 10**12  # ten thousand million of any currency
MAX_QTY = 1_000_000
MAX_ID_CHARS = 128
MAX_SKU_CHARS = 64
FIRST_DAY = date(1990, 1, 1)

SHORTENED = re.compile(r"^\d(\.\d+)?E\+\d+$", re.IGNORECASE)
AMOUNT = re.compile(r"^([+-]?)(\d+)(?:\.(\d{1,2})0*)?$", re.ASCII)
THOUSANDS = re.compile(r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$", re.ASCII)
SIGNS = re.compile(r"[\s$\u00a3\u00a5\u20ac\u5143]")
# Full-width forms only: a general normalisation would read a raised 2 as a 2.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: " ", 0xFFE5: "\u00a5", 0x2212: "-",
}  # fmt: skip
EXCEL_TEXT = re.compile(r'^="(.*)"$', re.DOTALL)
DAY = re.compile(
    r"^(\d{4})(?:[-/.]|\u5e74)(\d{1,2})(?:[-/.]|\u6708)(\d{1,2})\u65e5?[ T]*(.*)$", re.ASCII
)
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$", re.ASCII)
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$", re.ASCII)


class BadCellError(ValueError):
    """A cell can't be read."""

    def __init__(self, problem: Problem, field: Field) -> None:
        self.problem, self.field = problem, field
        super().__init__(problem)


def text(cell: str) -> str:
    """Return a cell without what spreadsheets and shops wrap around it.

    Spaces, tabs and control characters go, as do ``="…"`` and the apostrophe with which a cell is
    kept from being a formula.
    """
    plain = cell.strip()
    if plain.startswith('="') and (wrapped := EXCEL_TEXT.match(plain)):
        plain = wrapped.group(1).strip()
    if plain.startswith("'"):
        plain = plain[1:].strip()
    if plain.isascii() and plain.isprintable():
        return plain
    normal = unicodedata.normalize("NFC", plain)
    return "".join(c for c in normal if not unicodedata.category(c).startswith("C")).strip()


def order_number(cell: str) -> str:
    """Return an order number."""
    number = text(cell)
    if not number:
        raise BadCellError(Problem.ORDER_MISSING, Field.ORDER)
    if len(number) > MAX_ID_CHARS:
        raise BadCellError(Problem.ORDER_TOO_LONG, Field.ORDER)
    if "E" in number.upper() and SHORTENED.match(number):
        raise BadCellError(Problem.ORDER_SHORTENED, Field.ORDER)
    return number


def buyer(cell: str, kind: IdentityKind) -> str:
    """Return a buyer in the one written form of his kind."""
    who = text(cell)
    if not who:
        raise BadCellError(Problem.BUYER_MISSING, Field.BUYER)
    if kind is not IdentityKind.BUYER_ID:
        return _contact(who, kind)
    if len(who) > MAX_ID_CHARS:
        raise BadCellError(Problem.BUYER_TOO_LONG, Field.BUYER)
    return who


def _contact(who: str, kind: IdentityKind) -> str:
    read = contacts.parse_phone if kind is IdentityKind.PHONE else contacts.parse_email
    try:
        value: str = read(who).value
    except contacts.ContactError as error:
        raise BadCellError(Problem.BUYER_NO_CONTACT, Field.BUYER) from error
    if len(value) > MAX_ID_CHARS:
        raise BadCellError(Problem.BUYER_TOO_LONG, Field.BUYER)
    return value


@lru_cache(maxsize=8192)
def amount_minor(cell: str) -> int:
    """Return an amount in minor units: ``"1,234.50"`` is 123450."""
    written = _half_width(text(cell))
    if not written.isdigit():
        written = SIGNS.sub("", written)
        if "," in written and THOUSANDS.match(written):
            written = written.replace(",", "")
    found = AMOUNT.match(written)
    if found is None:
        raise BadCellError(Problem.AMOUNT_BAD, Field.TOTAL)
    sign, whole, cents = found.groups()
    minor = int(whole[:15]) * 100 + int(((cents or "") + "00")[:2])
    if sign == "-" and minor:
        raise BadCellError(Problem.AMOUNT_NEGATIVE, Field.TOTAL)
    if minor > MAX_MINOR or len(whole) > 15:  # noqa: PLR2004 - longer than any amount
        raise BadCellError(Problem.AMOUNT_TOO_BIG, Field.TOTAL)
    return minor


def quantity(cell: str) -> int:
    """Return a number of pieces; an empty cell is one piece."""
    written = _half_width(text(cell))
    if not written:
        return 1
    whole, _, rest = written.partition(".")
    if whole.isdecimal() and not rest.strip("0") and 0 < int(whole[:9]) <= MAX_QTY:
        return int(whole[:9])
    raise BadCellError(Problem.QTY_BAD, Field.QTY)


def sku(cell: str) -> str | None:
    """Return a SKU, or None for an empty cell."""
    code = text(cell)
    if len(code) > MAX_SKU_CHARS:
        raise BadCellError(Problem.SKU_TOO_LONG, Field.SKU)
    return code or None


@lru_cache(maxsize=256)
def currency(cell: str) -> str:
    """Return an ISO 4217 code, or an empty text for an empty cell."""
    code = _half_width(text(cell)).upper()
    if code in {"RMB", "CNH"}:
        code = "CNY"
    if code and code not in _currencies():
        raise BadCellError(Problem.CURRENCY_UNKNOWN, Field.CURRENCY)
    return code


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def moment(cell: str, latest: datetime) -> datetime:
    """Return a moment; a day alone begins at its midnight, a time without zone is the brand's."""
    at = _moment(cell, str(clock.zone()))
    if at > latest:
        raise BadCellError(Problem.DATE_FUTURE, Field.PAID_AT)
    return at


@lru_cache(maxsize=8192)
def _moment(cell: str, _zone: str) -> datetime:
    written = _half_width(text(cell))
    try:
        at = _parse(written)
    except (ValueError, OverflowError) as error:
        raise BadCellError(Problem.DATE_BAD, Field.PAID_AT) from error
    if at is None or at.date() < FIRST_DAY:
        raise BadCellError(Problem.DATE_BAD, Field.PAID_AT)
    if at.tzinfo is None:
        at = at.replace(tzinfo=clock.zone())
    return at.astimezone(UTC)


def _parse(written: str) -> datetime | None:
    if compact := COMPACT.match(written):
        return datetime(*(int(part or 0) for part in compact.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - the zone is added by the caller
    found = DAY.match(written)
    if found is None:
        return None
    year, month, day, rest = found.groups()
    if rest and (hour := CLOCK.match(rest)):
        hours, minutes, seconds = (int(part or 0) for part in hour.groups())
        at = time(hours, minutes, seconds)
    elif rest:
        return datetime.fromisoformat(f"{year}-{month:>02}-{day:>02}T{rest.replace(' ', '')}")
    else:
        at = time.min
    return datetime.combine(date(int(year), int(month), int(day)), at)


def latest_moment() -> datetime:
    """Return the last moment at which an order can have been paid: clocks may differ by an hour."""
    return clock.now() + timedelta(hours=1)


def _half_width(written: str) -> str:
    return written if written.isascii() else written.translate(_HALF_WIDTH)
