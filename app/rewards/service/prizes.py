"""Parcels that somebody wins: orders of 0 points that wait for an address."""

from typing import Any

import sqlalchemy as sa

from app.kernel import facts, ids
from app.kernel.db import db, use_case
from app.kernel.goods import Given, Giving, GoodsGoneError, UnknownGoodsError
from app.kernel.types import Ref
from app.rewards import policy
from app.rewards.events import Redeemed
from app.rewards.models import ITEM, ORDER, VARIANT
from app.rewards.service import stocking, writing
from app.rewards.service.ending import end, locked_order
from app.rewards.types import (
    ORDER_REF,
    Delivery,
    Movement,
    NoSuchOrderError,
    SoldOutError,
    State,
    Why,
)


def variant_id_of(ref: str) -> int:
    """Return the variant that a reference names; 0 for none."""
    return int(ref) if ref.isdecimal() and len(ref) <= 18 else 0  # noqa: PLR2004 - fits 64 bits


@use_case
def give(giving: Giving) -> Given:
    """Hand a parcel over: an order of 0 points, once for each key.

    Nothing is written before it is certain: a draw goes on after a refusal, in this transaction.

    Raises:
        UnknownGoodsError: there is no such variant.
        GoodsGoneError: fewer are left than that.
    """
    known = db.session.scalar(sa.select(ORDER.c.id).where(ORDER.c.given_key == giving.key))
    if known is not None:
        return Given(is_new=False, where=Ref(ORDER_REF, known))
    item = _find(giving.ref)
    order_id = ids.next_id()
    if not item.is_endless:
        try:
            stocking.claim(item.variant_id, giving.count)
        except SoldOutError:
            raise GoodsGoneError from None
    writing.add_order(_values(order_id, item, giving))
    if not item.is_endless:
        stocking.note(item.variant_id, -giving.count, Movement.GIVEN, order_id=order_id)
    facts.publish(
        Redeemed(order_id, item.id, giving.count, 0, 0, State.WAITING_ADDRESS.value),
        actor_id=giving.member_id,
        subject=Ref(ORDER_REF, order_id),
    )
    return Given(is_new=True, where=Ref(ORDER_REF, order_id))


def _find(ref: str) -> Any:
    row = db.session.execute(
        sa.select(
            ITEM,
            VARIANT.c.id.label("variant_id"),
            VARIANT.c.is_endless,
            VARIANT.c.label_zh,
            VARIANT.c.label_en,
        )
        .join(VARIANT, VARIANT.c.item_id == ITEM.c.id)
        .where(VARIANT.c.id == variant_id_of(ref), ITEM.c.delivery == Delivery.POST)
    ).one_or_none()
    if row is None:
        raise UnknownGoodsError(f"item:{ref}")
    return row


def _values(order_id: int, item: Any, giving: Giving) -> dict[str, Any]:
    return {
        "id": order_id,
        "code": ids.new_code(),
        "member_id": giving.member_id,
        "item_id": item.id,
        "variant_id": item.variant_id,
        "pieces": giving.count,
        "state": State.WAITING_ADDRESS,
        "delivery": Delivery.POST,
        "given_key": giving.key,
        "name_zh": f"{item.name_zh} {item.label_zh}".strip(),
        "name_en": f"{item.name_en} {item.label_en}".strip(),
        "points": 0,
        "minor": 0,
        "currency": item.currency,
        "deposit_points": 0,
        "request_key": f"given-{order_id}",
    }


@use_case
def take_back(key: str) -> bool:
    """Withdraw a prize; return whether it was still here. A parcel that is packed stays his."""
    try:
        order = locked_order(ORDER.c.given_key == key)
    except NoSuchOrderError:
        return False
    if order.state in policy.ENDED:
        return True
    if order.state not in {State.WAITING_ADDRESS, State.TO_PACK}:
        return False
    end(order, State.CANCELLED, Why.TAKEN_BACK)
    return True
