"""Words of staff adjustments: who may give how much, what became of it, what can go wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import Person


class GrantReason(StrEnum):
    """Why staff give or take points; the member reads it."""

    THANKS = "thanks"
    APOLOGY = "apology"
    CONTEST = "contest"
    EVENT = "event"
    MISSING = "missing"
    MISTAKE = "mistake"


class GrantState(StrEnum):
    """What became of an adjustment."""

    PREPARED = "prepared"  # a line of a batch that has not been posted yet
    PROPOSED = "proposed"  # waits for a second person
    POSTED = "posted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # nobody decided in time
    FAILED = (
        "failed"  # a line of a batch: the ledger refused, or its member became who may not have it
    )
    REVERSED = "reversed"


class BatchState(StrEnum):
    """What a batch of adjustments does or waits for."""

    GATHERING = "gathering"  # the worker writes down who belongs to the audience
    CHECKED = "checked"  # looked through; waits for its maker's yes
    WAITING = "waiting"  # for a second person
    RUNNING = "running"
    DONE = "done"
    REVERSING = "reversing"
    REVERSED = "reversed"
    DROPPED = "dropped"  # given up by its maker
    DECLINED = "declined"
    EXPIRED = "expired"


AT_WORK = (BatchState.GATHERING, BatchState.RUNNING, BatchState.REVERSING)


class ChargeKind(StrEnum):
    """Which authority an act uses up."""

    GIVE = "give"
    APPROVE = "approve"


class LineFault(StrEnum):
    """What is wrong with a line of a file. The cell itself is never kept or shown."""

    NO_YID = "no_yid"
    UNKNOWN_YID = "unknown_yid"
    NOT_ACTIVE = "not_active"
    TWICE = "twice"
    ONESELF = "oneself"
    POINTS = "points"
    TOO_MANY = "too_many"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class Authority:
    """How many points somebody may move, in whole points; giving and taking count alike.

    Attributes:
        act_points: most for one member at once, alone.
        day_points: most on one business day, alone.
        approve_act_points: most that he may approve at once as the second person; 0: nothing.
        approve_day_points: most that he may approve on one business day.
    """

    act_points: int = 0
    day_points: int = 0
    approve_act_points: int = 0
    approve_day_points: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody's authority and what is left of it today.

    Attributes:
        role: the role under which the member reads of it.
    """

    authority: Authority
    role: Role
    used_points: int
    approved_points: int

    @property
    def left_points(self) -> int:
        """Return what he may still give or take alone today."""
        return max(0, self.authority.day_points - self.used_points)


@dataclass(frozen=True, slots=True)
class Wish:
    """An adjustment as staff ask for it.

    Attributes:
        points: whole points; negative: taken.
        note: for colleagues; erasable, never in the ledger or the audit log.
        request_key: minted when the form was shown; a second submit returns the first result.
    """

    member_id: int
    points: int
    reason: GrantReason
    note: str
    request_key: str


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What became of a wish: posted, or proposed."""

    code: str
    state: GrantState
    points: int


@dataclass(frozen=True, slots=True)
class GrantRow:
    """One adjustment.

    Attributes:
        maker_role: what the member reads: who in the house it was.
        is_beyond: more than its maker's authority, so a second person decided or has to.
        note: what its maker told colleagues; empty when erased.
        answer: what the second person told its maker.
    """

    id: int
    code: str
    member: Person
    points: int
    reason: GrantReason
    state: GrantState
    maker: Person
    maker_role: Role
    checker: Person | None
    is_beyond: bool
    created_at: datetime
    expires_at: datetime | None
    decided_at: datetime | None
    txn_id: int | None
    note: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One good line of a file."""

    number: int
    member_id: int
    points: int
    reason: GrantReason


@dataclass(frozen=True, slots=True)
class Fault:
    """One bad line of a file."""

    number: int
    fault: LineFault


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of adjustments.

    Attributes:
        label: what it is for; one occasion gives a member once, however often a file comes.
        audience: for whom, where it came from no file.
        lines: good ones; ``given_before`` of them were known and are left out.
        total_points: given and taken, both counted as positive.
        largest_points: the biggest single line.
        done: lines posted, or taken back while it is reversed.
    """

    id: int
    code: str
    label: str
    audience: str
    reason: GrantReason
    state: BatchState
    maker: Person
    maker_role: Role
    checker: Person | None
    is_beyond: bool
    lines: int
    bad: int
    given_before: int
    total_points: int
    largest_points: int
    done: int
    failed: int
    undone: int
    created_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None

    @property
    def is_at_work(self) -> bool:
        """Return whether the worker goes on with it."""
        return self.state in AT_WORK


@dataclass(frozen=True, slots=True)
class Budgets:
    """What every role may do, and which of it staff have set themselves."""

    by_role: Mapping[Role, Authority]
    changed: frozenset[Role]


class GrantRefusedError(InvalidError):
    """An adjustment that makes no sense as asked."""

    code = "grant_refused"


class SelfGrantError(GrantRefusedError):
    """Nobody gives points to himself, or approves his own."""

    code = "grant_to_oneself"
    default_message: ClassVar[object] = _l(
        "Nobody adjusts his own points. Ask a colleague to do it."
    )


class FourEyesError(GrantRefusedError):
    """The second person must be another one."""

    code = "four_eyes"
    default_message: ClassVar[object] = _l(
        "You proposed this yourself. Somebody else has to approve it."
    )


class AuthorityError(GrantRefusedError):
    """It is more than this person may approve."""

    code = "authority"
    default_message: ClassVar[object] = _l(
        "This is more than you may approve. Somebody with more authority has to decide."
    )


class GrantDecidedError(ConflictError):
    """It waits no more."""

    code = "grant_decided"
    default_message: ClassVar[object] = _l("This was decided meanwhile. Here is how.")


class FileError(InvalidError):
    """A file of adjustments that can't be taken."""

    code = "grant_file"
