"""When points become spendable: a moment on the full hour, or the midnight of a business day."""

from datetime import UTC, date, datetime, timedelta

from app.kernel import clock
from app.ledger.types.words import BY_DAY

_HOUR = timedelta(hours=1)


def full_hour(at: datetime) -> datetime:
    """Return the first full hour (UTC) that is not before a moment.

    A wait ends there, so that a day's points lie in 24 lots at most, however many acts earned them.
    """
    floor = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return floor if floor == at else floor + _HOUR


def first_day(at: datetime) -> date:
    """Return the first business day all of which lies at or after a moment."""
    day = clock.business_date(at)
    return day if clock.day_start(day) >= at else day + clock.ONE_DAY


def moment_of(matures_on: date, matures_at: datetime) -> datetime:
    """Return when points of a lot's two columns become spendable."""
    return clock.day_start(matures_on) if matures_at == BY_DAY else matures_at
