"""Points whose amount stands in the thing itself: a mission, a camp's bonus."""

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part
from app.loyalty import policy
from app.loyalty.queries import context


def pay(
    member_id: int, reason: str, points: int, *, scope: str, key: str, source: Ref
) -> int | None:
    """Post points and as much growth; return what was given. Twice under one key is once.

    Joins the caller's transaction. None: the member is frozen, or the ledger refuses. Nothing was
    given, the caller goes on, and the points wait until a sweep asks again.

    Args:
        member_id: who gets them.
        reason: of the statement's line.
        points: whole points; 0 posts nothing.
        scope: who names the key.
        key: ids only.
        source: what it is for.
    """
    if not points:
        return 0
    known = context.of_members([member_id], (policy.FROZEN,))
    if known.get(member_id, {}).get(policy.FROZEN):
        return None
    earn = Earn(
        member_id=member_id,
        parts=(Part(reason=reason, points=points, growth=points, fund=Fund.PRIZE),),
        scope=scope,
        key=key,
        source=source,
        occurred_at=clock.now(),
    )
    try:
        with db.session.begin_nested():
            ledger.post(earn)
    except DomainError:
        return None
    return points
