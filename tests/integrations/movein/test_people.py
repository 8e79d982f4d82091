"""People move in: silent, with their names, until they prove who they are."""

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app.community import queries as community
from app.identity import service as identity
from app.identity.models import IdentityConflict, Member
from app.identity.types import Device, MemberState
from app.kernel.db import db
from tests.community.reading import text_of
from tests.factories.identity import Browser, a_member, letters
from tests.integrations.movein.packages import (
    ROWS,
    a_package,
    drifts,
    moved,
    row_of,
    told,
    troubles,
)


def _members() -> dict[str, MemberState]:
    rows = db.session.execute(sa.select(Member.display_name, Member.state))
    return {row.display_name: row.state for row in rows}


def test_whoever_proves_the_address_gets_what_was_his(
    app: Flask, client: Browser, tmp_path: Path
) -> None:
    moved(a_package(tmp_path))
    joined = _sign_up(app, "mei@old.example", "Mei again")
    thread = community.THREAD
    owners = db.session.scalars(
        sa.select(thread.c.author_id).where(thread.c.title == "番茄锅")
    ).all()
    assert owners == [joined]
    again = moved(tmp_path)
    assert again.counts["known"] == len(ROWS)
    answer = client.get("/u/mei")
    assert (answer.status_code, answer.location.startswith("/u/")) == (301, True)
    assert drifts() == []


def _sign_up(app: Flask, email: str, name: str) -> int:
    ticket = identity.start_sign_up(
        email, "tonight-we-simmer-7", name, locale="en", address="127.0.0.1"
    )
    code = letters(app, email)[-1].code
    return identity.finish_sign_up(ticket, code, device=Device(), address="127.0.0.1").member_id


def test_who_has_proved_the_address_already_is_the_author(app: Flask, tmp_path: Path) -> None:
    mei = a_member("Meimei", email="mei@old.example")
    job = moved(a_package(tmp_path))
    assert troubles(job) == []
    assert {row[1] for row in told() if row[0] == "番茄锅"} == {mei.name}


def _double(**more: object) -> list[dict[str, object]]:
    shared = {"type": "member", "email": "two@old.example", "created_at": "2019-01-01T00:00:00Z"}
    return [
        {**shared, "id": 1, "username": "one", "email_verified": True},
        {**shared, "id": 2, "username": "two", **more},
    ]


def test_two_accounts_with_one_verified_address_are_one_person(app: Flask, tmp_path: Path) -> None:
    job = moved(a_package(tmp_path, _double(email_verified=True)))
    assert troubles(job) == []
    assert len(_members()) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(IdentityConflict)) == 0


def test_an_address_that_was_never_verified_joins_nobody(app: Flask, tmp_path: Path) -> None:
    job = moved(a_package(tmp_path, _double()))
    assert troubles(job) == [("contact_aside", 2)]
    assert set(_members()) == {"one", "two"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(IdentityConflict)) == 1


def test_names_that_can_not_be_shown_are_changed_and_named(app: Flask, tmp_path: Path) -> None:
    rows = [
        {"type": "member", "id": n, "username": name, "created_at": "2019-01-01T00:00:00Z"}
        for n, name in enumerate(["x" * 60, "admin", "Ok"], 1)
    ]
    job = moved(a_package(tmp_path, rows))
    assert troubles(job) == [("renamed", 1), ("renamed", 2)]
    assert set(_members()) == {"x" * 24, "", "Ok"}


def test_nobody_gets_a_role_or_a_password(app: Flask, tmp_path: Path) -> None:
    row = row_of(1, roles=["administrator"], admin=True, password="$2b$12$abc", trust_level=4)
    moved(a_package(tmp_path, [row]))
    member = db.session.execute(sa.select(Member)).scalar_one()
    assert (member.marks, member.state) == ("", MemberState.SILENT)
    assert db.session.scalar(sa.text("SELECT count(*) FROM member_role")) == 0
    assert db.session.scalar(sa.text("SELECT count(*) FROM member_credential")) == 0


def test_the_profile_of_a_silent_member_can_be_looked_at(client: Browser, tmp_path: Path) -> None:
    moved(a_package(tmp_path))
    yid = db.session.scalar(sa.select(Member.yid).where(Member.display_name == "Mei"))
    page = text_of(client.get(f"/u/{yid}"))
    assert "Soup first." in page
    assert "番茄锅" in page
