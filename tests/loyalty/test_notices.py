"""Members are told what became of them: in the act's transaction, once, without names kept."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask_babel import force_locale

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db, use_case
from app.loyalty.notices import badge_said, review_said
from app.loyalty.queries import fraud as fraud_queries
from app.loyalty.service import badges, fraud, grants, supers, telling, tier_grants, tiers
from app.loyalty.types import Award
from app.loyalty.types.badges import BadgeDraft, BadgeKind, Cause
from app.loyalty.types.fraud import Signal, SignalKind
from app.loyalty.types.grants import GrantReason, Wish
from app.loyalty.types.supers import SuperState
from app.notify import queries as notify
from app.notify.types import Notice, find_kind
from tests.factories.identity import Browser, a_member
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]


def told(member: MemberRow, kind: str) -> list[Notice]:
    shown = [each for each in notify.notices(member.id).items if each.kind == kind]
    db.session.rollback()
    return shown


def titles(member: MemberRow, kind: str) -> list[str]:
    known = find_kind(kind)
    assert known is not None
    with force_locale("en"):
        return [known.words(each.params).title for each in told(member, kind)]


def a_badge(staff: MemberRow, key: str = "cook") -> None:
    draft = BadgeDraft(key, "大厨", "Cook", "", "", "award", 1, BadgeKind.MANUAL, None, False)
    badges.save_badge(draft, actor_id=staff.id, is_new=True)
    badges.set_badge_active(key, is_active=True, actor_id=staff.id)


# --- tiers ---------------------------------------------------------------------------------------


def test_a_tier_reached_and_given_and_gone_is_told_once_each(
    alice: MemberRow, staff: MemberRow
) -> None:
    earn(alice.id, 1, growth=600)
    clock.tick(timedelta(minutes=10))
    for _ in range(3):
        tiers.settle_due()
    assert titles(alice, telling.TIER) == ["Welcome to Regular"]
    with pytest.raises(RuntimeError):
        _and_fails(lambda: tier_grants.grant_tier(
            alice.id, "chef", until_on=clock.business_date(), reason="", request_key="1",
            actor_id=staff.id,
        ))  # fmt: skip
    assert len(told(alice, telling.TIER)) == 1
    given = tier_grants.grant_tier(
        alice.id, "chef", until_on=clock.business_date(), reason="", request_key="1",
        actor_id=staff.id,
    )  # fmt: skip
    tier_grants.undo_grant(given, actor_id=staff.id)
    newest, before, *_rest = told(alice, telling.TIER)
    assert [newest.params["what"], before.params["what"]] == ["lost", "reached"]


@use_case
def _and_fails(act: Callable[[], object]) -> None:
    act()
    raise RuntimeError


def test_a_tier_at_risk_says_until_when(alice: MemberRow) -> None:
    earn(alice.id, 1, growth=600)
    seen: list[Notice] = []
    for _month in range(16):
        clock.tick(timedelta(days=30))
        tiers.settle_due()
    seen = [each for each in told(alice, telling.TIER) if each.params["what"] == "at_risk"]
    assert seen
    assert all("until" in each.params for each in seen)
    assert len({(each.params["until"], each.told_at) for each in seen}) == len(seen)


# --- super-members -------------------------------------------------------------------------------


def test_what_a_member_does_himself_with_his_super_membership_is_not_told(
    alice: MemberRow,
) -> None:
    _invite(alice.id)
    assert titles(alice, telling.SUPER) == ["You are invited to be a super-member"]
    supers.decline(alice.id)
    assert len(told(alice, telling.SUPER)) == 1


@use_case
def _invite(member_id: int) -> None:
    step = supers._Step(member_id, None, SuperState.INVITED, 1)
    supers._take([step])


# --- badges --------------------------------------------------------------------------------------


def test_badges_that_come_and_go_are_told_with_the_way_to_the_reason(
    alice: MemberRow, staff: MemberRow, alice_client: Browser
) -> None:
    a_badge(staff)
    badges.grant_badge("cook", [alice.yid], "Twenty dinners", actor_id=staff.id)
    badges.grant_badge("cook", [alice.yid], "Twenty dinners", actor_id=staff.id)
    badges.revoke_badge("cook", alice.yid, "Not her dinners", actor_id=staff.id)
    assert titles(alice, telling.BADGE) == [
        "The badge Cook was taken back",
        "A badge for you: Cook",
    ]
    (gone, _came) = told(alice, telling.BADGE)
    assert "dinners" not in repr({**gone.params, "name_zh": "", "name_en": ""})
    assert gone.link is not None
    assert "Not her dinners" in alice_client.get("/me/badges").get_data(as_text=True)
    page = alice_client.get("/notices").get_data(as_text=True)
    assert "A badge for you: Cook" in page


def test_a_badge_for_many_is_told_with_one_statement(
    staff: MemberRow, count_statements: Counting
) -> None:
    a_badge(staff)
    db.session.rollback()
    counts = []
    for start, more in ((0, 2), (2, 25)):
        members = [a_member(f"guest{n}") for n in range(start, start + more)]
        with count_statements() as seen:
            _give("cook", [each.id for each in members])
        counts.append(len(seen))
        assert all(len(told(each, telling.BADGE)) == 1 for each in members)
    assert counts[0] == counts[1]


@use_case
def _give(key: str, member_ids: Sequence[int]) -> None:
    badges.give(badges._get(key), member_ids, cause=Cause.RULE)


# --- points --------------------------------------------------------------------------------------


def test_points_that_staff_move_are_told_and_lead_to_the_statement(
    alice: MemberRow, operator: MemberRow, alice_client: Browser
) -> None:
    for points, key in ((50, "a"), (50, "a"), (-20, "b")):
        grants.adjust(operator.id, Wish(alice.id, points, GrantReason.THANKS, "why", key))
    assert titles(alice, telling.GRANT) == [
        "Our team took 20 points",
        "Our team gave you 50 points",
    ]
    link = told(alice, telling.GRANT)[0].link
    assert link is not None
    page = alice_client.get(f"/me/wallet/{link.values['txn_id']}")
    assert page.status_code == 200
    assert alice_client.get("/notices").status_code == 200


def test_an_invitation_tells_the_inviter_always_and_the_guest_what_he_got(
    alice: MemberRow, bob: MemberRow
) -> None:
    none, some = Award(0, 0, capped=True, reason="x"), Award(30, 0, capped=False, reason="x")
    for guest_award in (none, some):
        telling.tell_referral(7, (alice.id, none), (bob.id, guest_award))
    assert titles(alice, telling.REFERRAL) == ["A friend you invited has joined in"]
    (gift,) = told(bob, telling.REFERRAL)
    assert gift.params == {"side": "joined", "points": 30, "waits": False}


def test_an_open_case_is_not_told_but_a_freeze_and_its_end_are(
    alice: MemberRow, operator: MemberRow
) -> None:
    earn(alice.id, 10)
    fraud.note([Signal(alice.id, SignalKind.BURST, 40, 10, {})])
    assert told(alice, telling.REVIEW) == []
    code = fraud_queries.cases(("open",), None).items[0].code  # type: ignore[arg-type]
    db.session.rollback()
    fraud.freeze(operator.id, code)
    fraud.release(operator.id, code, was_right=False)
    assert titles(alice, telling.REVIEW) == [
        "Your points are free again",
        "Your points are on hold",
    ]


def test_words_stand_without_the_thing_they_name() -> None:
    assert badge_said({"badge": 1, "what": "granted"}).title
    assert review_said({"what": "reversed"}).title
