"""What staff decide about channels, and where catalogue items are listed."""

from typing import Any

import sqlalchemy as sa

from app.commerce.models import Channel
from app.commerce.types import UnknownChannelError
from app.commerce.types.catalogue import ChannelSettings
from app.kernel.db import db


def channel_settings() -> list[ChannelSettings]:
    """Return the settings of all channels by name, closed ones last. One statement."""
    rows = db.session.execute(
        sa.select(*_columns()).order_by(Channel.closed_at.isnot(None), Channel.name, Channel.id)
    )
    return [_settings(row) for row in rows]


def settings_of(code: str) -> tuple[int, ChannelSettings]:
    """Return id and settings of a channel. One statement.

    Raises:
        UnknownChannelError: there is none of that code.
    """
    row = db.session.execute(sa.select(*_columns()).where(Channel.code == code)).one_or_none()
    if row is None:
        raise UnknownChannelError
    return row.id, _settings(row)


def _columns() -> list[Any]:
    return [
        Channel.id,
        Channel.code,
        Channel.name,
        Channel.return_window_days,
        Channel.earning_permille,
        Channel.link_template,
        Channel.price_floor_permille,
        Channel.delivers,
        Channel.closed_at,
    ]


def _settings(row: Any) -> ChannelSettings:
    return ChannelSettings(
        row.code,
        row.name,
        row.return_window_days,
        row.earning_permille,
        row.link_template,
        row.price_floor_permille,
        tuple(word for word in row.delivers.split(",") if word),
        row.closed_at is not None,
        row.id,
    )
