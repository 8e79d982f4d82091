"""Where parcels went is forgotten once nobody needs it. What travels too long has arrived."""

from datetime import timedelta

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, db, use_case
from app.rewards.models import ORDER, ORDER_ADDRESS
from app.rewards.service import fulfilling
from app.rewards.settings import address_time
from app.rewards.types import Delivery, State

ARRIVED_AFTER = timedelta(days=21)
OVER = (State.DONE, State.CANCELLED, State.REFUNDED)


@use_case
def erase_addresses(limit: int = 500) -> int:
    """Delete the addresses of orders that have been over for long enough; return how many."""
    due = (
        sa.select(ORDER_ADDRESS.c.order_id)
        .join(ORDER, ORDER.c.id == ORDER_ADDRESS.c.order_id)
        .where(ORDER.c.state.in_(OVER), ORDER.c.changed_at <= clock.now() - address_time())
        .limit(limit)
    )
    return changed(sa.delete(ORDER_ADDRESS).where(ORDER_ADDRESS.c.order_id.in_(due)))


@use_case
def settle_arrivals(limit: int = 100) -> int:
    """Count parcels that nobody has missed for three weeks as received; return how many."""
    codes = db.session.scalars(
        sa.select(ORDER.c.code)
        .where(
            ORDER.c.state == State.SHIPPED,
            ORDER.c.delivery == Delivery.POST,
            ORDER.c.changed_at <= clock.now() - ARRIVED_AFTER,
        )
        .order_by(ORDER.c.id)
        .limit(limit)
    ).all()
    for code in codes:
        order = fulfilling.parcel(code)
        if order.state is State.SHIPPED:
            fulfilling.go_on(order, State.DONE, None)
    return len(codes)
