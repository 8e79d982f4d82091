"""Adjustments for tests."""

from itertools import count

from app.loyalty.service import grants as service
from app.loyalty.service import grants_working
from app.loyalty.types.grants import Adjusted, GrantReason, Wish

_numbers = count(1)


def a_wish(
    member_id: int, points: int, *, key: str = "", reason: GrantReason = GrantReason.THANKS
) -> Wish:
    """Return an adjustment as staff would ask for it."""
    return Wish(member_id, points, reason, "", key or f"a-key-of-the-form-{next(_numbers):06}")


def a_grant(actor_id: int, member_id: int, points: int, **more: object) -> Adjusted:
    """Give or take points, or propose it."""
    return service.adjust(actor_id, a_wish(member_id, points, **more))  # type: ignore[arg-type]


def work_all() -> int:
    """Let the worker go on with batches until none waits; return how many turns that took."""
    turns = 0
    while grants_working.work_some():
        turns += 1
    return turns
