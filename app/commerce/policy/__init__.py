"""Pure rules of commerce: windows, versions of one order, and what an order's rows come to."""

from app.commerce.policy.standing import order_standing, points_by_line, spread
from app.commerce.policy.versions import (
    Figures,
    balanced,
    buyer_forms,
    fingerprint,
    fingerprint_of,
    fingerprints,
    judge,
    refund_fingerprint,
    refund_rank,
    refund_version,
    tail_of,
)
from app.commerce.policy.windows import is_window_over, phase_of, usable_from, window_ends_on

__all__ = [
    "Figures",
    "balanced",
    "buyer_forms",
    "fingerprint",
    "fingerprint_of",
    "fingerprints",
    "is_window_over",
    "judge",
    "order_standing",
    "phase_of",
    "points_by_line",
    "refund_fingerprint",
    "refund_rank",
    "refund_version",
    "spread",
    "tail_of",
    "usable_from",
    "window_ends_on",
]
