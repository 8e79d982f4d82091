"""A flagged post counts nothing until somebody has looked, then counts again."""

from app.identity.types import MemberRow
from app.kernel import clock, facts
from app.kernel.facts import Told
from app.originality import service as originality
from app.originality.events import OriginalityCleared, OriginalityFlagged
from app.originality.types import Because, Judgement, State
from app.ranking import listeners
from tests.factories.community import a_thread
from tests.factories.originality import POT, work
from tests.factories.ranking import a_board
from tests.originality.test_finding import findings
from tests.ranking.test_boards import nothing_drifts, score_of


def test_a_flagged_post_counts_nothing_until_it_is_reviewed(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    a_board()
    a_thread(alice, "我的", POT)
    copy = a_thread(bob, "也是我的", POT)
    assert (score_of(alice), score_of(bob)) == (10, 10)
    work()
    assert (score_of(alice), score_of(bob)) == (10, 0)
    nothing_drifts()
    finding = findings()[0]
    originality.judge(moderator.id, finding.id, Judgement(State.ALLOWED, 0, Because.QUOTED))
    work()
    assert score_of(bob) == 10
    originality.undo(moderator.id, finding.id, 1)
    work()
    assert score_of(bob) == 0
    originality.judge(moderator.id, finding.id, Judgement(State.COPIED, 2))
    work()
    assert score_of(bob) == 0  # it was looked at, and is a copy
    assert copy.thread_id == finding.thread_id
    nothing_drifts()


def test_facts_that_are_told_late_or_twice_change_nothing(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    a_board()
    a_thread(alice, "我的", POT)
    copy = a_thread(bob, "也是我的", POT)
    work()
    told = Told(1, clock.now(), clock.business_date(), None)
    listeners.follow_cleared(OriginalityCleared(copy.thread_id), told)  # an old one, told again
    assert score_of(bob) == 0
    originality.judge(moderator.id, findings()[0].id, Judgement(State.ORIGINAL, 0))
    while facts.deliver():
        pass
    listeners.follow_flagged(OriginalityFlagged(copy.thread_id), told)
    assert score_of(bob) == 10
    nothing_drifts()
