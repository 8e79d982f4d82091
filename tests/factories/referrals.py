"""Members who came by an invitation, over the real pages or straight away."""

from flask import Flask

from app.identity import queries as identity
from app.identity.types import MemberRow
from app.kernel.db import use_case
from app.loyalty.service import referrals as service
from tests.factories.identity import Browser, a_member, browser, letters

PASSWORD = "nine-Crisp-tofu-puffs"


@use_case
def _welcome(member_id: int, kept: str) -> None:
    service.welcome(member_id, kept)


def comes_by(inviter: MemberRow, guest: MemberRow) -> None:
    """Let a member who has just signed up have come by another's invitation."""
    _welcome(guest.id, service.sealed(service.make_link(inviter.id)))


def a_guest_of(inviter: MemberRow, name: str = "guest") -> MemberRow:
    """Make a member who came by another's invitation."""
    guest = a_member(name)
    comes_by(inviter, guest)
    return guest


def sign_up(app: Flask, client: Browser, contact: str, name: str = "Newcomer") -> MemberRow:
    """Sign up over the pages; return the new member."""
    client.get("/signup")
    form = {"contact": contact, "name": name, "password": PASSWORD, "consent": "y"}
    sent = client.post("/signup", data=form)
    code = letters(app, contact)[-1].code
    joined = client.post(sent.location, data={"code": code})
    assert joined.status_code == 303, joined.text
    yid = client.get("/me").text.split("<code>")[1].split("<")[0]
    found = identity.find_member_by_yid(yid)
    assert found is not None
    return found


def guest_browser(app: Flask, inviter: MemberRow) -> Browser:
    """Return a new browser in which somebody has accepted an invitation."""
    code = service.make_link(inviter.id)
    client = browser(app)
    client.get(f"/i/{code}")
    assert client.post(f"/i/{code}").status_code == 303
    return client
