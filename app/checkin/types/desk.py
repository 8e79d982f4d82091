"""What the team grants and decides."""

from dataclasses import dataclass
from datetime import date, datetime

from app.checkin.types.kinds import GrantState, Scope
from app.checkin.types.rules import Rules
from app.kernel.types import Person


@dataclass(frozen=True, slots=True)
class Grant:
    """A day granted to many.

    Attributes:
        points: what the day earns.
        reason: as staff wrote it.
        member_count: how many it is for, counted when it was asked for.
        done_count: how many were looked at so far.
        kept_count: how many of them had not kept the day themselves.
    """

    id: int
    code: str
    on_date: date
    scope: Scope
    points: int
    reason: str
    state: GrantState
    member_count: int
    done_count: int
    kept_count: int
    undone_count: int
    position: int
    started_by: int | None
    started_at: datetime
    finished_at: datetime | None
    undo_at: datetime | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class RulesVersion:
    """The rules that somebody set, and when."""

    rules: Rules
    set_by: Person | None
    set_at: datetime
