"""Points whose amount stands in the thing itself: a mission, a camp's bonus."""

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part


def pay(member_id: int, reason: str, points: int, *, scope: str, key: str, source: Ref) -> int:
    """Post points and as much growth; return what was given. Twice under one key is once.

    Joins the caller's transaction. If the ledger refuses (a frozen wallet), nothing is given and
    the caller goes on, as with every other act.

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
        return 0
    return points
