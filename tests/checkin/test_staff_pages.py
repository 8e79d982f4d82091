"""The team sees how check-in does, grants days after a question, and sets the rules."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.checkin import queries, service
from app.checkin.models import CheckInRules
from app.checkin.types import Item, Scope, SeedCheckIn
from app.checkin.types.rules import Rules
from app.identity.types import MemberRow
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.conftest import NOON
from tests.factories.identity import Browser, a_member, browser, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
ONE_DAY = timedelta(days=1)
TODAY = date(2026, 9, 1)
GRANT = {"on_date": "2026-08-31", "scope": "alive", "points": "0", "reason": "power cut"}
RULES = {
    "days_per_shield": "7", "shields_at_most": "1", "shield_price_points": "150",
    "card_price_points": "80", "days_back": "3", "made_up_points": "2", "valid_days": "90",
}  # fmt: skip


def seed(member: MemberRow, *days_ago: int) -> None:
    service.seed_check_ins([SeedCheckIn(member.id, NOON - n * ONE_DAY) for n in days_ago])


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def desk(app: Flask, operator: MemberRow) -> Browser:
    """An operator's browser."""
    made = browser(app)
    sign_in(made, operator)
    return made


@pytest.mark.parametrize("path", ["", "/rules", "/grants/new"])
def test_only_who_may_edit_check_ins_comes_in(
    app: Flask, alice_client: Browser, client: Browser, moderator: MemberRow, path: str
) -> None:
    mona = browser(app)
    sign_in(mona, moderator)
    assert client.get(f"/staff/checkins{path}").status_code == 303
    assert alice_client.get(f"/staff/checkins{path}").status_code == 403
    assert mona.get(f"/staff/checkins{path}").status_code == 403


def test_the_figures_are_those_of_thirty_days(
    alice: MemberRow, bob: MemberRow, desk: Browser
) -> None:
    service.give(alice.id, Item.SHIELD, 2, key="gift")
    seed(alice, 40, 5, 4, 2, 0)  # one day saved
    seed(bob, 0)
    figures = queries.figures(TODAY)
    assert (figures.today, sum(figures.taps[:-1]), figures.alive) == (2, 3, 2)
    assert figures.used == {Item.SHIELD: 2}
    page = text(desk.get("/staff/checkins").text)
    assert "Checked in today 2" in page
    assert "Shields used 2" in page
    assert "No day granted so far" in page


def test_a_day_is_granted_after_a_question_watched_and_taken_back(
    alice: MemberRow, desk: Browser
) -> None:
    seed(alice, 3, 2)
    asked = desk.post("/staff/checkins/grants/new", data=GRANT)
    assert asked.status_code == 200
    assert "Members 1" in text(asked.text)
    assert len(queries.kept_days(alice.id)) == 2

    sent = desk.post("/staff/checkins/grants/new", data={**GRANT, "sure": "yes"})

    assert sent.status_code == 303
    running = text(desk.get(sent.location).text)
    assert "Being granted" in running
    assert "power cut" in running
    fragment = desk.get(sent.location, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<section class="card pad stack" id="grant"')
    while service.grant_some():
        pass
    assert "hx-trigger" not in desk.get(sent.location).text
    assert "power cut" in desk.get("/staff/checkins").text
    assert "Take this day back?" in desk.get(f"{sent.location}/undo").text
    assert len(queries.kept_days(alice.id)) == 3
    assert desk.post(f"{sent.location}/undo").status_code == 303
    while service.undo_some():
        pass
    assert "Taken back" in text(desk.get(sent.location).text)
    assert len(queries.kept_days(alice.id)) == 2
    assert "Somebody has asked for it already." in desk.get(f"{sent.location}/undo").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"on_date": "2026-09-01"}, "This day is not over yet"),
        ({"on_date": "2020-01-01"}, "Only a day of the last 60"),
        ({"on_date": "soon"}, "Not a valid date value"),
        ({"on_date": ""}, "Which day?"),
        ({"scope": "friends"}, "Not a valid choice"),
        ({"points": "-1"}, "Write a whole number from 0 to 1,000."),
        ({"points": "1001"}, "Write a whole number from 0 to 1,000."),
        ({"reason": " "}, "Say why"),
        ({"reason": "x" * 201}, "At most 200 characters."),
    ],
)
def test_a_grant_of_nonsense_is_refused_and_nothing_typed_is_lost(
    desk: Browser, change: dict[str, str], words: str
) -> None:
    answer = desk.post("/staff/checkins/grants/new", data={**GRANT, **change, "sure": "yes"})
    assert answer.status_code == 422
    assert words in text(answer.text)
    for name in set(GRANT) - set(change) - {"scope"}:
        assert f'value="{GRANT[name]}"' in answer.text
    assert queries.grants().items == []


def test_a_day_granted_already_on_other_terms_is_refused(alice: MemberRow, desk: Browser) -> None:
    seed(alice, 2)
    form = {**GRANT, "sure": "yes"}
    desk.post("/staff/checkins/grants/new", data=form)
    answer = desk.post("/staff/checkins/grants/new", data={**form, "points": "5"})
    assert answer.status_code == 422
    assert "This day is granted already." in text(answer.text)


def test_a_grant_that_is_none_is_not_found(desk: Browser) -> None:
    for path in ("grants/ABC", "grants/ABC/undo"):
        assert desk.get(f"/staff/checkins/{path}").status_code == 404


def test_rules_are_set_in_versions_and_hold_at_once(
    alice: MemberRow, desk: Browser, operator: MemberRow
) -> None:
    assert "Nothing changed so far" in desk.get("/staff/checkins/rules").text
    assert desk.post("/staff/checkins/rules", data=RULES).status_code == 303
    desk.post("/staff/checkins/rules", data=RULES)  # the same again is no new version
    rules = queries.rules()
    assert (rules.version, rules.card_price_points, rules.days_back) == (1, 80, 3)
    page = text(desk.get("/staff/checkins/rules").text)
    assert operator.name in page
    assert "80 points" in page
    [entry] = db.session.execute(
        sa.select(AuditEntry.actor_id, AuditEntry.detail).where(
            AuditEntry.action == "checkin.rules_set"
        )
    ).all()
    assert entry.actor_id == operator.id
    assert '"card_price_points": [100, 80]' in entry.detail
    seed(alice, 6, 4)
    assert "up to 3 days back" in text(desk.get("/checkin/savers").text)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_back", "32"), ("days_back", "-1"), ("shields_at_most", "8"),
        ("card_price_points", "x"), ("card_price_points", ""), ("made_up_points", "1001"),
        ("valid_days", "731"), ("days_per_shield", "1.5"), ("shield_price_points", "100001"),
    ],
)  # fmt: skip
def test_rules_out_of_bounds_are_refused_with_what_was_typed(
    desk: Browser, name: str, value: str
) -> None:
    answer = desk.post("/staff/checkins/rules", data={**RULES, name: value})
    assert answer.status_code == 422
    assert "Write a whole number from" in text(answer.text)
    assert f'value="{value}"' in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CheckInRules)) == 0


def test_the_service_refuses_what_a_form_would(staff: MemberRow) -> None:
    from app.kernel.errors import InvalidError

    with pytest.raises(InvalidError):
        service.set_rules(Rules(days_back=99), actor_id=staff.id)


def test_the_pages_cost_the_same_with_few_and_with_many(
    app: Flask, desk: Browser, staff: MemberRow, count_statements: Counting
) -> None:
    member = a_member("m")
    seed(member, 20)
    paths = ["/staff/checkins", "/staff/checkins/rules", "/staff/checkins/grants/new"]
    few = []
    for path in paths:
        desk.get(path)
        with count_statements() as seen:
            desk.get(path)
        few.append(len(seen))
    for number in range(1, 19):
        service.set_rules(Rules(days_back=number), actor_id=staff.id)
        day = TODAY - number * ONE_DAY
        service.grant_day(day, Scope.ALIVE, points=0, reason="x", actor_id=staff.id)
    for path, count in zip(paths, few, strict=True):
        with count_statements() as seen:
            desk.get(path)
        assert len(seen) <= count <= 8, "\n".join(seen)
