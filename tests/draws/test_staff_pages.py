"""The team sets a draw up by its checklist, looks twice, opens it, runs it and ends it."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.draws import queries, service
from app.draws.types import (
    Draft,
    Game,
    NotReadyError,
    PrizeDraft,
    Rules,
    SecondPersonError,
    State,
)
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import ConflictError, DomainError, InvalidError
from app.kernel.goods import Thing
from tests.factories.draws import LISTED, LOSING, TABLE, a_draft, a_draw, drifts, plays
from tests.factories.identity import Browser, browser, sign_in
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
DRAW = {
    "slug": "winter", "game": "grid", "name_zh": "冬日", "name_en": "Winter",
    "starts_at": "2026-09-02T09:00", "ends_at": "2026-09-30T21:00", "day_from": "", "day_until": "",
    "audience": "all", "cost_points": "20", "free_per_day": "1", "per_day": "5", "per_person": "0",
    "guaranteed_after": "0", "organiser": "百家宴", "contact": "hello@pot.example",
    "conditions_zh": "会员", "conditions_en": "Members", "rules_zh": "规则", "rules_en": "Rules",
    "wins_per_person": "1",
}  # fmt: skip
PRIZE = {
    "code": "broth", "name_zh": "底料", "name_en": "Broth", "thing": "points:?", "amount": "50",
    "count": "1", "value": "19.90", "stock": "10", "odds_ppm": "10000", "fallback": "thanks",
}  # fmt: skip
THANKS = {
    "code": "thanks", "name_zh": "谢谢", "name_en": "Thank you", "thing": "", "count": "1",
    "value": "0", "stock": "", "odds_ppm": "990000",
}  # fmt: skip


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture
def desk(app: Flask, operator: MemberRow) -> Browser:
    """An operator's browser."""
    made = browser(app)
    sign_in(made, operator)
    return made


@pytest.mark.parametrize("path", ["", "/new", "/autumn", "/autumn/audit", "/rules"])
def test_only_who_may_edit_draws_comes_in(
    client: Browser, alice_client: Browser, moderator: MemberRow, staff: MemberRow, path: str
) -> None:
    a_draw(staff)
    mona = sign_in(browser(client.application), moderator)
    assert client.get(f"/staff/draws{path}").status_code == 303
    assert alice_client.get(f"/staff/draws{path}").status_code == 403
    assert mona.get(f"/staff/draws{path}").status_code == 403


def test_from_nothing_to_an_open_draw_by_forms(desk: Browser) -> None:
    assert "No draw so far" in text(desk.get("/staff/draws").text)
    assert desk.post("/staff/draws/new", data=DRAW).location == "/staff/draws/winter"
    page = text(desk.get("/staff/draws/winter").text)
    assert "No prize so far" in page
    assert "still open" in page
    assert desk.get("/draw/winter").status_code == 404
    assert "not done yet" in text(desk.get("/staff/draws/winter/open").text)
    for prize in (PRIZE, THANKS):
        assert desk.post("/staff/draws/winter/prizes/new", data=prize).status_code == 303
    page = text(desk.get("/staff/draws/winter").text)
    assert "still open" not in page
    assert "Chances together: 1,000,000 of 1,000,000" in page
    assert "Expected points of a try 0.50" in page
    assert "As members will read it" in page
    assert desk.post("/staff/draws/winter/open").location == "/staff/draws/winter"
    assert queries.get("winter").state is State.OPEN
    assert "Frozen at the opening" in desk.get("/staff/draws/winter").text
    actions = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["draw.made", "draw.prize_saved", "draw.prize_saved", "draw.opened"]


def test_a_form_comes_back_with_all_that_was_typed(desk: Browser) -> None:
    answer = desk.post("/staff/draws/new", data={**DRAW, "ends_at": "2026-09-01T09:00"})
    assert answer.status_code == 422
    assert "must end after it begins" in answer.text
    assert 'value="Winter"' in answer.text
    desk.post("/staff/draws/new", data=DRAW)
    answer = desk.post("/staff/draws/new", data=DRAW)
    assert (answer.status_code, "has this address already" in answer.text) == (422, True)
    for change in (
        {"stock": "0"},
        {"odds_ppm": "-1"},
        {"value": "-5"},
        {"code": "A B"},
        {"amount": ""},
    ):
        answer = desk.post("/staff/draws/winter/prizes/new", data={**PRIZE, **change})
        assert answer.status_code == 422, change
        assert 'value="Broth"' in answer.text
    assert queries.prizes_of(queries.get("winter").id) == ()


def test_what_is_wrong_with_a_prize_stands_beside_its_field(desk: Browser) -> None:
    desk.post("/staff/draws/new", data=DRAW)
    address = "/staff/draws/winter/prizes/new"
    for change, field, message in (
        ({"value": "5"}, "value", "A thank you has no value. Choose what is handed over."),
        ({"is_headline": "y"}, "is_headline", "A thank you is no headline prize."),
    ):
        page = desk.post(address, data={**THANKS, "odds_ppm": "0", **change}).text
        assert message in page
        assert 'id="code-error"' not in page
        assert f'id="{field}-error"' in page


def test_floors_are_taken_as_people_write_them(desk: Browser) -> None:
    desk.post("/staff/draws/new", data={**DRAW, "game": "floor"})
    address = "/staff/draws/winter/prizes/new"
    prize = {**PRIZE, "odds_ppm": "0", "fallback": ""}
    assert desk.post(address, data={**prize, "floors": "8, 88，888"}).status_code == 303
    assert desk.post(address, data={**prize, "code": "b", "floors": "第八楼"}).status_code == 422
    draw = queries.get("winter")
    assert [each.floors for each in queries.prizes_of(draw.id)] == ["8,88,888"]


def test_a_list_by_acts_asks_for_the_act_and_its_period(desk: Browser, staff: MemberRow) -> None:
    a_draw(staff, game=Game.ENTRIES, prizes=LISTED)
    answer = desk.post("/staff/draws/autumn/entrants", data={"kind": "fact", "audience": "all"})
    assert answer.status_code == 422
    assert "Choose what they did, and from when until when." in answer.text


def test_a_draft_is_changed_and_thrown_away_an_open_draw_never(desk: Browser) -> None:
    desk.post("/staff/draws/new", data=DRAW)
    desk.post("/staff/draws/winter/prizes/new", data=PRIZE)
    desk.post(
        "/staff/draws/winter/edit",
        data={**DRAW, "slug": "snow", "day_from": "10:00", "day_until": "12:30"},
    )
    assert 'value="10:00"' in desk.get("/staff/draws/snow/edit").text
    assert 'value="50"' in desk.get("/staff/draws/snow/prizes/broth").text
    desk.post("/staff/draws/snow/prizes/broth", data={**PRIZE, "code": "soup"})
    assert desk.get("/staff/draws/snow/prizes/soup/drop").status_code == 200
    assert desk.post("/staff/draws/snow/prizes/soup/drop").status_code == 303
    assert queries.prizes_of(queries.get("snow").id) == ()
    assert desk.post("/staff/draws/snow/end/drop").location == "/staff/draws"
    assert queries.find("snow") is None


def test_nothing_about_an_open_draw_can_be_changed(desk: Browser, staff: MemberRow) -> None:
    a_draw(staff)
    for path in ("edit", "prizes/new", "prizes/pot", "open"):
        assert desk.post(f"/staff/draws/autumn/{path}", data=DRAW | PRIZE).status_code == 404
    assert desk.post("/staff/draws/autumn/end/drop").status_code == 409
    for act in (
        lambda: service.save(a_draft(name_en="Other"), actor_id=staff.id, slug="autumn"),
        lambda: service.save_prize("autumn", LOSING[0], actor_id=staff.id, code="pot"),
        lambda: service.drop_prize("autumn", "pot", actor_id=staff.id),
        lambda: service.open_draw("autumn", actor_id=staff.id),
    ):
        with pytest.raises(ConflictError):
            act()
    assert drifts() == []


# --- the checklist -------------------------------------------------------------------------------


def broth(**more: Any) -> PrizeDraft:
    values: dict[str, Any] = {
        "thing": Thing("points", "5"), "value_minor": 5, "odds_ppm": 1_000_000, **more,
    }  # fmt: skip
    return PrizeDraft("broth", "底料", "Broth", **values)


@pytest.mark.parametrize(
    ("draft", "prizes", "lacks"),
    [
        (a_draft, (), "odds prizes"),
        (a_draft, (broth(odds_ppm=999_999),), "odds"),
        (a_draft, (broth(stock=3),), "fallback"),
        (a_draft, (broth(stock=3, fallback="broth"),), "fallback"),
        (a_draft, (broth(value_minor=0),), "worth"),
        (a_draft, (broth(value_minor=5_000_001),), "value"),
        (a_draft, (broth(thing=Thing("dream", "1")),), "fallback goods"),
        (a_draft, (broth(thing=Thing("points", "0")),), "fallback goods"),
        (lambda: a_draft(organiser=""), (broth(),), "organiser"),
        (lambda: a_draft(rules_en=""), (broth(),), "words"),
        (lambda: a_draft(per_day=0), (broth(),), "limits"),
        (lambda: a_draft(guaranteed_after=3, guaranteed_code="x"), (broth(),), "guarantee"),
        (lambda: a_draft(game=Game.ENTRIES), (broth(odds_ppm=0),), "counted"),
        (lambda: a_draft(game=Game.FLOOR), (broth(stock=1),), "floors thread"),
    ],
)  # fmt: skip
def test_what_is_missing_keeps_a_draw_from_opening(
    staff: MemberRow, draft: Callable[[], Draft], prizes: tuple[PrizeDraft, ...], lacks: str
) -> None:
    service.save(draft(), actor_id=staff.id)
    service.save_prizes("autumn", prizes, actor_id=staff.id)
    draw = queries.get("autumn")
    found = service.checklist(draw, queries.prizes_of(draw.id), queries.rules())
    assert " ".join(sorted(each.key for each in found if each.is_open)) == lacks
    with pytest.raises(NotReadyError):
        service.open_draw("autumn", actor_id=staff.id)
    assert queries.get("autumn").state is State.DRAFT


@pytest.mark.parametrize(
    "prize",
    [
        PrizeDraft("Not ok", "锅", "Pot"),
        PrizeDraft("pot", "锅", "Pot", stock=0),
        PrizeDraft("pot", "锅", "Pot", odds_ppm=-1),
        PrizeDraft("pot", "锅", "Pot", odds_ppm=1_000_001),
        PrizeDraft("pot", "锅", "Pot", Thing("points", "5"), value_minor=-1),
        PrizeDraft("pot", "锅", "Pot", Thing("points", "5"), count=0),
        PrizeDraft("pot", "锅", "Pot", value_minor=5),
    ],
)
def test_prizes_that_make_no_sense_are_refused(staff: MemberRow, prize: PrizeDraft) -> None:
    service.save(a_draft(), actor_id=staff.id)
    with pytest.raises(InvalidError):
        service.save_prize("autumn", prize, actor_id=staff.id)


def test_drafts_that_make_no_sense_are_refused(staff: MemberRow) -> None:
    for draft in (
        a_draft("ended"),
        a_draft("No"),
        a_draft(cost_points=-1),
        a_draft(ends_at=clock.now()),
    ):
        with pytest.raises(DomainError):
            service.save(draft, actor_id=staff.id)


def test_two_people_open_a_draw_where_the_house_wants_it(
    staff: MemberRow, operator: MemberRow
) -> None:
    service.set_rules(Rules(needs_two=True), actor_id=staff.id)
    service.save(a_draft(), actor_id=staff.id)
    service.save_prizes("autumn", TABLE, actor_id=staff.id)
    with pytest.raises(SecondPersonError):
        service.open_draw("autumn", actor_id=staff.id)
    assert service.open_draw("autumn", actor_id=operator.id)


# --- running -------------------------------------------------------------------------------------


def test_pause_go_on_close_and_call_off(desk: Browser, alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    plays(alice)
    desk.post("/staff/draws/autumn/pause")
    assert "The team paused it" in text(desk.get("/staff/draws/autumn").text)
    desk.post("/staff/draws/autumn/resume")
    assert "Nobody can play any more" in desk.get("/staff/draws/autumn/end/close").text
    desk.post("/staff/draws/autumn/end/close")
    assert queries.get("autumn").state is State.CLOSED
    a_draw(staff, "next", LOSING)
    assert "are paid back" in desk.get("/staff/draws/next/end/cancel").text
    desk.post("/staff/draws/next/end/cancel")
    assert queries.get("next").state is State.CANCELLED
    assert desk.post("/staff/draws/nothing/end/close").status_code == 404


def test_the_audit_shows_every_try_and_the_stock(
    desk: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LOSING)
    assert "No try so far" in desk.get("/staff/draws/autumn/audit").text
    plays(alice)
    page = text(desk.get("/staff/draws/autumn/audit").text)
    for words in (
        "1 / 0",
        "alice",
        "as rolled",
        queries.epochs_of(queries.get("autumn").id)[-1].commitment,
    ):
        assert words in page


def test_the_archive_can_be_exported(desk: Browser, alice: MemberRow, staff: MemberRow) -> None:
    a_draw(staff, prizes=LOSING)
    a_draw(staff, "other", prizes=LOSING)
    plays(alice)
    plays(alice, "other")
    page = queries.export_rows({"draw": "autumn"}, None, 10)
    assert [row[0] for row in page.items] == ["autumn"]
    first = queries.export_rows({}, None, 1)
    assert [row[0] for row in queries.export_rows({}, first.next_key, 1).items] == ["other"]


def test_a_list_is_frozen_and_drawn_by_forms(
    desk: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_draw(staff, prizes=LISTED, game=Game.ENTRIES)
    form = {"kind": "yids", "yids": "nobody", "audience": "all"}
    assert desk.post("/staff/draws/autumn/entrants", data=form).status_code == 422
    form["yids"] = alice.yid
    assert desk.post("/staff/draws/autumn/entrants", data=form).status_code == 303
    assert desk.post("/staff/draws/autumn/winners").status_code == 422
    desk.post("/staff/draws/autumn/end/close")
    assert desk.post("/staff/draws/autumn/winners").status_code == 303
    assert "alice" in desk.get("/staff/draws/autumn/winners").text
    a_draw(staff, "grid")
    assert desk.get("/staff/draws/grid/entrants").status_code == 404
    assert desk.get("/staff/draws/grid/winners").status_code == 404


def test_the_rules_are_kept_in_versions(desk: Browser) -> None:
    assert "Nothing changed so far" in desk.get("/staff/draws/rules").text
    form = {"max_prize": "10000", "epoch_plays": "500", "needs_two": "y"}
    assert desk.post("/staff/draws/rules", data=form).status_code == 303
    assert queries.rules() == Rules(1_000_000, 500, needs_two=True, version=1)
    assert desk.post("/staff/draws/rules", data={**form, "epoch_plays": "0"}).status_code == 422


@pytest.mark.parametrize("path", ["", "/autumn", "/autumn/audit", "/sketch", "/rules"])
def test_staff_pages_run_a_fixed_number_of_statements(
    desk: Browser, alice: MemberRow, staff: MemberRow, count_statements: Counting, path: str
) -> None:
    a_draw(staff, prizes=LOSING, free_per_day=50)
    service.save(a_draft("sketch"), actor_id=staff.id)
    plays(alice, key="0")
    desk.get(f"/staff/draws{path}")
    with count_statements() as few:
        assert desk.get(f"/staff/draws{path}").status_code == 200
    for n in range(1, 7):
        plays(alice, key=str(n))
        service.save(a_draft(f"more-{n}"), actor_id=staff.id)
    service.save_prizes("sketch", TABLE, actor_id=staff.id)
    with count_statements() as many:
        assert desk.get(f"/staff/draws{path}").status_code == 200
    assert len(few) == len(many) <= 9, many


def test_opening_runs_few_statements(
    staff: MemberRow, alice: MemberRow, count_statements: Counting
) -> None:
    earn(alice.id, 5)
    service.save(a_draft(), actor_id=staff.id)
    service.save_prizes("autumn", TABLE, actor_id=staff.id)
    with count_statements() as seen:
        service.open_draw("autumn", actor_id=staff.id)
    assert len(seen) <= 20, seen
