"""Orders to points: loyalty decides and posts, the order remembers under which rules."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import OrderAward
from app.kernel import clock
from app.kernel.bulk import insert_dicts
from app.kernel.db import use_case
from app.loyalty import queries as rules
from app.loyalty import service as loyalty
from app.loyalty.types import OrderEarn

AWARDS = cast("sa.Table", OrderAward.__table__)


@use_case
def award(
    orders: Sequence[Mapping[str, Any]],
    *,
    earning_permille: int = 1000,
    later: Collection[int] = (),
) -> dict[int, int]:
    """Give the points of new orders, set-wise; return points by order id.

    Rules and earning rate are frozen for each order now, whether it earns or not.

    Args:
        orders: rows of ``sales_order``. Those worth less than a point earn and post nothing.
        earning_permille: what their channel earns against the rule, in thousandths.
        later: ids of orders that get theirs when they are settled, right after this.
    """
    if not orders:
        return {}
    earns = [
        OrderEarn(
            order["id"],
            order["member_id"],
            order["paid_minor"],
            order["currency"],
            order["paid_at"],
            order["window_ends_on"],
            order["earning_minor"],
            earning_permille,
        )
        for order in orders
        if order["id"] not in later
    ]
    awards = loyalty.award_orders(earns)
    points = dict.fromkeys((order["id"] for order in orders), 0)
    points |= {earn.order_id: given.points for earn, given in zip(earns, awards, strict=True)}
    version, now = rules.rule_version(), clock.now()
    rows = [
        {
            "order_id": order["id"],
            "member_id": order["member_id"],
            "rule_version": version,
            "points": points[order["id"]],
            "revision": order["revision"],
            "awarded_at": now,
            "earning_permille": earning_permille,
        }
        for order in orders
    ]
    insert_dicts(AWARDS, rows)
    return points
