"""Staff give and take points: budgets, four eyes, once, and never more than a day holds."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import DomainError, ForbiddenError, NotFoundError
from app.kernel.permissions import Role
from app.ledger import queries as ledger
from app.ledger.types import InsufficientPointsError
from app.loyalty.models.grants import Grant
from app.loyalty.policy import grants as policy
from app.loyalty.queries import grants as queries
from app.loyalty.service import grants as service
from app.loyalty.types.grants import (
    Authority,
    AuthorityError,
    FourEyesError,
    GrantDecidedError,
    GrantRefusedError,
    GrantState,
    SelfGrantError,
    Wish,
)
from tests.factories.desk import a_grant, a_wish
from tests.factories.identity import Browser, a_member, browser, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
CHECKS = ("loyalty.grant_days", "loyalty.four_eyes", "ledger")


def _points(member: MemberRow) -> int:
    db.session.rollback()
    return ledger.balance(member.id).available


def _nothing_drifts() -> None:
    db.session.rollback()
    assert [report for report in verify.run(CHECKS) if report.drifts] == []


def _second() -> MemberRow:
    return a_member("abel", (Role.ADMINISTRATOR,))


# --- within one's authority ----------------------------------------------------------------------


def test_a_moderator_thanks_a_member_at_once(moderator: MemberRow, alice: MemberRow) -> None:
    grant = a_grant(moderator.id, alice.id, 50)

    assert grant.state is GrantState.POSTED
    assert _points(alice) == 50
    noted = db.session.execute(sa.select(AuditEntry.action, AuditEntry.actor_id)).all()
    assert ("grant.posted", moderator.id) in [tuple(row) for row in noted]
    _nothing_drifts()


def test_the_statement_says_which_role_and_why_and_no_name(
    app: Flask, moderator: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    a_grant(moderator.id, alice.id, 50)

    wallet = alice_client.get("/me/wallet").text
    assert "A thank-you from our team" in wallet
    line = ledger.statement(alice.id).items[0]
    entry = alice_client.get(f"/me/wallet/{line.txn_id}").text
    assert "a moderator of our team" in entry
    assert moderator.name not in wallet + entry


def test_the_same_form_sent_twice_gives_once(moderator: MemberRow, alice: MemberRow) -> None:
    wish = a_wish(alice.id, 40)

    assert service.adjust(moderator.id, wish) == service.adjust(moderator.id, wish)
    assert _points(alice) == 40


def test_points_are_taken_down_to_nothing_and_not_below(
    moderator: MemberRow, alice: MemberRow
) -> None:
    a_grant(moderator.id, alice.id, 30)
    a_grant(moderator.id, alice.id, -30)

    with pytest.raises(InsufficientPointsError):
        a_grant(moderator.id, alice.id, -1)
    assert _points(alice) == 0
    _nothing_drifts()


def test_nobody_adjusts_his_own_points(moderator: MemberRow) -> None:
    with pytest.raises(SelfGrantError):
        a_grant(moderator.id, moderator.id, 5)


def test_who_has_no_such_role_adjusts_nothing(alice: MemberRow, bob: MemberRow) -> None:
    with pytest.raises(ForbiddenError):
        a_grant(alice.id, bob.id, 5)


@pytest.mark.parametrize("points", [0, policy.MOST_POINTS + 1, -policy.MOST_POINTS - 1])
def test_senseless_amounts_are_refused(staff: MemberRow, alice: MemberRow, points: int) -> None:
    with pytest.raises(GrantRefusedError):
        a_grant(staff.id, alice.id, points)


# --- beyond it -----------------------------------------------------------------------------------


def test_more_than_one_act_may_move_waits_for_a_second_person(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    grant = a_grant(moderator.id, alice.id, 101)

    assert grant.state is GrantState.PROPOSED
    assert _points(alice) == 0
    assert service.approve(staff.id, grant.code, "Well deserved").state is GrantState.POSTED
    assert _points(alice) == 101
    assert queries.get_grant(grant.code).answer == "Well deserved"
    _nothing_drifts()


def test_what_does_not_fit_into_the_day_becomes_a_proposal(
    moderator: MemberRow, alice: MemberRow
) -> None:
    states = [a_grant(moderator.id, alice.id, 90).state for _ in range(6)]

    assert states == [GrantState.POSTED] * 5 + [GrantState.PROPOSED]
    assert _points(alice) == 450
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert a_grant(moderator.id, alice.id, 90).state is GrantState.POSTED
    _nothing_drifts()


def test_nobody_is_his_own_second_person(staff: MemberRow, alice: MemberRow) -> None:
    grant = a_grant(staff.id, alice.id, 6_000)

    with pytest.raises(FourEyesError):
        service.approve(staff.id, grant.code)
    with pytest.raises(FourEyesError):
        service.decline(staff.id, grant.code)
    assert service.approve(_second().id, grant.code).state is GrantState.POSTED


def test_the_database_itself_holds_four_eyes(staff: MemberRow, alice: MemberRow) -> None:
    grant = a_grant(staff.id, alice.id, 6_000)

    for values in ({"checker_id": staff.id}, {"state": GrantState.POSTED}):
        with pytest.raises(sa.exc.IntegrityError):
            db.session.execute(sa.update(Grant).where(Grant.code == grant.code).values(**values))
        db.session.rollback()


def test_a_second_person_may_not_go_beyond_his_own_authority(
    moderator: MemberRow, operator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    grant = a_grant(moderator.id, alice.id, 60_000)

    for actor in (operator, staff):  # no right to approve; more than he may
        with pytest.raises(AuthorityError):
            service.approve(actor.id, grant.code)
    service.set_budget(staff.id, Role.ADMINISTRATOR, Authority(5_000, 20_000, 60_000, 60_000))
    assert service.approve(staff.id, grant.code).state is GrantState.POSTED
    again = a_grant(moderator.id, alice.id, 101)
    with pytest.raises(AuthorityError):  # today's authority is used up
        service.approve(staff.id, again.code)
    _nothing_drifts()


def test_nobody_approves_what_is_for_himself(operator: MemberRow, staff: MemberRow) -> None:
    grant = a_grant(operator.id, staff.id, 4_000)

    with pytest.raises(SelfGrantError):
        service.approve(staff.id, grant.code)


def test_a_proposal_is_withdrawn_by_its_maker_alone_and_then_over(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    grant = a_grant(moderator.id, alice.id, 500)

    with pytest.raises(NotFoundError):
        service.withdraw(staff.id, grant.code)
    assert service.withdraw(moderator.id, grant.code).state is GrantState.WITHDRAWN
    with pytest.raises(GrantDecidedError):
        service.approve(staff.id, grant.code)
    assert _points(alice) == 0


def test_a_proposal_that_nobody_decides_ends(
    moderator: MemberRow, staff: MemberRow, alice: MemberRow
) -> None:
    grant = a_grant(moderator.id, alice.id, 500)

    with clock.frozen(clock.now() + policy.PROPOSAL_LIFE):
        with pytest.raises(GrantDecidedError):  # also before the sweep has come by
            service.approve(staff.id, grant.code)
        assert service.expire_proposals() == 1
        assert service.expire_proposals() == 0
    assert queries.get_grant(grant.code).state is GrantState.EXPIRED


def test_budgets_that_make_no_sense_are_refused(staff: MemberRow) -> None:
    for authority in (Authority(10, 5), Authority(-1, 5), Authority(1, policy.MOST_POINTS + 1)):
        with pytest.raises(GrantRefusedError):
            service.set_budget(staff.id, Role.MODERATOR, authority)
    with pytest.raises(NotFoundError):
        service.set_budget(staff.id, Role.KOC, Authority(1, 1))


# --- many at once --------------------------------------------------------------------------------


def _together(app: Flask, count: int, act: Callable[[int], object]) -> list[object]:
    """Run ``act`` in threads that start at one moment; return what they got or what was raised."""
    start, got = threading.Barrier(count), list[object]()

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                got.append(act(number))
            except DomainError as error:
                got.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == count
    return got


def _adjust(actor_id: int, wishes: Sequence[Wish], number: int) -> object:
    return service.adjust(actor_id, wishes[number])


@pytest.mark.race
def test_sixty_four_grants_at_once_do_not_pass_the_days_budget(
    app: Flask, moderator: MemberRow, alice: MemberRow
) -> None:
    wishes = [a_wish(alice.id, 20) for _ in range(64)]
    db.session.rollback()

    got: list[object] = []
    for start in range(0, 64, 16):
        part = wishes[start : start + 16]
        got += _together(app, 16, partial(_adjust, moderator.id, part))

    states = [grant.state for grant in got]  # type: ignore[attr-defined]
    assert states.count(GrantState.POSTED) == 25  # 500 a day
    assert states.count(GrantState.PROPOSED) == 39
    assert _points(alice) == 500
    _nothing_drifts()


@pytest.mark.race
def test_an_approval_by_several_at_one_instant_posts_once(
    app: Flask, moderator: MemberRow, alice: MemberRow
) -> None:
    grant = a_grant(moderator.id, alice.id, 300)
    seconds = [a_member(f"second{n}", (Role.ADMINISTRATOR,)).id for n in range(6)]
    db.session.rollback()

    got = _together(app, 6, lambda n: service.approve(seconds[n], grant.code))

    assert sum(isinstance(each, GrantDecidedError) for each in got) == 5
    assert _points(alice) == 300
    _nothing_drifts()


# --- pages ---------------------------------------------------------------------------------------


def _client(app: Flask, member: MemberRow) -> Browser:
    client = browser(app)
    sign_in(client, member)
    return client


def _form(client: Browser, yid: str, points: int, **more: str) -> dict[str, str]:
    page = client.get(f"/staff/grants/new?member={yid}").text
    key = page.split('name="request_key"')[1].split('value="')[1].split('"')[0]
    return {
        "yid": yid, "way": "give", "points": str(points), "reason": "thanks", "note": "Kind soul",
        "request_key": key, **more,
    }  # fmt: skip


def test_a_proposal_travels_over_the_pages_to_the_members_wallet(
    app: Flask, moderator: MemberRow, staff_client: Browser, alice: MemberRow
) -> None:
    client = _client(app, moderator)
    card = client.get(f"/staff/members/{alice.yid}").text
    assert f"/staff/grants/new?member={alice.yid}" in card
    form = _form(client, alice.yid, 250)
    sent = client.post("/staff/grants/new", data=form)
    again = client.post("/staff/grants/new", data=form)
    assert (sent.status_code, again.location) == (303, sent.location)
    page = client.get(sent.location).text
    assert "Withdraw it" in page
    assert "Approve" not in page
    waiting = staff_client.get("/staff/grants").text
    assert "Waits for a second person" in waiting
    one_tap = staff_client.get(sent.location).text
    assert "Kind soul" in one_tap
    assert moderator.name in one_tap
    done = staff_client.post(f"{sent.location}/approve", data={"answer": "Yes"})
    assert done.status_code == 303
    assert _points(alice) == 250
    late = staff_client.post(f"{sent.location}/decline")
    assert late.status_code == 303  # decided already: the page says how
    assert _points(alice) == 250


def test_a_wrong_form_loses_nothing_typed(staff_client: Browser, alice: MemberRow) -> None:
    form = _form(staff_client, alice.yid, 5)
    for changes in ({"points": "0"}, {"points": "many"}, {"yid": "NOBODY"}, {"reason": "party"}):
        answer = staff_client.post("/staff/grants/new", data={**form, **changes})
        assert answer.status_code == 422
        assert "Kind soul" in answer.text


def test_pages_open_to_their_roles_alone(app: Flask, alice: MemberRow) -> None:
    roles = {
        Role.ANALYST: (403, 403), Role.CONCIERGE: (200, 403), Role.OPERATOR: (200, 403),
        Role.ADMINISTRATOR: (200, 200),
    }  # fmt: skip
    for role, (grants, budgets) in roles.items():
        client = _client(app, a_member(role.value, (role,)))
        for path in ("/staff/grants", "/staff/grants/new", "/staff/grants/batches"):
            assert client.get(path).status_code == grants, (role, path)
        assert client.get("/staff/grants/budgets").status_code == budgets
    assert browser(app).get("/staff/grants").status_code == 303
    assert _client(app, alice).post("/staff/grants/new").status_code == 403


def test_an_administrator_sets_budgets(staff_client: Browser, moderator: MemberRow) -> None:
    data = {"moderator-act_points": "300", "moderator-day_points": "900",
            "moderator-approve_act_points": "0", "moderator-approve_day_points": "0"}  # fmt: skip
    assert staff_client.post("/staff/grants/budgets/moderator", data=data).status_code == 303
    assert queries.standing_of(moderator.id).authority == Authority(300, 900)
    bad = {**data, "moderator-day_points": "1"}
    answer = staff_client.post("/staff/grants/budgets/moderator", data=bad)
    assert answer.status_code == 422
    assert "A day has to hold at least one act." in answer.text
    assert staff_client.post("/staff/grants/budgets/king", data=data).status_code == 404


def test_the_list_costs_the_same_for_few_and_for_many(
    staff_client: Browser, moderator: MemberRow, alice: MemberRow, count_statements: Counting
) -> None:
    counts = []
    for more in (1, 30):
        for _ in range(more):
            a_grant(moderator.id, alice.id, 101)
        db.session.rollback()
        with count_statements() as seen:
            assert staff_client.get("/staff/grants").status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 8
    code = queries.grants().items[0].code
    with count_statements() as seen:
        staff_client.get(f"/staff/grants/{code}")
    assert len(seen) <= 9
    a_grant(moderator.id, alice.id, 5)  # her wallet stands
    form = _form(staff_client, alice.yid, 5)
    with count_statements() as seen:
        staff_client.post("/staff/grants/new", data=form)
    assert len(seen) <= 20, "\n".join(seen)
