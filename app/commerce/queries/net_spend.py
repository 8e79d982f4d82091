"""What members have paid and kept: for tiers, super-membership and closeness."""

from collections.abc import Collection

import sqlalchemy as sa

from app.commerce.models import Order
from app.commerce.settings import home_currency
from app.kernel import clock
from app.kernel.db import db, is_one_of
from app.loyalty.types.tiers import Window


def net_spend(members: Collection[int] | None, window: Window) -> dict[int, int]:
    """Return what members paid with money and kept, in minor units. One statement.

    Less refunds; without what was paid by points or gift cards, in proportion. Orders count from
    the day after their return window, in the home currency, by the day of payment; cancelled and
    withdrawn ones count as nothing.

    Args:
        members: whom; None: everybody who has any.
        window: business days of payment.
    """
    paid = Order.paid_minor
    kept = (paid - Order.refunded_minor) * (paid - Order.not_money_minor) // paid
    net = sa.func.sum(kept)
    statement = (
        sa.select(Order.member_id, net.label("net"))
        .where(
            Order.paid_at >= clock.day_start(window.first),
            Order.paid_at < clock.day_end(window.last),
            Order.window_ends_on < clock.business_date(),
            Order.currency == home_currency(),
            Order.cancelled_at.is_(None),
            Order.withdrawn_at.is_(None),
            paid > 0,
            Order.not_money_minor <= paid,
        )
        .group_by(Order.member_id)
    )
    if members is not None:
        statement = statement.where(is_one_of(Order.member_id, members))
    return {row.member_id: int(row.net) for row in db.session.execute(statement) if row.net}
