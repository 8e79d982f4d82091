"""The team calls its groups by name; in anybody else's text such a name is a plain word."""

import re

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service
from app.identity.types import MemberRow
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.permissions import Role
from app.notify import queries as notices
from tests.factories.community import a_thread
from tests.factories.identity import a_member, browser, sign_in

CALLED = "community.group_mention"


def calls(member: MemberRow) -> int:
    """Do what waits; return how often a member was called."""
    while service.do_work():
        pass
    db.session.rollback()
    return sum(each.kind == CALLED for each in notices.notices(member.id).items)


def audited() -> list[str]:
    db.session.rollback()
    mine = AuditEntry.action.startswith("crowds.")
    return list(db.session.scalars(sa.select(AuditEntry.action).where(mine)))


@pytest.mark.parametrize("name", ["@moderators", "＠版主", "@Moderator", "各位@版主们"])
def test_the_team_calls_a_group_in_both_languages(
    name: str, operator: MemberRow, moderator: MemberRow, alice: MemberRow
) -> None:
    a_thread(operator, body=f"{name} 请看一下")
    assert (calls(moderator), calls(operator), calls(alice)) == (1, 0, 0)
    assert audited() == ["crowds.called"]


def test_in_a_member_s_text_it_is_plain_text(alice: MemberRow, moderator: MemberRow) -> None:
    posted = a_thread(alice, body="@moderators @版主 快来")
    service.reply(alice.id, posted.thread_code, "@mentors")
    assert calls(moderator) == 0
    assert audited() == []


@pytest.mark.parametrize("text", ["@moderatorship", "a@moderators", "`@moderators`", "@版"])
def test_what_only_looks_like_it_calls_nobody(
    text: str, operator: MemberRow, moderator: MemberRow
) -> None:
    a_thread(operator, body=f"看 {text} 看")
    assert calls(moderator) == 0


def test_a_text_calls_each_once_however_often_it_is_changed(
    operator: MemberRow, moderator: MemberRow
) -> None:
    code = a_thread(operator).thread_code
    both = a_member("mia", (Role.MENTOR, Role.MODERATOR))
    sent = service.reply(operator.id, code, "@moderators @mentors @版主")
    assert (calls(moderator), calls(both)) == (1, 1)
    service.edit_reply(operator.id, code, sent.floor, "@moderators @mentors 再看看")
    assert (calls(moderator), calls(both)) == (1, 1)
    assert audited() == ["crowds.called"]


def test_calls_beyond_ten_a_day_are_not_heard(
    app: Flask, operator: MemberRow, moderator: MemberRow
) -> None:
    code = a_thread(operator).thread_code
    for number in range(12):
        service.reply(operator.id, code, f"@moderators {number}")
    assert calls(moderator) == 10
    assert audited().count("crowds.unheard") == 2


def test_completion_offers_groups_to_those_who_may_call_them(
    app: Flask, operator: MemberRow, alice: MemberRow
) -> None:
    client = sign_in(browser(app), operator)

    def offered(typed: str) -> str:
        return client.get("/compose/people", query_string={"q": typed}).get_data(as_text=True)

    assert 'data-insert="moderators"' in offered("mod")
    assert 'data-insert="版主"' in offered("版")
    for name in ("moderators", "operators", "mentors"):
        assert f'data-insert="{name}"' in offered("")
    client.language = "zh-CN"
    assert 'data-insert="版主"' in offered("")
    client.language = "en"
    assert "data-insert" not in offered("nobody-is-called-so")
    assert "Nobody of that name" in offered("nobody-is-called-so")
    member = sign_in(browser(app), alice)
    assert 'data-insert="moderators"' not in member.get("/compose/people?q=mod").get_data(
        as_text=True
    )


def test_what_completion_puts_into_the_text_calls_the_group(
    app: Flask, operator: MemberRow, moderator: MemberRow
) -> None:
    client = sign_in(browser(app), operator)
    found = client.get("/compose/people", query_string={"q": "版"}).get_data(as_text=True)
    (name,) = re.findall('id="crowd-.*?data-insert="(.*?)"', found)
    a_thread(operator, body=f"@{name} 请看")
    assert calls(moderator) == 1
