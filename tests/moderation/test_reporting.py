"""Members report; enough of them and it waits unseen; nobody does it twice or to himself."""

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.ledger import queries as ledger
from app.moderation import service
from app.moderation.queries import REPORT
from app.moderation.types import HOLD_AFTER, HideReason, Outcome, OwnThingError, Verdict
from tests.community.reading import drifts, text_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.moderation.desk import only_case, reported, reported_by

EN = {"Accept-Language": "en"}


def test_a_member_reports_a_post_and_reads_later_what_came_of_it(
    app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    made = a_thread(alice, "加我微信")
    page = sign_in(browser(app), bob)
    assert f"/report/thread/{made.thread_code}" in text_and_links(page, f"/p/{made.thread_code}")
    url = f"/report/thread/{made.thread_code}"
    assert "The author never learns who reported it" in text_of(page.get(url, headers=EN))
    empty = page.post(url, headers=EN)
    assert empty.status_code == 422
    assert "Choose what fits best." in text_of(empty)
    sent = page.post(url, data={"reason": "contact", "note": "到处发"}, headers=EN)
    assert (sent.status_code, sent.location) == (303, f"/p/{made.thread_code}")
    assert "We are looking at it" in text_of(page.get("/me/reports", headers=EN))
    service.decide(moderator.id, only_case().id, Verdict.HIDDEN, HideReason.CONTACT)
    mine = text_of(page.get("/me/reports", headers=EN))
    assert "You were right. It is gone" in mine
    assert "加我微信" not in mine


def text_and_links(page: FlaskClient, url: str) -> str:
    return page.get(url, headers=EN).get_data(as_text=True)


def test_a_second_report_of_the_same_member_changes_nothing(
    alice: MemberRow, bob: MemberRow
) -> None:
    made = a_thread(alice)
    first, second = reported(made.thread_id, bob), reported(made.thread_id, bob, HideReason.RUDE)
    assert (first.is_new, second.is_new, second.case_id) == (True, False, first.case_id)
    assert only_case().report_count == 1


def test_a_reply_is_reported_by_its_floor(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    made = a_thread(bob)
    community.reply(alice.id, made.thread_code, "便宜锅底")
    page = sign_in(browser(app), bob)
    url = f"/report/reply/{made.thread_code}-1"
    assert "便宜锅底" in text_of(page.get(url, headers=EN))
    assert page.post(url, data={"reason": "advert"}).status_code == 303
    assert only_case().kind == "reply"
    for wrong in ("reply/x-1", f"reply/{made.thread_code}-9", f"reply/{made.thread_code}",
                  "thread/nonsense", "cloud/1", f"reply/{made.thread_code}-{10**30}"):  # fmt: skip
        assert page.get(f"/report/{wrong}").status_code == 404


def test_nobody_reports_himself_or_what_is_gone(
    app: Flask, alice: MemberRow, alice_client: Browser, bob: MemberRow, client: Browser
) -> None:
    made = a_thread(alice)
    assert alice_client.get(f"/report/thread/{made.thread_code}").status_code == 403
    with pytest.raises(OwnThingError):
        reported(made.thread_id, alice)
    assert client.get(f"/report/thread/{made.thread_code}").status_code in {302, 303, 401}
    community.remove_thread(alice.id, made.thread_code)
    with pytest.raises(NotFoundError):
        reported(made.thread_id, bob)
    with pytest.raises(NotFoundError):
        reported(12_345, bob)


def test_three_reports_hold_a_post_until_somebody_has_looked(
    app: Flask, alice: MemberRow, alice_client: Browser, client: Browser, moderator: MemberRow
) -> None:
    made = a_thread(alice, "奇怪的锅")
    before = ledger.balance(alice.id).available
    case_id = reported_by(made.thread_id, HOLD_AFTER - 1)
    url = f"/p/{made.thread_code}"
    assert client.get(url).status_code == 200
    assert reported(made.thread_id, a_member("last")).is_held
    gone = client.get(url, headers=EN)
    assert gone.status_code == 410
    assert "Our team is looking at this post" in text_of(gone)
    own = alice_client.get(url, headers=EN)
    assert own.status_code == 200
    assert "Our team is looking at this post" in text_of(own)
    assert ledger.balance(alice.id).available < before
    service.decide(moderator.id, case_id, Verdict.FINE)
    assert client.get(url).status_code == 200
    assert ledger.balance(alice.id).available == before
    assert drifts() == []


def test_who_was_always_wrong_holds_nothing(alice: MemberRow, moderator: MemberRow) -> None:
    enemies = [a_member(f"enemy{index}") for index in range(HOLD_AFTER)]
    for index in range(5):
        made = a_thread(alice, f"锅 {index}")
        case_id = max(reported(made.thread_id, enemy).case_id for enemy in enemies[:2])
        reported(made.thread_id, enemies[2])
        service.decide(moderator.id, case_id, Verdict.FINE)
    made = a_thread(alice, "第六锅")
    assert not any(reported(made.thread_id, enemy).is_held for enemy in enemies)
    open_case = db.session.execute(sa.select(REPORT.c.counts, REPORT.c.outcome)).all()
    assert [row.counts for row in open_case if row.outcome is Outcome.WAITING] == [False] * 3


def test_reports_at_once_make_one_case_and_hold_once(app: Flask, alice: MemberRow) -> None:
    made = a_thread(alice)
    people = [a_member(f"reporter{index}") for index in range(8)]
    gate, seen = Barrier(len(people)), list[tuple[int, bool]]()

    def work(member: MemberRow) -> None:
        with app.app_context():
            gate.wait()
            done = reported(made.thread_id, member)
            seen.append((done.case_id, done.is_new))

    threads = [Thread(target=work, args=(member,)) for member in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case = only_case()
    assert seen == [(case.id, True)] * len(people)
    assert (case.report_count, case.counting, case.is_held) == (8, 8, True)
    assert drifts() == []
