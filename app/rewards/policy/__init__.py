"""Who may buy what, and what may become of an order. Pure."""

from app.rewards.policy.buying import check_open, check_terms, first_state, limit_of
from app.rewards.policy.drafts import check_draft
from app.rewards.policy.orders import (
    CANCELLABLE,
    ENDED,
    MEMBER_CANCELS,
    NEXT,
    REFUNDABLE,
    WAITING,
    left_by_txn,
    may_ask_refund,
    may_follow,
    share,
)

__all__ = [
    "CANCELLABLE",
    "ENDED",
    "MEMBER_CANCELS",
    "NEXT",
    "REFUNDABLE",
    "WAITING",
    "check_draft",
    "check_open",
    "check_terms",
    "first_state",
    "left_by_txn",
    "limit_of",
    "may_ask_refund",
    "may_follow",
    "share",
]
