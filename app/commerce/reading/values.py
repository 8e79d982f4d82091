"""One cell at a time: text, amounts, moments, quantities. Refuses what it can't be sure of."""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from babel.numbers import list_currencies

from app.commerce.reading.layout import DayOrder
from app.commerce.types import Field, IdentityKind, Problem
from app.kernel import clock, contacts

MAX_MINOR = 10**12  # ten thousand million of any currency
MAX_QTY = 1_000_000
MAX_ID_CHARS = 128
MAX_SKU_CHARS = 64
EXACT_DIGITS = 15  # of a number in a spreadsheet; what follows becomes zeros
FILLED = "\x1e"  # ends a cell that a workbook merges with the one above; white space to Python
CELL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
     "#GETTING_DATA"}
)  # fmt: skip
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
DAY_LAST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T]*(.*)$", re.ASCII)
CLOCK = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$", re.ASCII)
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?$", re.ASCII)


class BadCellError(ValueError):
    """A cell can't be read."""

    def __init__(self, problem: Problem, field: Field) -> None:
        self.problem, self.field = problem, field
        super().__init__(problem)


def refuse_error(cell: str, field: Field) -> None:
    """Refuse a cell in which a spreadsheet shows an error."""
    if cell.startswith("#") and cell.strip().upper() in CELL_ERRORS:
        raise BadCellError(Problem.CELL_ERROR, field)


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
    if plain.isprintable():  # holds no control characters
        return plain if plain.isascii() else unicodedata.normalize("NFC", plain)
    normal = unicodedata.normalize("NFC", plain)
    return "".join(c for c in normal if not unicodedata.category(c).startswith("C")).strip()


def order_number(cell: str) -> str:
    """Return an order number."""
    return _number(cell, Field.ORDER, Problem.ORDER_MISSING)


def refund_number(cell: str) -> str:
    """Return a refund number."""
    return _number(cell, Field.REFUND, Problem.REFUND_MISSING)


@lru_cache(maxsize=2048)
def _number(cell: str, field: Field, missing: Problem) -> str:
    number = text(cell)
    if not number:
        raise BadCellError(missing, field)
    refuse_error(number, field)
    if len(number) > MAX_ID_CHARS:
        raise BadCellError(Problem.ORDER_TOO_LONG, field)
    if "E" in number.upper() and SHORTENED.match(number):
        raise BadCellError(Problem.ORDER_SHORTENED, field)
    return number


@lru_cache(maxsize=8192)
def buyer(cell: str, kind: IdentityKind) -> str:
    """Return a buyer in the one written form of his kind."""
    who = text(cell)
    if not who:
        raise BadCellError(Problem.BUYER_MISSING, Field.BUYER)
    refuse_error(who, Field.BUYER)
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
def amount_minor(cell: str, field: Field = Field.TOTAL) -> int:
    """Return an amount in minor units: ``"1,234.50"`` is 123450."""
    written = _half_width(text(cell))
    if not written.isdigit():
        refuse_error(written, field)
        written = SIGNS.sub("", written)
        if "," in written and THOUSANDS.match(written):
            written = written.replace(",", "")
    found = AMOUNT.match(written)
    if found is None:
        raise BadCellError(Problem.AMOUNT_BAD, field)
    sign, whole, cents = found.groups()
    minor = int(whole[:15]) * 100 + int(((cents or "") + "00")[:2])
    if sign == "-" and minor:
        raise BadCellError(Problem.AMOUNT_NEGATIVE, field)
    if minor > MAX_MINOR or len(whole) > 15:  # noqa: PLR2004 - longer than any amount
        raise BadCellError(Problem.AMOUNT_TOO_BIG, field)
    return minor


def own_amount(cell: str, field: Field = Field.TOTAL) -> int:
    """Return the amount of a row by itself: a cell merged over several rows is nobody's own."""
    if cell.endswith(FILLED):
        raise BadCellError(Problem.AMOUNT_MERGED, field)
    return amount_minor(cell, field)


def refunded_minor(cell: str, field: Field = Field.AMOUNT) -> int:
    """Return an amount that went back. Shops write it with or without a minus."""
    return own_amount(cell.replace("-", "", 1) if "-" in cell else cell, field)


@lru_cache(maxsize=1024)
def quantity(cell: str, least: int = 1) -> int:
    """Return a number of pieces; an empty cell is ``least``."""
    written = _half_width(text(cell))
    if not written:
        return least
    refuse_error(written, Field.QTY)
    whole, _, rest = written.partition(".")
    is_whole = whole.isdecimal() and len(whole) <= 9 and not rest.strip("0")  # noqa: PLR2004
    if is_whole and least <= int(whole) <= MAX_QTY:
        return int(whole)
    raise BadCellError(Problem.QTY_BAD, Field.QTY)


@lru_cache(maxsize=4096)
def sku(cell: str) -> str | None:
    """Return a SKU, or None for an empty cell."""
    return _code(cell, Field.SKU)


def line_number(cell: str) -> str | None:
    """Return a line's own number, or None for an empty cell."""
    code = _code(cell, Field.LINE)
    if code and "+" in code and SHORTENED.match(code):
        raise BadCellError(Problem.ORDER_SHORTENED, Field.LINE)
    return code


def _code(cell: str, field: Field) -> str | None:
    code = text(cell)
    refuse_error(code, field)
    if len(code) > MAX_SKU_CHARS:
        raise BadCellError(Problem.SKU_TOO_LONG, field)
    return code or None


def contact(cell: str) -> str:
    """Return a telephone number or e-mail address as it stands there: finding people reads it."""
    written = text(cell)
    return written if len(written) <= MAX_ID_CHARS and written not in CELL_ERRORS else ""


@lru_cache(maxsize=256)
def currency(cell: str) -> str:
    """Return an ISO 4217 code, or an empty text for an empty cell."""
    code = _half_width(text(cell)).upper()
    refuse_error(code, Field.CURRENCY)
    if code in {"RMB", "CNH"}:
        code = "CNY"
    if code and code not in _currencies():
        raise BadCellError(Problem.CURRENCY_UNKNOWN, Field.CURRENCY)
    return code


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def moment(
    cell: str,
    latest: datetime,
    field: Field = Field.PAID_AT,
    order: DayOrder = DayOrder.YEAR_FIRST,
) -> datetime:
    """Return a moment; a day alone begins at its midnight, a time without zone is the brand's."""
    at = _moment(cell, str(clock.zone()), field, order)
    if at > latest:
        raise BadCellError(Problem.DATE_FUTURE, field)
    return at


@lru_cache(maxsize=8192)
def _moment(cell: str, _zone: str, field: Field, order: DayOrder) -> datetime:
    written = _half_width(text(cell))
    refuse_error(written, field)
    try:
        at = _parse(written, order)
    except (ValueError, OverflowError) as error:
        raise BadCellError(Problem.DATE_BAD, field) from error
    if at is None or at.date() < FIRST_DAY:
        raise BadCellError(Problem.DATE_BAD, field)
    if at.tzinfo is None:
        at = at.replace(tzinfo=clock.zone())
    return at.astimezone(UTC)


def _parse(written: str, order: DayOrder) -> datetime | None:
    if compact := COMPACT.match(written):
        return datetime(*(int(part or 0) for part in compact.groups()))  # type: ignore[arg-type]  # noqa: DTZ001 - the zone is added by the caller
    parts = _parts(written, order)
    if parts is None:
        return None
    year, month, day, rest = parts
    if rest and (hour := CLOCK.match(rest)):
        hours, minutes, seconds = (int(part or 0) for part in hour.groups())
        at = time(hours, minutes, seconds)
    elif rest:
        return datetime.fromisoformat(f"{year}-{month:>02}-{day:>02}T{rest.replace(' ', '')}")
    else:
        at = time.min
    return datetime.combine(date(int(year), int(month), int(day)), at)


def _parts(written: str, order: DayOrder) -> tuple[str, str, str, str] | None:
    """Split a day into year, month, day and what follows."""
    if found := DAY.match(written):
        year, month, day, rest = found.groups()
        return year, month, day, rest
    if order is DayOrder.YEAR_FIRST or not (found := DAY_LAST.match(written)):
        return None
    first, second, year, rest = found.groups()
    if order is DayOrder.DAY_FIRST:
        return year, second, first, rest
    return year, first, second, rest


def latest_moment() -> datetime:
    """Return the last moment at which an order can have been paid: clocks may differ by an hour."""
    return clock.now() + timedelta(hours=1)


def _half_width(written: str) -> str:
    return written if written.isascii() else written.translate(_HALF_WIDTH)


def is_cut(number: str) -> bool:
    """Return whether a long number ends in zeros from its sixteenth digit on."""
    return (
        len(number) > EXACT_DIGITS and number.isdecimal() and not number[EXACT_DIGITS:].strip("0")
    )
