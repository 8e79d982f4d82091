"""When an order may come back, and when in its life something did."""

from datetime import date, datetime, timedelta

from app.commerce.types import RefundPhase
from app.kernel import clock


def window_ends_on(paid_at: datetime, return_window_days: int) -> date:
    """Return the last day of the return window, counted from the business day of payment."""
    return clock.business_date(paid_at) + timedelta(days=return_window_days)


def is_window_over(ends_on: date, today: date | None = None) -> bool:
    """Return whether nothing can come back any more: the last day has passed."""
    return ends_on < (today or clock.business_date())


def usable_from(ends_on: date) -> date:
    """Return the first day on which an order's points can be spent."""
    return ends_on + timedelta(days=1)


def phase_of(
    refunded_at: datetime, shipped_at: datetime | None, received_at: datetime | None, qty: int
) -> RefundPhase:
    """Return when in an order's life a refund happened, where the channel does not say.

    Read off the order's own dates. Without any, pieces that came back must have arrived once.
    """
    if received_at is not None and received_at <= refunded_at:
        return RefundPhase.AFTER_RECEIPT
    if shipped_at is not None:
        arrived = RefundPhase.AFTER_SHIPPING, RefundPhase.BEFORE_SHIPPING
        return arrived[0] if shipped_at <= refunded_at else arrived[1]
    known = received_at is not None
    return RefundPhase.AFTER_RECEIPT if qty and not known else RefundPhase.BEFORE_SHIPPING
