"""Points whose amount stands in the thing itself, a mission or a camp: by rules all the same."""

from collections.abc import Mapping

from app.kernel import clock
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.service.rewarding import reward_one
from app.loyalty.types import Act, Value


def pay(
    member_id: int, action: str, points: int, *, source: Ref, about: Mapping[str, Value]
) -> int | None:
    """Let the rules pay an act that says itself how much it is worth; return what they give.

    Joins the caller's transaction. Twice for one source is once. Points of a frozen member count
    as given: they wait in the act log, and are paid when the freeze ends.

    Args:
        member_id: who gets them.
        action: what he did; its rule takes the amount from the act.
        points: whole points before limits, multiplier and campaign; of 0 the act log knows too.
        source: what it is for.
        about: what else rules may ask.

    Returns:
        Points; None: the ledger refuses. The caller goes on, and a sweep asks again.
    """
    told = {**about, policy.AMOUNT: points}
    award = reward_one(Act(member_id, action, source, clock.now(), told))
    return None if award is None else award.points
