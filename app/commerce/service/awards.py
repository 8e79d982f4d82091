"""Orders to points: loyalty decides and posts, the order remembers under which rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.commerce.models import OrderAward
from app.kernel import clock
from app.kernel.db import db, insert, use_case
from app.loyalty import queries as rules
from app.loyalty import service as loyalty
from app.loyalty.types import OrderEarn

AWARDS = OrderAward.__table__


@use_case
def award(orders: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Give the points of new orders, set-wise; return points by order id.

    Args:
        orders: rows of ``sales_order``. Those worth less than a point earn and post nothing.
    """
    earns = [
        OrderEarn(
            order["id"],
            order["member_id"],
            order["paid_minor"],
            order["currency"],
            order["paid_at"],
            order["window_ends_on"],
        )
        for order in orders
    ]
    awards = loyalty.award_orders(earns)
    points = {order["id"]: given.points for order, given in zip(orders, awards, strict=True)}
    version, now = rules.rule_version(), clock.now()
    rows = [
        {
            "order_id": order["id"],
            "member_id": order["member_id"],
            "rule_version": version,
            "points": points[order["id"]],
            "revision": order["revision"],
            "awarded_at": now,
        }
        for order in orders
        if points[order["id"]]
    ]
    if rows:
        db.session.execute(insert(AWARDS), rows)
    return points
