"""Numbers, days and languages as each reader expects them."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app.kernel import clock, i18n


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [(999, "999", "999"), (9_999, "9,999", "9,999"), (12_345, "1.2万", "12.3k"),
     (1_999_999, "199万", "1.9M"), (20_000, "2万", "20k")],
)  # fmt: skip
def test_counts_are_shortened_never_rounded_up(app: Flask, value: int, zh: str, en: str) -> None:
    with force_locale("zh_Hans_CN"):
        assert i18n.compact(value) == zh
    with force_locale("en"):
        assert i18n.compact(value) == en


@pytest.mark.only("sqlite")
def test_movements_carry_a_real_sign(app: Flask) -> None:
    with force_locale("en"):
        assert [i18n.signed(n) for n in (1_000, -3, 0)] == ["+1,000", "−3", "0"]


@pytest.mark.only("sqlite")
def test_days_and_moments(app: Flask) -> None:
    with force_locale("zh_Hans_CN"):
        assert i18n.day(date(2026, 9, 8)) == "9月8日"
        assert i18n.day(date(2025, 9, 8)) == "2025年9月8日"
        assert i18n.moment(clock.now()) == "9月1日 12:00"
    with force_locale("en"):
        assert i18n.day(date(2026, 9, 8)) == "8 Sept" or i18n.day(date(2026, 9, 8)) == "8 Sep"
        assert i18n.ago(clock.now() - timedelta(hours=3)) == "3 h ago"
        assert i18n.ago(clock.now() - timedelta(days=30)) == "2 Aug"


@pytest.mark.only("sqlite")
def test_the_browsers_language_then_the_choice(app: Flask) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "en-GB,en;q=0.9"}):
        assert i18n.chosen_locale() == "en"
    with app.test_request_context("/", headers={"Accept-Language": "zh-TW"}):
        assert i18n.chosen_locale() == "zh_Hans_CN"
    with app.test_request_context("/?lang=en", headers={"Accept-Language": "zh-CN"}):
        assert i18n.chosen_locale() == "en"
    with app.test_request_context("/", headers={"Accept-Language": "zh-CN", "Cookie": "lang=en"}):
        assert i18n.chosen_locale() == "en"
    with app.test_request_context("/?lang=xx", headers={"Accept-Language": "fr"}):
        assert i18n.chosen_locale() == "zh_Hans_CN"
