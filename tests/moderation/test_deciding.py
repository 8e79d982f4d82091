"""The team decides: shown, hidden, removed, muted; undone for ten minutes; all on record."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries as queries_of_community
from app.community import service as community
from app.identity import queries as identity
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import InvalidError, NotFoundError
from app.ledger import queries as ledger
from app.moderation import queries, service
from app.moderation.types import (
    DecidedError,
    HideReason,
    OwnCaseError,
    StaffMuteError,
    TooLateError,
    Verdict,
)
from tests.community.reading import drifts, text_of
from tests.factories.community import a_thread, many_threads, some_boards
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.moderation.desk import only_case, reported, reported_by
from tests.moderation.test_reporting import EN


@pytest.fixture
def mona(app: Flask, moderator: MemberRow) -> Browser:
    """A moderator's browser."""
    made = browser(app)
    sign_in(made, moderator)
    return made


def is_muted(member: MemberRow) -> bool:
    return queries.standing(member.id).muted_until is not None


def test_an_empty_queue_says_so_once_and_what_was_done_today(mona: Browser) -> None:
    page = text_of(mona.get("/staff/mod", headers=EN))
    assert page.count("The queue is clear") == 1
    assert "What members report waits here for you." in page
    assert "Decided today" in page
    held = text_of(mona.get("/staff/mod?view=held", headers=EN))
    assert "Nothing in this view" in held
    assert "The queue is clear" not in held


def test_a_moderator_decides_from_the_queue(
    app: Flask, mona: Browser, alice: MemberRow, alice_client: Browser, client: Browser
) -> None:
    made = a_thread(alice, "加我微信")
    case_id = reported_by(made.thread_id, 1)
    other = reported_by(a_thread(alice, "另一锅").thread_id, 1)
    listed = text_of(mona.get("/staff/mod", headers=EN))
    assert "加我微信" in listed
    assert "It advertises something else" in listed
    page = text_of(mona.get(f"/staff/mod/{case_id}", headers=EN))
    assert "看看这个" in page
    assert mona.post(f"/staff/mod/{case_id}/keep").status_code == 303
    assert mona.post(f"/staff/mod/{case_id}/decide", headers=EN).status_code == 422
    sent = mona.post(
        f"/staff/mod/{case_id}/decide",
        data={"verdict": "hidden", "reason": "contact", "mute": "7"},
    )
    assert (sent.status_code, sent.location) == (303, f"/staff/mod/{other}?done={case_id}")
    assert "can be undone" in text_of(mona.get(sent.location, headers=EN))
    assert client.get(f"/p/{made.thread_code}").status_code == 410
    assert "it has off-site contact details" in text_of(
        alice_client.get(f"/p/{made.thread_code}", headers=EN)
    )
    assert "You can read but not post until" in text_of(alice_client.get("/notices", headers=EN))
    told = text_of(alice_client.get("/me/reports", headers=EN))
    assert "You can post again on" in told
    refused = alice_client.post(f"/p/{made.thread_code}/reply", data={"body": "为什么"})
    assert refused.status_code in {403, 410}
    actions = list(db.session.scalars(sa.select(AuditEntry.action)))
    assert {"moderation.decided", "thread.hidden", "member.muted"} <= set(actions)
    assert drifts() == []


def test_undoing_brings_back_thing_points_and_voice(
    mona: Browser, alice: MemberRow, client: Browser
) -> None:
    made = a_thread(alice)
    before = ledger.balance(alice.id).available
    case_id = reported_by(made.thread_id, 1)
    service.decide(a_moderator(), case_id, Verdict.REMOVED, HideReason.RUDE, 7)
    assert ledger.balance(alice.id).available < before
    assert is_muted(alice)
    assert mona.post(f"/staff/mod/{case_id}/undo").status_code == 303
    assert client.get(f"/p/{made.thread_code}").status_code == 200
    assert ledger.balance(alice.id).available == before
    assert not is_muted(alice)
    assert only_case().verdict is None
    assert drifts() == []


def a_moderator() -> int:
    return a_member("second", ("moderator",)).id


def test_what_was_held_is_held_again_after_an_undo(alice: MemberRow, client: Browser) -> None:
    made = a_thread(alice)
    case_id = reported_by(made.thread_id, 3)
    who = a_moderator()
    for verdict in (Verdict.FINE, Verdict.HIDDEN):
        reason = None if verdict is Verdict.FINE else HideReason.RUDE
        service.decide(who, case_id, verdict, reason)
        service.undo(who, case_id)
        assert client.get(f"/p/{made.thread_code}").status_code == 410
        assert drifts() == []
    service.decide(who, case_id, Verdict.FINE)
    assert client.get(f"/p/{made.thread_code}").status_code == 200


def test_removed_is_gone_for_its_author_too(
    alice: MemberRow, alice_client: Browser, mona: Browser
) -> None:
    made = a_thread(alice, "加我微信")
    service.decide(
        a_moderator(), reported_by(made.thread_id, 1), Verdict.REMOVED, HideReason.CONTACT
    )
    gone = alice_client.get(f"/p/{made.thread_code}", headers=EN)
    assert gone.status_code == 410
    assert "off-site contact details" in text_of(gone)
    assert mona.get(f"/p/{made.thread_code}").status_code == 200


def test_a_verdict_about_what_its_author_took_down_holds_when_he_brings_it_back(
    alice: MemberRow, alice_client: Browser, client: Browser
) -> None:
    made = a_thread(alice, "加我微信")
    url, who = f"/p/{made.thread_code}", a_moderator()
    community.reply(alice.id, made.thread_code, "也在这里加我")
    reply_id = queries_of_community.find_owned_reply(made.thread_code, 1, alice.id)
    assert reply_id is not None
    reader = a_member("reader")
    before = ledger.balance(alice.id).available
    cases = [
        reported(made.thread_id, reader).case_id,
        service.report(reader.id, "reply", reply_id.id, HideReason.ADVERT, "").case_id,
    ]
    community.remove_reply(alice.id, made.thread_code, 1)
    community.remove_thread(alice.id, made.thread_code)
    assert drifts() == []
    for case_id in cases:
        service.decide(who, case_id, Verdict.HIDDEN, HideReason.ADVERT)
        assert drifts() == []
    alice_client.post(f"{url}/f/1/bring-back")
    back = alice_client.post(f"{url}/bring-back", headers=EN)
    page = text_of(alice_client.get(back.location, headers=EN))
    assert "Only you and the team can see it" in page
    assert "back on the table" not in page
    assert client.get(url).status_code == 410
    assert ledger.balance(alice.id).available < before
    assert drifts() == []
    for case_id in cases:
        service.undo(who, case_id)
        assert drifts() == []
    assert client.get(url).status_code == 200
    assert ledger.balance(alice.id).available == before


def test_an_undone_verdict_leaves_down_what_its_author_took_down(
    alice: MemberRow, client: Browser
) -> None:
    made = a_thread(alice)
    case_id, who = reported_by(made.thread_id, 1), a_moderator()
    community.remove_thread(alice.id, made.thread_code)
    service.decide(who, case_id, Verdict.REMOVED, HideReason.RUDE)
    service.undo(who, case_id)
    assert client.get(f"/p/{made.thread_code}").status_code == 410
    assert drifts() == []
    assert community.bring_back_thread(alice.id, made.thread_code)
    assert client.get(f"/p/{made.thread_code}").status_code == 200
    assert drifts() == []


def test_an_undo_comes_too_late(alice: MemberRow, bob: MemberRow, mona: Browser) -> None:
    made = a_thread(alice)
    case_id, who = reported_by(made.thread_id, 1), a_moderator()
    service.decide(who, case_id, Verdict.FINE)
    newer = reported(made.thread_id, bob).case_id
    assert newer != case_id
    with pytest.raises(TooLateError):
        service.undo(who, case_id)
    service.decide(who, newer, Verdict.FINE)
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        refused = mona.post(f"/staff/mod/{newer}/undo", headers=EN)
    assert refused.status_code == 409
    assert "can't be undone any more" in text_of(refused)


def test_of_two_who_decide_at_once_one_is_too_late(app: Flask, alice: MemberRow) -> None:
    made = a_thread(alice)
    case_id = reported_by(made.thread_id, 1)
    people = [a_moderator(), a_member("third", ("moderator",)).id]
    gate, seen = Barrier(2), list[str]()

    def work(member_id: int, verdict: Verdict) -> None:
        with app.app_context():
            gate.wait()
            reason = None if verdict is Verdict.FINE else HideReason.RUDE
            try:
                service.decide(member_id, case_id, verdict, reason)
                seen.append(verdict.value)
            except DecidedError:
                seen.append("late")

    verdicts = (Verdict.FINE, Verdict.HIDDEN)
    threads = [Thread(target=work, args=pair) for pair in zip(people, verdicts, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen).count("late") == 1
    winner = next(each for each in seen if each != "late")
    assert only_case().verdict == winner
    assert drifts() == []


def test_nobody_judges_himself_and_a_reason_is_needed(
    alice: MemberRow, moderator: MemberRow
) -> None:
    own = reported_by(a_thread(moderator).thread_id, 1)
    with pytest.raises(OwnCaseError):
        service.decide(moderator.id, own, Verdict.FINE)
    case_id, who = reported_by(a_thread(alice).thread_id, 2), moderator.id
    with pytest.raises(InvalidError):
        service.decide(who, case_id, Verdict.HIDDEN)
    with pytest.raises(InvalidError):
        service.decide(who, case_id, Verdict.FINE, mute_days=7)
    with pytest.raises(NotFoundError):
        service.decide(who, 1, Verdict.FINE)


def test_the_team_is_not_muted(moderator: MemberRow, staff: MemberRow) -> None:
    with pytest.raises(StaffMuteError):
        service.mute(moderator.id, staff.id, 1, HideReason.RUDE)
    with pytest.raises(OwnCaseError):
        service.mute(moderator.id, moderator.id, 1, HideReason.RUDE)


def test_a_mute_ends_by_itself_and_the_longest_counts(
    alice: MemberRow, moderator: MemberRow
) -> None:
    for days in (1, 7):
        service.mute(moderator.id, alice.id, days, HideReason.RUDE)
    start = clock.now()
    with clock.frozen(start + timedelta(days=2)):
        assert service.lift_over() == 1
        assert is_muted(alice)
        assert state_of(alice) == "muted"
    with clock.frozen(start + timedelta(days=8)):
        assert service.lift_over() == 1
        assert service.lift_over() == 0
        assert state_of(alice) == "active"


def state_of(member: MemberRow) -> str:
    return identity.get_member(member.id).state.value


def test_staff_mute_and_unmute_from_a_member_s_page(mona: Browser, alice: MemberRow) -> None:
    url = f"/staff/mod/members/{alice.yid}"
    assert "Record and muting" in text_of(mona.get(f"/staff/members/{alice.yid}", headers=EN))
    assert mona.post(url).status_code == 422
    assert mona.post(url, data={"days": "7", "reason": "rude"}).status_code == 303
    assert state_of(alice) == "muted"
    assert "it is unkind to somebody" in text_of(mona.get(url, headers=EN))
    assert mona.post(f"{url}/unmute").status_code == 303
    assert state_of(alice) == "active"
    assert list(queries.drifting_mutes()) == []


def test_fans_have_no_desk(alice_client: Browser, alice: MemberRow, bob: MemberRow) -> None:
    case_id = reported_by(a_thread(bob).thread_id, 1)
    for path in ("", f"/{case_id}", f"/members/{bob.yid}"):
        assert alice_client.get(f"/staff/mod{path}").status_code == 403
    for path in (f"/{case_id}/approve", f"/{case_id}/undo", f"/members/{bob.yid}/unmute"):
        assert alice_client.post(f"/staff/mod{path}").status_code == 403


@pytest.mark.parametrize("count", [2, 30])
def test_the_desk_takes_few_statements_however_many_cases(
    mona: Browser, alice: MemberRow, bob: MemberRow, count: int, count_statements: object
) -> None:
    some_boards()
    seeds = many_threads(alice, count)
    cases = [reported(thread.id, bob).case_id for thread in seeds]
    judge = a_moderator()
    most = {"/staff/mod": 8, f"/staff/mod/{cases[0]}": 9, "/staff/mod?view=log": 8}
    for url in most:
        mona.get(url)  # what a process learns once
    for url, budget in most.items():
        with count_statements() as seen:  # type: ignore[operator]
            assert mona.get(url).status_code == 200
        assert len(seen) <= budget, (url, seen)
    first = mona.get("/staff/mod", headers=EN).get_data(as_text=True)
    assert ("after=" in first) is (count > 20)
    with count_statements() as seen:  # type: ignore[operator]
        service.decide(judge, cases[0], Verdict.HIDDEN, HideReason.RUDE)
    assert len(seen) <= 20, "\n".join(seen)
