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
class MemberReferred(Fact):
    """Somebody signed up by another member's invitation."""

    name: ClassVar[str] = "loyalty.member_referred"

    referral_id: int
    is_alike: bool


@dataclass(frozen=True, slots=True)
class PointsReviewed(Fact):
    """Staff froze, released or took back a member's points; he has to be told."""

    name: ClassVar[str] = "loyalty.points_reviewed"

    case_id: int
    what: str
