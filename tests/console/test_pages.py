"""The staff shell: overview, log of facts, gallery, and who may see what."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import service as checkin
from app.checkin.types import SeedCheckIn
from app.console import queries
from app.console.queries import Period
from app.console.words import FACTS
from app.identity.types import MemberRow
from app.kernel import clock, facts
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger.models import WALLET
from app.loyalty import service as loyalty
from tests.conftest import NOON
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.loyalty import a_source

Counting = Callable[[], AbstractContextManager[list[str]]]
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PotStirred(facts.Fact):
    """A fact of these tests."""

    name: ClassVar[str] = "test.pot_stirred"
    times: int


@use_case
def stir(member_id: int | None, times: int = 1, days_ago: int = 0) -> None:
    at = clock.now() - days_ago * ONE_DAY
    facts.publish_many([facts.Note(PotStirred(times), actor_id=member_id, at=at)])


def as_role(app: Flask, role: str | None) -> Browser:
    client = browser(app)
    if role is not None:
        roles = () if role == "fan" else (role,)
        sign_in(client, a_member("somebody", roles))
    return client


def kpis(page: str) -> dict[str, str]:
    strip = page[page.index('class="card kpis') :]
    found = re.findall(r"<dt>(.*?)</dt><dd><span class=\"num\">([^<]+)<", strip)
    return {re.sub(r"<[^>]+>", "", label): value for label, value in found}


def todo(page: str) -> dict[str, str]:
    card = r'class="card todo-(\w+)" href="[^"]+">.*?<b class="num">([^<]+)</b> ([^<]+)<'
    found = re.findall(card, page, re.DOTALL)
    return {label.strip(): f"{count} {kind}" for kind, count, label in found}


# --- who may come in -----------------------------------------------------------------------------

ALL = ("concierge", "moderator", "operator", "analyst", "administrator")
OPEN: dict[str, tuple[str, ...]] = {
    "/staff": ALL,
    "/staff/facts": ("operator", "analyst", "administrator"),
    "/staff/gallery": ("moderator", "operator", "analyst", "administrator"),
}


@pytest.mark.parametrize("role", ["fan", "koc", "mentor", "leader", *ALL])
@pytest.mark.parametrize("path", list(OPEN))
def test_who_may_open_which_page(app: Flask, path: str, role: str) -> None:
    answer = as_role(app, role).get(path)

    assert answer.status_code == (200 if role in OPEN[path] else 403)
    if answer.status_code == 200:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", list(OPEN))
def test_guests_are_asked_to_sign_in(app: Flask, path: str) -> None:
    answer = as_role(app, None).get(path)

    assert answer.status_code == 303
    assert answer.location.startswith("/signin?next=")


@pytest.mark.parametrize(
    ("role", "cards", "figures"),
    [
        ("concierge", set(), 3),
        ("moderator", {"posts hidden"}, 3),
        ("analyst", {"posts hidden", "facts to be told", "points of difference"}, 5),
        (
            "administrator",
            {
                "orders kept aside",
                "parcels to send",
                "posts hidden",
                "facts to be told",
                "points of difference",
            },
            5,
        ),
    ],
)
def test_everybody_sees_what_his_roles_open_and_no_more(
    app: Flask, role: str, cards: set[str], figures: int
) -> None:
    client = as_role(app, role)
    page = client.get("/staff?lang=en").text
    main = page[page.index('id="main"') :]

    assert set(todo(page)) == cards
    assert len(kpis(page)) == figures
    for link in sorted(set(re.findall(r'href="(/[^"#]*)"', main))):
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code < 400, link


@pytest.mark.parametrize("role", ALL)
def test_the_menu_leads_only_where_one_may_go(app: Flask, role: str) -> None:
    client = as_role(app, role)
    page = client.get("/staff").text
    menu = page[: page.index("</aside>")]

    links = re.findall(r'href="(/staff[^"]*)"', menu)
    assert "/staff" in links
    assert [client.get(link).status_code for link in links] == [200] * len(links)


# --- figures -------------------------------------------------------------------------------------


def test_an_empty_house_has_an_overview_too(app: Flask) -> None:
    page = as_role(app, "administrator").get("/staff?lang=en")

    assert page.status_code == 200
    assert kpis(page.text)["Active members"] == "0"
    assert "Quiet so far" in page.text


def test_active_members_are_counted_once_a_period(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    for member_id, days_ago in ((alice.id, 0), (alice.id, 0), (alice.id, 5), (bob.id, 29),
                                (bob.id, 30), (None, 0)):  # fmt: skip
        stir(member_id, days_ago=days_ago)

    found = queries.activity(Period.last(30))

    assert found.active == (2, 1)
    assert sum(found.daily_active(found.period)) == 3
    assert found.daily_active(found.period)[-1] == 1
    assert sum(found.daily_active(found.period.before)) == 1
    assert found.totals() == [("test.pot_stirred", 5, 1)]


def test_a_buyer_is_not_active_by_buying(app: Flask, alice: MemberRow) -> None:
    @dataclass(frozen=True, slots=True)
    class Bought(facts.Fact):
        name: ClassVar[str] = "order.tested"

    @use_case
    def buy() -> None:
        facts.publish(Bought(), actor_id=alice.id)

    buy()

    assert queries.activity(Period.last(7)).active == (0, 0)


def test_the_check_in_rate_is_the_share_of_active_members_who_checked_in(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    checkin.check_in(alice.id)
    stir(bob.id)
    stir(bob.id, days_ago=1)
    checkin.seed_check_ins([SeedCheckIn(a_member("cem").id, NOON - ONE_DAY)])

    page = as_role(app, "analyst").get("/staff?lang=en&days=7").text

    assert kpis(page)["Check-in rate"] == "50%"


def test_changes_compare_with_the_period_before(app: Flask, alice: MemberRow) -> None:
    checkin.seed_check_ins([SeedCheckIn(alice.id, NOON - n * ONE_DAY) for n in (40, 1, 0)])
    for name in ("ben", "cem"):
        checkin.check_in(a_member(name).id)

    page = as_role(app, "analyst").get("/staff?lang=en").text

    assert kpis(page)["Active members"] == "3"
    assert "200%" in page
    assert "against the 30 days before" in page


def test_points_issued_and_outstanding_come_from_the_ledger(app: Flask, alice: MemberRow) -> None:
    for _ in range(3):
        loyalty.reward(alice.id, "checkin.daily", source=a_source("checkin"))

    page = as_role(app, "analyst").get("/staff?lang=en").text

    assert (kpis(page)["Points issued"], kpis(page)["Points outstanding"]) == ("30", "30")
    assert "Points issued by fund" in page


def test_a_difference_in_the_ledger_needs_somebody(app: Flask, alice: MemberRow) -> None:
    loyalty.reward(alice.id, "checkin.daily", source=a_source("checkin"))
    client = as_role(app, "analyst")
    before = todo(client.get("/staff?lang=en").text)

    @use_case
    def tamper() -> None:
        statement = sa.update(WALLET).where(WALLET.c.book == "points").values(available=3)
        db.session.execute(statement)

    tamper()

    assert before["points of difference"] == "0 ok"
    assert todo(client.get("/staff?lang=en").text)["points of difference"] == "7 danger"


@pytest.mark.parametrize(("query", "days"), [("", 30), ("7", 7), ("90", 90), ("8", 30), ("x", 30)])
def test_the_range_is_one_of_three(app: Flask, query: str, days: int) -> None:
    page = as_role(app, "analyst").get(f"/staff?lang=en&days={query}").text

    assert re.search(rf'aria-current="true">{days} days<', page)


def test_the_overview_costs_the_same_with_few_and_with_many_facts(
    app: Flask, alice: MemberRow, count_statements: Counting
) -> None:
    client = as_role(app, "administrator")

    def cost() -> int:
        with count_statements() as seen:
            assert client.get("/staff").status_code == 200
        return len(seen)

    stir(alice.id)
    few = cost()
    members = [a_member(f"m{n}", email=None, password=None).id for n in range(20)]

    @use_case
    def much() -> None:
        facts.publish_many(
            [
                facts.Note(PotStirred(n), actor_id=members[n % 20], at=NOON - (n % 50) * ONE_DAY)
                for n in range(10_000)
            ]
        )

    much()
    checkin.seed_check_ins([SeedCheckIn(m, NOON - n * ONE_DAY) for m in members for n in range(9)])

    assert cost() == few <= 27


# --- the log -------------------------------------------------------------------------------------


def test_the_log_tells_when_what_who_and_figures(
    app: Flask, alice: MemberRow, count_statements: Counting
) -> None:
    checkin.check_in(alice.id)
    client = as_role(app, "analyst")

    with count_statements() as seen:
        page = client.get("/staff/facts?lang=en").text

    assert "Check-ins" in page
    assert "alice" in page
    assert "place 1, points 10, saved_days 0, streak_days 1, total_days 1" in page
    assert re.search(r'href="/go/checkin/\d+"', page)
    assert len(seen) <= 8


def test_the_log_filters_by_name_and_pages_through_all(app: Flask, alice: MemberRow) -> None:
    for times in range(120):
        stir(alice.id, times)
    checkin.check_in(alice.id)
    client = as_role(app, "analyst")
    seen: list[str] = []
    path: str | None = "/staff/facts?lang=en&name=test.pot_stirred"
    while path:
        page = client.get(path).text
        seen += re.findall(r">times (\d+)<", page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = found.group(1).replace("&amp;", "&") if found else None

    assert [int(times) for times in seen] == list(range(119, -1, -1))


@pytest.mark.parametrize("query", ["name=nobody", "after=x", "after=99999999999999999999999"])
def test_a_query_that_makes_no_sense_shows_the_newest(
    app: Flask, alice: MemberRow, query: str
) -> None:
    stir(alice.id, 7)

    answer = as_role(app, "analyst").get(f"/staff/facts?lang=en&{query}")

    assert answer.status_code == 200
    assert "times 7" in answer.text


def test_a_waiting_listener_is_seen_with_its_lag(
    app: Flask, alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(facts._listeners, PotStirred.name, [])
    monkeypatch.setitem(facts._types, PotStirred.name, PotStirred)

    @facts.subscribe(PotStirred)
    def taste(_fact: PotStirred, _told: facts.Told) -> None:
        raise AssertionError("not told in this test")

    stir(alice.id)
    clock.tick(timedelta(minutes=20))
    client = as_role(app, "analyst")

    log = client.get("/staff/facts?lang=en").text
    overview = client.get("/staff?lang=en").text

    assert "tests.console.test_pages.taste" in log
    assert "20 minutes" in log
    assert todo(overview)["fact to be told"] == "1 danger"


def test_every_fact_of_this_house_has_a_name_in_words(app: Flask) -> None:
    kinds = (kind for kind in facts.Fact.__subclasses__() if kind.__module__.startswith("app."))
    ours = {kind.name for kind in kinds if not kind.name.startswith(queries.LOADED)}

    assert len(ours) > 20
    assert ours - set(FACTS) == set()
    assert ours <= set(queries.fact_names())


def test_a_fact_about_something_gone_still_stands(app: Flask) -> None:
    @use_case
    def publish() -> None:
        facts.publish(PotStirred(1), actor_id=None, subject=Ref("nothing", 1))

    publish()

    page = as_role(app, "analyst").get("/staff/facts?lang=en").text
    assert "the house" in page
    assert "nothing:1" in page


# --- the gallery ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gallery_shows_the_components(app: Flask, language: str) -> None:
    answer = as_role(app, "moderator").get(f"/staff/gallery?lang={language}")

    assert answer.status_code == 200
    for piece in ('class="checkin"', 'class="kpis', "statement", 'class="month'):
        assert piece.partition('"')[2].strip('"') in answer.text or piece in answer.text


def test_the_teams_own_page_leads_to_the_console(
    app: Flask, staff_client: Browser, alice_client: Browser
) -> None:
    assert 'href="/staff"' in staff_client.get("/me").text
    assert 'href="/staff"' not in alice_client.get("/me").text


def test_the_menu_folds_what_one_is_not_at_and_tells_what_waits_there(
    app: Flask, staff_client: Browser
) -> None:
    page = staff_client.get("/staff/members").text
    menu = page[page.index('<aside class="side">') : page.index("</aside>")]
    open_groups = [
        part for part in menu.split("<details")[1:] if part.split(">")[0].endswith("open")
    ]
    assert len(open_groups) == 1
    assert 'aria-current="page"' in open_groups[0]
