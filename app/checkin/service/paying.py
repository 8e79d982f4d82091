"""What kept days earn.

All of it goes by loyalty's rules: the daily check-in, the day that a card makes up, and the day
that staff grant to all, which brings along what their grant says it is worth.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.checkin.types import Grant
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import queries as ledger_queries
from app.ledger import service as ledger
from app.ledger.types import Claw, Fund
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


def pay_granted(grant: Grant, given: Given, again: Sequence[int] = ()) -> None:
    """Give what a granted day earns by loyalty's rules, set-wise.

    Args:
        grant: says what the day is worth before limits and campaigns.
        given: whose days.
        again: ids of days that stood before. One that an earlier grant had given and that was taken
            back is worth again what it was worth then.
    """
    if not grant.points:
        return
    now = clock.now()
    about: dict[str, Value] = {"points": grant.points}
    acts = [Act(member_id, GRANTED, _granted(day_id), now, about) for member_id, day_id in given]
    try:
        with db.session.begin_nested():
            loyalty.reward_many(acts)
    except DomainError:  # of one of them: the others have theirs
        for act in acts:
            loyalty.reward(act.member_id, GRANTED, source=act.source, about=about)
    if again:
        loyalty.give_back(*map(_granted, again))


def take_granted(grant: Grant, given: Given) -> None:
    """Take back what granted days have earned, set-wise."""
    if not grant.points:
        return
    loyalty.take_back(*(_granted(day_id) for _member, day_id in given), reason=UNDONE)
    _take_old(grant, given)


def _granted(day_id: int) -> Ref:
    return Ref("checkin_granted", day_id)


def _take_old(grant: Grant, given: Given) -> None:
    """Take back what was paid before rules knew of granted days: no rule's award stands for it."""
    found = ledger_queries.left_by_member("checkin_granted", [day_id for _member, day_id in given])
    left = {
        day_id: (sum(each.points for each in rests), sum(each.growth for each in rests))
        for day_id, wallets in found.items()
        if (rests := wallets.values())
    }
    ledger.post_many(
        [
            Claw(
                member_id=member_id,
                fund=Fund.CHECKIN,
                points=left[day_id][0],
                growth=left[day_id][1],
                reason=UNDONE,
                scope=UNDONE,
                key=str(day_id),
                source=_granted(day_id),
                actor_id=grant.undone_by,
            )
            for member_id, day_id in given
            if max(left.get(day_id, (0, 0))) > 0
        ]
    )
