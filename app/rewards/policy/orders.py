"""What may follow what on an order's way."""

from typing import Any, Final

from app.rewards.types.kinds import Delivery, State

NEXT: Final[dict[State, frozenset[State]]] = {
    State.WAITING_MONEY: frozenset(
        {State.WAITING_ADDRESS, State.TO_PACK, State.DONE, State.CANCELLED}
    ),
    State.WAITING_REST: frozenset(
        {State.WAITING_ADDRESS, State.TO_PACK, State.DONE, State.CANCELLED}
    ),
    State.WAITING_ADDRESS: frozenset({State.TO_PACK, State.CANCELLED, State.REFUNDED}),
    State.TO_PACK: frozenset(
        {State.PACKED, State.SHIPPED, State.PROBLEM, State.CANCELLED, State.REFUNDED}
    ),
    State.PACKED: frozenset({State.TO_PACK, State.SHIPPED, State.PROBLEM, State.REFUNDED}),
    State.SHIPPED: frozenset({State.DONE, State.PROBLEM, State.REFUNDED}),
    State.DONE: frozenset({State.PROBLEM, State.REFUNDED}),
    State.PROBLEM: frozenset(
        {State.TO_PACK, State.PACKED, State.SHIPPED, State.DONE, State.REFUNDED}
    ),
    State.CANCELLED: frozenset(),
    State.REFUNDED: frozenset(),
}
"""State -> the states that may follow. Ending ones go through ``service.cancel``/``refund``."""

ENDED: Final = frozenset({State.CANCELLED, State.REFUNDED})
"""Its points came back; its pieces don't count towards a limit."""

WAITING: Final = frozenset({State.WAITING_MONEY, State.WAITING_REST})
"""Its points are held, not spent."""

MEMBER_CANCELS: Final = frozenset(
    {State.WAITING_MONEY, State.WAITING_REST, State.WAITING_ADDRESS, State.TO_PACK}
)
"""Until it is packed the member himself may change his mind."""

CANCELLABLE: Final = frozenset(s for s, after in NEXT.items() if State.CANCELLED in after)
REFUNDABLE: Final = frozenset(s for s, after in NEXT.items() if State.REFUNDED in after)


def share(whole: int, pieces: int, of: int) -> int:
    """Return what some pieces of an order cost: all of them the whole, to the point."""
    return whole * pieces // of


def left_by_txn(order: Any) -> dict[int, int]:
    """Return the points of an order that have not gone back, by the transaction that took them.

    Parts come out of the rest of a pre-order first, then out of what was taken before it.
    """
    back = share(order.points, order.pieces_back, order.pieces)
    rest = order.points - order.deposit_points if order.rest_txn_id else 0
    of_rest = min(back, rest)
    left = {order.txn_id: order.points - rest - (back - of_rest), order.rest_txn_id: rest - of_rest}
    return {txn_id: points for txn_id, points in left.items() if txn_id is not None}


def may_follow(before: State, after: State) -> bool:
    """Return whether an order may go from one state to another."""
    return after in NEXT[before]


def may_ask_refund(state: State, delivery: Delivery, *, minor: int, is_prize: bool) -> bool:
    """Return whether a member may ask for a refund: too late to cancel, and there is something.

    Badges and the like for points alone are not asked back: they were handed over at once.
    """
    is_worth_it = not is_prize and (minor > 0 or delivery is Delivery.POST)
    return is_worth_it and state in REFUNDABLE - MEMBER_CANCELS
