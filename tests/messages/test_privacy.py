"""Reports, the desk, the sweep: texts are seen by two, and by the team only on report."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow
from app.kernel import clock, jobs, leaving
from app.kernel.audit import AuditEntry
from app.kernel.db import db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.facts import FactRow
from app.messages import service
from app.messages.queries.tables import MESSAGE, SIDE
from app.moderation import service as moderation
from app.moderation.types import HideReason, Verdict, kinds
from tests.community.reading import drifts, text_of
from tests.factories.identity import a_member
from tests.messages.talking import (
    CHECKS,
    EN,
    a_chat,
    as_browser,
    friends,
    nothing_drifts,
    texts,
    write,
)
from tests.moderation.desk import only_case


def ids_of_messages() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(MESSAGE.c.id).order_by(MESSAGE.c.number)))


def audited() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_only_who_received_a_message_can_report_it(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    write(alice, bob, "加我微信，给你返利")
    (message,) = ids_of_messages()
    url = f"/report/message/{message}"
    eve = as_browser(app, a_member("eve"))
    assert eve.get(url).status_code == 404
    assert eve.post(url, data={"reason": "rude"}).status_code == 404
    assert as_browser(app, alice).get(url).status_code == 403
    for odd in ("x", "0", str(2**70), "٣"):
        assert eve.get(f"/report/message/{odd}").status_code == 404
    his = as_browser(app, bob)
    assert "给你返利" in text_of(his.get(url, headers=EN))
    sent = his.post(url, data={"reason": "advert"}, headers=EN)
    assert sent.status_code == 303
    assert sent.location.endswith("#m-1")
    assert "Message to bob" in text_of(his.get("/me/reports", headers=EN))


def test_the_desk_sees_the_reported_message_and_a_few_around_it_on_record(
    app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    a_chat(alice, bob, [f"第 {n} 句" for n in range(1, 21)])
    reported = ids_of_messages()[10]
    desk = as_browser(app, moderator)
    address = f"/staff/messages/{reported}"
    assert desk.get(address).status_code == 404, "nobody reported it"
    assert desk.post(address).status_code == 404
    moderation.report(bob.id, "message", reported, HideReason.RUDE)
    case = text_of(desk.get(f"/staff/mod/{only_case().id}", headers=EN))
    assert "第 11 句" in case
    assert address in case
    alone = text_of(desk.get(address, headers=EN))
    assert "第 11 句" in alone
    assert "第 10 句" not in alone
    assert "message.read_around" not in audited()
    page = text_of(desk.post(address, headers=EN))
    shown = [n for n in range(1, 21) if f"第 {n} 句" in page]
    assert shown == list(range(8, 15))
    assert audited().count("message.read_around") == 1
    assert as_browser(app, alice).get(address).status_code == 403
    assert desk.get(f"/staff/messages/{ids_of_messages()[2]}").status_code == 404


def test_a_verdict_hides_tells_its_author_and_can_be_undone(
    app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    chat = friends(alice, bob)
    service.send(alice.id, chat, "你真笨")
    hers, his = as_browser(app, alice), as_browser(app, bob)
    case = moderation.report(bob.id, "message", ids_of_messages()[1], HideReason.RUDE).case_id
    moderation.decide(moderator.id, case, Verdict.HIDDEN, HideReason.RUDE)
    theirs = text_of(his.get(f"/messages/{chat}", headers=EN))
    assert "你真笨" not in theirs
    assert "The team hid this message" in theirs
    mine = text_of(hers.get(f"/messages/{chat}", headers=EN))
    assert "The team hid this: it is unkind to somebody" in mine
    assert "The team hid a message of yours" in text_of(hers.get("/notices", headers=EN))
    assert "你真笨" not in text_of(his.get("/messages"))
    moderation.undo(moderator.id, case)
    assert "你真笨" in text_of(his.get(f"/messages/{chat}"))
    moderation.decide(moderator.id, case, Verdict.REMOVED, HideReason.RUDE)
    assert "你真笨" not in text_of(hers.get(f"/messages/{chat}", headers=EN))
    assert {"message.hidden", "message.restored"} <= set(audited())
    assert nothing_drifts()


def test_what_is_nowhere_cannot_be_hidden(moderator: MemberRow) -> None:
    kind = kinds.get("message")
    with pytest.raises(NotFoundError):
        kind.hide(moderator.id, 7, HideReason.RUDE)
    with pytest.raises(NotFoundError):
        kind.restore(None, 7)


def test_what_both_deleted_is_forgotten_after_thirty_days_unless_it_is_judged(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    chat = friends(alice, bob)
    for text in ("给你看", "两人都删", "被举报"):
        service.send(alice.id, chat, text)
    moderation.report(bob.id, "message", ids_of_messages()[3], HideReason.RUDE)
    for member, numbers in ((alice, (3, 4)), (bob, (2, 3, 4))):
        for number in numbers:
            assert service.remove(member.id, chat, number)
    assert not service.remove(bob.id, chat, 4)
    jobs.run("messages.tidy")
    assert len(texts()) == 4
    clock.tick(timedelta(days=31))
    jobs.run("messages.tidy")
    assert texts() == ["你好，汤底怎么调？", "给你看", "被举报"]
    moderation.decide(moderator.id, only_case().id, Verdict.FINE)
    clock.tick(timedelta(days=31))
    jobs.run("messages.tidy")
    assert texts() == ["你好，汤底怎么调？", "给你看"]
    service.leave(alice.id, chat)
    service.leave(bob.id, chat)
    clock.tick(timedelta(days=31))
    jobs.run("messages.tidy")
    assert texts() == []
    assert nothing_drifts()


def test_who_leaves_takes_his_words_along_and_the_other_keeps_his_own(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    chat = friends(alice, bob)
    service.send(bob.id, chat, "慢火")
    (section,) = [each for each in leaving.sections() if each.key == "message"]
    assert [row["body"] for row in leaving.rows_of(section, alice.id)] == ["你好，汤底怎么调？"]
    identity.ask_for(alice.id, keeps_posts=True)
    clock.tick(identity.GRACE + timedelta(minutes=1))
    while identity.close_due():
        pass
    assert texts() == ["", "慢火"]
    his = as_browser(app, bob)
    assert "Former member" in text_of(his.get("/messages", headers=EN))
    page = text_of(his.get(f"/messages/{chat}", headers=EN))
    assert "This message is gone" in page
    assert "慢火" in page
    assert "write to Former member right now." in page
    form = {"request_key": "k" * 20, "body": "在吗"}
    assert his.post(f"/messages/{chat}", data=form).status_code == 403
    service.leave(bob.id, chat)
    clock.tick(timedelta(days=31))
    jobs.run("messages.tidy")
    assert texts() == []
    assert nothing_drifts()


def test_neither_facts_nor_the_audit_know_who_writes_what(
    app: Flask, alice: MemberRow, bob: MemberRow, caplog: Any
) -> None:
    def facts() -> int | None:
        db.session.rollback()
        return db.session.scalar(sa.select(sa.func.count()).select_from(FactRow))

    before = facts()
    chat = write(alice, bob, "只给你看").conversation_id
    service.accept(bob.id, chat)
    form = {"request_key": "k" * 20, "body": "也只给你看"}
    assert as_browser(app, bob).post(f"/messages/{chat}", data=form).status_code == 303
    assert facts() == before
    assert audited() == []
    assert "给你看" not in caplog.text


def test_the_verifiers_find_what_drifts(alice: MemberRow, bob: MemberRow) -> None:
    friends(alice, bob)
    assert nothing_drifts()

    @use_case
    def spoil() -> None:
        db.session.execute(sa.update(SIDE).values(unread_count=7, last_id=None))
        db.session.execute(sa.update(MESSAGE).values(number=9))

    spoil()
    assert len(drifts(*CHECKS)) == 3
