"""Roles: granted, revoked, audited; somebody can always grant them."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries, service
from app.identity.models import Member
from app.identity.types import FieldError, LastAdministratorError, MemberRow
from app.kernel import clock, verify
from app.kernel.audit import AuditEntry
from app.kernel.db import changed, db, use_case
from app.kernel.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories.identity import Browser, a_member, browser, sign_in


def _audit() -> list[tuple[int | None, str, str]]:
    db.session.rollback()
    rows = db.session.execute(
        sa.select(AuditEntry.actor_id, AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.id)
    )
    return [(row.actor_id, row.action, row.detail) for row in rows]


def test_a_granted_role_works_on_the_next_request_and_a_revoked_one_stops(
    app: Flask, staff: MemberRow, staff_client: Browser, alice: MemberRow, alice_client: Browser
) -> None:
    assert alice_client.get("/staff/members").status_code == 403
    granted = staff_client.post(f"/staff/members/{alice.yid}/roles", data={"role": "moderator"})
    assert granted.status_code == 303
    assert alice_client.get("/staff/members").status_code == 200
    staff_client.post(f"/staff/members/{alice.yid}/roles/moderator/revoke")
    assert alice_client.get("/staff/members").status_code == 403
    assert _audit() == [
        (staff.id, "role.granted", '{"role": "moderator"}'),
        (staff.id, "role.revoked", '{"role": "moderator"}'),
    ]


def test_granting_twice_is_once(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    assert service.grant_role(staff.id, alice.id, Role.KOC)
    assert not service.grant_role(staff.id, alice.id, Role.KOC)
    assert len(_audit()) == 1


def test_visible_roles_stand_beside_the_name(app: Flask, alice: MemberRow) -> None:
    service.grant_role(None, alice.id, Role.MODERATOR)
    service.grant_role(None, alice.id, Role.KOC)
    assert queries.people([alice.id])[alice.id].marks == ("koc",)
    service.revoke_role(None, alice.id, Role.KOC)
    assert queries.people([alice.id])[alice.id].marks == ()


def test_verify_names_a_mark_that_no_role_backs(app: Flask, alice: MemberRow) -> None:
    @use_case
    def tamper() -> None:
        changed(sa.update(Member).where(Member.id == alice.id).values(marks="koc"))

    assert verify.run(("identity.marks",))[0].drifts == ()
    tamper()
    assert alice.yid in verify.run(("identity.marks",))[0].drifts[0]


def test_the_last_administrator_stays(app: Flask, staff: MemberRow, staff_client: Browser) -> None:
    refused = staff_client.post(f"/staff/members/{staff.yid}/roles/administrator/revoke")
    assert refused.status_code == 409
    assert "last administrator" in refused.text
    assert staff_client.get("/staff/members").status_code == 200


def test_an_administrator_who_left_does_not_count(app: Flask, staff: MemberRow) -> None:
    other = a_member("otto", (Role.ADMINISTRATOR,))

    @use_case
    def leave() -> None:
        changed(sa.update(Member).where(Member.id == other.id).values(state="closed"))

    leave()
    with pytest.raises(LastAdministratorError):
        service.revoke_role(None, staff.id, Role.ADMINISTRATOR)


@pytest.mark.race
def test_two_administrators_can_not_take_each_others_role_at_once(app: Flask) -> None:
    for number in range(5):
        pair = [a_member(f"admin{number}{side}", (Role.ADMINISTRATOR,)) for side in "ab"]
        barrier, refused = Barrier(2), list[str]()

        def revoke(actor: MemberRow, target: MemberRow) -> None:
            with app.app_context():
                barrier.wait()  # noqa: B023 - joined below, inside the round
                try:
                    service.revoke_role(actor.id, target.id, Role.ADMINISTRATOR)
                except LastAdministratorError:
                    refused.append(target.yid)  # noqa: B023 - as above

        threads = [
            Thread(target=revoke, args=(pair[0], pair[1])),
            Thread(target=revoke, args=(pair[1], pair[0])),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        left = next(m for m in pair if m.yid in refused)
        _take_away(left.id)


@use_case
def _take_away(member_id: int) -> None:
    from app.identity.models import MemberRole

    changed(sa.delete(MemberRole).where(MemberRole.member_id == member_id))


def test_who_has_never_signed_up_holds_no_role(app: Flask) -> None:
    buyer = service.create_silent_members([("shop", "1")], at=clock.now())[("shop", "1")]
    with pytest.raises(FieldError):
        service.grant_role(None, buyer, Role.KOC)


@pytest.mark.parametrize("role", list(Role))
def test_each_page_opens_for_exactly_the_roles_that_may(
    app: Flask, alice: MemberRow, role: Role
) -> None:
    """Role by route: what the table of permissions says, and nothing else."""
    client = browser(app)
    if role is Role.FAN:
        sign_in(client, a_member("viewer"))
    else:
        sign_in(client, a_member("viewer", (role,)))
    allowed = ROLE_PERMISSIONS[role]
    page = f"/staff/members/{alice.yid}"
    for method, path, data, needed in (
        ("GET", "/staff/members", {}, Permission.MEMBERS_SEE),
        ("GET", page, {}, Permission.MEMBERS_SEE),
        ("POST", f"{page}/contacts", {}, Permission.CONTACTS_REVEAL),
        ("POST", f"{page}/roles", {"role": "koc"}, Permission.ROLES_GRANT),
        ("POST", f"{page}/roles/koc/revoke", {}, Permission.ROLES_GRANT),
    ):
        status = client.open(path, method=method, data=data).status_code
        assert (status in {200, 303}) == (needed in allowed), (path, status)
        assert status in {200, 303, 403}
    guest = browser(app).get("/staff/members")
    assert (guest.status_code, guest.location) == (303, "/signin?next=/staff/members")


@pytest.mark.parametrize(
    "path",
    ["/me", "/settings", "/settings/profile", "/settings/account", "/settings/account/password",
     "/settings/account/contacts/add", "/settings/devices", "/settings/language"],
)  # fmt: skip
def test_own_pages_ask_guests_to_sign_in_and_are_kept_by_nobody(
    app: Flask, alice_client: Browser, path: str
) -> None:
    guest = browser(app).get(path)
    assert (guest.status_code, guest.location) == (303, f"/signin?next={path}")
    mine = alice_client.get(path)
    assert mine.status_code == 200
    assert mine.headers["Cache-Control"] == "no-store"


# --- the staff pages -----------------------------------------------------------------------------


def test_members_are_found_by_name_and_by_yid_and_their_contacts_are_masked(
    staff_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    for wanted in ("ali", "ALICE", alice.yid.lower(), f" {alice.yid[:6]}-{alice.yid[6:]} "):
        page = staff_client.get("/staff/members", query_string={"q": wanted}).text
        assert alice.yid in page
        assert bob.yid not in page
    found = staff_client.get("/staff/members?q=ali").text
    assert "a***@example.com" in found
    assert "alice@example.com" not in found
    for hostile in ("%", "_", "'", "<script>"):
        page = staff_client.get("/staff/members", query_string={"q": hostile}).text
        assert alice.yid not in page
        assert "<script>" not in page


def test_contacts_are_shown_in_full_once_and_that_is_noted(
    staff: MemberRow, staff_client: Browser, alice: MemberRow
) -> None:
    page = f"/staff/members/{alice.yid}"
    assert "alice@example.com" not in staff_client.get(page).text
    assert "alice@example.com" in staff_client.post(f"{page}/contacts").text
    assert "alice@example.com" not in staff_client.get(page).text
    assert _audit() == [(staff.id, "contacts.revealed", "{}")]


def test_the_list_walks_through_everybody_once(app: Flask, staff_client: Browser) -> None:
    service.create_silent_members([("shop", str(n)) for n in range(70)], at=clock.now())
    seen, after = list[str](), None
    while True:
        page = queries.member_list(after=after)
        seen += [line.person.yid for line in page.items]
        if (after := page.next_key) is None:
            break
    assert len(seen) == len(set(seen)) == 71
    first = staff_client.get("/staff/members?who=silent").text
    assert "who=silent&amp;after=" in first
    assert "after=" not in staff_client.get("/staff/members").text  # buyers are not in the way
    assert staff_client.get("/staff/members?after=nonsense").status_code == 200


@pytest.mark.parametrize("rows", [10, 10_000])
def test_the_staff_list_stays_within_its_statements(
    app: Flask, staff_client: Browser, count_statements: object, rows: int
) -> None:
    for start in range(0, rows, 500):
        count = min(500, rows - start)
        buyers = [("shop", str(start + n)) for n in range(count)]
        service.create_silent_members(buyers, at=clock.now())
    with count_statements() as seen:  # type: ignore[operator]
        assert staff_client.get("/staff/members?who=all").status_code == 200
    assert len(seen) <= 8, seen


def test_an_unknown_yid_is_not_found(staff_client: Browser) -> None:
    assert staff_client.get("/staff/members/0000000000000").status_code == 404
    assert staff_client.get("/staff/members/x").status_code == 404
