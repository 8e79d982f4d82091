"""Too late to cancel: a member asks for a refund, staff answer."""

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.db import changed, use_case
from app.kernel.types import Ref
from app.rewards import policy
from app.rewards.models import ORDER
from app.rewards.service import telling
from app.rewards.service.ending import by_code, locked_order, stamp
from app.rewards.types import ORDER_REF, AskedBeforeError, TooLateError

DECLINED = "declined"


@use_case
def ask_refund(member_id: int, code: str) -> bool:
    """Note that a member wants an order undone that he can't cancel any more.

    Returns:
        Whether that is new.

    Raises:
        NoSuchOrderError: it is none of his.
        TooLateError: it has ended, or can be cancelled by himself.
        AskedBeforeError: staff have answered already.
    """
    order = locked_order(ORDER.c.code == code, ORDER.c.member_id == member_id)
    if order.refund_declined_at is not None:
        raise AskedBeforeError
    if order.refund_asked_at is not None:
        return False
    if not policy.may_ask_refund(
        order.state, order.delivery, minor=order.minor, is_prize=order.given_key is not None
    ):
        raise TooLateError
    stamp(order.id, refund_asked_at=clock.now())
    return True


@use_case
def decline_refund(code: str, *, actor_id: int) -> bool:
    """Answer that an order is not undone; its owner is told. Return whether that is new.

    Raises:
        NoSuchOrderError: there is none.
    """
    order = by_code(code)
    done = changed(
        sa.update(ORDER)
        .where(
            ORDER.c.id == order.id,
            ORDER.c.refund_asked_at.is_not(None),
            ORDER.c.refund_declined_at.is_(None),
        )
        .values(refund_declined_at=clock.now())
    )
    if done:
        telling.tell_order(order, DECLINED)
        audit.note(actor_id, "mall.refund_declined", Ref(ORDER_REF, order.id))
    return bool(done)
