"""How an order goes on: the address is told, it is packed, shipped, received."""

from app.kernel import audit, facts
from app.kernel.db import use_case
from app.kernel.types import Ref
from app.rewards import policy
from app.rewards.events import OrderMoved
from app.rewards.models import ORDER
from app.rewards.service import addresses, telling, writing
from app.rewards.service.ending import locked_order
from app.rewards.types import ORDER_REF, Address, State, TooLateError


@use_case
def set_address(member_id: int, code: str, address: Address) -> None:
    """Say where an order goes, or correct it until it is packed.

    Raises:
        NoSuchOrderError: it is none of his.
        TooLateError: it is packed already.
    """
    order = locked_order(ORDER.c.code == code, ORDER.c.member_id == member_id)
    if order.state not in policy.MEMBER_CANCELS:
        raise TooLateError
    addresses.attach(order.id, member_id, address)
    if order.state is State.WAITING_ADDRESS:
        step(order, State.TO_PACK, actor_id=None)


@use_case
def advance(code: str, state: State, *, actor_id: int) -> bool:
    """Let an order go on by staff: packed, shipped, done, or to pack again.

    Returns:
        Whether that is new.

    Raises:
        NoSuchOrderError: there is none.
        TooLateError: that can't follow where it stands.
    """
    order = locked_order(ORDER.c.code == code)
    if order.state is state:
        return False
    if state in policy.ENDED or not policy.may_follow(order.state, state):
        raise TooLateError
    step(order, state, actor_id=actor_id)
    audit.note(actor_id, "mall.order_moved", Ref(ORDER_REF, order.id), state=state.value)
    return True


def step(order: object, state: State, *, actor_id: int | None) -> None:
    """Write one step of a locked order, and tell it."""
    order_id, was = order.id, order.state  # type: ignore[attr-defined]
    writing.move_on(order_id, was, state, actor_id)
    facts.publish(
        OrderMoved(order_id, order.item_id, was.value, state.value),  # type: ignore[attr-defined]
        actor_id=actor_id,
        subject=Ref(ORDER_REF, order_id),
        concerns_id=order.member_id,  # type: ignore[attr-defined]
    )
    if state is State.SHIPPED:
        telling.tell_order(order, state.value)


@use_case
def receive(member_id: int, code: str) -> bool:
    """Note that a parcel has come; return whether that is new.

    Raises:
        NoSuchOrderError: it is none of his.
        TooLateError: it is not on its way.
    """
    order = locked_order(ORDER.c.code == code, ORDER.c.member_id == member_id)
    if order.state is State.DONE:
        return False
    if order.state is not State.SHIPPED:
        raise TooLateError
    step(order, State.DONE, actor_id=None)
    return True
