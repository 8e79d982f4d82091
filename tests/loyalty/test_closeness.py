"""Closeness: the published formula, nightly scores, VIP types; nobody closer is worse off."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import audience, verify
from app.kernel.db import db
from app.loyalty.policy.closeness import (
    INGREDIENTS,
    STANDARDS,
    Served,
    crossings,
    points_of,
    score_of,
    type_of,
    violations_of,
)
from app.loyalty.queries import closeness, counted
from app.loyalty.service import closeness as service
from app.loyalty.types.closeness import (
    Score,
    VipKeyTakenError,
    VipType,
    VipTypeChangedError,
    VipTypeError,
)
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser

GOLD = VipType("gold", "金", "Gold", 0, 0, 300, 1, 30, True, 1500, 900)
SILVER = VipType("silver", "银", "Silver", 0, 0, 100, 2, 240, False, 1200, 950)
Counting = Callable[[], AbstractContextManager[list[str]]]
AMOUNTS = dict[str, dict[int, int]]


def _teller(said: dict[int, int]) -> counted.Reader:
    return lambda _members, _window: said


@pytest.fixture
def amounts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> AMOUNTS:
    """What every measure says; the tests change it."""
    said: AMOUNTS = {each.measure: {} for each in INGREDIENTS}
    for name in said:
        monkeypatch.setitem(counted._readers, name, _teller(said[name]))
    return said


def test_the_formula_is_the_published_one() -> None:
    spend, posts = INGREDIENTS[0], INGREDIENTS[1]
    assert points_of(spend, 1_500_00) == 240  # 60 × log2(16)
    assert points_of(posts, 7) == 90  # 30 × log2(8)
    assert points_of(posts, 0) == points_of(posts, -3) == 0
    assert points_of(posts, 100) == points_of(posts, 100_000)
    score = score_of({"net_spend": 1_500_00, "accepted_posts": 7, "help_given": 15})
    assert (score.spend, score.advocacy, score.total) == (240, 170, 410)


def test_what_members_do_is_counted(alice: MemberRow, bob: MemberRow) -> None:
    thread = a_thread(alice)
    gone = a_thread(alice, "一会儿就删")
    community.remove_thread(alice.id, gone.thread_code)
    first = community.reply(bob.id, thread.thread_code, "加点醋。")
    community.reply(bob.id, thread.thread_code, "再加点糖。")
    community.like_reply(alice.id, thread.thread_code, first.floor)
    service.score_all()
    hers, his = closeness.stored(alice.id), closeness.stored(bob.id)
    assert hers is not None
    assert his is not None
    assert dict(hers.score.amounts) == {"accepted_posts": 1}
    assert dict(his.score.amounts) == {"help_given": 1}


def test_a_second_night_of_the_same_changes_nothing(
    alice: MemberRow, bob: MemberRow, amounts: AMOUNTS
) -> None:
    amounts["accepted_posts"].update({alice.id: 3, bob.id: 1})
    assert service.score_all() == 2
    assert service.score_all() == 0
    amounts["accepted_posts"].pop(bob.id)
    assert service.score_all() == 1
    assert closeness.stored(bob.id) is None
    assert verify.run(("loyalty.closeness",))[0].drifts == ()


def test_the_nightly_sweep_is_set_wise(amounts: AMOUNTS, count_statements: Counting) -> None:
    made = [a_member(f"m{n}").id for n in range(12)]
    amounts["help_given"].update(dict.fromkeys(made[:2], 5))
    with count_statements() as few:
        service.score_all()
    amounts["help_given"].update(dict.fromkeys(made, 6))
    with count_statements() as many:
        service.score_all()
    assert len(few) == len(many) <= 6


def test_members_stand_in_the_first_type_they_reach(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, amounts: AMOUNTS
) -> None:
    amounts["net_spend"].update({alice.id: 5_000_00, bob.id: 300_00})
    service.score_all()
    service.save_type(SILVER, is_new=True, actor_id=staff.id)
    service.save_type(GOLD, is_new=True, actor_id=staff.id)
    db.session.rollback()
    found = closeness.vip_types_of([alice.id, bob.id, staff.id])
    assert {m: vip.key if vip else None for m, vip in found.items()} == {
        alice.id: "gold", bob.id: "silver", staff.id: None,
    }  # fmt: skip
    assert audience.includes("vip:gold", alice.id)
    service.remove_type("gold", seen=1, actor_id=staff.id)
    assert closeness.vip_types_of([alice.id])[alice.id].key == "silver"  # type: ignore[union-attr]
    assert verify.run(("loyalty.closeness", "loyalty.promises"))[0].drifts == ()


@pytest.mark.parametrize(
    "worse",
    [
        {"first_reply_minutes": 300}, {"multiplier_permille": 1100}, {"price_permille": 990},
        {"concierge": False},
    ],
)  # fmt: skip
def test_a_type_that_serves_closer_ones_worse_is_refused_unless_explained(
    staff: MemberRow, worse: dict[str, Any]
) -> None:
    service.save_type(replace(SILVER, concierge=True), is_new=True, actor_id=staff.id)
    bad = replace(GOLD, **worse)
    with pytest.raises(VipTypeError) as refused:
        service.save_type(bad, is_new=True, actor_id=staff.id)
    assert [(v.closer, v.other) for v in refused.value.violations] == [("gold", "silver")]
    service.save_type(
        replace(bad, explanation="Asked for by the members"), is_new=True, actor_id=staff.id
    )
    audit = closeness.audit()
    assert len(audit.type_violations) == 1
    assert audit.unexplained == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"priority": 2}, "has this priority"),
        ({"min_total": 50, "priority": 3}, ""),
        ({"min_total": 500, "priority": 3}, "Nobody would stand here"),
        ({"min_total": 100}, "any more"),
        ({"key": "Bad key"}, "A key is made"),
        ({"name_zh": " "}, "both languages"),
        ({"min_spend": -1}, "Minima"),
    ],
)
def test_a_type_must_make_sense_beside_the_others(
    staff: MemberRow, change: dict[str, Any], words: str
) -> None:
    service.save_type(SILVER, is_new=True, actor_id=staff.id)
    draft = replace(GOLD, **change)
    if not words:
        draft = replace(draft, first_reply_minutes=900, concierge=False, multiplier_permille=1000,
                        price_permille=1000)  # fmt: skip
        service.save_type(draft, is_new=True, actor_id=staff.id)
        assert len(closeness.types()) == 2
        return
    with force_locale("en"), pytest.raises(VipTypeError, match=words):
        service.save_type(draft, is_new=True, actor_id=staff.id)


def test_two_who_write_one_type_do_not_lose_each_others_work(staff: MemberRow) -> None:
    service.save_type(SILVER, is_new=True, actor_id=staff.id)
    with pytest.raises(VipKeyTakenError):
        service.save_type(SILVER, is_new=True, actor_id=staff.id)
    service.save_type(replace(SILVER, version=1, min_total=90), is_new=False, actor_id=staff.id)
    with pytest.raises(VipTypeChangedError):
        service.save_type(replace(SILVER, version=1), is_new=False, actor_id=staff.id)


def test_a_broken_promise_in_the_data_is_found(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, amounts: AMOUNTS
) -> None:
    amounts["net_spend"].update({alice.id: 9_000_00, bob.id: 300_00})
    service.save_type(SILVER, is_new=True, actor_id=staff.id)
    service.save_type(GOLD, is_new=True, actor_id=staff.id)
    service.score_all()
    db.session.execute(sa.text("UPDATE vip_type SET first_reply_minutes = 999 WHERE key = 'gold'"))
    db.session.commit()
    audit = closeness.audit()
    assert [each.standard for each in audit.type_violations] == ["first_reply"]
    assert [(c.closer.id, c.other.id, c.standard) for c in audit.crossings] == [
        (alice.id, bob.id, "first_reply")
    ]
    assert len(verify.run(("loyalty.promises",))[0].drifts) == 2


scores = st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 3))


@given(st.lists(scores, max_size=14), st.sampled_from([1, -1]))
@settings(max_examples=150, deadline=None)
def test_one_pass_finds_what_all_pairs_find(drawn: list[tuple[int, int, int]], sign: int) -> None:
    served = [Served(n, spend, advocacy, gets) for n, (spend, advocacy, gets) in enumerate(drawn)]
    all_pairs = {
        (a.gets, b.gets)
        for a in served
        for b in served
        if a.spend >= b.spend
        and a.advocacy >= b.advocacy
        and (a.spend, a.advocacy) != (b.spend, b.advocacy)
        and sign * a.gets < sign * b.gets
    }
    found = crossings(served, sign)
    assert {(a.gets, b.gets) for a, b in found} == all_pairs
    for a, b in found:
        assert a.spend >= b.spend
        assert a.advocacy >= b.advocacy


types = st.builds(
    lambda n, s, a, t, reply, times: VipType(f"t{n}", "型", "T", s, a, t, n, reply, False, times),
    st.integers(1, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 15),
    st.integers(1, 5), st.integers(1000, 1004),
)  # fmt: skip


@given(st.lists(types, max_size=4, unique_by=lambda each: each.priority))
@settings(max_examples=150, deadline=None)
def test_types_without_violation_never_serve_somebody_closer_worse(drawn: list[VipType]) -> None:
    if violations_of(drawn):
        return
    grid = [Score(s, a) for s in range(0, 11, 2) for a in range(0, 11, 2)]
    for standard in STANDARDS:
        nothing = -standard.sign * 10**10
        served = [
            Served(n, score.spend, score.advocacy, standard.get(vip) if vip else nothing)
            for n, score, vip in ((n, score, type_of(score, drawn)) for n, score in enumerate(grid))
        ]
        assert crossings(served, standard.sign) == []


# --- pages ---------------------------------------------------------------------------------------


def test_everybody_can_read_the_rules(app: Flask, alice_client: Browser, staff: MemberRow) -> None:
    service.save_type(GOLD, is_new=True, actor_id=staff.id)
    for who in (browser(app), alice_client):
        page = who.get("/rules/closeness").text
        for words in ("60 × log2", "240", "Gatherings you came to", "Gold", "within 30 minutes"):
            assert words in page, words


def test_a_member_sees_every_ingredient(
    alice: MemberRow, alice_client: Browser, staff: MemberRow, amounts: AMOUNTS,
    count_statements: Counting,
) -> None:  # fmt: skip
    assert "counted every night" in alice_client.get("/me/closeness").text
    service.save_type(GOLD, is_new=True, actor_id=staff.id)
    amounts["net_spend"][alice.id] = 1_500_00
    amounts["accepted_posts"][alice.id] = 7
    service.score_all()
    with count_statements() as seen:
        page = alice_client.get("/me/closeness").text
    for words in (">330<", "1,500.00", ">90<", "Gold", "somebody of your own"):
        assert words in page, words
    assert len(seen) <= 4


def test_staff_write_vip_types_on_a_page(
    staff_client: Browser, alice_client: Browser, moderator: MemberRow
) -> None:
    assert "No VIP types yet" in staff_client.get("/staff/vip-types").text
    sent = {
        "key": "silver", "name_zh": "银", "name_en": "Silver", "min_spend": "0",
        "min_advocacy": "0", "min_total": "100", "priority": "2", "first_reply_minutes": "240",
        "multiplier": "1.2", "price": "95",
    }  # fmt: skip
    assert staff_client.post("/staff/vip-types/new", data=sent).status_code == 303
    assert closeness.find_type("silver") == replace(SILVER, version=1)
    gold = {**sent, "key": "gold", "name_en": "Gold", "name_zh": "金", "min_total": "300",
            "priority": "1", "multiplier": "1.1"}  # fmt: skip
    answer = staff_client.post("/staff/vip-types/new", data=gold)
    assert answer.status_code == 422
    assert "gold gets ×1.1, silver gets ×1.2" in answer.text
    assert 'value="Gold"' in answer.text
    explained = {**gold, "explanation": "Gold members wished for time, not points."}
    assert staff_client.post("/staff/vip-types/new", data=explained).status_code == 303
    page = staff_client.get("/staff/closeness").text
    assert "Gold members wished for time" in page
    assert "worse off without a published reason" in page
    for wrong in ({"price": "101"}, {"multiplier": "0.5"}, {"priority": "0"}, {"min_total": "-1"},
                  {"first_reply_minutes": "0"}, {"price": "cheap"}):  # fmt: skip
        changed = {**sent, "seen": "1", **wrong}
        assert staff_client.post("/staff/vip-types/silver", data=changed).status_code == 422, wrong
    stale = {**sent, "seen": "0"}
    assert staff_client.post("/staff/vip-types/silver", data=stale).status_code == 409
    assert (
        staff_client.post("/staff/vip-types/silver", data={**sent, "seen": "1"}).status_code == 303
    )
    assert staff_client.get("/staff/vip-types/none").status_code == 404
    assert "Remove" in staff_client.get("/staff/vip-types/silver/remove").text
    dropped = staff_client.post("/staff/vip-types/silver/remove", data={"seen": "2"})
    assert dropped.status_code == 303
    for path in ("vip-types", "vip-types/new", "vip-types/gold", "closeness"):
        assert alice_client.get(f"/staff/{path}").status_code == 403


def test_the_audit_costs_the_same_for_many(
    staff_client: Browser, staff: MemberRow, amounts: AMOUNTS, count_statements: Counting
) -> None:
    service.save_type(GOLD, is_new=True, actor_id=staff.id)
    service.save_type(SILVER, is_new=True, actor_id=staff.id)
    costs = []
    for n in range(2):
        for m in range(1 + 8 * n):
            amounts["net_spend"][a_member(f"p{n}x{m}").id] = (m + 1) * 700_00
        service.score_all()
        with count_statements() as seen:
            assert staff_client.get("/staff/closeness").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8
