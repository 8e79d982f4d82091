"""Channels and what they add up to."""

from typing import Any

import sqlalchemy as sa

from app.commerce.models import Channel, Order, OrderAward
from app.commerce.types import ChannelRow, ChannelTotals, UnknownChannelError
from app.kernel.db import db

CHANNELS = Channel.__table__
COLUMNS = (
    CHANNELS.c.id,
    CHANNELS.c.code,
    CHANNELS.c.name,
    CHANNELS.c.return_window_days,
    CHANNELS.c.currency,
    CHANNELS.c.identity_kind,
)


def channels() -> list[ChannelRow]:
    """Return all sales channels by name. One statement."""
    rows = db.session.execute(sa.select(*COLUMNS).order_by(CHANNELS.c.name, CHANNELS.c.id))
    return [_channel(row) for row in rows]


def get_channel(channel_id: int) -> ChannelRow:
    """Return a channel.

    Raises:
        UnknownChannelError: there is none of that id.
    """
    row = db.session.execute(sa.select(*COLUMNS).where(CHANNELS.c.id == channel_id)).one_or_none()
    if row is None:
        raise UnknownChannelError
    return _channel(row)


def get_channel_by_name(name: str) -> ChannelRow:
    """Return the channel of that code or, in any case of letters, that name. One statement.

    Raises:
        UnknownChannelError: there is none.
    """
    wanted = name.strip().casefold()
    alike = [channel for channel in channels() if wanted in {channel.code, channel.name.casefold()}]
    exact = [channel for channel in alike if channel.code == wanted]
    if not alike:
        raise UnknownChannelError
    return (exact or alike)[0]


def _channel(row: Any) -> ChannelRow:
    return ChannelRow(
        row.id, row.code, row.name, row.return_window_days, row.currency, row.identity_kind
    )


def totals(channel_id: int) -> ChannelTotals:
    """Return what a channel's orders add up to, in one currency or not. One statement."""
    row = db.session.execute(
        sa.select(
            sa.func.count(Order.id),
            sa.func.count(sa.distinct(Order.member_id)),
            sa.func.coalesce(sa.func.sum(Order.paid_minor), 0),
            sa.func.coalesce(sa.func.sum(OrderAward.points), 0),
        )
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
        .where(Order.channel_id == channel_id)
    ).one()
    return ChannelTotals(*(int(figure) for figure in row))
