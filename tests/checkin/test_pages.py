"""The check-in page, the one tap, the cards on home and on Me."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from app.checkin import routes, service
from app.checkin.types import SeedCheckIn
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.types import Ref
from app.ledger import queries as ledger
from tests.conftest import NOON
from tests.factories.identity import Browser, a_member, browser, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
ONE_DAY = timedelta(days=1)
HTMX = {"HX-Request": "true"}


def cell(page: str, day: int) -> str:
    """Return the class of a day's cell in the month."""
    found = re.search(rf'<td class="is-([a-z-]+)(?: is-open)?">(?:(?!</td>).)*>{day}</span>', page)
    return found.group(1) if found else ""


def seed(member_id: int, *days_ago: int) -> None:
    service.seed_check_ins([SeedCheckIn(member_id, NOON - n * ONE_DAY) for n in days_ago])


def test_a_guest_is_asked_to_sign_in_and_may_be_answered_from_a_cache(client: Browser) -> None:
    answer = client.get("/checkin?lang=en")

    assert answer.status_code == 200
    assert "/signin?next=" in answer.text
    assert "csrf_token" not in answer.text
    assert '<form action="/checkin' not in answer.text


def test_a_guest_who_posts_is_led_to_the_sign_in_page(client: Browser) -> None:
    answer = client.post("/checkin", headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code in {303, 400}
    assert service.seed_check_ins([]) == 0


def test_the_page_shows_streak_longest_total_and_the_month(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice.id, 31, 30, 29, 3, 2, 1)

    page = alice_client.get("/checkin?lang=en&month=2026-08").text

    assert re.search(r'class="streak">.*?<span class="num">3</span>', page, re.DOTALL)
    assert re.search(r"Longest run</dt><dd[^>]*>3<", page)
    assert re.search(r"Days in all</dt><dd[^>]*>6<", page)
    assert [cell(page, day) for day in (1, 2, 3, 4, 28, 29, 31)] == [
        "done", "done", "done", "missed", "missed", "done", "done",
    ]  # fmt: skip


def test_done_today_and_missed_are_told_apart_without_colour(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice.id, 3, 1)

    page = alice_client.get("/checkin?lang=en&month=2026-08").text

    assert "29 Aug: checked in" in page
    assert "30 Aug: no check-in" in page
    assert "1 Sep: today, not checked in yet" in alice_client.get("/checkin?lang=en").text


def test_days_before_the_first_check_in_are_not_held_against_anybody(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice.id, 2)

    page = alice_client.get("/checkin?lang=en&month=2026-08").text

    assert [cell(page, day) for day in (29, 30, 31)] == ["future", "done", "missed"]


def test_months_lead_back_to_the_first_check_in_and_not_into_the_future(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice.id, 40)

    september = alice_client.get("/checkin").text
    july = alice_client.get("/checkin?month=2026-07").text

    assert "month=2026-08" in september
    assert "month=2026-10" not in september
    assert "month=2026-06" not in july
    assert "month=2026-08" in july
    assert alice_client.get("/checkin?month=2027-01&lang=en").text.count("September 2026") >= 1


@pytest.mark.parametrize("month", ["", "soon", "2026-13", "0000-00", "2026-9", "9999-12", "-1"])
def test_a_month_that_is_none_shows_the_present_one(alice_client: Browser, month: str) -> None:
    answer = alice_client.get("/checkin", query_string={"month": month, "lang": "en"})

    assert answer.status_code == 200
    assert "September 2026" in answer.text


def test_without_javascript_a_tap_leads_back_with_a_toast(
    alice: MemberRow, alice_client: Browser
) -> None:
    answer = alice_client.post("/checkin?lang=en", headers={"Referer": "http://localhost/?tab=x"})

    assert (answer.status_code, answer.location) == (303, "/?tab=x")
    page = alice_client.get("/checkin?lang=en").text
    assert "Day 1, +10 points." in page
    assert "Done today" in page
    assert ledger.balance(alice.id).available == 10


def test_a_foreign_referrer_does_not_lead_away(alice_client: Browser) -> None:
    answer = alice_client.post("/checkin", headers={"Referer": "https://evil.example/x"})

    assert answer.location == "/"


def test_the_page_itself_is_where_its_own_form_leads_back(alice_client: Browser) -> None:
    assert alice_client.post("/checkin?view=page").location == "/checkin"


def test_a_tap_on_home_answers_with_the_strip_and_the_burst(alice_client: Browser) -> None:
    answer = alice_client.post("/checkin?lang=en", headers=HTMX)

    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<section class="checkin-strip is-fresh" id="checkin"')
    assert "burst-confetti" in answer.text
    assert "+10" in answer.text
    assert "<html" not in answer.text


def test_a_second_tap_does_not_celebrate_again(alice: MemberRow, alice_client: Browser) -> None:
    alice_client.post("/checkin", headers=HTMX)
    answer = alice_client.post("/checkin", headers=HTMX)

    assert "burst-confetti" not in answer.text
    assert ledger.balance(alice.id).available == 10


def test_a_tap_on_the_page_answers_with_card_burst_figures_and_month(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice.id, 6, 5, 4, 3, 2, 1)

    answer = alice_client.post("/checkin?view=page&lang=en", headers=HTMX)

    assert answer.text.lstrip().startswith('<section class="checkin" id="checkin"')
    assert "burst-confetti" in answer.text
    assert "+40" in answer.text
    assert re.findall(r'hx-partial hx-target="#([a-z-]+)"', answer.text) == [
        "checkin-stats", "checkin-savers", "checkin-month", "checkin-ladder", "checkin-honours",
    ]  # fmt: skip
    assert cell(answer.text, 1) == "today-done"


def test_the_milestone_of_the_day_is_said(alice: MemberRow, alice_client: Browser) -> None:
    seed(alice.id, 6, 5, 4, 3, 2, 1)
    before = alice_client.get("/checkin?lang=en").text
    alice_client.post("/checkin?view=page&lang=en")

    assert "1 day to go to 30 extra points" in before
    assert "Day 7, +40 points: 30 of them for your streak." in alice_client.get("/checkin").text


def test_a_form_without_its_token_changes_nothing(alice: MemberRow, alice_client: Browser) -> None:
    assert alice_client.post("/checkin", csrf=False).status_code == 400
    assert ledger.balance(alice.id).available == 0


def test_a_muted_member_may_check_in(alice: MemberRow, alice_client: Browser) -> None:
    assert alice_client.post("/checkin").status_code == 303


def test_the_page_costs_the_same_with_one_day_and_with_a_thousand(
    alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    alice_client.get("/checkin")
    with count_statements() as few:
        alice_client.get("/checkin")
    service.seed_check_ins(
        [SeedCheckIn(alice.id, NOON - n * ONE_DAY) for n in range(1, 1_001)], with_points=False
    )
    with count_statements() as many:
        page = alice_client.get("/checkin")

    assert page.status_code == 200
    assert len(many) == len(few) <= 8, "\n".join(many)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("path", ["/checkin", "/checkin?view=page"])
def test_a_tap_stays_within_its_statements(
    alice: MemberRow,
    alice_client: Browser,
    count_statements: Counting,
    path: str,
    headers: dict[str, str],
) -> None:
    seed(alice.id, *range(1, 7))
    with count_statements() as seen:
        answer = alice_client.post(path, headers=headers)

    assert answer.status_code in {200, 303}
    assert len(seen) <= 20, "\n".join(seen)


# --- other domains' pages ------------------------------------------------------------------------


def hero_for(app: Flask, member: MemberRow | None, path: str = "/?lang=en") -> str:
    """Return the home page's hero as that member sees it."""
    client = browser(app)
    if member is not None:
        sign_in(client, member)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    headers = {"Cookie": f"{cookie.key}={cookie.value}"} if cookie else {}
    with app.test_request_context(path, headers=headers):
        app.preprocess_request()
        key = member.id if member else 0
        return str(routes.home_hero([key])[key])


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (7, "Good morning, alice."),
        (12, "Hello, alice."),
        (15, "Good afternoon, alice."),
        (19, "Good evening, alice."),
        (23, "Still up, alice?"),
        (2, "Still up, alice?"),
    ],
)
def test_home_greets_by_the_hour_of_the_brands_day(
    app: Flask, alice: MemberRow, hour: int, words: str
) -> None:
    with clock.frozen(datetime(2026, 9, 1, hour, tzinfo=clock.zone()).astimezone(UTC)):
        assert words in hero_for(app, alice)


def test_home_offers_the_tap_before_and_one_line_after(app: Flask, alice: MemberRow) -> None:
    seed(alice.id, 1)
    before = hero_for(app, alice)
    service.check_in(alice.id)
    after = hero_for(app, alice)

    assert 'action="/checkin"' in before
    assert before.count('<li class="is-') == 7
    assert 'class="checkin-strip"' in after
    assert "Day 2" in after
    assert "burst-confetti" not in after


def test_home_costs_one_statement_for_members_and_two_for_guests(
    app: Flask, alice: MemberRow, count_statements: Counting
) -> None:
    with count_statements() as member:
        hero_for(app, alice)
    with count_statements() as guest:
        text = hero_for(app, None)

    assert sum("checkin" in statement for statement in member) == 1
    assert len(guest) == 2
    assert "csrf" not in text


def test_guests_see_how_many_sit_at_the_table(app: Flask) -> None:
    assert "Be the first at the table" in hero_for(app, None)
    for name in ("ann", "ben", "cem"):
        a_member(name)
    assert "Join 3 fans at the table" in hero_for(app, None)


def test_me_shows_the_streak(alice: MemberRow, alice_client: Browser) -> None:
    seed(alice.id, 2, 1)

    page = alice_client.get("/me?lang=en").text

    assert "2 days in a row" in page
    assert "5 days to go to 30 extra points" in page


def test_a_statement_line_leads_to_the_month_and_strangers_nowhere(
    alice: MemberRow, bob: MemberRow, app: Flask
) -> None:
    service.check_in(alice.id)
    [line] = ledger.statement(alice.id).items
    assert line.source is not None
    assert line.source == Ref("checkin", line.source.id)

    with app.test_request_context("/"):
        assert routes.page_of(line.source.id, alice.id) == "/checkin?month=2026-09"
        assert routes.page_of(line.source.id, bob.id) is None
        assert routes.page_of(line.source.id, None) is None
