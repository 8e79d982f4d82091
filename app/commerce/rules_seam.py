"""What loyalty asks of orders: what they earn, for dry runs, budgets and explanations."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Channel, Order, OrderAward, OrderLine, Product, Sku
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.loyalty.queries import acts, budgets, rehearsals
from app.loyalty.types.rehearsals import OrderSeen

ORDER = cast("sa.Table", Order.__table__)
AWARDS = cast("sa.Table", OrderAward.__table__)
CHANNEL = cast("sa.Table", Channel.__table__)
LINE = cast("sa.Table", OrderLine.__table__)
SKU = cast("sa.Table", Sku.__table__)
PRODUCT = cast("sa.Table", Product.__table__)
ACT = "order_bonus"
"""What the act of an order is noted for; the order itself is its cause."""


def register() -> None:
    """Answer."""
    rehearsals.register_orders(orders_seen, orders_of_acts)
    budgets.also_spends_by_day(spent_by_day)
    acts.explain_orders(order_rate)


def orders_seen(since: date, until: date, after: int, limit: int) -> Sequence[OrderSeen]:
    """Return orders that were paid in a time and earned somebody something. One statement."""
    return _seen(
        AWARDS.c.order_id > after,
        ORDER.c.paid_at >= clock.day_start(since),
        ORDER.c.paid_at < clock.day_end(until),
        limit=limit,
    )


def orders_of_acts(acts: Collection[Ref]) -> Mapping[Ref, OrderSeen]:
    """Return the orders whose acts these are. One statement, none for none."""
    order_ids = sorted(act.id for act in acts if act.kind == ACT)
    found = _seen(AWARDS.c.order_id.in_(order_ids)) if order_ids else ()
    return {each.act: each for each in found}


def _seen(*conditions: sa.ColumnElement[bool], limit: int | None = None) -> list[OrderSeen]:
    """Return orders as a dry run sees them.

    An order that a campaign lifted before its own rate was kept is looked at with its channel's.
    """
    rows = db.session.execute(
        sa.select(
            AWARDS,
            ORDER.c.paid_at,
            ORDER.c.earning_minor,
            ORDER.c.channel_id,
            ORDER.c.paid_minor,
            CHANNEL.c.earning_permille.label("channel_permille"),
        )
        .join(ORDER, ORDER.c.id == AWARDS.c.order_id)
        .join(CHANNEL, CHANNEL.c.id == ORDER.c.channel_id)
        .where(*conditions)
        .order_by(AWARDS.c.order_id)
        .limit(limit)
    ).all()
    goods = _goods_of([row.order_id for row in rows])
    return [
        OrderSeen(
            row.order_id,
            row.member_id,
            row.paid_at,
            row.earning_minor,
            _plain_rate(row),
            row.points - _lifted(row),
            Ref(ACT, row.order_id),
            row.campaign,
            _lifted(row),
            {
                "channel": row.channel_id,
                "amount": row.paid_minor // 100,
                "product": tuple(sorted({product for product, _of in goods[row.order_id]})),
                "category": tuple(sorted({of for _product, of in goods[row.order_id] if of})),
            },
        )
        for row in rows
    ]


def _goods_of(order_ids: Sequence[int]) -> dict[int, set[tuple[int, int | None]]]:
    """Return products and their categories of orders, as the shelves have them. One statement."""
    goods: dict[int, set[tuple[int, int | None]]] = defaultdict(set)
    if order_ids:
        rows = db.session.execute(
            sa.select(LINE.c.order_id, SKU.c.product_id, PRODUCT.c.category_id)
            .join(SKU, SKU.c.code == LINE.c.sku)
            .join(PRODUCT, PRODUCT.c.id == SKU.c.product_id)
            .where(LINE.c.order_id.in_(order_ids))
        )
        for row in rows:
            goods[row.order_id].add((row.product_id, row.category_id))
    return goods


def _plain_rate(row: Any) -> int:
    if row.plain_permille is not None:
        return int(row.plain_permille)
    return int(row.channel_permille if row.campaign else row.earning_permille)


def _lifted(row: Any) -> int:
    return min(row.points, row.lifted_points) if row.campaign else 0


def spent_by_day(campaign: str) -> Mapping[date, int]:
    """Return what a campaign added to orders, by the day of their first award. One statement."""
    rows = db.session.execute(
        sa.select(AWARDS.c.awarded_at, AWARDS.c.lifted_points).where(
            AWARDS.c.campaign == campaign, AWARDS.c.lifted_points > 0
        )
    )
    spent: Counter[date] = Counter()
    for awarded_at, points in rows:
        spent[clock.business_date(awarded_at)] += points
    return spent


def order_rate(order_id: int) -> acts.OrderRate | None:
    """Return what an order earns, as it was frozen. One statement."""
    row = db.session.execute(sa.select(AWARDS).where(AWARDS.c.order_id == order_id)).one_or_none()
    if row is None:
        return None
    return acts.OrderRate(row.rule_version, row.earning_permille, row.campaign, row.lifted_points)
