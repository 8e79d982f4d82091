"""Numbers, days and languages as each reader expects them."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app.identity.types import MemberRow
from app.kernel import clock, i18n
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part
from tests.factories.identity import Browser


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


def _words(page: str) -> str:
    """Return what somebody reads or hears of a page: no addresses, no ids."""
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", page, flags=re.DOTALL)
    heard = " ".join(re.findall(r'(?:aria-label|title|alt)="([^"]*)"', text))
    return f"{re.sub(r'<[^>]*>', ' ', text)} {heard}"


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("path", ["/me/wallet", "/settings/data/leave"])
def test_a_number_of_a_thousand_and_more_is_written_as_one_reads_it(
    alice: MemberRow, alice_client: Browser, path: str, language: str
) -> None:
    ledger.post(
        Earn(
            member_id=alice.id,
            parts=(Part("checkin.daily", points=1_798, fund=Fund.CHECKIN),),
            scope="test",
            key="1",
        )
    )
    alice_client.language = language
    answer = alice_client.get(path)
    assert answer.status_code == 200
    words = _words(answer.get_data(as_text=True))
    assert "1,798" in words
    assert "1798" not in words


@pytest.mark.only("sqlite")
def test_whole_numbers_in_messages_are_written_in_one_place(app: Flask) -> None:
    with force_locale("en"):
        assert i18n.ngettext("%(num)s post", "%(num)s posts", 12_345) == "12,345 posts"
        assert i18n.ngettext("%(num)s post", "%(num)s posts", 999) == "999 posts"
        assert i18n.gettext("%(what)s: %(num)s", what="A", num=-1_000) == "A: -1,000"
        assert i18n.gettext("%(year)s", year="2026") == "2026"
        template = "{{ ngettext('%(num)s <b>', '%(num)s <b>', 4567) }}{{ _('%(a)s', a='<i>') }}"
        assert app.jinja_env.from_string(template).render() == "4,567 <b>&lt;i&gt;"
