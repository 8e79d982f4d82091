"""The only clock. Everything stored is UTC; a *business day* is the brand's local day."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from time import time_ns
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
_MILLISECOND = timedelta(milliseconds=1)
_UNIX = datetime(1970, 1, 1, tzinfo=UTC)

_frozen: list[datetime] = []
_zone: list[ZoneInfo] = [ZoneInfo("Asia/Shanghai")]


def now() -> datetime:
    """Return the current moment, timezone-aware, in UTC."""
    return _frozen[-1] if _frozen else datetime.now(UTC)  # noqa: TID251 - the one place


def milliseconds() -> int:
    """Return the current moment in whole milliseconds since 1970, without making a datetime."""
    if _frozen:
        return (_frozen[-1] - _UNIX) // _MILLISECOND
    return time_ns() // 1_000_000


def zone() -> ZoneInfo:
    """Return the brand's time zone."""
    return _zone[-1]


def set_zone(name: str) -> None:
    """Set the brand's time zone (an IANA name); called once at start."""
    _zone[-1] = ZoneInfo(name)


def business_date(at: datetime | None = None) -> date:
    """Return the brand's local calendar day for a moment (default: now)."""
    return _day_of(at or now(), _zone[-1])


@lru_cache(maxsize=4_096)  # one act asks several times; equal moments hash alike in every zone
def _day_of(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def day_start(day: date) -> datetime:
    """Return the UTC moment at which a business day begins.

    Where the zone skips midnight (a clock change at 00:00), the day begins at the first instant
    that exists, which is what ``zoneinfo`` yields for a non-existing wall time with ``fold=0``.
    """
    return datetime.combine(day, time.min, tzinfo=zone()).astimezone(UTC)


def day_end(day: date) -> datetime:
    """Return the UTC moment at which the next business day begins."""
    return day_start(day + timedelta(days=1))


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Stop the clock at ``moment`` (aware); for tests and replays."""
    if moment.tzinfo is None:
        message = f"naive moment {moment!r}"
        raise ValueError(message)
    _frozen.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.pop()


def tick(by: timedelta) -> datetime:
    """Move a frozen clock forward; tests only.

    Raises:
        RuntimeError: the clock is running freely.
    """
    if not _frozen:
        raise RuntimeError("only a frozen clock can be moved")
    _frozen[-1] += by
    return _frozen[-1]
