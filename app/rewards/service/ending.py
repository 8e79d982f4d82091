"""Orders that end early: points return to the lots they came from, pieces to the stock."""

from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, facts, goods
from app.kernel.db import changed, db, use_case
from app.kernel.goods import Thing
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import GRACE_DAYS, HoldResolvedError, Release, Reverse
from app.rewards import policy
from app.rewards.events import OrderEnded
from app.rewards.models import ORDER, VARIANT
from app.rewards.service import money, stocking, telling, writing
from app.rewards.service.buying import RELEASED
from app.rewards.types import (
    ORDER_REF,
    Delivery,
    Movement,
    NoSuchOrderError,
    State,
    TooLateError,
    Why,
    goods_key,
)

REFUNDED = "mall.refunded"


@use_case
def cancel(member_id: int, code: str) -> bool:
    """Let a member change his mind; return whether that is new.

    Raises:
        NoSuchOrderError: it is none of his.
        TooLateError: it is packed already, or was handed over.
    """
    ledger.lock_wallets([member_id])
    order = locked_order(ORDER.c.code == code, ORDER.c.member_id == member_id)
    if order.state in policy.ENDED:
        return False
    if order.state in policy.MEMBER_CANCELS:
        end(order, State.CANCELLED, Why.MEMBER)
    elif order.state is State.DONE and goods.may_return(order.goods, goods_key(order.id)):
        end(order, State.REFUNDED, Why.MEMBER)  # what it handed over is taken back first
    else:
        raise TooLateError
    return True


@use_case
def call_off(order_id: int) -> bool:
    """Undo an order because what it handed over doesn't take place; return whether it is undone."""
    member_id = db.session.scalar(sa.select(ORDER.c.member_id).where(ORDER.c.id == order_id))
    if member_id is None:
        return False
    ledger.lock_wallets([member_id])
    order = locked_order(ORDER.c.id == order_id)
    if order.state not in policy.ENDED:
        end(order, State.REFUNDED, Why.STAFF)
    return True


@use_case
def refund(
    code: str, *, actor_id: int, why: Why = Why.STAFF, returns_to_stock: bool = True
) -> bool:
    """Undo an order by hand, whatever its state; return whether that is new.

    Args:
        code: of the order.
        actor_id: the member of staff.
        why: for the member and the record.
        returns_to_stock: whether the pieces can be sold again.

    Raises:
        NoSuchOrderError: there is none.
        TooLateError: what was handed over has been used.
    """
    order = by_code(code)
    ledger.lock_wallets([order.member_id])
    order = locked_order(ORDER.c.id == order.id)
    if order.state in policy.ENDED:
        return False
    state = State.CANCELLED if order.state in policy.WAITING else State.REFUNDED
    end(order, state, why, actor_id=actor_id, returns_to_stock=returns_to_stock)
    audit.note(actor_id, "mall.order_refunded", Ref(ORDER_REF, order.id), why=why.value)
    return True


@use_case
def end_all_of(member_id: int) -> int:
    """End what has not been packed yet of a member who leaves; return how many orders that was."""
    ledger.lock_wallets([member_id])
    rows = db.session.execute(
        sa.select(ORDER)
        .where(ORDER.c.member_id == member_id, ORDER.c.state.in_(sorted(policy.MEMBER_CANCELS)))
        .order_by(ORDER.c.id)
        .with_for_update()
    ).all()
    for row in rows:
        end(row, State.CANCELLED, Why.LEFT)
    return len(rows)


def by_code(code: str) -> Any:
    """Return an order's row.

    Raises:
        NoSuchOrderError: there is none.
    """
    row = db.session.execute(sa.select(ORDER).where(ORDER.c.code == code)).one_or_none()
    if row is None:
        raise NoSuchOrderError
    return row


def locked_order(*conditions: sa.ColumnElement[bool]) -> Any:
    """Return an order's row, locked until the transaction ends. One statement.

    Wallets are locked before orders, orders before stocks: nobody waits in a circle.

    Raises:
        NoSuchOrderError: there is none.
    """
    row = db.session.execute(sa.select(ORDER).where(*conditions).with_for_update()).one_or_none()
    if row is None:
        raise NoSuchOrderError
    return row


def end(
    order: Any,
    state: State,
    why: Why,
    *,
    actor_id: int | None = None,
    returns_to_stock: bool = True,
) -> None:
    """End a locked order: points and pieces go back, and money is noted that must go back outside.

    Raises:
        TooLateError: what was handed over has been used.
    """
    if order.state is State.DONE and order.delivery is Delivery.GOODS:
        _take_back(order)
    writing.move_on(
        order.id, order.state, state, actor_id, why=why, ended_at=clock.now(), pay_by=None
    )
    points = _give_back(order)
    money.owe_for_order(order)
    if returns_to_stock:
        _restock(order, state)
    if why not in {Why.MEMBER, Why.LEFT}:
        telling.tell_order(order, state.value)
    facts.publish(
        OrderEnded(order.id, order.item_id, state.value, why.value, points),
        actor_id=actor_id or order.member_id,
        subject=Ref(ORDER_REF, order.id),
    )


def _take_back(order: Any) -> None:
    thing = Thing.parse(order.goods or "")
    if not goods.take_back(thing.kind, goods_key(order.id)):
        raise TooLateError


def _give_back(order: Any) -> int:
    """Return the points that came back."""
    source = Ref(ORDER_REF, order.id)
    back = 0
    if order.hold_id is not None and order.txn_id is None:
        with suppress(HoldResolvedError):  # the ledger's own clock was faster: they are back
            ledger.post(
                Release(
                    hold_id=order.hold_id, scope=RELEASED, key=str(order.id), source=source,
                    grace_days=GRACE_DAYS,
                )
            )  # fmt: skip
        back = order.deposit_points or order.points
    for txn_id in (order.txn_id, order.rest_txn_id):
        if txn_id is not None:
            posted = ledger.post(
                Reverse(
                    txn_id=txn_id, reason=REFUNDED, scope="mall.refund",
                    key=f"{order.id}:{txn_id}", source=source,
                )
            )  # fmt: skip
            back += posted.points
    return back


def _restock(order: Any, state: State) -> None:
    is_counted = db.session.scalar(
        sa.select(~VARIANT.c.is_endless).where(VARIANT.c.id == order.variant_id)
    )
    if not is_counted:
        return
    cause = Movement.CANCELLED if state is State.CANCELLED else Movement.REFUNDED
    if order.given_key is not None:
        cause = Movement.TAKEN_BACK
    stocking.put_back(order.variant_id, order.pieces, cause, order.id)


def stamp(order_id: int, **values: Any) -> int:
    """Set columns of an order that say nothing about its state."""
    return changed(sa.update(ORDER).where(ORDER.c.id == order_id).values(**values))
