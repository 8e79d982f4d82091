"""Days of periods, in the brand's calendar."""

from datetime import date, timedelta

from app.ranking.types import Period, Span

DAY = timedelta(days=1)
BEGINNING, NEVER = date(2000, 1, 1), date(9999, 12, 31)
MONTHS_OF_SEASON = 3


def span_of(period: Period, day: date) -> Span:
    """Return the period that a day lies in. A week begins on Monday, a season each quarter."""
    if period is Period.DAY:
        return Span(day, day + DAY)
    if period is Period.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Span(monday, monday + timedelta(days=7))
    if period is Period.MONTH:
        return Span(day.replace(day=1), _month_after(day, 1))
    if period is Period.SEASON:
        first = day.replace(month=day.month - (day.month - 1) % MONTHS_OF_SEASON, day=1)
        return Span(first, _month_after(first, MONTHS_OF_SEASON))
    return Span(BEGINNING, NEVER)


def next_start(period: Period, day: date) -> date:
    """Return the first day of the period after the one that a day lies in."""
    return span_of(period, day).ends_on


def previous_span(period: Period, day: date) -> Span | None:
    """Return the period before the one that a day lies in; None for all time."""
    span = span_of(period, day)
    return None if period is Period.ALL else span_of(period, span.starts_on - DAY)


def _month_after(day: date, months: int) -> date:
    number = day.month - 1 + months
    return date(day.year + number // 12, number % 12 + 1, 1)
