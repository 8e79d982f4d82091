"""Names and periods that the pages and the exports about cost share."""

from collections.abc import Mapping
from datetime import date, timedelta

from babel import dates

from app.kernel import clock, labels
from app.kernel.i18n import locale_code
from app.ledger.types import Fund

DEFAULT_DAYS = 90
FIRST_DAY = date(1990, 1, 1)


def fund_name(fund: Fund) -> str:
    """Return what the ledger calls a purse."""
    return labels.names_of("fund", [fund.value])[fund.value]


def short_month(value: date) -> str:
    """Return a month in few letters, for charts: "Nov 26", "26年11月"."""
    pattern = "yy年M月" if locale_code().startswith("zh") else "MMM yy"
    return dates.format_date(value, pattern, locale=locale_code())


def period_of(values: Mapping[str, str]) -> tuple[date, date, bool]:
    """Return first and last day of a period, and whether what was asked could not be read.

    Without a readable one: the last 90 days that are over.
    """
    yesterday = clock.business_date() - timedelta(days=1)
    usual = yesterday - timedelta(days=DEFAULT_DAYS - 1), yesterday
    try:
        first = date.fromisoformat(values.get("from") or usual[0].isoformat())
        last = date.fromisoformat(values.get("to") or usual[1].isoformat())
    except ValueError:
        return *usual, True
    is_odd = not FIRST_DAY <= first <= last <= yesterday + timedelta(days=366)
    return (*usual, True) if is_odd else (first, last, False)
