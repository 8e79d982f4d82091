"""What happens in loyalty."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class RulesPublished(Fact):
    """A new version of the earning rules holds."""

    name: ClassVar[str] = "loyalty.rules_published"

    version: int


@dataclass(frozen=True, slots=True)
class MissionDone(Fact):
    """A member finished a mission of a period."""

    name: ClassVar[str] = "mission.done"
    mission_id: int
    points: int


@dataclass(frozen=True, slots=True)
class CampGraduated(Fact):
    """A member graduated from a camp; ``points`` is the bonus, 0 the second time."""

    name: ClassVar[str] = "camp.graduated"
    camp_id: int
    cohort_id: int
    points: int


@dataclass(frozen=True, slots=True)
class BadgeGranted(Fact):
    """A member got a badge, or has it back."""

    name: ClassVar[str] = "badge.granted"
    badge_id: int
    level: int
    by_staff: bool


@dataclass(frozen=True, slots=True)
class BadgeRevoked(Fact):
    """A member's badge was taken away."""

    name: ClassVar[str] = "badge.revoked"
    badge_id: int
    by_staff: bool
