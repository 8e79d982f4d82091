"""Orders' targets against the ledger, for ``flask ledger reconcile``."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.commerce import queries
from app.commerce.models import OrderAward
from app.kernel.db import changed, use_case
from app.kernel.types import Ref
from app.ledger.service import Difference


def reconcile_awards(repair: bool) -> Iterator[Difference]:  # noqa: FBT001 - the ledger's signature
    """Yield every order whose points don't agree; with ``repair`` put wrong award rows right.

    An award row is a projection of the ledger and may be rewritten from it. An order whose target
    is not what was posted stays a difference: only a posting could put that right.
    """
    for drift in queries.award_drifts():
        is_repaired = (
            repair and drift.target == drift.posted and _set_award(drift.order_id, drift.posted)
        )
        yield Difference(Ref("order", drift.order_id), drift.target, drift.posted, is_repaired)


@use_case
def _set_award(order_id: int, points: int) -> bool:
    rewritten = changed(
        sa.update(OrderAward).where(OrderAward.order_id == order_id).values(points=points)
    )
    return rewritten == 1
