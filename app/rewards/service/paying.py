"""What is paid later: a money part, the rest of a pre-order; and what is never paid."""

from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Spend
from app.rewards import policy
from app.rewards.models import ORDER, ORDER_ADDRESS
from app.rewards.service import stepping, telling
from app.rewards.service.buying import capture, hand_over
from app.rewards.service.ending import by_code, end, locked_order, stamp
from app.rewards.types import ORDER_REF, NotDueError, State, TooLateError, Why

REST = "mall.rest"
BATCH = 50


@use_case
def mark_paid(code: str, *, actor_id: int | None) -> bool:
    """Note that the money part has come: the points that waited are spent.

    Args:
        code: of the order.
        actor_id: the member of staff; None: a payment service told it.

    Returns:
        Whether that is new.

    Raises:
        NoSuchOrderError: there is none.
        TooLateError: the order has ended, its points are back: the money must go back, too.
    """
    order = by_code(code)
    ledger.lock_wallets([order.member_id])
    order = locked_order(ORDER.c.id == order.id)
    if order.paid_at is not None:
        return False
    if order.state is not State.WAITING_MONEY:
        raise TooLateError
    settle_paid(order, actor_id)
    audit.note(actor_id, "mall.order_paid", Ref(ORDER_REF, order.id), minor=order.minor)
    return True


def settle_paid(order: Any, actor_id: int | None) -> None:
    """Spend what waited for the money of a locked order, and let the order go on."""
    _settle(order, {"paid_at": clock.now(), **capture(order.id, order.hold_id)}, actor_id)


@use_case
def pay_rest(member_id: int, code: str) -> bool:
    """Pay the rest of a pre-order in points; return whether that is new.

    Raises:
        NoSuchOrderError: it is none of his.
        NotDueError: the rest isn't due yet.
        TooLateError: the time for it is over.
        InsufficientPointsError: he has fewer points than the rest.
    """
    ledger.lock_wallets([member_id])
    order = locked_order(ORDER.c.code == code, ORDER.c.member_id == member_id)
    if order.rest_txn_id is not None:
        return False
    if order.state is not State.WAITING_REST or order.pay_by <= clock.now():
        raise TooLateError
    if order.rest_from is not None and order.rest_from > clock.now():
        raise NotDueError
    source = Ref(ORDER_REF, order.id)
    values = capture(order.id, order.hold_id)
    rest = ledger.post(
        Spend(
            member_id=member_id, points=order.points - order.deposit_points, reason=REST,
            scope=REST, key=str(order.id), source=source,
        )
    )  # fmt: skip
    _settle(order, {**values, "rest_txn_id": rest.txn_id}, None)
    return True


def _settle(order: Any, values: dict[str, Any], actor_id: int | None) -> None:
    """Let an order that is paid in full go on."""
    has_address = (
        db.session.scalar(
            sa.select(ORDER_ADDRESS.c.order_id).where(ORDER_ADDRESS.c.order_id == order.id)
        )
        is not None
    )
    state = policy.first_state(
        order.delivery, has_money=False, is_ahead=False, has_address=has_address
    )
    stamp(order.id, pay_by=None, **values)
    stepping.step(order, state, actor_id=actor_id)
    if state is State.DONE:
        hand_over(order.id, order.member_id, order.goods, order.pieces)


# --- what is never paid --------------------------------------------------------------------------


def end_unpaid(limit: int = BATCH) -> int:
    """End orders whose time to pay is over; return how many. Points and pieces go back."""
    found = db.session.scalars(
        sa.select(ORDER.c.id)
        .where(ORDER.c.pay_by.is_not(None), ORDER.c.pay_by <= clock.now())
        .order_by(ORDER.c.pay_by)
        .limit(limit)
    ).all()
    db.session.rollback()
    return sum(_end_unpaid(order_id) for order_id in found)


@use_case
def _end_unpaid(order_id: int) -> bool:
    member_id = db.session.scalar(sa.select(ORDER.c.member_id).where(ORDER.c.id == order_id))
    ledger.lock_wallets([member_id or 0])
    order = locked_order(ORDER.c.id == order_id)
    if order.state not in policy.WAITING or order.pay_by is None or order.pay_by > clock.now():
        return False
    end(order, State.CANCELLED, Why.UNPAID)
    return True


@use_case
def tell_rest_due(limit: int = BATCH) -> int:
    """Tell members that the rest of a pre-order is due; return how many orders that was."""
    rows = db.session.execute(
        sa.select(ORDER)
        .where(ORDER.c.state == State.WAITING_REST, ORDER.c.rest_from <= clock.now())
        .order_by(ORDER.c.id)
        .limit(limit)
    ).all()
    for row in rows:
        telling.tell_order(row, "rest")
        stamp(row.id, rest_from=None)
    return len(rows)
