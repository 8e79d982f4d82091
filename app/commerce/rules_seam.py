"""What loyalty asks of orders: what they earn, for dry runs, budgets and explanations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

import sqlalchemy as sa

from app.commerce.models import Channel, Order, OrderAward
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.loyalty import queries as rules
from app.loyalty.queries import acts, budgets, rehearsals
from app.loyalty.types.rehearsals import OrderSeen

ORDER = cast("sa.Table", Order.__table__)
AWARDS = cast("sa.Table", OrderAward.__table__)
CHANNEL = cast("sa.Table", Channel.__table__)


def register() -> None:
    """Answer."""
    rehearsals.register_orders(orders_seen)
    budgets.also_spends_by_day(spent_by_day)
    acts.explain_orders(order_rate)


def orders_seen(since: date, until: date, after: int, limit: int) -> Sequence[OrderSeen]:
    """Return orders that were paid in a time and earned somebody something. One statement.

    An order that a campaign lifted is looked at with its channel's rate: what the tier was worth
    then is not kept apart.
    """
    rows = db.session.execute(
        sa.select(
            AWARDS,
            ORDER.c.paid_at,
            ORDER.c.earning_minor,
            CHANNEL.c.earning_permille.label("channel_permille"),
        )
        .join(ORDER, ORDER.c.id == AWARDS.c.order_id)
        .join(CHANNEL, CHANNEL.c.id == ORDER.c.channel_id)
        .where(
            AWARDS.c.order_id > after,
            ORDER.c.paid_at >= clock.day_start(since),
            ORDER.c.paid_at < clock.day_end(until),
        )
        .order_by(AWARDS.c.order_id)
        .limit(limit)
    )
    return [
        OrderSeen(
            row.order_id,
            row.member_id,
            row.paid_at,
            row.earning_minor,
            row.channel_permille if row.campaign else row.earning_permille,
            rules.order_points(
                row.earning_minor, permille=row.earning_permille, rule_version=row.rule_version
            ),
            Ref("order_bonus", row.order_id),
        )
        for row in rows
    ]


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
