"""Orders that end early: points return to the lots they came from, pieces to the stock."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, facts, goods
from app.kernel.db import changed, db, use_case
from app.kernel.goods import Giving, Thing
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import GRACE_DAYS, HoldResolvedError, Release, Reverse
from app.rewards import policy
from app.rewards.events import OrderEnded
from app.rewards.models import ORDER
from app.rewards.service import money, parting, stocking, telling, writing
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


@use_case
def cancel(member_id: int, code: str, only: Collection[int] | None = None) -> bool:
    """Let a member change his mind; return whether that is new.

    Of what was handed over, what he has not used goes back; the rest stays his.

    Args:
        member_id: whose order.
        code: of the order.
        only: pieces that alone go back, by the numbers that ``goods.returnable`` tells.

    Raises:
        NoSuchOrderError: it is none of his.
        TooLateError: it is packed already, or was handed over and can't go back.
    """
    ledger.lock_wallets([member_id])
    order = locked_order(ORDER.c.code == code, ORDER.c.member_id == member_id)
    if order.state in policy.ENDED:
        return False
    if order.state in policy.MEMBER_CANCELS:
        end(order, State.CANCELLED, Why.MEMBER)
        return True
    if order.state is not State.DONE:
        raise TooLateError
    may = [number for number, _name in goods.returnable(order.goods, goods_key(order.id))]
    wanted = may if only is None else [number for number in may if number in only]
    if not wanted:
        raise TooLateError
    undo_unused(order, Why.MEMBER, only=wanted)
    return True


@use_case
def call_off(order_id: int) -> bool:
    """Undo an order because what it handed over doesn't take place; return whether it is undone.

    Raises:
        TooLateError: everything that was handed over has been used.
    """
    member_id = db.session.scalar(sa.select(ORDER.c.member_id).where(ORDER.c.id == order_id))
    if member_id is None:
        return False
    ledger.lock_wallets([member_id])
    order = locked_order(ORDER.c.id == order_id)
    if order.state in policy.ENDED:
        return True
    if _is_handed_over(order):
        undo_unused(order, Why.STAFF)
    else:
        end(order, State.REFUNDED, Why.STAFF)
    return True


@use_case
def refund(
    code: str, *, actor_id: int, why: Why = Why.STAFF, returns_to_stock: bool = True
) -> bool:
    """Undo an order by hand, whatever its state; return whether that is new.

    Of what was handed over, what is unused is undone; the rest stays with the member.

    Args:
        code: of the order.
        actor_id: the member of staff.
        why: for the member and the record.
        returns_to_stock: whether the pieces can be sold again.

    Raises:
        NoSuchOrderError: there is none.
        TooLateError: everything that was handed over has been used.
    """
    order = by_code(code)
    ledger.lock_wallets([order.member_id])
    order = locked_order(ORDER.c.id == order.id)
    if order.state in policy.ENDED:
        return False
    if _is_handed_over(order):
        undo_unused(order, why, actor_id=actor_id, returns_to_stock=returns_to_stock)
    else:
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

    What went back of it before stays as it is.
    """
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


def undo_unused(
    order: Any,
    why: Why,
    *,
    only: Collection[int] | None = None,
    actor_id: int | None = None,
    returns_to_stock: bool = True,
) -> None:
    """Take back what of a locked order was handed over and not used, and give back its share.

    When nothing is left with the member, the order ends.

    Args:
        order: one that is done, of goods.
        why: for the member and the record.
        only: the pieces that alone go back, by their numbers.
        actor_id: the member of staff, if one does it.
        returns_to_stock: whether the pieces can be sold again.

    Raises:
        TooLateError: all of it has been used, or went back before.
    """
    thing, left = Thing.parse(order.goods or ""), order.pieces - order.pieces_back
    giving = Giving(member_id=order.member_id, ref=thing.ref, count=left, key=goods_key(order.id))
    pieces = min(goods.take_unused(thing.kind, giving, only), left)
    if not pieces:
        raise TooLateError
    if pieces == left:
        end(order, State.REFUNDED, why, actor_id=actor_id, returns_to_stock=returns_to_stock)
        return
    parting.part_back(order, pieces, why, actor_id=actor_id, returns_to_stock=returns_to_stock)


def _is_handed_over(order: Any) -> bool:
    return order.state is State.DONE and order.delivery is Delivery.GOODS


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
    for txn_id, left in policy.left_by_txn(order).items():
        if left or not order.pieces_back:
            posted = ledger.post(
                Reverse(
                    txn_id=txn_id, points=left if order.pieces_back else None,
                    reason=parting.REFUNDED, scope=parting.SCOPE, key=f"{order.id}:{txn_id}",
                    source=source,
                )
            )  # fmt: skip
            back += posted.points
    return back


def _restock(order: Any, state: State) -> None:
    cause = Movement.CANCELLED if state is State.CANCELLED else Movement.REFUNDED
    if order.given_key is not None:
        cause = Movement.TAKEN_BACK
    stocking.put_back_counted(order.variant_id, order.pieces - order.pieces_back, cause, order.id)


def stamp(order_id: int, **values: Any) -> int:
    """Set columns of an order that say nothing about its state."""
    return changed(sa.update(ORDER).where(ORDER.c.id == order_id).values(**values))
