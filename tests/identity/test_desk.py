"""The identity desk, shop accounts and letters, through their pages."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries, service
from app.identity.models import IdentityConflict, MemberMerge
from app.identity.types import Buyer, ConflictState, MemberRow, MemberState, MergeCause
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.permissions import Role
from tests.factories.commerce import a_channel, an_order
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.identity.merged import drifts, furnish

Counting = Callable[[], AbstractContextManager[list[str]]]
PHONE, OTHER_PHONE = "13800138001", "13900139002"
DESK = ("/staff/identities", "/staff/identities/merge", "/staff/identities/merges", "/staff/claims")


def buyer(key: str, phone: str = "") -> int:
    return service.resolve_buyers("tmall", [Buyer(key, phone)], at=clock.now())[key]


def a_conflict(number: int = 0) -> tuple[int, MemberRow]:
    """A silent buyer with a telephone of his own, in one order with a member's proved one."""
    a_channel()
    phone = f"+861380013{8001 + number}"
    member = a_member(f"zoe{number}", phone=phone)
    silent = buyer(f"b-{number}", OTHER_PHONE if not number else f"+861390013{9002 + number}")
    buyer(f"b-{number}", phone)
    return silent, member


def codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(IdentityConflict.code)))


def merge_codes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(MemberMerge.code)))


def yid(member_id: int) -> str:
    return queries.get_member(member_id).yid


@pytest.mark.parametrize("path", DESK)
def test_the_desk_is_for_who_may_merge(
    app: Flask, path: str, client: Browser, alice_client: Browser, staff_client: Browser
) -> None:
    concierge = sign_in(browser(app), a_member("cora", (Role.CONCIERGE,)))
    operator = sign_in(browser(app), a_member("oscar", (Role.OPERATOR,)))
    assert client.get(path).status_code in {302, 303, 401}
    assert alice_client.get(path).status_code == 403
    assert concierge.get(path).status_code == 403
    assert operator.get(path).status_code == staff_client.get(path).status_code == 200


def test_a_conflict_stands_side_by_side_and_masked(app: Flask, staff_client: Browser) -> None:
    silent, member = a_conflict()
    page = staff_client.get("/staff/identities").get_data(as_text=True)
    assert yid(silent) in page
    assert member.yid in page
    assert "Tmall" in page
    assert "****8001" in page
    assert "****9002" in page
    assert "13800138001" not in page


def test_keeping_apart_is_noted_and_not_asked_again(
    app: Flask, staff: MemberRow, staff_client: Browser
) -> None:
    silent, _member = a_conflict()
    (code,) = codes()
    assert staff_client.post(f"/staff/identities/{code}/apart").status_code == 303
    assert staff_client.post(f"/staff/identities/{code}/apart").status_code == 409
    buyer("b-0", "+8613800138001")
    conflict = db.session.scalars(sa.select(IdentityConflict)).one()
    assert (conflict.state, conflict.decided_by) == (ConflictState.APART, staff.id)
    entry = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.action == "members.kept_apart")
    ).one()
    assert (entry.actor_id, entry.subject_id) == (staff.id, silent)


def test_merging_shows_what_moves_asks_and_can_be_undone(
    app: Flask, staff: MemberRow, staff_client: Browser
) -> None:
    source, target, _other = furnish()
    asked = staff_client.get(f"/staff/identities/merge?source={source.yid}&target={target.yid}")
    page = asked.get_data(as_text=True)
    for word in ("What would move", "orders", "posts", "check-ins", "points"):
        assert word in page
    assert "sue@example.com" not in page
    pair = {"source": source.yid, "target": target.yid}
    done = staff_client.post("/staff/identities/merge", data=pair)
    assert done.location == "/staff/identities/merges"
    page = staff_client.get("/staff/identities/merges").get_data(as_text=True)
    assert source.yid in page
    (code,) = merge_codes()
    assert "Undo the merge" in staff_client.get(f"/staff/identities/merges/{code}/undo").get_data(
        as_text=True
    )
    staff_client.post(f"/staff/identities/merges/{code}/undo")
    assert queries.get_member(source.id).state is MemberState.ACTIVE
    staff_client.post(f"/staff/identities/merges/{code}/undo")
    assert staff_client.get(f"/staff/identities/merges/{code}/undo").status_code == 404
    assert drifts() == []


@pytest.mark.parametrize(
    ("source", "target", "status", "says"),
    [
        ("nobody", "alice", 422, "Nobody has the Yid"),
        ("alice", "alice", 409, "one and the same"),
        ("staff", "alice", 409, "works here"),
        ("alice", "staff", 409, "your own account"),
    ],
)
def test_a_merge_that_can_not_be_says_why(
    alice: MemberRow, staff: MemberRow, staff_client: Browser, source: str, target: str,
    status: int, says: str,
) -> None:  # fmt: skip
    known = {"alice": alice.yid, "staff": staff.yid}
    pair = {"source": known.get(source, source), "target": known.get(target, target)}
    answer = staff_client.post("/staff/identities/merge", data=pair)
    assert answer.status_code == status
    assert says in answer.get_data(as_text=True)
    assert merge_codes() == []


@pytest.mark.parametrize("path", ["x/apart", "merges/x/undo", "AAAA/apart"])
def test_what_does_not_exist_is_404(staff_client: Browser, path: str) -> None:
    assert staff_client.post(f"/staff/identities/{path}").status_code == 404


def test_an_old_merge_is_not_undone(
    app: Flask, alice: MemberRow, staff_client: Browser, staff: MemberRow
) -> None:
    silent = buyer("b-1")
    service.merge_members(silent, alice.id, cause=MergeCause.CLAIM)
    clock.tick(timedelta(days=31))
    sign_in(staff_client, staff)
    (code,) = merge_codes()
    staff_client.post(f"/staff/identities/merges/{code}/undo")
    assert queries.get_member(silent).state is MemberState.CLOSED


def test_desk_pages_cost_the_same_however_many(
    app: Flask, staff: MemberRow, staff_client: Browser, count_statements: Counting
) -> None:
    costs: list[list[int]] = []
    silent, member = 0, staff
    for upto in (1, 15):
        for number in range(len(codes()), upto):
            silent, member = a_conflict(number)
            gone = buyer(f"m-{number}")
            service.merge_members(gone, member.id, cause=MergeCause.CLAIM)
        costs.append([])
        for path in DESK:
            with count_statements() as seen:
                staff_client.get(path)
            costs[-1].append(len(seen))
        pair = f"source={yid(silent)}&target={member.yid}"
        with count_statements() as seen:
            staff_client.get(f"/staff/identities/merge?{pair}")
        costs[-1].append(len(seen))
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 9, costs


# --- merged members ------------------------------------------------------------------------------


def test_a_merged_members_address_leads_to_whom_he_is_now(
    app: Flask, staff: MemberRow, client: Browser, staff_client: Browser
) -> None:
    one, two, three = (a_member(name) for name in ("one", "two", "three"))
    for source, target in ((one, two), (two, three)):
        service.merge_members(source.id, target.id, cause=MergeCause.STAFF, actor_id=staff.id)
    moved = client.get(f"/u/{one.yid}")
    assert (moved.status_code, moved.location) == (303, f"/u/{three.yid}")
    page = staff_client.get(f"/staff/members/{one.yid}").get_data(as_text=True)
    assert three.yid in page


# --- a member's own ------------------------------------------------------------------------------


def test_a_member_sees_his_shop_accounts_and_unlinks_one(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    shop = a_channel()
    assert "No shop account yet" in alice_client.get("/settings/identities").get_data(as_text=True)
    silent = buyer("cook-of-chengdu")
    an_order(silent, channel=shop, number="A-1")
    service.merge_members(silent, alice.id, cause=MergeCause.CLAIM)
    page = alice_client.get("/settings/identities").get_data(as_text=True)
    assert "cook-of-chengdu" in page
    assert "Tmall" in page
    (line,) = queries.identities_of(alice.id)
    asked = alice_client.get(f"/settings/identities/{line.id}/unlink")
    assert "Orders that are here stay yours" in asked.get_data(as_text=True)
    assert alice_client.post(f"/settings/identities/{line.id}/unlink").status_code == 303
    assert queries.identities_of(alice.id) == []
    assert buyer("cook-of-chengdu") not in {alice.id, silent}
    assert "A-1" in alice_client.get("/me/orders").get_data(as_text=True)
    assert drifts() == []


def test_nobody_unlinks_anothers_account(
    app: Flask, alice: MemberRow, bob: MemberRow, alice_client: Browser
) -> None:
    silent = buyer("b-1")
    service.merge_members(silent, bob.id, cause=MergeCause.CLAIM)
    (line,) = queries.identities_of(bob.id)
    for number in (line.id, 1, 2**63):
        assert alice_client.get(f"/settings/identities/{number}/unlink").status_code == 404
        assert alice_client.post(f"/settings/identities/{number}/unlink").status_code == 404
    assert queries.identities_of(bob.id) == [line]


def test_letters_are_stopped_and_allowed_by_the_member_and_by_staff(
    app: Flask, alice: MemberRow, alice_client: Browser, staff_client: Browser
) -> None:
    alice_client.post("/settings/letters/stop")
    first = queries.wish_of(alice.id)
    assert first is not None
    assert "Write to me again" in alice_client.get("/settings/account").get_data(as_text=True)
    clock.tick(timedelta(hours=1))
    staff_client.post(f"/staff/members/{alice.yid}/letters", data={"stop": "1"})
    assert queries.wish_of(alice.id) == first
    staff_client.post(f"/staff/members/{alice.yid}/letters", data={})
    assert queries.wish_of(alice.id) is None
    actions = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert actions == ["member.contact_wish"]
    alice_client.post("/settings/letters/allow")
    assert "unasked" in alice_client.get("/settings/account").get_data(as_text=True)


def test_member_pages_of_identity_stay_within_their_budget(
    app: Flask, alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    costs = []
    for count in (1, 40):
        for number in range(count):
            silent = buyer(f"s-{count}-{number}")
            service.merge_members(silent, alice.id, cause=MergeCause.CLAIM)
        with count_statements() as seen:
            alice_client.get("/settings/identities")
        costs.append(len(seen))
    assert costs[0] == costs[1] <= 8
