"""The fraud desk: signals, cases, freeze and release, points taken back, the member's word."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
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
from app.loyalty.queries import fraud as queries
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
from tests.factories.referrals import a_guest_of

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


def _nothing_drifts() -> None:
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []


def _earns(member: MemberRow) -> None:
    loyalty.reward(member.id, "thread.published", source=Ref("thread", ids.next_id()))


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
    loyalty.take_back(Ref("thread", 1))  # a moderator hides the thread, and shows it again
    loyalty.give_back(Ref("thread", 1))
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
    _nothing_drifts()


def test_a_false_alarm_leaves_away_what_a_moderator_hid_meanwhile(
    operator: MemberRow, alice: MemberRow
) -> None:
    loyalty.reward(alice.id, "thread.published", source=Ref("thread", 1))
    code = _case(alice)
    service.reverse(operator.id, code, [queries.get_case(code).acts[0].award_id])
    loyalty.take_back(Ref("thread", 1))
    service.dismiss(operator.id, code)
    assert ledger.balance(alice.id).available == 0
    loyalty.give_back(Ref("thread", 1))
    assert ledger.balance(alice.id).available == 10
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
