"""``flask members`` and ``flask docs permissions``."""

import re

from flask import Flask

from app.identity import queries
from app.identity.types import ContactTakenError, MemberRow
from app.kernel import contacts
from app.kernel.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories.identity import browser


def _run(app: Flask, *words: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=list(words))
    return result.exit_code, result.output


def test_a_member_made_on_the_command_line_can_sign_in_at_once(app: Flask) -> None:
    code, said = _run(
        app, "members", "create", "--role", "administrator", "--email", "ada@example.com",
        "--phone", "13800138000", "--name", "官方小助手",
    )  # fmt: skip
    assert code == 0, said
    password = said.rpartition("password: ")[2].strip()
    client = browser(app)
    client.get("/signin")
    data = {"contact": "13800138000", "password": password}
    assert client.post("/signin", data=data).status_code == 303
    assert client.get("/staff/members").status_code == 200


def test_what_is_wrong_is_told_and_nothing_is_made(app: Flask, alice: MemberRow) -> None:
    for words, told in (
        (("--name", "x"), "--email or --phone"),
        (("--name", "x", "--email", "nonsense"), "name@example.com"),
        (("--name", "x", "--email", "alice@example.com"), str(ContactTakenError.default_message)),
        (("--name", "x", "--email", "x@example.com", "--password", "12345678"), "Error: "),
        (("--name", "x", "--email", "x@example.com", "--role", "king"), "king"),
    ):
        code, said = _run(app, "members", "create", *words)
        assert code != 0
        assert told in said, said
    assert queries.find_account(contacts.parse("x@example.com")) is None


def test_roles_are_granted_listed_and_revoked(app: Flask, alice: MemberRow) -> None:
    assert _run(app, "members", "grant", alice.yid.lower(), "koc")[0] == 0
    assert "already" in _run(app, "members", "grant", alice.yid, "koc")[1]
    listed = _run(app, "members", "list", "--role", "koc")[1]
    assert alice.yid in listed
    assert "a***@example.com" in listed
    assert _run(app, "members", "revoke", alice.yid, "koc")[0] == 0
    assert _run(app, "members", "list", "--role", "koc")[1] == ""
    assert _run(app, "members", "grant", "nobody", "koc")[0] != 0


def test_the_permission_table_is_the_code(app: Flask) -> None:
    code, said = _run(app, "docs", "permissions")
    assert code == 0
    rows = re.findall(r"^\| `([a-z.]+)` \|(.+)\|$", said, re.MULTILINE)
    assert [name for name, _ in rows] == [permission.value for permission in Permission]
    for name, cells in rows:
        marked = [role for role, cell in zip(Role, cells.split("|"), strict=True) if "✓" in cell]
        assert marked == [r for r in Role if Permission(name) in ROLE_PERMISSIONS[r]]
