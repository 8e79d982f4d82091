"""Money to give back: noted by whatever ends a paid order or by hand, crossed off by staff."""

import hashlib
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref
from app.rewards.models import MONEY_BACK, ORDER, PAYMENT
from app.rewards.policy import share
from app.rewards.types import (
    MAX_NOTE,
    ORDER_REF,
    BackWhy,
    Came,
    NoSuchMoneyError,
    NoSuchOrderError,
    PaymentState,
    State,
    WaitsForMoneyError,
)
from app.rewards.types.money import BACK_REF


def owe_for_order(order: Any) -> bool:
    """Note that the money of an order that ends goes back; what came counts, not what was asked.

    What parts of it went back before is taken off. Two statements, none where no money had come.
    """
    return _owe_share(f"order:{order.id}", order, order.pieces_back, order.pieces)


def owe_for_part(order: Any, pieces: int) -> bool:
    """Note that the money of some pieces goes back, exactly: all parts together are the whole.

    Two statements, none where no money had come.
    """
    before = order.pieces_back
    return _owe_share(f"part:{order.id}:{before + pieces}", order, before, before + pieces)


def _owe_share(key: str, order: Any, before: int, after: int) -> bool:
    """Note what an order's pieces from one number to another have cost in money."""
    if order.paid_at is None or not order.minor:
        return False
    came = db.session.execute(
        sa.select(PAYMENT.c.id, PAYMENT.c.minor, PAYMENT.c.currency).where(
            PAYMENT.c.order_id == order.id, PAYMENT.c.state == PaymentState.TAKEN
        )
    ).one_or_none()
    whole = (came or order).minor
    minor = share(whole, after, order.pieces) - share(whole, before, order.pieces)
    currency = (came or order).currency
    return minor > 0 and _owe(
        key, order.id, came.id if came else None, minor, currency, BackWhy.ENDED
    )


def owe_for_payment(payment: Any, why: BackWhy) -> bool:
    """Note that a payment goes back which paid for nothing. One statement."""
    return _owe(
        f"payment:{payment.id}", payment.order_id, payment.id, payment.minor, payment.currency, why
    )


def _owe(
    key: str,
    order_id: int | None,
    payment_id: int | None,
    minor: int,
    currency: str,
    why: BackWhy,
    note: str = "",
) -> bool:
    row = {
        "id": ids.next_id(), "key": key, "order_id": order_id, "payment_id": payment_id,
        "minor": minor, "currency": currency, "why": why, "made_at": clock.now(), "note": note,
    }  # fmt: skip
    statement = insert(MONEY_BACK).values(row).on_conflict_do_nothing(index_elements=["key"])
    return bool(changed(statement))


@use_case
def note_late(came: Came, *, actor_id: int) -> bool:
    """Note by hand that money came for an order that has ended, or that is paid already.

    It lands in the money to give back; the order itself stays as it is. The same form again is the
    same money.

    Returns:
        Whether that is new.

    Raises:
        NoSuchOrderError: there is none of this code.
        WaitsForMoneyError: the order waits for its money: it is marked as paid instead.
    """
    order = db.session.execute(
        sa.select(ORDER.c.id, ORDER.c.state, ORDER.c.currency)
        .where(ORDER.c.code == came.order_code)
        .with_for_update()
    ).one_or_none()
    if order is None:
        raise NoSuchOrderError
    if order.state is State.WAITING_MONEY:
        raise WaitsForMoneyError
    is_new = _owe(
        f"hand:{order.id}:{hashlib.sha256(came.request_key.encode()).hexdigest()[:12]}",
        order.id,
        None,
        came.minor,
        order.currency,
        BackWhy.LATE,
        note=came.note[:MAX_NOTE],
    )
    if is_new:
        audit.note(actor_id, "mall.money_came_late", Ref(ORDER_REF, order.id), minor=came.minor)
    return is_new


@use_case
def note_given_back(back_id: int, note: str, *, actor_id: int) -> bool:
    """Note that money went back outside; return whether that is new.

    Raises:
        NoSuchMoneyError: there is none of this number.
    """
    done = changed(
        sa.update(MONEY_BACK)
        .where(MONEY_BACK.c.id == back_id, MONEY_BACK.c.done_at.is_(None))
        .values(done_at=clock.now(), done_by_id=actor_id, note=note[:MAX_NOTE])
    )
    if done:
        audit.note(actor_id, "mall.money_given_back", Ref(BACK_REF, back_id))
    else:
        _check_is_there(back_id)
    return bool(done)


@use_case
def note_still_owed(back_id: int, *, actor_id: int) -> bool:
    """Take it back that money went back; return whether that is new.

    Raises:
        NoSuchMoneyError: there is none of this number.
    """
    done = changed(
        sa.update(MONEY_BACK)
        .where(MONEY_BACK.c.id == back_id, MONEY_BACK.c.done_at.is_not(None))
        .values(done_at=None, done_by_id=None)
    )
    if done:
        audit.note(actor_id, "mall.money_still_owed", Ref(BACK_REF, back_id))
    else:
        _check_is_there(back_id)
    return bool(done)


def _check_is_there(back_id: int) -> None:
    known = db.session.scalar(sa.select(MONEY_BACK.c.id).where(MONEY_BACK.c.id == back_id))
    if known is None:
        raise NoSuchMoneyError
