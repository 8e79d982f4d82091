"""Pure rules of commerce."""

import hashlib
import json
from datetime import date, datetime, timedelta

from app.commerce.types import OrderDraft
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


def fingerprint(channel_code: str, draft: OrderDraft) -> str:
    """Return what an order's figures come to: SHA-256 over buyer, currency, total and day.

    Equal: the order is known, nothing changes. Unequal: it came with other figures. The hour of
    payment and the split into lines stay out: exports of one shop differ in both.
    """
    figures = [
        channel_code,
        draft.external_id,
        draft.buyer,
        draft.currency,
        draft.paid_minor,
        clock.business_date(draft.paid_at).isoformat(),
    ]
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
