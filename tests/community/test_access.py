"""Who may do what: every address of the community against every kind of visitor."""

from typing import Any

import pytest
from flask import Flask

from app.community import service
from app.community.types import HideReason
from app.identity.types import MemberRow
from app.kernel.permissions import Role
from tests.factories.community import a_thread
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
FORM = {
    "title": "锅", "body": "真香", "board": "pot", "reason": "other", "request_key": "k" * 20,
}  # fmt: skip


@pytest.fixture
def place(app: Flask, boards: dict[str, int], alice: MemberRow, bob: MemberRow) -> dict[str, Any]:
    """Alice's threads: one visible, one removed, one hidden; and the names in addresses."""
    mona = a_member("Mona", (Role.MODERATOR,))
    made = {name: a_thread(alice, name) for name in ("code", "removed", "hidden")}
    service.reply(alice.id, made["code"].thread_code, "自己先说")
    service.remove_thread(alice.id, made["removed"].thread_code)
    service.hide_thread(mona.id, made["hidden"].thread_id, HideReason.OTHER)
    return {
        **{name: thread.thread_code for name, thread in made.items()},
        "id": made["code"].thread_id,
        "yid": alice.yid,
        "other_yid": bob.yid,
        "members": {
            "author": alice,
            "other": bob,
            "moderator": mona,
            "analyst": a_member("Anna", (Role.ANALYST,)),
        },
    }


def as_(app: Flask, who: str, place: dict[str, Any]) -> Browser:
    made = browser(app)
    if who != "guest":
        sign_in(made, place["members"][who])
    else:
        made.get("/signin")  # a guest's forms have their own token
    return made


@pytest.mark.parametrize("who", WHO)
def test_reading(app: Flask, place: dict[str, Any], who: str) -> None:
    visitor = as_(app, who, place)
    for address, expected in READING.items():
        wanted = expected[WHO.index(who)]
        answer = visitor.get(address.format(**place))
        if wanted == SIGN_IN:
            assert answer.status_code == 303, address
            assert answer.location.startswith("/signin"), address
        else:
            assert answer.status_code == wanted, address


@pytest.mark.parametrize("address", sorted(WRITING))
@pytest.mark.parametrize("who", WHO)
def test_writing(app: Flask, place: dict[str, Any], who: str, address: str) -> None:
    visitor = as_(app, who, place)
    wanted = WRITING[address][WHO.index(who)]
    url = address.format(**place)
    answer = visitor.post(url, data=FORM)
    if wanted == SIGN_IN:
        assert answer.status_code == 303
        assert answer.location.startswith("/signin")
    else:
        assert answer.status_code == wanted
    if who != "guest":
        assert visitor.post(url, data=FORM, csrf=False).status_code == 400


def test_nothing_changes_by_asking(app: Flask, place: dict[str, Any]) -> None:
    visitor = as_(app, "author", place)
    for address in WRITING:
        if address not in READING:
            assert visitor.get(address.format(**place)).status_code == 405, address
