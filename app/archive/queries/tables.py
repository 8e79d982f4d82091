"""The tables as Core sees them, and a state as a row tells it."""

from typing import Any, cast

import sqlalchemy as sa

from app.archive.models import (
    ReuseAnswer,
    ReuseAnswerPhoto,
    ReuseAsk,
    ReusePick,
    ReuseSelection,
    ReuseState,
    ReuseTerms,
    ReuseUse,
)
from app.archive.types import Answer, State, unpacked
from app.identity.models import Member
from app.kernel.media.models import Media

TERMS = cast("sa.Table", ReuseTerms.__table__)
ANSWER = cast("sa.Table", ReuseAnswer.__table__)
ANSWER_PHOTO = cast("sa.Table", ReuseAnswerPhoto.__table__)
STATE = cast("sa.Table", ReuseState.__table__)
ASK = cast("sa.Table", ReuseAsk.__table__)
SELECTION = cast("sa.Table", ReuseSelection.__table__)
PICK = cast("sa.Table", ReusePick.__table__)
USE = cast("sa.Table", ReuseUse.__table__)
MEMBER = cast("sa.Table", Member.__table__)
MEDIA = cast("sa.Table", Media.__table__)

_COLUMNS = ("answer", "scopes", "until_on", "credit", "answered_at", "asked_at", "answer_id")


def state_columns() -> list[sa.Label[Any]]:
    """Return what a list must select to tell rights; outer-join ``reuse_state``."""
    return [STATE.c[name].label(f"state_{name}") for name in _COLUMNS]


def state_from(row: Any, thread_id: int, author_id: int) -> State:
    """Return the state of a row with :func:`state_columns`; no row means no answer."""
    return State(
        thread_id, author_id, row.state_answer or Answer.NONE, unpacked(row.state_scopes or 0),
        row.state_until_on, row.state_credit or "", row.state_answered_at, row.state_asked_at,
        row.state_answer_id,
    )  # fmt: skip
