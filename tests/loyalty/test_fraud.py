"""The fraud desk: signals, cases, freeze and release, points taken back, the member's word."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from app.identity import service as identity
from app.identity.types import Device, MemberRow
from app.kernel import clock, ids, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import DomainError, ForbiddenError, InvalidError, NotFoundError
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.ledger import service as ledger_service
from app.ledger.types import FrozenWalletError, Spend
from app.loyalty import service as loyalty
from app.loyalty.models.fraud import FraudObjection, FraudSignal
from app.loyalty.policy import fraud as policy
from app.loyalty.queries import fraud as queries
from app.loyalty.queries.fraud_signals import (
    bursts,
    checkin_swarms,
    like_rings,
    referrals,
    shared_places,
    spending,
)
from app.loyalty.service import fraud as service
from app.loyalty.types import Act, Outcome
from app.loyalty.types.fraud import (
    CaseDecidedError,
    CaseState,
    FraudRules,
    FraudRulesError,
    Signal,
    SignalKind,
    Verdict,
)
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.referrals import a_guest_of, comes_by

Counting = Callable[[], AbstractContextManager[list[str]]]
RULES = FraudRules()


def _likes(giver: MemberRow, taker: MemberRow, times: int) -> None:
    loyalty.reward_many(
        [
            Act(taker.id, "like.received", Ref("like", ids.next_id()), clock.now(),
                other_id=giver.id)
            for _ in range(times)
        ]
    )  # fmt: skip


def _signal(member: MemberRow, kind: SignalKind = SignalKind.BURST, score: int = 40) -> Signal:
    return Signal(member.id, kind, score, 30, {"peak": 20, "own": 1, "usual": 2, "days": 7})


def _case(member: MemberRow) -> str:
    service.note([_signal(member)])
    return queries.cases((CaseState.OPEN,)).items[0].code


def _kinds(signals: list[Signal]) -> dict[int, SignalKind]:
    return {signal.member_id: signal.kind for signal in signals}


def _nothing_drifts() -> None:
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []


# --- rings ---------------------------------------------------------------------------------------


def test_a_ring_is_found_by_what_stays_inside_it(app: Flask, alice: MemberRow) -> None:
    one, two, three = (a_member(f"ring{n}") for n in range(3))
    for giver, taker in ((one, two), (two, three), (three, one), (two, one)):
        _likes(giver, taker, 8)
    _likes(one, alice, 3)

    found = like_rings(RULES)

    assert set(_kinds(found)) == {one.id, two.id, three.id}
    assert found[0].evidence == {
        "members": 3, "inside": 32, "given": 35, "share": 91, "days": 7,
    }  # fmt: skip
    assert {signal.member_id: signal.points for signal in found}[one.id] == 16


def test_friends_who_like_the_rest_of_the_world_as_well_are_no_ring(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    _likes(alice, bob, 12)
    _likes(bob, alice, 12)
    others = [a_member(f"other{n}") for n in range(4)]
    for other in others:
        _likes(alice, other, 5)
        _likes(bob, other, 5)
    assert like_rings(RULES) == []


def test_likes_of_last_month_are_of_no_concern(alice: MemberRow, bob: MemberRow) -> None:
    _likes(alice, bob, 20)
    _likes(bob, alice, 20)
    assert len(like_rings(RULES)) == 2
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert like_rings(RULES) == []


@settings(max_examples=60, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=24))
def test_rings_are_the_groups_in_which_everybody_reaches_everybody(
    edges: set[tuple[int, int]],
) -> None:
    reach = {n: {n} for n in range(8)}
    for _ in range(8):
        for a, b in edges:
            for n in range(8):
                if a in reach[n]:
                    reach[n] |= reach[b]
    groups = {frozenset(m for m in reach[n] if n in reach[m]) for n in range(8)}
    expected = {group for group in groups if 2 <= len(group) <= 5}

    found = policy.rings(dict.fromkeys(edges, 3), least=2, largest=5)

    assert set(found) == expected


def test_a_chain_of_ten_thousand_does_not_exhaust_the_stack() -> None:
    chain = {(n, n + 1): 2 for n in range(10_000)}
    assert policy.rings({**chain, (1, 0): 2}, least=2, largest=12) == [frozenset({0, 1})]


# --- the other signals ---------------------------------------------------------------------------


def _signed_in(member: MemberRow, device: str, network: str = "n") -> None:
    identity.begin_session(member.id, 1, Device("Chrome", "Android", device, network))


def _earns(member: MemberRow) -> None:
    loyalty.reward(member.id, "thread.published", source=Ref("thread", ids.next_id()))


def test_members_who_earn_on_one_device_are_told_by_counts_alone(app: Flask) -> None:
    people = [a_member(f"tablet{n}") for n in range(4)]
    for person in people:
        _signed_in(person, "d" * 64)
    assert shared_places(RULES) == []  # a tablet at the counter: nobody gains anything
    for person in people[:3]:
        _earns(person)

    found = shared_places(RULES)

    assert _kinds(found) == dict.fromkeys([p.id for p in people[:3]], SignalKind.SHARED_DEVICE)
    assert found[0].evidence == {"members": 4, "earning": 3, "days": 90}
    assert (found[0].points, "d" * 64 in str(found)) == (10, False)


def test_a_burst_stands_out_against_what_is_usual(app: Flask, alice: MemberRow) -> None:
    calm = [a_member(f"calm{n}") for n in range(3)]
    for minute in range(4):
        with clock.frozen(clock.now() + timedelta(minutes=minute)):
            for person in calm:
                _earns(person)
    loyalty.reward_many(
        [
            Act(alice.id, "reply.published", Ref("reply", n), clock.now() + timedelta(seconds=n))
            for n in range(1, 21)
        ]
    )

    (found,) = bursts(RULES)

    assert found.member_id == alice.id
    assert found.evidence == {"peak": 20, "own": 20, "usual": 1, "days": 7}
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        strict = FraudRules(burst_factor=30)
        assert bursts(strict) == []


def test_check_ins_in_one_second_matter_only_from_one_place(app: Flask) -> None:
    crowd = [a_member(f"crowd{n}") for n in range(12)]
    for number, person in enumerate(crowd):
        _signed_in(person, f"{number:064}", "x" * 64 if number < 5 else f"{number:064}")
        loyalty.reward(person.id, "checkin.daily", source=Ref("checkin", number + 1))

    found = checkin_swarms(RULES)

    assert _kinds(found) == dict.fromkeys([p.id for p in crowd[:5]], SignalKind.CHECKIN_SWARM)
    assert found[0].evidence == {"members": 5, "times": 1, "days": 7}


def test_guests_who_look_like_their_inviter_or_each_other(app: Flask, alice: MemberRow) -> None:
    _signed_in(alice, "a" * 64)
    twin = a_member("twin")
    _signed_in(twin, "a" * 64)
    comes_by(alice, twin)
    assert _kinds(referrals(RULES)) == dict.fromkeys([alice.id, twin.id], SignalKind.SELF_REFERRAL)
    host = a_member("host")
    guests = [a_guest_of(host, f"guest{n}") for n in range(3)]
    for guest in guests:
        _signed_in(guest, "g" * 64)
    kinds = _kinds(referrals(RULES))
    assert {who for who, kind in kinds.items() if kind is SignalKind.REFERRAL_RING} == {
        host.id, *(guest.id for guest in guests),
    }  # fmt: skip


def test_fast_redemptions_are_counted_from_the_ledger(alice: MemberRow, bob: MemberRow) -> None:
    for member, times in ((alice, 5), (bob, 4)):
        for _ in range(60):
            _earns_much(member)
        for n in range(times):
            ledger_service.post(
                Spend(member_id=member.id, points=100, reason="mall.reward", scope="t",
                      key=f"{member.id}:{n}")
            )  # fmt: skip

    (found,) = spending(RULES)

    assert (found.member_id, found.evidence) == (alice.id, {"times": 5, "points": 500})
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert spending(RULES) == []


def _earns_much(member: MemberRow) -> None:
    loyalty.reward(member.id, "checkin.daily", source=Ref("checkin", ids.next_id()))


# --- cases ---------------------------------------------------------------------------------------


def test_a_sweep_run_again_changes_nothing(alice: MemberRow, bob: MemberRow) -> None:
    _likes(alice, bob, 20)
    _likes(bob, alice, 20)
    assert service.look() == service.look() == 2

    page = queries.cases((CaseState.OPEN,))
    assert sorted(case.member.id for case in page.items) == sorted([alice.id, bob.id])
    assert ledger.balance(alice.id).available == 20  # nothing is punished by a formula
    _nothing_drifts()


def test_signals_add_up_and_never_pass_a_hundred(alice: MemberRow) -> None:
    service.note([_signal(alice), _signal(alice, SignalKind.LIKE_RING, 35)])
    service.note([_signal(alice, SignalKind.SPENDING, 50)])

    (case,) = queries.cases((CaseState.OPEN,)).items
    assert (case.score, len(case.kinds)) == (100, 3)
    _nothing_drifts()


def test_a_dismissed_member_is_left_alone_for_a_while(
    operator: MemberRow, alice: MemberRow
) -> None:
    code = _case(alice)
    service.dismiss(operator.id, code)
    assert service.note([_signal(alice)]) == 0
    with pytest.raises(CaseDecidedError):
        service.freeze(operator.id, code)
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert service.note([_signal(alice)]) == 1
    figures = {each.kind: each for each in queries.signal_figures()}[SignalKind.BURST]
    assert (figures.open, figures.right, figures.wrong) == (1, 0, 1)
    assert figures.false_share == 1


@pytest.mark.race
def test_two_sweeps_at_once_open_one_case(app: Flask, alice: MemberRow) -> None:
    db.session.rollback()
    start = threading.Barrier(6)
    errors: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                service.note([_signal(alice)])
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(queries.cases((CaseState.OPEN,)).items) == 1


def test_nobody_decides_his_own_case(operator: MemberRow) -> None:
    code = _case(operator)
    for act in (service.dismiss, service.freeze, service.close):
        with pytest.raises(ForbiddenError):
            act(operator.id, code)
    with pytest.raises(NotFoundError):
        service.dismiss(operator.id, ids.new_code())


# --- freeze, wait, release -----------------------------------------------------------------------


def test_what_is_earned_while_frozen_waits_and_is_paid_on_release(
    operator: MemberRow, alice: MemberRow
) -> None:
    _earns(alice)
    code = _case(alice)
    service.freeze(operator.id, code)

    award = loyalty.reward(alice.id, "reply.published", source=Ref("reply", 1))
    assert award.outcome is Outcome.FROZEN
    assert ledger.balance(alice.id).available == 10
    with pytest.raises(FrozenWalletError):
        ledger_service.post(
            Spend(member_id=alice.id, points=1, reason="mall.reward", scope="t", key="1")
        )
    review = queries.review_of(alice.id)
    assert review is not None
    assert (review.state, review.waiting_points) == (CaseState.FROZEN, 2)

    assert service.release(operator.id, code, was_right=False) == 2
    assert ledger.balance(alice.id).available == 12
    ledger_service.post(
        Spend(member_id=alice.id, points=12, reason="mall.reward", scope="t", key="2")
    )
    with pytest.raises(CaseDecidedError):
        service.release(operator.id, code, was_right=True)
    _nothing_drifts()


def test_an_invitation_of_a_frozen_member_waits_as_well(
    operator: MemberRow, alice: MemberRow
) -> None:
    guest = a_guest_of(alice)
    code = _case(alice)
    service.freeze(operator.id, code)
    _earns(guest)
    assert ledger.balance(alice.id).pending == 0
    assert ledger.balance(guest.id).pending == 50
    assert service.release(operator.id, code, was_right=True) == 100
    _nothing_drifts()


def test_what_was_removed_while_frozen_is_never_paid(operator: MemberRow, alice: MemberRow) -> None:
    code = _case(alice)
    service.freeze(operator.id, code)
    loyalty.reward(alice.id, "thread.published", source=Ref("thread", 7))
    loyalty.take_back(Ref("thread", 7))
    assert service.release(operator.id, code, was_right=True) == 0
    assert ledger.balance(alice.id).available == 0
    _nothing_drifts()


@pytest.mark.race
def test_releases_at_one_instant_pay_once(app: Flask, alice: MemberRow) -> None:
    desk = [a_member(f"desk{n}", (Role.OPERATOR,)).id for n in range(5)]
    code = _case(alice)
    service.freeze(desk[0], code)
    loyalty.reward(alice.id, "reply.published", source=Ref("reply", 1))
    db.session.rollback()
    start, got = threading.Barrier(5), list[object]()

    def run(actor_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                got.append(service.release(actor_id, code, was_right=True))
            except DomainError as error:
                got.append(error)
            db.session.remove()

    threads = [threading.Thread(target=run, args=(actor,)) for actor in desk]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [each for each in got if not isinstance(each, CaseDecidedError)] == [2]
    assert ledger.balance(alice.id).available == 2
    _nothing_drifts()


# --- points taken back ---------------------------------------------------------------------------


def test_chosen_acts_lose_their_points_once_and_stay_without(
    operator: MemberRow, alice: MemberRow
) -> None:
    for number in (1, 2, 3):
        loyalty.reward(alice.id, "thread.published", source=Ref("thread", number))
    code = _case(alice)
    acts = queries.get_case(code).acts
    chosen = [act.award_id for act in acts if act.source in {"thread:1", "thread:2"}]

    assert service.reverse(operator.id, code, chosen) == 20
    assert service.reverse(operator.id, code, chosen) == 0
    assert ledger.balance(alice.id).available == 10
    loyalty.give_back(Ref("thread", 1))  # a moderator restores the thread
    assert service.hold_down() == 1
    assert service.hold_down() == 0
    assert ledger.balance(alice.id).available == 10
    detail = queries.get_case(code)
    assert (detail.reversed_points, [act.is_undone for act in detail.acts].count(True)) == (20, 2)
    noted = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert noted.count("fraud.reversed") == 2
    _nothing_drifts()


def test_a_false_alarm_gives_back_what_was_taken(operator: MemberRow, alice: MemberRow) -> None:
    loyalty.reward(alice.id, "thread.published", source=Ref("thread", 1))
    code = _case(alice)
    service.reverse(operator.id, code, [queries.get_case(code).acts[0].award_id])
    assert ledger.balance(alice.id).available == 0
    service.dismiss(operator.id, code)
    assert ledger.balance(alice.id).available == 10
    assert service.hold_down() == 0
    _nothing_drifts()


def test_acts_of_somebody_else_are_not_taken_through_this_case(
    operator: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    loyalty.reward(bob.id, "thread.published", source=Ref("thread", 1))
    theirs = queries.acts_of(bob.id, clock.now() - timedelta(days=1))[0].award_id
    code = _case(alice)
    with pytest.raises(InvalidError):
        service.reverse(operator.id, code, [theirs])
    assert ledger.balance(bob.id).available == 10


# --- the member's page ---------------------------------------------------------------------------


def test_a_farmer_is_told_which_rule_he_met_and_may_object(
    app: Flask, alice: MemberRow, alice_client: Browser, operator: MemberRow
) -> None:
    page = "/me/points-review"
    code = _case(alice)
    assert "Nothing is being looked at" in alice_client.get(page).text  # nobody has acted yet
    assert alice_client.post(page, data={"text": "?"}).status_code == 404
    service.freeze(operator.id, code)
    told = alice_client.get(page).text
    assert "Your points are on hold" in told
    assert "looked like a machine" in told
    assert "Read why" in alice_client.get("/me/wallet").text
    assert alice_client.post(page, data={"text": ""}).status_code == 422
    assert alice_client.post(page, data={"text": "I type fast."}).status_code == 303
    assert "I type fast." in alice_client.get(page).text
    again = alice_client.post(page, data={"text": "Really."})
    assert again.status_code == 409
    desk = browser(app)
    sign_in(desk, operator)
    assert "Has written" in desk.get("/staff/fraud").text
    assert "I type fast." in desk.get(f"/staff/fraud/{code}").text
    service.release(operator.id, code, was_right=False)
    assert "false alarm" in alice_client.get(page).text
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert "Read why" not in alice_client.get("/me/wallet").text


# --- the desk's pages ----------------------------------------------------------------------------


def test_a_case_goes_over_the_pages_from_signal_to_release(
    staff_client: Browser, alice: MemberRow
) -> None:
    assert "Nothing to decide" in staff_client.get("/staff/fraud").text
    _earns(alice)
    code = _case(alice)
    page = f"/staff/fraud/{code}"
    shown = staff_client.get(page).text
    assert "20 acts within one minute" in shown
    award = queries.get_case(code).acts[0].award_id
    assert staff_client.post(f"{page}/reverse", data={}).status_code == 422
    assert staff_client.post(f"{page}/reverse", data={"act": str(award)}).status_code == 303
    assert staff_client.post(f"{page}/freeze").status_code == 303
    assert staff_client.post(f"{page}/freeze").status_code == 409
    assert "alice" in staff_client.get("/staff/fraud?show=frozen").text
    assert staff_client.post(f"{page}/release", data={}).status_code == 422
    assert staff_client.post(f"{page}/release", data={"verdict": "right"}).status_code == 303
    assert "alice" in staff_client.get("/staff/fraud?show=decided").text
    assert staff_client.get(f"/staff/fraud/{ids.new_code()}").status_code == 404


def test_who_may_look_may_not_decide(app: Flask, alice: MemberRow) -> None:
    code = _case(alice)
    expected = {Role.CONCIERGE: (403, 403), Role.MODERATOR: (200, 403), Role.ANALYST: (200, 403)}
    for role, (sees, decides) in expected.items():
        client = browser(app)
        sign_in(client, a_member(role.value, (role,)))
        for path in ("/staff/fraud", f"/staff/fraud/{code}", "/staff/fraud/rules"):
            assert client.get(path).status_code == sees
        for verb in ("dismiss", "freeze", "close", "release", "reverse"):
            assert client.post(f"/staff/fraud/{code}/{verb}").status_code == decides
        assert client.post("/staff/fraud/rules").status_code == decides


def test_thresholds_are_data_with_bounds(staff_client: Browser) -> None:
    page = "/staff/fraud/rules"
    values = {name: str(getattr(RULES, name)) for name in FraudRules.BOUNDS}
    assert staff_client.post(page, data={**values, "burst_acts": "30"}).status_code == 303
    assert queries.rules().burst_acts == 30
    for bad in ("0", "-5", "many", ""):
        answer = staff_client.post(page, data={**values, "ring_share": bad})
        assert answer.status_code == 422
    with pytest.raises(FraudRulesError):
        FraudRules(ring_share=0)


def test_pages_cost_the_same_for_few_and_for_many(
    staff_client: Browser, alice_client: Browser, alice: MemberRow, operator: MemberRow,
    count_statements: Counting,
) -> None:  # fmt: skip
    counts = []
    for start, more in ((0, 2), (2, 30)):
        for n in range(start, start + more):
            service.note([_signal(a_member(f"seen{n}"))])
        db.session.rollback()
        with count_statements() as seen:
            assert staff_client.get("/staff/fraud").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    code = _case(alice)
    _earns(alice)
    service.freeze(operator.id, code)
    for client, path in (
        (staff_client, f"/staff/fraud/{code}"), (alice_client, "/me/points-review"),
    ):  # fmt: skip
        with count_statements() as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= 9, "\n".join(seen)


def test_a_queue_is_paged_without_losing_or_repeating(staff_client: Browser) -> None:
    for n in range(45):
        service.note([_signal(a_member(f"seen{n}"), score=10 + n % 3)])
    codes, after = [], None
    while True:
        page = queries.cases((CaseState.OPEN,), after)
        codes += [case.code for case in page.items]
        after = page.next_key
        if after is None:
            break
    assert len(codes) == len(set(codes)) == 45


# --- forgetting ----------------------------------------------------------------------------------


def test_evidence_and_words_are_forgotten_and_verdicts_stay(
    operator: MemberRow, alice: MemberRow
) -> None:
    code = _case(alice)
    service.freeze(operator.id, code)
    service.object_to(alice.id, "No.")
    service.release(operator.id, code, was_right=True)
    assert service.forget() == 0
    with clock.frozen(clock.now() + timedelta(days=181)):
        assert service.forget() == 1
        assert service.forget() == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(FraudObjection)) == 0
    row = db.session.execute(sa.select(FraudSignal.evidence, FraudSignal.verdict)).one()
    assert (row.evidence, row.verdict) == ({}, Verdict.RIGHT)
    assert queries.get_case(code).signals[0].evidence == {}
