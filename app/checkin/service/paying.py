"""What kept days earn.

The daily check-in is an act of loyalty's rules; what a card heals and what staff grant is decided
here, by the milestones that loyalty keeps and by the operator's rules.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.checkin.types import Grant
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Claw, Earn, Fund, Part
from app.loyalty import service as loyalty
from app.loyalty.types import Act, Award, Milestone, Value

DAILY, MADE_UP, HEALED = "checkin.daily", "checkin.made_up", "checkin.healed"
GRANTED, UNDONE = "checkin.granted", "checkin.grant_undone"


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
    member_id: int, check_in_id: int, points: int, due: Sequence[Milestone], streak_days: int
) -> int:
    """Give what a made-up day earns, milestones included; return it in points.

    Loyalty is told of the act, so that missions and badges know, and a rule could pay for it.
    """
    source = Ref("checkin", check_in_id)
    about: dict[str, Value] = {"streak_days": streak_days}
    award = loyalty.reward(member_id, MADE_UP, source=source, about=about)
    first = [Part(MADE_UP, points, points, fund=Fund.CHECKIN)] if points else []
    return award.points + _pay(member_id, check_in_id, first, due)


def _pay(member_id: int, check_in_id: int, parts: list[Part], due: Sequence[Milestone]) -> int:
    healed = [Part(f"{HEALED}.{m.days}", m.points, m.points, fund=Fund.CHECKIN) for m in due]
    if not parts and not healed:
        return 0
    ledger.post(
        Earn(
            member_id=member_id,
            parts=(*parts, *healed),
            scope=MADE_UP,
            key=str(check_in_id),
            source=Ref("checkin", check_in_id),
        )
    )
    return sum(part.points for part in (*parts, *healed))


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
