"""What payment services tell: each payment once; what fits no order is set aside, never lost."""

from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.rewards import policy
from app.rewards.models import ORDER, PAYMENT
from app.rewards.service import money, paying
from app.rewards.service.ending import locked_order
from app.rewards.types import (
    MAX_NOTE,
    ORDER_REF,
    BackWhy,
    Decision,
    NoSuchMoneyError,
    PaymentConflictError,
    PaymentState,
    PaymentWhy,
    State,
    Taken,
    Told,
    TooLateError,
)
from app.rewards.types.money import PAYMENT_REF

CODE_LENGTH = 32
Judged = tuple[PaymentState, PaymentWhy | None]
_UNKNOWN: Judged = (PaymentState.KEPT, PaymentWhy.UNKNOWN)


def take_payment(told: Told) -> Taken:
    """Let a payment in, once, and let its order go on if it fits.

    The row of the payment and what it does are one transaction. Where the order can't go on
    (what it hands over is gone, the member's points are frozen) the payment is set aside.

    Args:
        told: a payment whose signature was right.

    Returns:
        What became of it at once.

    Raises:
        PaymentConflictError: the message's number came before with another body.
    """
    try:
        return _take(told)
    except PaymentConflictError:
        raise
    except DomainError:
        return _keep(told, PaymentWhy.FAILED)


@use_case
def _take(told: Told) -> Taken:
    payment_id = _write(told, told.reference)
    if payment_id is None:
        return _known(told)
    order = _order_of(told.order_code)
    state, why = _UNKNOWN
    if order is not None:
        # As everywhere: the payment's row, then the wallet, then the order.
        ledger.lock_wallets([order.member_id])
        order = locked_order(ORDER.c.id == order.id)
        state, why = _judge(order, told)
    _settle(payment_id, state, why, None if order is None else order.id)
    if state is PaymentState.TAKEN:
        paying.settle_paid(order, None)
    elif state is PaymentState.BACK:
        money.owe_for_payment(_payment(payment_id), BackWhy.LATE)
    return Taken(state, why)


@use_case
def _keep(told: Told, why: PaymentWhy) -> Taken:
    payment_id = _write(told, told.reference)
    if payment_id is None:
        return _known(told)
    order = _order_of(told.order_code)
    _settle(payment_id, PaymentState.KEPT, why, None if order is None else order.id)
    return Taken(PaymentState.KEPT, why)


def _judge(order: Any, told: Told) -> Judged:
    """Return what becomes of a payment for a locked order."""
    if order.paid_at is not None:  # perhaps the same money, noted by hand: nobody can know here
        return PaymentState.KEPT, PaymentWhy.PAID
    if order.state in policy.ENDED:
        return PaymentState.BACK, PaymentWhy.ENDED
    if order.currency != told.currency:
        return PaymentState.KEPT, PaymentWhy.CURRENCY
    if order.minor != told.minor or order.state is not State.WAITING_MONEY:
        return PaymentState.KEPT, PaymentWhy.AMOUNT
    return PaymentState.TAKEN, None


def _write(told: Told, reference_key: str | None) -> int | None:
    """Write a payment's row; None: its message, body or reference was here before."""
    payment_id = ids.next_id()
    row = {
        "id": payment_id, "delivery_id": told.delivery_id, "body_digest": told.body_digest,
        "reference": told.reference, "reference_key": reference_key,
        "order_code": told.order_code[:CODE_LENGTH], "minor": told.minor,
        "currency": told.currency, "state": PaymentState.KEPT, "why": PaymentWhy.UNKNOWN,
        "paid_at": told.paid_at, "received_at": clock.now(), "note": "",
    }  # fmt: skip
    is_new = changed(insert(PAYMENT).values(row).on_conflict_do_nothing())
    return payment_id if is_new else None


def _known(told: Told) -> Taken:
    """Return what a message means that was here before, under one name or another.

    Raises:
        PaymentConflictError: the message's number came before with another body.
    """
    rows = db.session.execute(
        sa.select(PAYMENT).where(
            sa.or_(
                PAYMENT.c.delivery_id == told.delivery_id,
                PAYMENT.c.body_digest == told.body_digest,
                PAYMENT.c.reference_key == told.reference,
            )
        )
    ).all()
    if any(row.body_digest == told.body_digest for row in rows):
        return Taken(None)
    if any(row.delivery_id == told.delivery_id for row in rows):
        raise PaymentConflictError
    facts = (told.order_code[:CODE_LENGTH], told.minor, told.currency)
    if any((row.order_code, row.minor, row.currency) == facts for row in rows):
        return Taken(None)
    payment_id, order = _write(told, None), _order_of(told.order_code)
    if payment_id is not None:
        order_id = None if order is None else order.id
        _settle(payment_id, PaymentState.KEPT, PaymentWhy.REFERENCE, order_id)
    return Taken(PaymentState.KEPT, PaymentWhy.REFERENCE)


def _order_of(code: str) -> Any:
    canonical = ids.read_code(code)
    if canonical is None:
        return None
    return db.session.execute(sa.select(ORDER).where(ORDER.c.code == canonical)).one_or_none()


def _settle(
    payment_id: int, state: PaymentState, why: PaymentWhy | None, order_id: int | None
) -> None:
    changed(
        sa.update(PAYMENT)
        .where(PAYMENT.c.id == payment_id)
        .values(state=state, why=why, order_id=order_id)
    )


def _payment(payment_id: int) -> Any:
    return db.session.execute(
        sa.select(PAYMENT).where(PAYMENT.c.id == payment_id).with_for_update()
    ).one_or_none()


@use_case
def decide(payment_id: int, decision: Decision, *, note: str = "", actor_id: int) -> bool:
    """Settle a payment that was set aside; return whether that is new.

    Args:
        payment_id: of the payment.
        decision: its order counts as paid; or it goes back; or it is dealt with otherwise.
        note: why, in the words of whoever decides.
        actor_id: the member of staff.

    Raises:
        NoSuchMoneyError: there is no such payment.
        TooLateError: its order waits for no money (any more).
        GoodsGoneError, FrozenWalletError: its order can't go on; nothing changed.
    """
    payment = _payment(payment_id)
    if payment is None:
        raise NoSuchMoneyError
    if payment.state is not PaymentState.KEPT:
        return False
    state = PaymentState.SETTLED
    if decision is Decision.TAKE:
        state = _take_all_the_same(payment, actor_id)
    elif decision is Decision.GIVE_BACK:
        state = PaymentState.BACK
        money.owe_for_payment(payment, BackWhy.STAFF)
    changed(
        sa.update(PAYMENT)
        .where(PAYMENT.c.id == payment_id)
        .values(state=state, settled_at=clock.now(), settled_by_id=actor_id, note=note[:MAX_NOTE])
    )
    audit.note(
        actor_id, "mall.payment_decided", Ref(PAYMENT_REF, payment_id), decision=decision.value
    )
    return True


def _take_all_the_same(payment: Any, actor_id: int) -> PaymentState:
    member_id = db.session.scalar(
        sa.select(ORDER.c.member_id).where(ORDER.c.id == (payment.order_id or 0))
    )
    if member_id is None:
        raise TooLateError
    ledger.lock_wallets([member_id])
    order = locked_order(ORDER.c.id == payment.order_id)
    if order.state is not State.WAITING_MONEY or order.paid_at is not None:
        raise TooLateError
    paying.settle_paid(order, actor_id)
    audit.note(actor_id, "mall.order_paid", Ref(ORDER_REF, order.id), minor=payment.minor)
    return PaymentState.TAKEN
