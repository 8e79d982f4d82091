"""What kept days earn.

The daily check-in is an act of loyalty's rules; what a card heals and what staff grant is decided
here, by the milestones that loyalty keeps and by the operator's rules.
"""

from collections.abc import Sequence
from datetime import datetime

from app.checkin.types import Grant
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Claw, Earn, Fund, Part
from app.loyalty import service as loyalty
from app.loyalty.types import Act, Award, Milestone, Value

DAILY = "checkin.daily"
MADE_UP, HEALED = "checkin.made_up", "checkin.healed"
GRANTED, UNDONE = "checkin.granted", "checkin.grant_undone"


def daily_act(member_id: int, check_in_id: int, at: datetime, days: int, due: Sequence[int]) -> Act:
    """Return the act of a day's check-in: its streak in days, and the milestones it reached."""
    about: dict[str, Value] = {"streak_days": days, "milestones": tuple(due)}
    return Act(member_id, DAILY, Ref("checkin", check_in_id), at, about)


def pay_daily(act: Act) -> Award:
    """Give the points of a check-in; milestones are in the same ledger transaction."""
    return loyalty.reward(act.member_id, act.action, source=act.source, about=act.about)


def pay_made_up(member_id: int, check_in_id: int, points: int, due: Sequence[Milestone]) -> int:
    """Give what a made-up day earns, milestones included; return it in points."""
    parts = [Part(f"{HEALED}.{m.days}", m.points, m.points, fund=Fund.CHECKIN) for m in due]
    if points:
        parts.insert(0, Part(MADE_UP, points, points, fund=Fund.CHECKIN))
    if not parts:
        return 0
    ledger.post(
        Earn(
            member_id=member_id,
            parts=tuple(parts),
            scope=MADE_UP,
            key=str(check_in_id),
            source=Ref("checkin", check_in_id),
        )
    )
    return sum(part.points for part in parts)


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
