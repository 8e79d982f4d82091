"""Who may do what: every address of the community against every kind of visitor."""

from typing import Any

import pytest
from flask import Flask

from app.community import service
from app.community.types import SeedReply, SeedThread
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.permissions import Role
from app.moderation.types import HideReason
from tests.factories.identity import Browser, a_member, browser, sign_in

WHO = ("guest", "author", "other", "moderator", "analyst")
SIGN_IN, OK, MOVED, FORBIDDEN, MISSING, GONE = "sign-in", 200, 303, 403, 404, 410

# address -> what guest, author, another member, moderator, analyst get
READING = {
    "/": (OK, OK, OK, OK, OK),
    "/b": (OK, OK, OK, OK, OK),
    "/b/pot": (OK, OK, OK, OK, OK),
    "/u/{yid}": (OK, OK, OK, OK, OK),
    "/p/{code}": (OK, OK, OK, OK, OK),
    "/p/{code}/share": (OK, OK, OK, OK, OK),
    "/compose": (SIGN_IN, OK, OK, OK, OK),
    "/p/{code}/edit": (SIGN_IN, OK, MISSING, MISSING, MISSING),
    "/p/{code}/f/1/edit": (SIGN_IN, OK, MISSING, MISSING, MISSING),
    "/p/{removed}": (GONE, OK, GONE, GONE, GONE),
    "/p/{removed}/share": (MISSING, OK, MISSING, MISSING, MISSING),
    "/p/{hidden}": (GONE, OK, GONE, OK, GONE),
    "/p/{hidden}/share": (MISSING, OK, MISSING, OK, MISSING),
    "/p/{removed}/edit": (SIGN_IN, GONE, MISSING, MISSING, MISSING),
    "/p/{hidden}/edit": (SIGN_IN, GONE, MISSING, MISSING, MISSING),
    "/staff/content": (SIGN_IN, FORBIDDEN, FORBIDDEN, OK, OK),
    "/staff/content/threads/{id}/hide": (SIGN_IN, FORBIDDEN, FORBIDDEN, OK, FORBIDDEN),
    "/staff/boards": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "/staff/boards/new": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "/staff/boards/pot": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
}
WRITING = {
    "/p/{code}/like": (SIGN_IN, MOVED, MOVED, MOVED, MOVED),
    "/p/{code}/unlike": (SIGN_IN, MOVED, MOVED, MOVED, MOVED),
    "/p/{code}/f/1/like": (SIGN_IN, MOVED, MOVED, MOVED, MOVED),
    "/p/{code}/f/1/unlike": (SIGN_IN, MOVED, MOVED, MOVED, MOVED),
    "/p/{hidden}/like": (SIGN_IN, GONE, GONE, GONE, GONE),
    "/p/{removed}/like": (SIGN_IN, GONE, GONE, GONE, GONE),
    "/p/{code}/reply": (SIGN_IN, MOVED, MOVED, MOVED, MOVED),
    "/p/{removed}/reply": (SIGN_IN, GONE, GONE, GONE, GONE),
    "/p/{hidden}/reply": (SIGN_IN, GONE, GONE, GONE, GONE),
    "/p/{code}/edit": (SIGN_IN, MOVED, MISSING, MISSING, MISSING),
    "/p/{code}/remove": (SIGN_IN, MOVED, MISSING, MISSING, MISSING),
    "/p/{removed}/bring-back": (SIGN_IN, MOVED, MISSING, MISSING, MISSING),
    "/p/{code}/f/1/edit": (SIGN_IN, MOVED, MISSING, MISSING, MISSING),
    "/p/{code}/f/1/remove": (SIGN_IN, MOVED, MISSING, MISSING, MISSING),
    "/p/{code}/f/1/bring-back": (SIGN_IN, MOVED, MISSING, MISSING, MISSING),
    "/u/{other_yid}/follow": (SIGN_IN, MOVED, 409, MOVED, MOVED),
    "/u/{other_yid}/unfollow": (SIGN_IN, MOVED, MOVED, MOVED, MOVED),
    "/staff/content/threads/{id}/hide": (SIGN_IN, FORBIDDEN, FORBIDDEN, MOVED, FORBIDDEN),
    "/staff/content/threads/{id}/restore": (SIGN_IN, FORBIDDEN, FORBIDDEN, MOVED, FORBIDDEN),
    "/staff/boards/new": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "/staff/boards/pot": (SIGN_IN, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
}
FORM = {"title": "锅", "body": "真香", "board": "pot", "reason": "other"}
Members = dict[str, MemberRow]


@pytest.fixture
def members(app: Flask, boards: dict[str, int], alice: MemberRow, bob: MemberRow) -> Members:
    """Who visits: Alice is the author."""
    return {
        "author": alice,
        "other": bob,
        "moderator": a_member("Mona", (Role.MODERATOR,)),
        "analyst": a_member("Anna", (Role.ANALYST,)),
    }


def a_place(members: Members) -> dict[str, Any]:
    """Make Alice's threads, one visible, one removed, one hidden; return the words in addresses."""
    alice, at = members["author"], clock.now()
    made = service.seed_threads([SeedThread(alice.id, "pot", "锅", "真香", at) for _ in range(3)])
    code, removed, hidden = made
    service.seed_replies([SeedReply(code.id, alice.id, "自己先说", at)])
    service.remove_thread(alice.id, removed.code)
    service.hide_thread(members["moderator"].id, hidden.id, HideReason.OTHER)
    return {
        "code": code.code,
        "removed": removed.code,
        "hidden": hidden.code,
        "id": code.id,
        "yid": alice.yid,
        "other_yid": members["other"].yid,
    }


def as_(app: Flask, who: str, members: Members) -> Browser:
    made = browser(app)
    if who != "guest":
        sign_in(made, members[who])
    else:
        made.get("/signin")  # a guest's forms have their own token
    return made


@pytest.mark.parametrize("who", WHO)
def test_reading(app: Flask, members: Members, who: str) -> None:
    visitor, place = as_(app, who, members), a_place(members)
    for address, expected in READING.items():
        wanted = expected[WHO.index(who)]
        answer = visitor.get(address.format(**place))
        if wanted == SIGN_IN:
            assert answer.status_code == 303, address
            assert answer.location.startswith("/signin"), address
        else:
            assert answer.status_code == wanted, address


@pytest.mark.parametrize("who", WHO)
def test_writing(app: Flask, members: Members, who: str) -> None:
    visitor = as_(app, who, members)
    for number, (address, expected) in enumerate(WRITING.items()):
        wanted = expected[WHO.index(who)]
        url = address.format(**a_place(members))
        form = {**FORM, "request_key": f"{number:020}"}
        if who != "guest":
            assert visitor.post(url, data=form, csrf=False).status_code == 400, address
        answer = visitor.post(url, data=form)
        if wanted == SIGN_IN:
            assert answer.status_code == 303, address
            assert answer.location.startswith("/signin"), address
        else:
            assert answer.status_code == wanted, address


def test_nothing_changes_by_asking(app: Flask, members: Members) -> None:
    visitor, place = as_(app, "author", members), a_place(members)
    for address in WRITING:
        if address not in READING:
            assert visitor.get(address.format(**place)).status_code == 405, address
