"""Members bring members: link, sign-up, the first act that counts, limits, and what is no guest."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries as identity_queries
from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, ids, verify
from app.kernel.contacts import ContactKind
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import service as loyalty
from app.loyalty.models.referrals import Referral
from app.loyalty.queries import referrals as queries
from app.loyalty.service import desk
from app.loyalty.service import referrals as service
from app.loyalty.types.referrals import (
    SETTING,
    ReferralRules,
    ReferralRulesError,
    ReferralState,
    VoidReason,
)
from app.notify import queries as notify
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.referrals import a_guest_of, guest_browser, sign_up

Counting = Callable[[], AbstractContextManager[list[str]]]


def _posts(member: MemberRow, *, action: str = "thread.published", **about: int) -> Ref:
    source = Ref("thread", ids.next_id())
    loyalty.reward(member.id, action, source=source, about=about)
    return source


def _gift(member: MemberRow) -> int:
    """Return what invitations have given a member, on its way or not."""
    db.session.rollback()
    lines = ledger.statement(member.id, limit=100).items
    return sum(
        part.amount
        for line in lines
        for part in line.parts
        if line.source and line.source.kind.startswith("referral") and line.delta
    )


def _all(member: MemberRow) -> int:
    """Return what a member has, on its way or not."""
    db.session.rollback()
    balance = ledger.balance(member.id)
    return balance.available + balance.pending


def _state(guest: MemberRow) -> tuple[ReferralState, VoidReason | None]:
    db.session.rollback()
    row = db.session.execute(
        sa.select(Referral.state, Referral.void_reason).where(Referral.member_id == guest.id)
    ).one()
    return row.state, row.void_reason


def _nothing_drifts() -> None:
    db.session.rollback()
    assert [report for report in verify.run() if report.drifts] == []


# --- link and sign-up ----------------------------------------------------------------------------


def test_a_friend_signs_up_by_a_link_and_both_are_rewarded_when_he_joins_in(
    app: Flask, alice: MemberRow
) -> None:
    client = guest_browser(app, alice)
    guest = sign_up(app, client, "newcomer@example.com")
    assert (_gift(alice), _gift(guest)) == (0, 0)

    _posts(guest)
    _posts(guest)

    assert (_gift(alice), _gift(guest)) == (100, 50)
    assert _state(guest) == (ReferralState.REWARDED, None)
    balance = ledger.balance(alice.id)
    assert (balance.available, balance.pending) == (0, 100)  # they wait, see the rule
    told = [
        each.params
        for member_id in (alice.id, guest.id)
        for each in notify.notices(member_id).items
        if each.kind == "loyalty.referral"
    ]
    assert told == [
        {"side": "brought", "points": 100, "waits": True},
        {"side": "joined", "points": 50, "waits": True},
    ]
    _nothing_drifts()


def test_a_code_can_not_be_guessed_from_a_yid_and_stays_the_same(alice: MemberRow) -> None:
    code = service.make_link(alice.id)
    assert code == service.make_link(alice.id)
    assert code != alice.yid
    assert ids.read_code(code) == code


def test_who_signs_up_without_a_link_is_nobodys_guest(app: Flask, alice: MemberRow) -> None:
    service.make_link(alice.id)
    sign_up(app, browser(app), "newcomer@example.com")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 0


@pytest.mark.parametrize("kept", ["", "garbage", "gAAAAABkforged"])
def test_a_forged_cookie_brings_nobody(app: Flask, alice: MemberRow, kept: str) -> None:
    client = browser(app)
    client.set_cookie("invitation", kept)
    sign_up(app, client, "newcomer@example.com")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 0


def test_an_invitation_of_somebody_who_has_left_brings_nobody(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    client = guest_browser(app, alice)
    db.session.execute(sa.text("UPDATE member SET state='closed' WHERE id=:id"), {"id": alice.id})
    db.session.commit()
    sign_up(app, client, "newcomer@example.com")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Referral)) == 0


def test_an_existing_member_is_no_guest(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    code = service.make_link(alice.id)
    client = browser(app)
    sign_in(client, bob)
    page = client.get(f"/i/{code}")
    assert "You have a seat already" in page.text
    assert "Set-Cookie" not in page.headers
    assert client.post(f"/i/{code}").location == "/me/invite"
    _posts(bob)
    assert _gift(alice) == 0


def test_a_silent_buyer_who_signs_up_counts_once(app: Flask, alice: MemberRow) -> None:
    from tests.factories.commerce import an_order

    an_order(buyer="newcomer@example.com")
    guest = sign_up(app, guest_browser(app, alice), "newcomer@example.com")
    _posts(guest)
    assert (_gift(alice), _gift(guest)) == (100, 50)


# --- what counts ---------------------------------------------------------------------------------


def test_only_acts_on_the_list_count_and_only_the_first(alice: MemberRow) -> None:
    guest = a_guest_of(alice)
    loyalty.reward(guest.id, "checkin.daily", source=Ref("checkin", 1))
    assert _state(guest)[0] is ReferralState.JOINED
    loyalty.reward(guest.id, "order.paid", source=Ref("order_bonus", 1), cause=Ref("order", 1))
    _posts(guest)
    assert _gift(alice) == 100


def test_a_small_order_does_not_count(staff: MemberRow, alice: MemberRow) -> None:
    desk.set_figures(staff.id, SETTING, ReferralRules(("order.paid",), least_amount=50))
    guest = a_guest_of(alice)
    for number, amount in ((1, 49), (2, 50)):
        source, cause = Ref("order_bonus", number), Ref("order", number)
        loyalty.reward(guest.id, "order.paid", source=source, cause=cause, about={"amount": amount})
        assert _gift(alice) == (100 if amount == 50 else 0)


def test_who_joins_in_too_late_brings_nothing(alice: MemberRow) -> None:
    guest = a_guest_of(alice)
    with clock.frozen(clock.now() + timedelta(days=61)):
        _posts(guest)
    assert _state(guest) == (ReferralState.VOID, VoidReason.LATE)
    assert _gift(alice) == 0


@pytest.mark.parametrize(
    "figures", [{"actions": ()}, {"actions": ("like.given",)}, {"least_amount": -1},
                {"within_days": 0}],
)  # fmt: skip
def test_rules_that_make_no_sense_are_refused(figures: dict[str, object]) -> None:
    with pytest.raises(ReferralRulesError):
        ReferralRules(**figures)  # type: ignore[arg-type]


def test_an_inviter_is_paid_for_five_a_day_and_every_guest_gets_his_gift(
    alice: MemberRow,
) -> None:
    guests = [a_guest_of(alice, f"guest{n}") for n in range(7)]
    for guest in guests:
        _posts(guest)
    assert _gift(alice) == 500
    assert [_gift(guest) for guest in guests] == [50] * 7
    page = queries.invite_page(alice.id)
    assert (page.came, page.joined_in, page.earned_points) == (7, 7, 500)


# --- what goes away and comes back ---------------------------------------------------------------


def test_the_reward_goes_with_its_cause_and_comes_back_with_it(alice: MemberRow) -> None:
    guest = a_guest_of(alice)
    thread = _posts(guest)
    loyalty.take_back(thread)
    loyalty.take_back(thread)
    assert (_gift(alice), _gift(guest)) == (0, 0)
    page = queries.invite_page(alice.id)
    assert page.earned_points == 0
    assert page.guests[0].is_undone
    loyalty.give_back(thread)
    assert (_gift(alice), _gift(guest)) == (100, 50)
    _nothing_drifts()


# --- oneself, loops, rings -----------------------------------------------------------------------


def test_an_inviter_who_turns_out_to_be_his_guest_gets_nothing(
    staff: MemberRow, alice: MemberRow
) -> None:
    guest = a_guest_of(alice)
    identity.merge_members(alice.id, guest.id, cause=MergeCause.STAFF, actor_id=staff.id)
    _posts(guest)
    assert _state(guest) == (ReferralState.VOID, VoidReason.ONESELF)
    _nothing_drifts()


def test_points_of_an_invitation_go_when_both_sides_turn_out_to_be_one_and_come_back_with_both(
    staff: MemberRow, alice: MemberRow
) -> None:
    guest = a_guest_of(alice)
    _posts(guest)
    assert (_gift(alice), _gift(guest)) == (100, 50)
    assert service.settle_selves() == 0
    before = _all(alice) + _all(guest)
    merge = identity.merge_members(guest.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert service.settle_selves() == 1
    assert service.settle_selves() == 0
    assert _all(alice) == before - 150
    assert _state(guest) == (ReferralState.VOID, VoidReason.ONESELF)
    told = [line.reason for line in ledger.statement(alice.id, limit=100).items]
    assert "loyalty.oneself" in told
    _nothing_drifts()
    identity.unmerge_members(merge.id, actor_id=staff.id)
    assert service.settle_selves() == 1
    assert service.settle_selves() == 0
    assert _all(alice) + _all(guest) == before
    assert _state(guest) == (ReferralState.REWARDED, None)
    _nothing_drifts()


@pytest.mark.parametrize("steps", ["MSTFRP", "TMSFPRS", "MTSPSRS", "MSPTSRS", "TRMSPS", "MSFTPSR"])
def test_one_person_suspicion_and_removed_content_in_any_order_end_where_they_should(
    staff: MemberRow, alice: MemberRow, steps: str
) -> None:
    guest = a_guest_of(alice)
    cause = _posts(guest)
    before, merged = _all(alice) + _all(guest), 0
    shares = [
        Ref(kind, db.session.scalar(sa.select(Referral.id)) or 0)
        for kind in ("referral", "referral_gift")
    ]
    db.session.rollback()
    for step in steps:
        if step == "M":
            by = MergeCause.STAFF
            merged = identity.merge_members(guest.id, alice.id, cause=by, actor_id=staff.id).id
        elif step == "P":
            identity.unmerge_members(merged, actor_id=staff.id)
        elif step == "S":
            service.settle_selves()
        elif step == "T":
            loyalty.take_back(*shares, on_account="suspicion")
        elif step == "R":
            loyalty.give_back(*shares, on_account="suspicion")
        else:  # the post that it hangs on goes and comes
            loyalty.take_back(cause)
            loyalty.give_back(cause)
    service.settle_selves()
    assert _all(alice) + _all(guest) == before
    assert _state(guest) == (ReferralState.REWARDED, None)
    _nothing_drifts()


def test_two_guests_who_are_one_are_no_reason(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    one, other = a_guest_of(alice, "one"), a_guest_of(bob, "other")
    _posts(one)
    _posts(other)
    identity.merge_members(one.id, other.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert service.settle_selves() == 0
    identity.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert service.settle_selves() == 0
    identity.merge_members(other.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    before = _all(alice)
    assert service.settle_selves() == 2
    assert _all(alice) == before - 300
    _nothing_drifts()


def test_a_loop_made_by_a_merge_pays_nothing(staff: MemberRow, alice: MemberRow) -> None:
    second = a_guest_of(alice, "second")
    third = a_guest_of(second, "third")
    identity.merge_members(alice.id, third.id, cause=MergeCause.STAFF, actor_id=staff.id)
    _posts(third)  # now he is his own inviter's inviter
    assert _state(third) == (ReferralState.VOID, VoidReason.LOOP)
    assert _gift(second) == 0


def test_invitations_of_a_merged_member_go_on_for_whom_he_is_now(
    staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    guest = a_guest_of(alice)
    identity.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    _posts(guest)
    assert _gift(bob) == 100
    assert queries.invite_page(bob.id).came == 1


def test_the_database_refuses_a_guest_of_himself(alice: MemberRow) -> None:
    row = {
        "id": 1, "member_id": alice.id, "inviter_id": alice.id, "state": ReferralState.JOINED,
        "joined_at": clock.now(), "joined_on": clock.business_date(),
    }  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(Referral), [row])
    db.session.rollback()


def test_the_same_device_and_nearly_the_same_address_raise_a_flag_and_no_ban(app: Flask) -> None:
    first = browser(app)
    inviter = sign_up(app, first, "lina.li@example.com", "Lina")
    code = service.make_link(inviter.id)
    first.post("/signout")
    first.get(f"/i/{code}")
    guest = sign_up(app, first, "linali+2@example.com", "Lena")
    alike = db.session.scalar(sa.select(Referral.alike).where(Referral.member_id == guest.id))
    assert alike == "device,email,network"
    _posts(guest)
    assert _gift(inviter) == 100  # people decide, not a formula
    stored = db.session.execute(sa.text("SELECT device_digest, net_digest FROM member_session"))
    assert all(len(value) == 64 for row in stored for value in row)


@pytest.mark.parametrize(
    ("kind", "one", "other", "alike"),
    [
        (ContactKind.EMAIL, "li.na+7@x.cn", "lina23@x.cn", True),
        (ContactKind.EMAIL, "lina@x.cn", "lina@y.cn", False),
        (ContactKind.EMAIL, "a1@x.cn", "a2@x.cn", False),  # too short to say anything
        (ContactKind.PHONE, "+8613800138000", "+8613800138077", True),
        (ContactKind.PHONE, "+8613800138000", "+8613800137000", False),
    ],
)
def test_contacts_are_alike_by_their_roots(
    kind: ContactKind, one: str, other: str, alike: bool
) -> None:
    from app.identity.queries.likeness import contact_root

    roots = {contact_root(kind, one), contact_root(kind, other)} - {None}
    assert (len(roots) == 1 and contact_root(kind, other) is not None) is alike


def test_shared_marks_are_told_in_groups(app: Flask) -> None:
    client = browser(app)
    people = []
    for name in ("uno", "dos"):
        people.append(sign_up(app, client, f"{name}-person@example.com", name).id)
        client.post("/signout")
    since = clock.now() - timedelta(days=1)
    groups = identity_queries.shared_marks(
        identity_queries.Likeness.DEVICE, since=since, at_least=2
    )
    assert groups == [sorted(people)]


# --- many at once --------------------------------------------------------------------------------


@pytest.mark.race
def test_a_guest_who_does_twelve_things_at_once_is_rewarded_once(
    app: Flask, alice: MemberRow
) -> None:
    guest = a_guest_of(alice)
    db.session.rollback()
    start = threading.Barrier(12)

    def run() -> None:
        with app.app_context():
            start.wait()
            _posts(guest)
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (_gift(alice), _gift(guest)) == (100, 50)
    _nothing_drifts()


# --- pages ---------------------------------------------------------------------------------------


def test_the_own_page_shows_link_code_and_guests_masked(
    alice: MemberRow, alice_client: Browser
) -> None:
    assert "Make my link" in alice_client.get("/me/invite").text
    assert alice_client.get("/me/invite/qr.svg").status_code == 404
    assert alice_client.post("/me/invite").status_code == 303
    code = queries.code_of(alice.id)
    assert f"http://localhost/i/{code}" in alice_client.get("/me/invite").text
    drawn = alice_client.get("/me/invite/qr.svg")
    assert drawn.mimetype == "image/svg+xml"
    assert b"<svg" in drawn.data
    a_guest_of(alice, "zebedee")
    page = alice_client.get("/me/invite").text
    assert "z***" in page
    assert "zebedee" not in page


def test_a_guest_reads_who_invited_him(client: Browser, alice: MemberRow) -> None:
    code = service.make_link(alice.id)
    page = client.get(f"/i/{code}")
    assert "alice keeps a seat for you" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    lost = client.get(f"/i/{ids.new_code()}")
    assert lost.status_code == 404
    assert "You are welcome all the same" in lost.text
    assert client.post("/i/nonsense").status_code == 404


def test_taps_are_counted_and_a_robot_is_not(
    client: Browser, alice: MemberRow, staff_client: Browser
) -> None:
    code = service.make_link(alice.id)
    client.get(f"/i/{code}")
    for _ in range(25):
        assert client.post(f"/i/{code}").status_code == 303
    today = clock.business_date()
    assert queries.spread(today, today).taps == 20


def test_staff_read_the_k_factor_and_who_brings_most(
    app: Flask, alice: MemberRow, bob: MemberRow, staff_client: Browser
) -> None:
    client = guest_browser(app, alice)
    guest = sign_up(app, client, "newcomer@example.com")
    _posts(guest)
    today = clock.business_date()
    spread = queries.spread(today, today)
    assert (spread.members, spread.taps, spread.came, spread.joined_in) == (4, 1, 1, 1)
    assert spread.k_factor == spread.per_member * spread.conversion == 0.25
    page = staff_client.get("/staff/referrals?days=7").text
    assert "0.250" in page
    assert "alice" in page
    analyst = browser(app)
    sign_in(analyst, a_member("ann", ("analyst",)))
    assert analyst.get("/staff/referrals").status_code == 200
    assert analyst.get("/staff/referrals/rules").status_code == 403
    sign_in(analyst, bob)
    assert analyst.get("/staff/referrals").status_code == 403


def test_an_operator_sets_what_counts(staff_client: Browser) -> None:
    page = "/staff/referrals/rules"
    data = {"actions": ["checkin.daily", "order.paid"], "least_amount": "9", "within_days": "30"}
    assert staff_client.post(page, data=data).status_code == 303
    assert queries.rules() == ReferralRules(("checkin.daily", "order.paid"), 9, 30)
    bad: list[dict[str, object]] = [
        {"actions": []}, {"within_days": "0"}, {"least_amount": "-1"},
    ]  # fmt: skip
    for changes in bad:
        answer = staff_client.post(page, data={**data, **changes})
        assert answer.status_code == 422
        assert 'value="order.paid"' in answer.text


def test_pages_cost_the_same_for_few_and_for_many(
    app: Flask, alice: MemberRow, alice_client: Browser, staff_client: Browser,
    count_statements: Counting,
) -> None:  # fmt: skip
    counts = []
    for start, more in ((0, 2), (2, 20)):
        for n in range(start, start + more):
            a_guest_of(alice, f"guest{n}")
        db.session.rollback()
        with count_statements() as seen:
            assert alice_client.get("/me/invite").status_code == 200
        own = len(seen)
        with count_statements() as seen:
            assert staff_client.get("/staff/referrals").status_code == 200
        counts.append((own, len(seen)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 8
