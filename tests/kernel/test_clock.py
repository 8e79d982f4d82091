"""The brand's day, over clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.kernel import clock


def test_the_business_day_turns_at_the_brands_midnight() -> None:
    before = datetime(2026, 9, 1, 15, 59, 59, tzinfo=UTC)
    assert clock.business_date(before) == date(2026, 9, 1)
    assert clock.business_date(before + timedelta(seconds=1)) == date(2026, 9, 2)


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"])
def test_every_moment_of_a_year_lies_in_exactly_one_day(zone: str) -> None:
    clock.set_zone(zone)
    day = date(2026, 1, 1)
    while day.year == 2026:
        start, end = clock.day_start(day), clock.day_end(day)
        assert timedelta(hours=22) <= end - start <= timedelta(hours=26)
        assert clock.business_date(start) == day
        assert clock.business_date(end - timedelta(microseconds=1)) == day
        day += timedelta(days=1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"), clock.frozen(datetime(2026, 1, 1)):  # noqa: DTZ001 - the point
        pass
