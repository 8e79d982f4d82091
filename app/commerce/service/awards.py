"""Orders to points: loyalty decides and posts, the order remembers under which rules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import OrderAward
from app.kernel import clock
from app.kernel.bulk import insert_dicts
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.loyalty import queries as rules
from app.loyalty import service as loyalty
from app.loyalty.types import Act, OrderEarn, Value

AWARDS = cast("sa.Table", OrderAward.__table__)
ORDER_PAID = "order.paid"
NOTHING_KNOWN: Mapping[int, Mapping[str, Value]] = MappingProxyType({})


@use_case
def award(
    orders: Sequence[Mapping[str, Any]],
    *,
    earning_permille: int = 1000,
    later: Collection[int] = (),
    abouts: Mapping[int, Mapping[str, Value]] = NOTHING_KNOWN,
) -> dict[int, int]:
    """Give the points of new orders, set-wise; return points by order id.

    Rules and earning rate are frozen for each order now, whether it earns or not.

    Args:
        orders: rows of ``sales_order``. Those worth less than a point earn and post nothing.
        earning_permille: what their channel earns against the rule, in thousandths.
        later: ids of orders that get theirs when they are settled, right after this.
        abouts: what rules may ask about each order, by id.
    """
    if not orders:
        return {}
    told = [abouts.get(order["id"], {}) for order in orders]
    plain = [_earn(order, earning_permille) for order in orders]
    rates = loyalty.rate_orders(plain, told)
    rated = dict(zip((order["id"] for order in orders), rates, strict=True))
    earns = [
        earn if earn.earning_permille == rate.permille else _earn(order, rate.permille)
        for order, earn, rate in zip(orders, plain, rates, strict=True)
        if earn.order_id not in later
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
            "earning_permille": rated[order["id"]].permille,
            "campaign": rated[order["id"]].campaign,
            "lifted_points": rated[order["id"]].extra,
            "plain_permille": rated[order["id"]].plain_permille,
        }
        for order in orders
    ]
    insert_dicts(AWARDS, rows)
    in_order = sorted(orders, key=lambda order: (order["paid_at"], order["id"]))
    loyalty.reward_many([_act(order, abouts.get(order["id"], {})) for order in in_order])
    return points


def _earn(order: Mapping[str, Any], permille: int) -> OrderEarn:
    return OrderEarn(
        order["id"],
        order["member_id"],
        order["paid_minor"],
        order["currency"],
        order["paid_at"],
        order["window_ends_on"],
        order["earning_minor"],
        permille,
    )


def _act(order: Mapping[str, Any], about: Mapping[str, Value]) -> Act:
    """Return the order as an act: rules may pay for it on top, and missions and badges see it."""
    return Act(
        order["member_id"],
        ORDER_PAID,
        Ref("order_bonus", order["id"]),
        order["paid_at"],
        about,
        cause=Ref("order", order["id"]),
        not_before=order["window_ends_on"] + timedelta(days=1),
    )


def follow_orders(is_gone: Mapping[int, bool]) -> None:
    """Let what rules paid on top of orders follow them: all of it goes when nothing is left.

    Args:
        is_gone: by order id, whether nothing of it earns any more.
    """
    gone = [Ref("order", order_id) for order_id, is_it in is_gone.items() if is_it]
    loyalty.take_back(*gone)
    loyalty.give_back(*(Ref("order", order_id) for order_id, is_it in is_gone.items() if not is_it))


def spent_on_campaigns() -> dict[str, int]:
    """Return the points that campaigns added to orders' rates, by campaign. One statement."""
    rows = db.session.execute(
        sa.select(AWARDS.c.campaign, sa.func.sum(AWARDS.c.lifted_points))
        .where(AWARDS.c.campaign != "")
        .group_by(AWARDS.c.campaign)
    )
    return {campaign: int(points) for campaign, points in rows}
