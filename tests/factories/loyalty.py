"""Acts and awards for every domain's tests."""

from itertools import count

from app.kernel import ids
from app.kernel.types import Ref
from app.loyalty import service
from app.loyalty.types import Award

_numbers = count(1)


def a_source(kind: str = "thread") -> Ref:
    """Return a reference to something new."""
    return Ref(kind, ids.next_id())


def give(member_id: int, points: int) -> list[Award]:
    """Give a member at least so many points, as received likes and photo threads would."""
    awards: list[Award] = []
    while sum(award.points for award in awards) < points:
        awards.append(service.reward(member_id, "checkin.daily", source=a_source("checkin")))
    return awards
