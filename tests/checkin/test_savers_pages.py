"""Shields and cards on pages: what one has, buying, making a day up, what the calendar shows."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask

from app.checkin import queries, routes, service
from app.checkin.types import Item, Scope, SeedCheckIn
from app.checkin.types.rules import Rules
from app.identity.types import MemberRow
from app.kernel import clock
from app.ledger import queries as ledger
from tests.conftest import NOON
from tests.factories.identity import Browser, a_member
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
ONE_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
KEY = "a-request-key-of-a-form"


def seed(member: MemberRow, *days_ago: int) -> None:
    service.seed_check_ins([SeedCheckIn(member.id, NOON - n * ONE_DAY) for n in days_ago])


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def toast_of(client: Browser) -> str:
    return text(client.get("/checkin").text)


# --- the calendar --------------------------------------------------------------------------------


def test_the_calendar_tells_four_ways_of_keeping_a_day_apart(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    service.give(alice.id, Item.SHIELD, key="gift")
    service.give(alice.id, Item.CARD, key="gift-2")
    seed(alice, 9, 8, 6, 2)  # a shield saved the 7th day back
    service.make_up(alice.id, TODAY - 5 * ONE_DAY)
    service.grant_day(TODAY - ONE_DAY, Scope.ALIVE, points=0, reason="x", actor_id=staff.id)
    service.grant_some()

    page = alice_client.get("/checkin?month=2026-08").text

    for words in (
        "24 Aug: checked in", "25 Aug: kept by a shield", "27 Aug: made up with a card",
        "28 Aug: no check-in, make it up", "31 Aug: kept by our team",
    ):  # fmt: skip
        assert words in page, words
    legend = page[page.index("month-key") :]
    assert [
        words for words in ("Kept by a shield", "Made up", "Given by our team") if words in legend
    ] == ["Kept by a shield", "Made up", "Given by our team"]


def test_only_missed_days_within_reach_lead_to_a_make_up(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice, 12, 3)
    page = alice_client.get("/checkin?month=2026-08").text
    links = re.findall(r'href="/checkin/make-up/([0-9-]+)"', page)
    assert set(links) == {f"2026-08-{n}" for n in (25, 26, 27, 28, 30, 31)}


def test_a_day_that_a_shield_will_save_is_shown_as_saved(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice, 4, 3, 2)
    service.give(alice.id, Item.SHIELD, key="gift")
    page = alice_client.get("/checkin?month=2026-08").text
    assert "31 Aug: kept by a shield" in page
    assert "/checkin/make-up/2026-08-31" not in page
    assert "Busy yesterday? A shield keeps your streak." in text(page)
    assert re.search(r'class="streak">.*?<span class="num">3</span>', page, re.DOTALL)
    done = alice_client.post("/checkin?view=page", headers=HTMX)
    assert "Busy yesterday? A shield kept your streak." in text(done.text)


def test_the_page_says_what_one_holds_and_what_can_be_made_up(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice, 4, 3, 1)
    service.give(alice.id, Item.CARD, 2, key="gift")
    page = text(alice_client.get("/checkin").text)
    assert "0 shields" in page
    assert "Every 10 days in a row bring one." in page
    assert "2 make-up cards You missed 30 Aug: make it up" in page


def test_the_first_three_of_today_stand_on_the_page(alice_client: Browser) -> None:
    assert "Nobody yet." in alice_client.get("/checkin").text
    for number in range(4):
        with clock.frozen(NOON - timedelta(minutes=10 - number)):
            service.check_in(a_member(f"m{number}").id)
    page = alice_client.get("/checkin").text
    listed = page[page.index("checkin-honours") :]
    assert re.findall(r">(m\d)</a>", listed) == ["m0", "m1", "m2"]
    assert re.findall(r">(\d\d:\d\d:\d\d)</time>", listed)[0] == "11:50:00"


# --- savers --------------------------------------------------------------------------------------


def test_a_guest_must_sign_in(client: Browser) -> None:
    for path in ("/checkin/savers", "/checkin/make-up/2026-08-30"):
        answer = client.get(path)
        assert (answer.status_code, "/signin" in answer.location) == (303, True)


def test_a_card_is_bought_without_javascript_and_a_second_submit_costs_nothing(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 250)
    page = alice_client.get("/checkin/savers").text
    [key] = re.findall(
        r'name="request_key"[^>]*value="([^"]+)"', page[page.index('value="card"') - 400 :]
    )[:1]
    form = {"item": "card", "price": "100", "request_key": key}

    first = alice_client.post("/checkin/savers", data=form)
    told = text(alice_client.get("/checkin/savers").text)
    again = alice_client.post("/checkin/savers", data=form)

    assert (first.status_code, first.location) == (303, "/checkin/savers")
    assert again.status_code == 303
    assert "Yours. You hold 1 make-up card now." in told
    assert "Make-up card" in told
    assert "Bought" in told
    assert ledger.balance(alice.id).available == 150


def test_the_statement_says_what_the_points_went_for(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 100)
    service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY)
    [newest, *_rest] = ledger.statement(alice.id).items
    page = text(alice_client.get(f"/me/wallet/{newest.txn_id}").text)
    assert "Make-up card" in page
    assert "You bought a card. It makes up one day that you missed." in page
    link = alice_client.get(f"/go/checkin_movement/{newest.source.id}")  # type: ignore[union-attr]
    assert link.location == "/checkin/savers"


def test_another_members_purchase_leads_nowhere(
    alice: MemberRow, bob: MemberRow, app: Flask
) -> None:
    earn(alice.id, 100)
    service.buy(alice.id, Item.CARD, price_points=100, request_key=KEY)
    [newest, *_rest] = ledger.statement(alice.id).items
    assert newest.source is not None
    with app.test_request_context("/"):
        assert routes.saver_page_of(newest.source.id, alice.id) == "/checkin/savers"
        assert routes.saver_page_of(newest.source.id, bob.id) is None


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"item": "card", "price": "100"}, 409, "points"),
        ({"item": "card", "price": "1"}, 422, "The price has changed."),
        ({"item": "spoon", "price": "100"}, 422, "Please check"),
        ({"item": "card", "price": "-5"}, 422, "Please check"),
        ({"item": "card", "price": "x"}, 422, "Please check"),
        ({"item": "card"}, 422, "Please check"),
    ],
)
def test_a_purchase_that_fails_says_why_on_the_whole_page(
    alice: MemberRow, alice_client: Browser, form: dict[str, str], status: int, words: str
) -> None:
    answer = alice_client.post("/checkin/savers", data={"request_key": KEY, **form})
    assert answer.status_code == status
    assert words in text(answer.text)
    assert "<html" in answer.text
    assert queries.hero(alice.id).standing.cards == 0


def test_who_holds_two_shields_is_offered_no_third(alice: MemberRow, alice_client: Browser) -> None:
    service.give(alice.id, Item.SHIELD, 2, key="gift")
    page = alice_client.get("/checkin/savers").text
    assert "You hold as many as one can" in page
    assert 'value="shield"' not in page


def test_movements_page_by_key(alice: MemberRow, alice_client: Browser) -> None:
    for number in range(25):
        service.give(alice.id, Item.CARD, number + 1, key=str(number))
    first = alice_client.get("/checkin/savers").text
    [after] = re.findall(r"/checkin/savers\?after=(\d+)", first)
    second = alice_client.get(f"/checkin/savers?after={after}").text
    assert (first.count('class="line is-plus"'), second.count('class="line is-plus"')) == (20, 5)
    assert "Nothing more here" in alice_client.get("/checkin/savers?after=1").text


# --- making a day up -----------------------------------------------------------------------------


def test_a_day_is_made_up_after_a_question(alice: MemberRow, alice_client: Browser) -> None:
    seed(alice, 7, 6, 5, 4, 3, 1)
    alice_client.post("/checkin")
    service.give(alice.id, Item.CARD, key="gift")
    page = text(alice_client.get("/checkin/make-up/2026-08-30").text)
    assert "Make up 30 Aug?" in page
    assert "2 → 8" in page
    assert "It earns +30" in page

    answer = alice_client.post("/checkin/make-up/2026-08-30")

    assert (answer.status_code, answer.location) == (303, "/checkin?month=2026-08")
    assert "30 Aug is made up: 8 days in a row, +30 points." in toast_of(alice_client)
    again = alice_client.post("/checkin/make-up/2026-08-30")
    assert again.status_code == 303
    assert "No card was used." in toast_of(alice_client)


def test_without_a_card_the_page_offers_one_and_comes_back(
    alice: MemberRow, alice_client: Browser
) -> None:
    seed(alice, 3, 1)
    earn(alice.id, 100)
    page = alice_client.get("/checkin/make-up/2026-08-30").text
    assert "Get a card for 100 points" in page
    [action] = re.findall(r'action="(/checkin/savers\?next=[^"]+)"', page)
    form = {"item": "card", "price": "100", "request_key": KEY}
    assert alice_client.post(html.unescape(action), data=form).location == (
        "/checkin/make-up/2026-08-30"
    )
    refused = alice_client.post("/checkin/make-up/2026-08-30")
    assert refused.status_code == 303


def test_no_card_no_make_up_and_the_page_says_so(alice: MemberRow, alice_client: Browser) -> None:
    seed(alice, 3, 1)
    answer = alice_client.post("/checkin/make-up/2026-08-30")
    assert answer.status_code == 422
    assert "You have no make-up card left." in text(answer.text)


@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-08-31", 422), ("2026-09-01", 422), ("2026-01-01", 422), ("soon", 404), ("0", 404)],
)
def test_a_day_that_no_card_reaches_stays_as_it_is(
    alice: MemberRow, alice_client: Browser, day: str, status: int
) -> None:
    seed(alice, 3, 1)
    service.give(alice.id, Item.CARD, key="gift")
    assert alice_client.get(f"/checkin/make-up/{day}").status_code == status
    assert alice_client.post(f"/checkin/make-up/{day}").status_code in {status, 303}
    assert len(queries.kept_days(alice.id)) == 2


# --- for programs --------------------------------------------------------------------------------


def test_programs_get_json(alice: MemberRow, alice_client: Browser) -> None:
    seed(alice, 3, 1)
    earn(alice.id, 100)
    done = alice_client.post("/checkin", headers=JSON).get_json()
    assert (done["is_new"], done["streak_days"], done["points"], done["place"]) == (True, 2, 10, 1)
    form = {"item": "card", "price": "100", "request_key": KEY}
    bought = alice_client.post("/checkin/savers", data=form, headers=JSON).get_json()
    assert bought == {"item": "card", "stock": 1, "points": 100}
    made = alice_client.post("/checkin/make-up/2026-08-30", headers=JSON).get_json()
    assert (made["streak_days"], made["cards"]) == (4, 0)
    page = alice_client.get("/checkin?month=2026-08", headers=JSON).get_json()
    states = {day["on"]: day["state"] for day in page["days"]}
    assert (states["2026-08-30"], states["2026-08-31"]) == ("made-up", "done")
    refused = alice_client.post("/checkin/make-up/2026-08-28", headers=JSON)
    assert refused.get_json()["error"]["code"] == "day_out_of_reach"


# --- what it costs -------------------------------------------------------------------------------


def test_pages_cost_the_same_with_few_and_with_many(
    alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    seed(alice, 3, 1)
    paths = ("/checkin/savers", "/checkin/make-up/2026-08-30")
    few = []
    for path in paths:
        alice_client.get(path)
        with count_statements() as seen:
            alice_client.get(path)
        few.append(len(seen))
    for number in range(60):
        service.give(alice.id, Item.CARD, key=str(number))
    for path, count in zip(paths, few, strict=True):
        with count_statements() as seen:
            alice_client.get(path)
        assert len(seen) <= count <= 8, "\n".join(seen)


@pytest.mark.parametrize("what", ["buy", "make_up", "tap"])
def test_writes_stay_within_their_statements(
    alice: MemberRow,
    staff: MemberRow,
    alice_client: Browser,
    count_statements: Counting,
    what: str,
) -> None:
    service.set_rules(Rules(made_up_points=5, days_per_shield=7), actor_id=staff.id)
    service.give(alice.id, Item.CARD, key="gift")
    service.give(alice.id, Item.SHIELD, key="gift-2")
    earn(alice.id, 100)
    seed(alice, *({"tap": (8, 7, 6, 5, 4, 3)}.get(what, (9, 8, 7, 6, 5, 4, 2))))
    if what == "tap":
        seed(alice, 1)
    with count_statements() as seen:
        if what == "buy":
            form = {"item": "card", "price": "100", "request_key": KEY}
            answer = alice_client.post("/checkin/savers", data=form)
        elif what == "make_up":
            answer = alice_client.post(f"/checkin/make-up/{TODAY - 3 * ONE_DAY}")
        else:
            answer = alice_client.post("/checkin?view=page", headers=HTMX)
    assert answer.status_code in {200, 303}
    assert len(seen) <= 20, "\n".join(seen)
