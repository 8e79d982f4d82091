"""What kept days earn.

The daily check-in and the day that a card makes up are acts of loyalty's rules; what a day earns
that staff grant to all is decided here, by their own grant.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.checkin.types import Grant
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Claw, Earn, Fund, Part
from app.loyalty import service as loyalty
from app.loyalty.types import Act, Award, Value

DAILY, MADE_UP, HEALED = "checkin.daily", "checkin.made_up", "checkin.healed"
GRANTED, UNDONE = "checkin.granted", "checkin.grant_undone"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """What a made-up day earned: points in all, of these for milestones."""

    points: int
    healed: int


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a rule may ask about a check-in.

    Attributes:
        due: milestones to be paid with it.
        place: among the first of the day, or 0.
    """

    member_id: int
    check_in_id: int
    at: datetime
    streak_days: int
    due: tuple[int, ...]
    place: int = 0

    def act(self) -> Act:
        """Return it as loyalty rewards it: the ladder pays every milestone that it reached."""
        about: dict[str, Value] = {
            "streak_days": self.streak_days,
            "milestones": self.due,
            "place": self.place,
        }
        return Act(self.member_id, DAILY, Ref("checkin", self.check_in_id), self.at, about)


def pay_daily(tapped: Tapped) -> Award:
    """Give the points of a check-in; its milestones are in the same ledger transaction."""
    act = tapped.act()
    return loyalty.reward(act.member_id, act.action, source=act.source, about=act.about)


def pay_all(tapped: Sequence[Tapped]) -> list[Award]:
    """Give the points of many check-ins, set-wise."""
    return loyalty.reward_many([each.act() for each in tapped])


def pay_made_up(
    member_id: int, check_in_id: int, points: int, due: Sequence[int], streak_days: int
) -> MadeUp:
    """Give what a made-up day earns by loyalty's rules, milestones included.

    Args:
        member_id: whose day.
        check_in_id: of the day.
        points: what the operator lets a made-up day earn.
        due: days of the milestones that it reaches.
        streak_days: how long the run is now.
    """
    about: dict[str, Value] = {
        "streak_days": streak_days,
        "milestones": tuple(due),
        "points": points,
    }
    award = loyalty.reward(member_id, MADE_UP, source=Ref("checkin", check_in_id), about=about)
    return MadeUp(award.points, award.points_by(HEALED))


Given = Sequence[tuple[int, int]]
"""(member, id of his granted day)."""


def pay_granted(grant: Grant, given: Given) -> None:
    """Give what a granted day earns, set-wise."""
    if not grant.points:
        return
    part = Part(GRANTED, grant.points, grant.points, fund=Fund.CHECKIN)
    ledger.post_many(
        [
            Earn(
                member_id=member_id,
                parts=(part,),
                scope=GRANTED,
                key=str(check_in_id),
                source=Ref("checkin_granted", check_in_id),
                actor_id=grant.started_by,
            )
            for member_id, check_in_id in given
        ]
    )


def take_granted(grant: Grant, given: Given) -> None:
    """Take back what a granted day has earned, set-wise."""
    if not grant.points:
        return
    ledger.post_many(
        [
            Claw(
                member_id=member_id,
                fund=Fund.CHECKIN,
                points=grant.points,
                growth=grant.points,
                reason=UNDONE,
                scope=UNDONE,
                key=str(check_in_id),
                source=Ref("checkin_granted", check_in_id),
                actor_id=grant.undone_by,
            )
            for member_id, check_in_id in given
        ]
    )
