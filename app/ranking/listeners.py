"""What leaderboards hear from originality: a flagged post counts nothing until somebody looked."""

from app.kernel import facts
from app.kernel.facts import Told
from app.kernel.types import Ref
from app.originality import queries as originality
from app.originality.events import OriginalityCleared, OriginalityFlagged
from app.ranking import service


@facts.subscribe(OriginalityFlagged)
def follow_flagged(fact: OriginalityFlagged, _told: Told) -> None:
    """Let a post count nothing."""
    _follow(fact.thread_id)


@facts.subscribe(OriginalityCleared)
def follow_cleared(fact: OriginalityCleared, _told: Told) -> None:
    """Let a post count again."""
    _follow(fact.thread_id)


def _follow(thread_id: int) -> None:
    """Do as originality says now: facts may be told late, twice or in another order."""
    is_flagged = thread_id in originality.flagged([thread_id])
    service.set_flagged([Ref("thread", thread_id)], is_flagged=is_flagged)
