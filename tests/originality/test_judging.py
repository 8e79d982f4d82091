"""Verdicts, what authors say to them, undo, who may judge, what merging and leaving do."""

import pytest
import sqlalchemy as sa

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import leaving
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.notify import queries as notify
from app.originality import queries, service
from app.originality.models import FindingWords
from app.originality.types import (
    Because,
    FindingRow,
    JudgedError,
    Judgement,
    OwnThingError,
    Show,
    State,
)
from tests.factories.originality import POT, work
from tests.originality.test_finding import a_post, drifts, findings, told


@pytest.fixture
def finding(alice: MemberRow, bob: MemberRow) -> FindingRow:
    """A post of bob's that is like one of alice's."""
    a_post(alice, POT)
    a_post(bob, POT)
    work()
    return findings()[0]


def _decide(actor: MemberRow, finding: FindingRow, state: State, reason: str = "") -> None:
    because = Because.QUOTED if state is State.ALLOWED else None
    version = _now(finding).version
    service.judge(actor.id, finding.id, Judgement(state, version, because, reason))


def _now(finding: FindingRow) -> FindingRow:
    found = queries.find_finding(finding.id)
    assert found is not None
    return found


def _told(member: MemberRow) -> list[str]:
    return [each.kind for each in notify.notices(member.id).items if each.kind[:5] == "origi"]


@pytest.mark.parametrize("state", [State.ORIGINAL, State.ALLOWED])
def test_a_post_counts_again_once_it_is_original_or_allowed(
    moderator: MemberRow, bob: MemberRow, finding: FindingRow, state: State
) -> None:
    _decide(moderator, finding, state)
    assert queries.flagged([finding.thread_id]) == set()
    assert told() == ["originality.flagged", "originality.cleared"]
    assert _told(bob) == []
    assert findings() == []
    assert [each.id for each in findings(Show.JUDGED)] == [finding.id]
    service.ask([finding.thread_id])
    work()
    assert _now(finding).state is state  # a new look leaves the verdict
    acts = db.session.scalars(sa.select(AuditEntry.action)).all()
    assert acts[-1] == "originality.judged"
    assert drifts() == []


def test_a_copy_goes_on_counting_nothing_and_its_author_hears_why(
    moderator: MemberRow, bob: MemberRow, finding: FindingRow
) -> None:
    _decide(moderator, finding, State.COPIED, "The same words stand in an earlier post.")
    assert queries.flagged([finding.thread_id]) == {finding.thread_id}
    assert told() == ["originality.flagged"]
    assert _told(bob) == ["originality.copied"]
    assert _now(finding).reason == "The same words stand in an earlier post."


def test_a_verdict_is_undone_with_everything_it_did(
    moderator: MemberRow, bob: MemberRow, finding: FindingRow
) -> None:
    _decide(moderator, finding, State.COPIED, "Seen before.")
    service.undo(moderator.id, finding.id, _now(finding).version)
    again = _now(finding)
    assert (again.state, again.reason, again.judged_by) == (State.OPEN, "", None)
    assert _told(bob) == []
    _decide(moderator, finding, State.ORIGINAL)
    service.undo(moderator.id, finding.id, _now(finding).version)
    assert queries.flagged([finding.thread_id]) == {finding.thread_id}
    assert told() == ["originality.flagged", "originality.cleared", "originality.flagged"]
    assert drifts() == []


def test_of_two_verdicts_on_one_page_the_second_is_told_so(
    moderator: MemberRow, operator: MemberRow, finding: FindingRow
) -> None:
    _decide(moderator, finding, State.ORIGINAL)
    with pytest.raises(JudgedError):
        service.judge(operator.id, finding.id, Judgement(State.COPIED, finding.version))
    with pytest.raises(JudgedError):
        service.undo(operator.id, finding.id, finding.version)
    assert _now(finding).state is State.ORIGINAL


def test_nobody_judges_what_is_about_his_own_post(
    alice: MemberRow, bob: MemberRow, finding: FindingRow
) -> None:
    for party in (alice, bob):
        with pytest.raises(OwnThingError):
            _decide(party, finding, State.ORIGINAL)
        with pytest.raises(OwnThingError):
            service.undo(party.id, finding.id, finding.version)


@pytest.mark.parametrize(
    "judgement",
    [
        Judgement(State.OPEN, 0),
        Judgement(State.GONE, 0),
        Judgement(State.ALLOWED, 0),
        Judgement(State.ORIGINAL, 0, Because.OWN),
        Judgement(State.ORIGINAL, 0, reason="why"),
    ],
)
def test_a_verdict_that_makes_no_sense_is_refused(
    moderator: MemberRow, finding: FindingRow, judgement: Judgement
) -> None:
    with pytest.raises(NotFoundError):
        service.judge(moderator.id, finding.id, judgement)
    with pytest.raises(NotFoundError):
        service.judge(moderator.id, 12345, Judgement(State.ORIGINAL, 0))


def test_the_author_names_a_source_and_the_team_reads_it(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, finding: FindingRow
) -> None:
    service.state_source(bob.id, finding.id, "My grandmother's book", "https://a.example/b")
    assert _now(finding).source_text == "My grandmother's book"
    with pytest.raises(NotFoundError):
        service.state_source(alice.id, finding.id, "mine", "")
    _decide(moderator, finding, State.ALLOWED)
    with pytest.raises(NotFoundError):
        service.state_source(bob.id, finding.id, "too late", "")


def test_an_objection_brings_it_back_to_the_desk_once(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, finding: FindingRow
) -> None:
    with pytest.raises(NotFoundError):
        service.object_to(bob.id, finding.id, "nothing is decided yet")
    _decide(moderator, finding, State.COPIED)
    with pytest.raises(NotFoundError):
        service.object_to(alice.id, finding.id, "not my post")
    service.object_to(bob.id, finding.id, "I wrote both, on two accounts")
    assert [each.id for each in findings(Show.OBJECTED)] == [finding.id]
    _decide(moderator, finding, State.COPIED, "We looked again.")
    assert findings(Show.OBJECTED) == []
    with pytest.raises(NotFoundError):
        service.object_to(bob.id, finding.id, "once more")
    assert drifts() == []


def test_who_objected_rightly_hears_that_it_counts_again(
    bob: MemberRow, moderator: MemberRow, finding: FindingRow
) -> None:
    _decide(moderator, finding, State.COPIED)
    service.object_to(bob.id, finding.id, "I wrote both")
    _decide(moderator, finding, State.ALLOWED)
    assert "originality.cleared" in _told(bob)
    assert queries.flagged([finding.thread_id]) == set()


def test_the_figures_say_how_many_were_rightly_found(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, finding: FindingRow
) -> None:
    assert queries.figures().precision_percent is None
    _decide(moderator, finding, State.COPIED)
    for _each in range(2):
        a_post(alice, POT)
    work()
    _decide(moderator, findings()[0], State.ALLOWED)
    _decide(moderator, findings()[0], State.ORIGINAL)
    figures = queries.figures()
    assert (figures.confirmed, figures.dismissed, figures.precision_percent) == (2, 1, 67)
    assert (figures.posts, figures.waiting, figures.open) == (4, 0, 0)


def test_two_accounts_of_one_person_are_not_each_others_copies(
    alice: MemberRow, bob: MemberRow, staff: MemberRow, finding: FindingRow
) -> None:
    merged = identity.merge_members(bob.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert queries.flagged([finding.thread_id]) == set()
    now = _now(finding)
    assert (now.state, now.because, now.is_self) == (State.ALLOWED, Because.OWN, True)
    assert drifts() == []
    identity.unmerge_members(merged.id, actor_id=staff.id)
    assert _now(finding).state is State.OPEN
    assert queries.flagged([finding.thread_id]) == {finding.thread_id}
    assert drifts() == []


def test_who_leaves_takes_his_words_along(bob: MemberRow, finding: FindingRow) -> None:
    service.state_source(bob.id, finding.id, "My grandmother's book", "https://a.example/b")
    leaving.forget(bob.id)
    db.session.commit()
    words = db.session.execute(sa.select(FindingWords.__table__)).one()
    assert (words.source_text, words.source_url, words.objection) == ("", "", "")
