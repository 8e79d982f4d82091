"""A part of an order goes back: its share of points and money, exactly, and its pieces."""

from typing import Any

import sqlalchemy as sa

from app.kernel import clock, facts
from app.kernel.db import changed
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Reverse
from app.rewards import policy
from app.rewards.events import OrderPartEnded
from app.rewards.models import ORDER
from app.rewards.service import money, stocking, telling
from app.rewards.types import ORDER_REF, Movement, State, TooLateError, Why

REFUNDED, PART_REFUNDED, SCOPE = "mall.refunded", "mall.part_refunded", "mall.refund"
PART = "part"


def part_back(
    order: Any,
    pieces: int,
    why: Why,
    *,
    actor_id: int | None = None,
    returns_to_stock: bool = True,
) -> None:
    """Give back what some pieces of a locked order have cost; the others stay with the member.

    Shares are rounded so that all parts together are the whole, to the point and the cent.

    Raises:
        TooLateError: somebody else was faster.
    """
    after = order.pieces_back + pieces
    moved = changed(
        sa.update(ORDER)
        .where(
            ORDER.c.id == order.id,
            ORDER.c.state == State.DONE,
            ORDER.c.pieces_back == order.pieces_back,
        )
        .values(pieces_back=after, changed_at=clock.now())
    )
    if not moved:
        raise TooLateError
    points = _give_back(order, after)
    money.owe_for_part(order, pieces)
    if returns_to_stock:
        stocking.put_back_counted(order.variant_id, pieces, Movement.REFUNDED, order.id)
    if why is not Why.MEMBER:
        telling.tell_order(order, PART, again=after)
    facts.publish(
        OrderPartEnded(order.id, order.item_id, pieces, why.value, points),
        actor_id=actor_id or order.member_id,
        subject=Ref(ORDER_REF, order.id),
    )


def _give_back(order: Any, after: int) -> int:
    """Return the points that came back."""
    whole, of = order.points, order.pieces
    points = policy.share(whole, after, of) - policy.share(whole, order.pieces_back, of)
    rest = points
    for txn_id, left in reversed(policy.left_by_txn(order).items()):
        taken = min(left, rest)
        if taken:
            ledger.post(
                Reverse(
                    txn_id=txn_id, points=taken, reason=PART_REFUNDED, scope=SCOPE,
                    key=f"{order.id}:{txn_id}:{after}", source=Ref(ORDER_REF, order.id),
                )
            )  # fmt: skip
            rest -= taken
    return points
