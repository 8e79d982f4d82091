"""Redeeming: stock, points and order are one transaction, or nothing happened."""

from datetime import datetime, timedelta
from typing import Any

from app.kernel import clock, facts, goods, ids
from app.kernel.db import use_case
from app.kernel.goods import Giving, Thing
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.service import Locked
from app.ledger.types import Capture, Hold, Spend
from app.rewards import policy
from app.rewards.events import Redeemed
from app.rewards.queries import terms as reading
from app.rewards.service import addresses, stocking, writing
from app.rewards.types import (
    ORDER_REF,
    AddressNeededError,
    Basket,
    Delivery,
    Movement,
    Ordered,
    SoldOutError,
    State,
    goods_key,
)

SCOPE, CAPTURED, RELEASED = "mall.order", "mall.capture", "mall.release"
REDEEMED, SET_ASIDE = "mall.redeemed", "mall.set_aside"
SLACK = timedelta(days=1)
"""A hold outlives the order's own time by this: the mall gives it back first, with the order."""


@use_case
def buy(member_id: int, basket: Basket) -> Ordered:
    """Redeem an item: order, stock and points together.

    The member's wallet is locked first, so that limits per member hold under any number of taps;
    the stock falls by a conditional UPDATE last, so that its row is locked for as short as can be.

    Args:
        member_id: who pays and gets it.
        basket: what he confirmed; the same request key again gives the first answer.

    Raises:
        NoSuchItemError, UnknownVariantError, NotYetError, OverError, NotForYouError,
        LimitReachedError, PriceChangedError, SoldOutError, AddressNeededError,
        InsufficientPointsError, FrozenWalletError, GoodsGoneError: nothing was taken.
    """
    locked = ledger.lock_wallets([member_id])
    earlier = reading.find_order(member_id, basket.request_key)
    if earlier is not None:
        return earlier
    item = reading.item_and_variant(basket.slug, basket.variant_id)
    terms = reading.terms_of(item)
    policy.check_terms(
        terms,
        reading.standing_of(item, member_id),
        basket.count,
        seen=(basket.seen_points, basket.seen_minor),
        now=clock.now(),
    )
    if item.delivery is Delivery.POST and basket.address is None:
        raise AddressNeededError
    if not item.is_endless and item.stock <= 0:
        raise SoldOutError  # spares the work; the UPDATE below decides
    return place(member_id, item, basket, locked)


def place(
    member_id: int,
    item: Any,
    basket: Basket,
    locked: Locked | None = None,
    *,
    hold_id: int | None = None,
    points: int | None = None,
) -> Ordered:
    """Write an order that may be; the caller has checked terms under the wallet's lock.

    Args:
        member_id: who gets it.
        item: an item's row with its variant.
        basket: what is ordered.
        locked: what the caller locked, if nothing was posted since.
        hold_id: the hold of a ticket that won: it is spent now.
        points: what that ticket cost; the price may have changed since.
    """
    order_id = ids.next_id()
    state = policy.first_state(
        item.delivery,
        has_money=item.price_minor > 0,
        is_ahead=item.deposit_points > 0,
        has_address=basket.address is not None,
    )
    values = _values(order_id, member_id, item, basket, state)
    if points is None:
        values.update(_pay(values, locked))
    else:
        values.update(points=points, **capture(order_id, hold_id))
    writing.add_order(values)
    if basket.address is not None and item.delivery is Delivery.POST:
        addresses.attach(order_id, member_id, basket.address)
    if not item.is_endless:
        stocking.take(item.variant_id, basket.count, Movement.BOUGHT, order_id)
    if state is State.DONE:
        hand_over(order_id, member_id, item.goods, basket.count)
    facts.publish(
        Redeemed(order_id, item.id, basket.count, values["points"], values["minor"], state.value),
        actor_id=member_id,
        subject=Ref(ORDER_REF, order_id),
    )
    return Ordered(order_id, values["code"], state, values["points"], is_new=True)


def _values(
    order_id: int, member_id: int, item: Any, basket: Basket, state: State
) -> dict[str, Any]:
    return {
        "id": order_id,
        "code": ids.new_code(),
        "member_id": member_id,
        "item_id": item.id,
        "variant_id": item.variant_id,
        "pieces": basket.count,
        "state": state,
        "delivery": item.delivery,
        "goods": item.goods,
        "name_zh": f"{item.name_zh} {item.label_zh}".strip(),
        "name_en": f"{item.name_en} {item.label_en}".strip(),
        "points": item.price_points * basket.count,
        "minor": item.price_minor * basket.count,
        "currency": item.currency,
        "deposit_points": item.deposit_points * basket.count,
        "request_key": basket.request_key,
        "pay_by": pay_by(item, state),
        "rest_from": item.rest_from if state is State.WAITING_REST else None,
        "ships_on": item.ships_on,
    }


def pay_by(item: Any, state: State) -> datetime | None:
    """Return until when money, or the rest, must come."""
    if state is State.WAITING_MONEY:
        return clock.now() + timedelta(hours=item.pay_hours)
    found: datetime | None = item.rest_until if state is State.WAITING_REST else None
    return found


def _pay(values: dict[str, Any], locked: Locked | None) -> dict[str, Any]:
    """Take the points, or set them aside where more is to come."""
    until = values["pay_by"]
    points = values["deposit_points"] or values["points"]
    if not points:
        return {}
    source, key = Ref(ORDER_REF, values["id"]), str(values["id"])
    command: Hold | Spend
    if until is not None:
        command = Hold(
            member_id=values["member_id"], points=points, reason=SET_ASIDE, scope=SCOPE, key=key,
            source=source, expires_at=until + SLACK,
        )  # fmt: skip
        name = "hold_id"
    else:
        command = Spend(
            member_id=values["member_id"], points=points, reason=REDEEMED, scope=SCOPE, key=key,
            source=source,
        )  # fmt: skip
        name = "txn_id"
    posted = ledger.post_many([command], locked=locked, are_new=True)[0]
    return {name: posted.txn_id}


def capture(order_id: int, hold_id: int | None) -> dict[str, Any]:
    """Spend points that were held for an order; return what it says of it."""
    if hold_id is None:
        return {}
    posted = ledger.post(
        Capture(
            hold_id=hold_id, reason=REDEEMED, scope=CAPTURED, key=str(order_id),
            source=Ref(ORDER_REF, order_id),
        )
    )  # fmt: skip
    return {"hold_id": hold_id, "txn_id": posted.txn_id}


def hand_over(order_id: int, member_id: int, thing: str | None, count: int) -> None:
    """Hand goods over that no parcel carries.

    Raises:
        GoodsGoneError: nothing of it is left.
    """
    what = Thing.parse(thing or "")
    goods.give(
        what.kind,
        Giving(
            member_id=member_id,
            ref=what.ref,
            count=count,
            key=goods_key(order_id),
            source=Ref(ORDER_REF, order_id),
        ),
    )
