"""The desk: views, who is on a case, what comes next, what was decided of the like."""

from datetime import timedelta

import pytest
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.moderation import queries, service
from app.moderation.queries import View
from app.moderation.types import HideReason, Verdict
from tests.community.reading import text_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.moderation.desk import reported_by
from tests.moderation.test_reporting import EN

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def lin(app: Flask) -> tuple[MemberRow, Browser]:
    """Another moderator and his browser."""
    member = a_member("lin", ("moderator",))
    made = browser(app)
    sign_in(made, member)
    return member, made


@pytest.fixture
def mona(app: Flask, moderator: MemberRow) -> Browser:
    """A moderator's browser."""
    made = browser(app)
    sign_in(made, moderator)
    return made


def keeper_of(case_id: int) -> str | None:
    db.session.rollback()
    keeper = queries.get_case(case_id).keeper
    return keeper.name if keeper else None


def test_two_moderators_see_who_is_on_a_case_and_one_takes_it_over(
    alice: MemberRow, moderator: MemberRow, mona: Browser, lin: tuple[MemberRow, Browser]
) -> None:
    case_id = reported_by(a_thread(alice).thread_id, 1)
    url = f"/staff/mod/{case_id}"
    assert "Nobody is on this" in text_of(mona.get(url, headers=EN))
    assert keeper_of(case_id) is None, "a GET writes nothing"
    mine = text_of(mona.post(f"{url}/keep", headers=EN | FRAGMENT))
    assert "You are on this" in mine
    assert 'hx-trigger="every 120s, submit"' in mine
    theirs = text_of(lin[1].get(url, headers=EN))
    assert f"{moderator.name} is on this" in theirs
    assert "Take it over" in theirs
    refused = text_of(lin[1].post(f"{url}/keep", headers=EN | FRAGMENT))
    assert f"{moderator.name} is on this" in refused, "to look is not to take"
    assert "is on this" in text_of(lin[1].get("/staff/mod", headers=EN))
    assert lin[1].post(f"{url}/take").status_code == 303
    assert keeper_of(case_id) == lin[0].name
    told = text_of(mona.post(f"{url}/keep", headers=EN | FRAGMENT))
    assert f"{lin[0].name} is on this" in told
    actions = db.session.query(AuditEntry.action).all()
    assert ("moderation.taken_over",) in [tuple(row) for row in actions]
    assert mona.post(f"{url}/approve").status_code == 303, "the lock is soft"


def test_a_lease_runs_out_and_staying_does_not_move_its_beginning(
    alice: MemberRow, moderator: MemberRow, lin: tuple[MemberRow, Browser]
) -> None:
    case_id = reported_by(a_thread(alice).thread_id, 1)
    start = clock.now()
    with clock.frozen(start):
        assert service.keep(moderator.id, case_id)
    with clock.frozen(start + timedelta(minutes=4)):
        assert service.keep(moderator.id, case_id)
        assert queries.get_case(case_id).kept_at == start
        assert not service.keep(lin[0].id, case_id)
    with clock.frozen(start + timedelta(minutes=8, seconds=59)):
        assert keeper_of(case_id) == moderator.name
    with clock.frozen(start + timedelta(minutes=9)):
        assert keeper_of(case_id) is None
        assert service.keep(lin[0].id, case_id)
        assert queries.get_case(case_id).kept_at == clock.now()
    with pytest.raises(NotFoundError):
        service.take_over(moderator.id, 1)


def test_what_comes_next_is_what_nobody_is_on(
    alice: MemberRow, moderator: MemberRow, lin: tuple[MemberRow, Browser]
) -> None:
    heavy, taken, light = (
        reported_by(a_thread(alice).thread_id, 1, reason)
        for reason in (HideReason.UNSAFE, HideReason.RUDE, HideReason.OTHER)
    )
    service.keep(lin[0].id, taken)
    assert queries.next_open(queries.get_case(heavy), moderator.id) == light
    assert queries.next_open(queries.get_case(light), moderator.id) == heavy, "round again"
    assert queries.next_open(queries.get_case(heavy), lin[0].id) == taken
    service.decide(moderator.id, light, Verdict.FINE)
    assert queries.next_open(queries.get_case(heavy), moderator.id) == taken
    service.decide(moderator.id, taken, Verdict.FINE)
    assert queries.next_open(queries.get_case(heavy), moderator.id) is None


def test_views_are_saved_as_addresses(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, mona: Browser
) -> None:
    old = reported_by(a_thread(alice, "先来的").thread_id, 1, HideReason.OTHER)
    new = reported_by(a_thread(alice, "后来的").thread_id, 1, HideReason.UNSAFE)
    assert [case.id for case in queries.cases(View.OPEN, moderator.id).items] == [new, old]
    assert [case.id for case in queries.cases(View.OLDEST, moderator.id).items] == [old, new]
    service.keep(moderator.id, old)
    assert [case.id for case in queries.cases(View.MINE, moderator.id).items] == [old]
    said = community.reply(bob.id, a_thread(alice).thread_code, "便宜锅底")
    reply_case = service.report(alice.id, "reply", said.reply_id, HideReason.RUDE).case_id
    assert [c.id for c in queries.cases(View.OPEN, moderator.id, kind="reply").items] == [
        reply_case
    ]
    for view in ("", "mine", "oldest", "held", "log", "nonsense"):
        assert mona.get(f"/staff/mod?view={view}&kind=thread").status_code == 200
    beside = text_of(mona.get(f"/staff/mod?here={old}", headers=EN | FRAGMENT))
    assert beside.lstrip().startswith("<section")
    assert beside.count('aria-current="true"') == 2, "the case that is open, and 'All'"


def test_a_case_shows_what_was_decided_of_the_like(
    alice: MemberRow, moderator: MemberRow, mona: Browser
) -> None:
    former = reported_by(a_thread(alice).thread_id, 1, HideReason.RUDE)
    service.decide(moderator.id, former, Verdict.HIDDEN, HideReason.RUDE)
    other = reported_by(a_thread(alice).thread_id, 1, HideReason.OTHER)
    service.decide(moderator.id, other, Verdict.FINE)
    now = queries.get_case(reported_by(a_thread(alice).thread_id, 1, HideReason.RUDE))
    alike = queries.alike(now, HideReason.RUDE)
    assert alike.counts == {Verdict.HIDDEN: 1}
    standing, cases = queries.record(now)
    assert (standing.upheld, standing.fine) == (1, 1)
    assert [each.id for each in cases] == [other, former]
    page = text_of(mona.get(f"/staff/mod/{now.id}", headers=EN))
    assert "Cases like this" in page
    assert f"/staff/mod/{former}" in page
    assert 'aria-keyshortcuts="a"' in page


def test_fans_take_nothing_over(alice: MemberRow, bob: MemberRow, alice_client: Browser) -> None:
    case_id = reported_by(a_thread(bob).thread_id, 1)
    for act in ("keep", "take"):
        assert alice_client.post(f"/staff/mod/{case_id}/{act}").status_code == 403
