"""A member's front door to the team: what he writes, who answers, what is counted and told."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, i18n, leaving
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.permissions import Role
from app.messages import queries, service
from app.moderation import service as moderation
from app.moderation.types import HideReason, kinds
from app.notify import queries as notices
from app.notify.types import kind_of
from tests.community.reading import drifts, text_of, toasts
from tests.factories.identity import Browser, a_member
from tests.factories.photos import a_file, a_picture
from tests.messages.talking import EN, as_browser, new_key
from tests.messages.test_pages import post

DOOR, DESK = "/messages/team", "/staff/messages/team"


def nothing_drifts() -> bool:
    """Return whether every talk's figures equal their recount."""
    return drifts("messages.team") == []


def said_to(member: MemberRow) -> list[str]:
    """Return the titles of a member's notices, the newest first."""
    with i18n.in_locale("en"):
        told = notices.notices(member.id).items
        return [str(kind_of(each.kind).words(each.params).title) for each in told]


def a_fan(app: Flask) -> tuple[MemberRow, Browser]:
    """Return somebody with a browser."""
    fan = a_member("xiao li")
    return fan, as_browser(app, fan)


def mona(app: Flask) -> tuple[MemberRow, Browser]:
    """Return somebody of the team with a browser."""
    made = a_member("mona", (Role.MODERATOR,))
    return made, as_browser(app, made)


def test_a_member_writes_and_a_person_of_the_team_answers_by_name(app: Flask) -> None:
    (fan, his), (_mona, hers) = a_fan(app), mona(app)
    assert 'href="/messages/team"' in text_of(his.get("/messages", headers=EN))
    sent = post(
        his, f"{DOOR}?about=R-2026-7", body="到的是破的 **怎么办**", photos=a_file(a_picture())
    )
    assert (sent.status_code, sent.location.partition("#")[0]) == (303, DOOR)
    assert "Sent. Somebody of the team answers you here." in toasts(his.get(DOOR, headers=EN))
    waiting = text_of(hers.get(DESK, headers=EN))
    assert "xiao li" in waiting
    assert "1 waits" in waiting
    page = f"{DESK}/{fan.yid}"
    assert "<strong>怎么办</strong>" in text_of(hers.get(page, headers=EN))
    assert post(hers, page, body="换一件，今天就寄").status_code == 303
    assert "Everybody has an answer" in text_of(hers.get(DESK, headers=EN))
    assert "Answered" in text_of(hers.get(f"{DESK}?show=all", headers=EN))
    assert said_to(fan) == ["mona of the team wrote to you"]
    mine = text_of(his.get(DOOR, headers=EN))
    assert "换一件，今天就寄" in mine
    assert "mona" in mine
    assert "badge" in mine
    newest = queries.team_desk(fan.id, fan.id).entries[-1].id  # type: ignore[union-attr]
    assert queries.team_unread(fan.id) == 1
    assert his.post(f"{DOOR}/read?up_to={newest}").status_code == 204
    assert queries.team_unread(fan.id) == 0
    assert nothing_drifts()


def test_what_it_is_about_stands_in_the_form_and_nothing_else(app: Flask) -> None:
    _fan, his = a_fan(app)
    assert "About R-7:\n</textarea>" in text_of(his.get(f"{DOOR}?about=R-7", headers=EN))
    hostile = text_of(his.get(f"{DOOR}?about=</textarea><script>alert(1)</script>" + "x" * 300))
    assert "<script>alert" not in hostile
    assert "x" * 80 not in hostile.partition("<textarea")[2].partition("</textarea>")[0]


def test_a_form_sent_twice_is_one_message_and_nothing_empty_is_sent(app: Flask) -> None:
    fan, his = a_fan(app)
    key = new_key()
    for _ in range(2):
        assert his.post(DOOR, data={"request_key": key, "body": "在吗"}).status_code == 303
    desk = queries.team_desk(fan.id, fan.id)
    assert desk
    assert len(desk.entries) == 1
    for body in ("", " \u200b\u2060 ", "x" * 2_001):
        shown = post(his, DOOR, body=body)
        assert shown.status_code == 422
        assert 'role="alert"' in text_of(shown)
        assert body.strip(" \u200b\u2060") in text_of(shown)  # nothing typed is lost
    assert nothing_drifts()


def test_too_many_in_a_minute_are_refused(app: Flask) -> None:
    _fan, his = a_fan(app)
    answers = [
        his.post(DOOR, data={"request_key": new_key(), "body": f"第 {n} 条"}).status_code
        for n in range(11)
    ]
    assert answers == [*[303] * 10, 429]


def test_what_came_while_somebody_answered_goes_on_waiting(app: Flask) -> None:
    (fan, _his), (staff, _hers) = a_fan(app), mona(app)
    first = service.write_to_team(fan.id, "一", request_key=new_key())
    service.write_to_team(fan.id, "二", request_key=new_key())
    service.answer_for_team(
        staff.id, fan.yid, "答一", request_key=new_key(), seen=first.message_id
    )  # fmt: skip
    assert [each.waiting for each in queries.team_list(waiting=True).items] == [1]
    assert not service.set_aside(staff.id, fan.yid, first.message_id)
    newest = queries.team_desk(fan.id, staff.id).entries[-1].id  # type: ignore[union-attr]
    assert service.set_aside(staff.id, fan.yid, newest)
    assert not service.set_aside(staff.id, fan.yid, newest)
    assert queries.team_list(waiting=True).items == []
    acts = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert acts[-2:] == ["team.answered", "team.set_aside"]
    assert nothing_drifts()


def test_only_the_team_sees_the_desk_and_nobody_sees_anothers_talk(app: Flask) -> None:
    (fan, _his), (_other, theirs) = a_fan(app), (None, as_browser(app, a_member("other")))
    service.write_to_team(fan.id, "只给团队看", request_key=new_key())
    assert "只给团队看" not in text_of(theirs.get(DOOR))
    for address in (DESK, f"{DESK}/{fan.yid}"):
        assert theirs.get(address).status_code == 403
    analyst = as_browser(app, a_member("ann", (Role.ANALYST,)))
    assert analyst.get(DESK).status_code == 403
    assert app.test_client().get(DOOR).status_code in {302, 303}
    _mona, hers = mona(app)
    assert hers.get(f"{DESK}/nobody").status_code == 404
    assert (
        hers.post(f"{DESK}/nobody", data={"request_key": new_key(), "body": "x"}).status_code == 404
    )


def test_each_side_reports_what_it_received_and_the_verdict_hides_it(app: Flask) -> None:
    (fan, his), (staff, hers) = a_fan(app), mona(app)
    rude = service.write_to_team(fan.id, "骂人的话", request_key=new_key()).message_id
    curt = service.answer_for_team(staff.id, fan.yid, "不耐烦", request_key=new_key()).message_id
    other = as_browser(app, a_member("other"))
    for line_id, may in ((rude, hers), (curt, his)):
        page = f"/report/team_line/{line_id}"
        assert may.get(page).status_code == 200
        assert other.get(page).status_code == 404
    assert his.get(f"/report/team_line/{rude}").status_code == 404  # one's own
    case = moderation.report(fan.id, "team_line", curt, HideReason.RUDE)
    assert f"/staff/mod/{case.case_id}" in text_of(hers.get("/staff/mod"))
    kind = kinds.get("team_line")
    assert kind.hide(staff.id, rude, HideReason.RUDE)
    assert not kind.hide(staff.id, rude, HideReason.RUDE)
    assert "骂人的话" not in text_of(hers.get(f"{DESK}/{fan.yid}"))
    assert "骂人的话" in text_of(his.get(DOOR))
    assert "The team hid a message of yours" in said_to(fan)
    assert kind.restore(staff.id, rude)
    assert "骂人的话" in text_of(hers.get(f"{DESK}/{fan.yid}"))
    assert nothing_drifts()


def test_whom_the_team_muted_may_still_write_to_it(app: Flask) -> None:
    (fan, his), (staff, _hers) = a_fan(app), mona(app)
    moderation.mute(staff.id, fan.id, 7, HideReason.RUDE)
    assert post(his, DOOR, body="为什么？").status_code == 303


def test_the_talk_goes_with_who_leaves(app: Flask) -> None:
    from app.identity import service as identity

    (fan, _his), (staff, _hers) = a_fan(app), mona(app)
    service.write_to_team(fan.id, "我的地址", request_key=new_key())
    service.answer_for_team(staff.id, fan.yid, "好的", request_key=new_key())
    (section,) = [each for each in leaving.sections() if each.key == "message_team_line"]
    assert [row["body"] for row in leaving.rows_of(section, fan.id)] == ["我的地址", "好的"]
    identity.ask_for(fan.id, keeps_posts=True)
    clock.tick(identity.GRACE)
    while identity.close_due():
        pass
    assert queries.team_list(waiting=False).items == []
    assert nothing_drifts()


def test_pages_take_the_same_statements_for_one_talk_and_for_forty(
    app: Flask, count_statements: Any
) -> None:
    (fan, his), (_staff, hers) = a_fan(app), mona(app)
    service.write_to_team(fan.id, "一", request_key=new_key())
    pages = ((his, DOOR, 5), (hers, DESK, 4), (hers, f"{DESK}/{fan.yid}", 6))
    few = _counted(pages, count_statements)
    for n in range(40):
        clock.tick(timedelta(seconds=61))
        service.write_to_team(fan.id, f"再 {n}", request_key=new_key())
        service.write_to_team(a_member(f"fan {n}").id, "在吗", request_key=new_key())
    assert _counted(pages, count_statements) == few
    first = text_of(hers.get(DESK, headers=EN))
    assert "after=" in first
    assert "before=" in text_of(his.get(DOOR, headers=EN))
    with count_statements() as seen:
        assert post(his, DOOR, body="够了").status_code == 303
    assert len(seen) <= 20 + few[0]


def _counted(pages: Any, count_statements: Any) -> list[int]:
    found = []
    for browser, page, most in pages:
        with count_statements() as seen:
            assert browser.get(page).status_code == 200
        assert len(seen) <= most, "\n".join(seen)
        found.append(len(seen))
    return found
