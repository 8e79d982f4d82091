"""What happens in moderation."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class ContentReported(Fact):
    """A member reported something."""

    name: ClassVar[str] = "moderation.reported"
    kind: str
    subject_id: int
    reason: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class CaseDecided(Fact):
    """The team decided a case; waited is in whole seconds since its first report."""

    name: ClassVar[str] = "moderation.decided"
    case_id: int
    kind: str
    subject_id: int
    verdict: str
    reason: str | None
    waited: int


@dataclass(frozen=True, slots=True)
class CaseReopened(Fact):
    """Somebody undid a verdict."""

    name: ClassVar[str] = "moderation.reopened"
    case_id: int


@dataclass(frozen=True, slots=True)
class MemberMuted(Fact):
    """A member may read but not write for some days."""

    name: ClassVar[str] = "member.muted"
    member_id: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class MemberUnmuted(Fact):
    """A member may write again: it was lifted, or its time was over."""

    name: ClassVar[str] = "member.unmuted"
    member_id: int
    by_staff: bool
