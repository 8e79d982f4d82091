"""Packing and what goes wrong: orders go on one by one, so that of two who pack one wins."""

from collections.abc import Sequence
from typing import Any

from app.kernel import audit
from app.kernel.db import use_case
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link
from app.rewards import policy
from app.rewards.models import ORDER
from app.rewards.queries import fulfilment
from app.rewards.queries.addresses import opened
from app.rewards.service import stepping
from app.rewards.service.ending import locked_order, stamp
from app.rewards.types import (
    ORDER_REF,
    Address,
    Delivery,
    NoSuchOrderError,
    State,
    TooLateError,
    Why,
)
from app.rewards.types.fulfilling import Moved

MOST_AT_ONCE = 200
TROUBLE = "rewards.trouble"
REASONS = (Why.ADDRESS, Why.DAMAGED, Why.LOST, Why.RETURNED, Why.OTHER)
BY_HAND = frozenset({State.TO_PACK, State.PACKED, State.DONE})
"""Where staff move orders without more words; shipping needs a number, a problem a reason."""


def move_many(codes: Sequence[str], state: State, *, actor_id: int) -> Moved:
    """Let many orders go on, each in a transaction of its own.

    One that a colleague has moved there meanwhile is told apart from one that can't go there.
    """
    moved, before, refused = 0, 0, []
    for code in dict.fromkeys(codes[:MOST_AT_ONCE]):
        try:
            if move(code, state, actor_id=actor_id):
                moved += 1
            else:
                before += 1
        except (NoSuchOrderError, TooLateError):
            refused.append(code)
    return Moved(moved, before, tuple(refused))


@use_case
def move(code: str, state: State, *, actor_id: int) -> bool:
    """Let one parcel go on: packed, received, or to be packed again.

    Returns:
        Whether that is new; False: it stood there already.

    Raises:
        NoSuchOrderError: there is no such parcel.
        TooLateError: that can't follow where it stands.
    """
    order = parcel(code)
    if order.state is state:
        return False
    if state not in BY_HAND or not policy.may_follow(order.state, state):
        raise TooLateError
    go_on(order, state, actor_id)
    return True


@use_case
def report_problem(code: str, why: Why, *, actor_id: int) -> bool:
    """Note that something is wrong with a parcel, and tell its owner that we are on it.

    Returns:
        Whether that is new; False: it was noted before.

    Raises:
        NoSuchOrderError: there is no such parcel.
        TooLateError: nothing can be wrong with it where it stands.
    """
    order = parcel(code)
    if order.state is State.PROBLEM:
        return False
    if why not in REASONS or not policy.may_follow(order.state, State.PROBLEM):
        raise TooLateError
    go_on(order, State.PROBLEM, actor_id, why=why)
    _tell_problem(order)
    return True


def parcel(code: str) -> Any:
    """Return a parcel's row, locked.

    Raises:
        NoSuchOrderError: there is none, or nothing of it is sent.
    """
    return locked_order(ORDER.c.code == code, ORDER.c.delivery == Delivery.POST)


def go_on(order: Any, state: State, actor_id: int | None, *, why: Why | None = None) -> None:
    """Write one step of a locked parcel, its reason, and who of the team did it.

    Raises:
        TooLateError: somebody else was faster.
    """
    stepping.step(order, state, actor_id=actor_id)
    if order.why is not why:
        stamp(order.id, why=why)
    if actor_id is not None:
        audit.note(
            actor_id, "mall.order_moved", Ref(ORDER_REF, order.id), was=order.state.value,
            state=state.value, why=why.value if why else None,
        )  # fmt: skip


def _tell_problem(order: Any) -> None:
    """Tell an order's owner that something came up, once each time it does."""
    turn = fulfilment.step_count(order.id)
    notify.tell(
        order.member_id, TROUBLE, key=f"{order.id}:{turn}", params={"order": order.id},
        link=Link("rewards.my_order", {"code": order.code}), about=f"{ORDER_REF}:{order.id}",
    )  # fmt: skip


@use_case
def reveal(codes: Sequence[str], *, actor_id: int) -> dict[str, Address]:
    """Return where parcels go, for whoever packs and ships them; each look is noted."""
    found = fulfilment.sealed_addresses(codes[:MOST_AT_ONCE])
    opened_ones: dict[str, Address] = {}
    for row in found:
        address = opened(row.sealed)
        if address is not None:
            audit.note(actor_id, "mall.address_seen", Ref(ORDER_REF, row.id))
            opened_ones[row.code] = address
    return opened_ones
