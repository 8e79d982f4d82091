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
class TierChanged(Fact):
    """A member stands in another tier.

    Attributes:
        kind: why, see ``ChangeKind``.
    """

    name: ClassVar[str] = "tier.changed"

    from_key: str
    to_key: str
    kind: str
    ladder: int


@dataclass(frozen=True, slots=True)
class TierAtRisk(Fact):
    """A member may lose his tier: it ends soon, or its grace has begun.

    Attributes:
        kind: ``warned``, ``grace`` or ``taken_back``.
        until: ISO day: last day of the year, or of grace.
    """

    name: ClassVar[str] = "tier.at_risk"

    key: str
    kind: str
    until: str


@dataclass(frozen=True, slots=True)
class LadderPublished(Fact):
    """A new ladder will drive the tiers."""

    name: ClassVar[str] = "tier.ladder_published"

    number: int


@dataclass(frozen=True, slots=True)
class SuperMemberInvited(Fact):
    """A member's net spend reached the mark: he is invited."""

    name: ClassVar[str] = "super_member.invited"

    net_minor: int


@dataclass(frozen=True, slots=True)
class SuperMemberChanged(Fact):
    """A super membership stands elsewhere: accepted, declined, under review, kept, ended.

    Attributes:
        from_state: see ``SuperState``.
        net_minor: minor units of the home currency.
    """

    name: ClassVar[str] = "super_member.changed"

    from_state: str
    to_state: str
    net_minor: int


@dataclass(frozen=True, slots=True)
class ClosenessScored(Fact):
    """All members' closeness was computed anew for a day."""

    name: ClassVar[str] = "closeness.scored"

    members: int
    changed: int


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
