"""Commerce's answer to where an order came from: the code of its sales channel."""

from typing import Any

import sqlalchemy as sa

from app.commerce.models import Channel, Order
from app.kernel import origins


def register() -> None:
    """Answer for orders."""
    origins.register("order", _channel_code)


def _channel_code(order_id: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return (
        sa.select(Channel.code)
        .join(Order, Order.channel_id == Channel.id)
        .where(Order.id == order_id)
        .scalar_subquery()
    )
