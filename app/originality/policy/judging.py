"""Who may judge what, and which verdicts make sense."""

from app.originality.types import Because, Judgement, State


def is_party(actor_id: int, author_id: int, other_author_id: int | None) -> bool:
    """Return whether a finding is about somebody's own post, later or earlier."""
    return actor_id in {author_id, other_author_id}


def makes_sense(judgement: Judgement) -> bool:
    """Return whether a verdict is one, says why where it must, and only there."""
    if judgement.state is State.ALLOWED:
        return isinstance(judgement.because, Because) and not judgement.reason
    if judgement.state is State.ORIGINAL:
        return judgement.because is None and not judgement.reason
    return judgement.state is State.COPIED and judgement.because is None
