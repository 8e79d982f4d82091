"""Pages of tiers: for the member, for staff; and what bad input gets."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.loyalty.queries import ladders, tier_pages, tiers
from app.loyalty.service import ladders as service
from app.loyalty.service import tiers as tier_service
from app.loyalty.types.tiers import Ladder, Measure
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.tiers import ONE, TWO, grow, publish, settle

Counting = Callable[[], AbstractContextManager[list[str]]]


def _draft(staff: MemberRow) -> int:
    return service.begin_draft(1, actor_id=staff.id)


def _sent(seen: int = 1) -> dict[str, Any]:
    """Return what a browser sends for a draft of two tiers."""
    rows = [
        {"key": "taster", "name_zh": "尝鲜客", "name_en": "Taster", "threshold": "0"},
        {"key": "regular", "name_zh": "常客", "name_en": "Regular", "threshold": "100"},
        {"key": "", "name_zh": "", "name_en": "", "threshold": "0"},
    ]
    sent = {"seen": str(seen), "measure": "growth_ever", "window_months": "0", "grace_days": "30",
            "warn_days": "7"}  # fmt: skip
    for n, row in enumerate(rows):
        whole = {"makeup_cards": str(n % 2), "mall_level": "0", "service_priority": "0"}
        values = {**row, **whole, "multiplier": "1.1" if n else "1"}
        sent |= {f"tiers-{n}-{name}": value for name, value in values.items()}
    return sent


def test_who_may_come_in(
    app: Flask, alice: MemberRow, alice_client: Browser, staff: MemberRow, operator: MemberRow
) -> None:
    draft = _draft(staff)
    own = ("/me/tier", "/me/super", "/me/closeness")
    console = (
        "/staff/tiers", "/staff/tiers/1", f"/staff/tiers/drafts/{draft}",
        f"/staff/tiers/drafts/{draft}/check", f"/staff/tiers/drafts/{draft}/drop",
        f"/staff/members/{alice.yid}/tier", "/staff/super-members", "/staff/super-members/rule",
    )  # fmt: skip
    desk = browser(app)
    sign_in(desk, operator)
    for path in own:
        assert browser(app).get(path).status_code == 303
        assert alice_client.get(path).headers["Cache-Control"] == "no-store"
    for path in console:
        assert alice_client.get(path).status_code == 403, path
        assert desk.get(path).status_code == 200, path
    for path in ("/staff/tiers/9", "/staff/tiers/drafts/9", "/staff/members/none/tier"):
        assert desk.get(path).status_code == 404, path


def test_a_member_reads_tier_progress_perks_and_history(
    alice: MemberRow, alice_client: Browser
) -> None:
    page = alice_client.get("/me/tier").text
    for words in ("Taster", ">500<", "Every tier change will stand here", "Head chef"):
        assert words in page, words
    grow(alice.id, 700)
    settle()
    page = alice_client.get("/me/tier").text
    for words in ("Regular", "Growth that counts", ">1,300<", "Up to Regular",
                  "500 growth points more by then", "×1", "2027"):  # fmt: skip
        assert words in page, words
    assert 'value="700"' in page
    assert "Regular" in alice_client.get("/me").text
    alice_client.language = "zh"
    assert "常客" in alice_client.get("/me/tier").text


def test_grace_is_told_with_what_is_missing(alice: MemberRow, alice_client: Browser) -> None:
    grow(alice.id, 700)
    settle()
    clock.tick(timedelta(days=340))
    settle()
    assert "Regular ends soon" in _signed_in_again(alice, alice_client).get("/me/tier").text
    clock.tick(timedelta(days=60))
    settle()
    page = _signed_in_again(alice, alice_client).get("/me/tier").text
    assert "in grace until" in page
    assert "500 growth points more by then" in page


def _signed_in_again(member: MemberRow, client: Browser) -> Browser:
    sign_in(client, member)  # a session does not last for a year
    return client


def test_the_mark_stands_on_the_profile_but_not_for_the_first_tier(
    app: Flask, alice: MemberRow
) -> None:
    path = f"/u/{alice.yid}"
    assert "Taster" not in browser(app).get(path).text
    grow(alice.id, 700)
    settle()
    clock.tick(timedelta(minutes=5))
    assert "Regular" in browser(app).get(path).text


def test_pages_cost_the_same_however_long_the_history(
    alice: MemberRow, alice_client: Browser, staff: MemberRow, staff_client: Browser,
    count_statements: Counting,
) -> None:  # fmt: skip
    paths: list[tuple[Browser, str, int]] = [
        (alice_client, "/me/tier", 8), (alice_client, "/me/super", 8),
        (staff_client, "/staff/tiers", 8), (staff_client, f"/staff/members/{alice.yid}/tier", 9),
        (staff_client, "/staff/super-members", 8),
        (staff_client, f"/staff/tiers/drafts/{_draft(staff)}/check", 9),
    ]  # fmt: skip
    costs = []
    for n in range(2):
        if n:
            for m in range(6):
                grow(a_member(f"q{m}").id, 3000)
            for _step in range(12):
                grow(alice.id, 300)
                settle()
        seen_all = []
        for client, path, most in paths:
            with count_statements() as seen:
                assert client.get(path).status_code == 200
            assert len(seen) <= most, (path, len(seen), seen)
            seen_all.append(len(seen))
        costs.append(seen_all)
    assert costs[0] == costs[1]


def test_a_ladder_goes_from_copy_to_publication(
    staff: MemberRow, staff_client: Browser, alice: MemberRow
) -> None:
    grow(alice.id, 120)
    answer = staff_client.post("/staff/tiers/drafts", data={"number": "1"})
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert 'value="gourmet"' in staff_client.get(path).text
    answer = staff_client.post(path, data={**_sent(), "check": "1"})
    assert answer.headers["Location"] == f"{path}/check"
    check = staff_client.get(f"{path}/check").text
    assert "Who would move" in check
    assert "alice" in check
    assert staff_client.post(f"{path}/publish", data={"seen": "1"}).status_code == 409
    assert staff_client.post(f"{path}/publish", data={"seen": "2"}).status_code == 303
    assert staff_client.get(path).status_code == 404
    clock.tick(timedelta(minutes=5))
    settle()
    assert ladders.current_ladder().number == 2
    page = staff_client.get("/staff/tiers").text
    assert "Version 2" in page
    assert "Holds now" in page
    assert tiers.tiers_of([alice.id])[alice.id].key == "regular"
    assert staff_client.post("/staff/tiers/drafts", data={"number": "77"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tiers-1-threshold": "0"}, "Thresholds must rise"),
        ({"tiers-1-threshold": "-5"}, "another look"),
        ({"tiers-1-threshold": "many"}, "another look"),
        ({"tiers-1-threshold": "10.5"}, "whole numbers"),
        ({"tiers-0-threshold": "10"}, "base tier is missing"),
        ({"tiers-1-name_zh": ""}, "both languages"),
        ({"tiers-1-key": "taster"}, "same key"),
        ({"tiers-1-multiplier": "0.5"}, "falls below"),
        ({"measure": "growth_window", "window_months": "0"}, "window from 1"),
        ({"window_months": "-1"}, "another look"),
        ({"grace_days": "9999"}, "another look"),
        ({"measure": "luck"}, "another look"),
    ],
)
def test_bad_figures_are_refused_or_named_before_publishing(
    staff: MemberRow, staff_client: Browser, changes: dict[str, Any], words: str
) -> None:
    path = f"/staff/tiers/drafts/{_draft(staff)}"
    answer = staff_client.post(path, data={**_sent(), **changes})
    if answer.status_code == 303:
        page = staff_client.get(path).text
        assert words in page, page[-3000:]
        assert words in staff_client.get(f"{path}/check").text
        assert staff_client.post(f"{path}/publish", data={"seen": "2"}).status_code == 422
    else:
        assert answer.status_code == 422
        assert words in answer.text
        assert 'value="Regular"' in answer.text
    assert ladders.ladders()[-1].number == 1


def test_a_stale_form_is_told_and_loses_nothing(staff: MemberRow, staff_client: Browser) -> None:
    path = f"/staff/tiers/drafts/{_draft(staff)}"
    assert staff_client.post(path, data=_sent()).status_code == 303
    answer = staff_client.post(path, data={**_sent(), "tiers-1-name_en": "Mine"})
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text
    assert staff_client.post(f"{path}/drop", data={"seen": "1"}).status_code == 409
    assert "Throw this draft away?" in staff_client.get(f"{path}/drop").text
    assert staff_client.post(f"{path}/drop", data={"seen": "2"}).status_code == 303
    assert staff_client.get(path).status_code == 404


def test_staff_give_a_tier_on_the_members_page(
    alice: MemberRow, bob: MemberRow, staff_client: Browser
) -> None:
    path = f"/staff/members/{alice.yid}/tier"
    assert path in staff_client.get(f"/staff/members/{alice.yid}").text
    sent = {"tier": "gourmet", "until_on": "2026-12-31", "reason": "Hosted the fair",
            "request_key": "k" * 20}  # fmt: skip
    for wrong in ({"tier": "taster"}, {"tier": "none"}, {"until_on": "2026-08-31"},
                  {"until_on": "soon"}, {"reason": " "}, {"request_key": "x"}):  # fmt: skip
        answer = staff_client.post(path, data={**sent, **wrong})
        assert answer.status_code == 422, wrong
    assert staff_client.post(path, data=sent).status_code == 303
    assert staff_client.post(path, data=sent).status_code == 303
    db.session.rollback()
    grant = tier_pages.grants_of(alice.id)
    assert len(grant) == 1
    page = staff_client.get(path).text
    assert "Hosted the fair" in page
    assert "Given by our team" in page
    other = f"/staff/members/{bob.yid}/tier/{grant[0].id}/undo"
    assert staff_client.post(other).status_code == 404
    assert staff_client.post(f"{path}/{grant[0].id}/undo").status_code == 303
    assert staff_client.post(f"{path}/{grant[0].id}/undo").status_code == 409
    told = sa.select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.id)
    entries = db.session.execute(told).all()
    assert [e.action for e in entries if e.action.startswith("tier.")] == [
        "tier.granted", "tier.grant_undone",
    ]  # fmt: skip
    assert not any("fair" in entry.detail for entry in entries)


def test_writes_stay_within_their_budget(
    alice: MemberRow, staff: MemberRow, staff_client: Browser, count_statements: Counting
) -> None:
    grow(alice.id, 600)
    with count_statements() as seen:
        tier_service.catch_up([alice.id])
    assert len(seen) <= 12
    sent = {"tier": "gourmet", "until_on": "2026-12-31", "reason": "x", "request_key": "k" * 20}
    with count_statements() as seen:
        staff_client.post(f"/staff/members/{alice.yid}/tier", data=sent)
    assert len(seen) <= 20
    made = [a_member(f"w{n}").id for n in range(20)]
    for member_id in made:
        grow(member_id, 700)
    with count_statements() as many:
        tier_service.catch_up(made)
    assert len(many) <= 12


def test_money_ladders_are_shown_in_money(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    two = TWO.of({**TWO.plain(), "threshold": 100_00})
    publish(ONE, two, measure=Measure.NET_SPEND, actor_id=staff.id)
    page = alice_client.get("/me/tier").text
    assert "CN¥100.00" in page
    assert "paid and kept" in page
    assert isinstance(ladders.current_ladder(), Ladder)
