"""Reads of integrations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.commerce import queries as commerce
from app.commerce.types import ChannelRow, UnknownChannelError
from app.integrations.models import Delivery, Endpoint, PaymentEndpoint, Poll
from app.integrations.types import (
    Adapter,
    DeliveryRow,
    DeliveryState,
    DoorRow,
    EndpointRow,
    PollRow,
    Trouble,
)
from app.kernel import ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page

ENDPOINTS, DELIVERIES, POLLS = Endpoint.__table__, Delivery.__table__, Poll.__table__
PAYMENTS = PaymentEndpoint.__table__
PAGE = 30


@dataclass(frozen=True, slots=True)
class Door:
    """A channel and the state of its door.

    Attributes:
        endpoint: None where it was never opened.
        kept: deliveries that wait for staff.
        is_polled: the shop is asked.
    """

    channel: ChannelRow
    endpoint: EndpointRow | None
    kept: int
    is_polled: bool


def channel_of(code: str) -> ChannelRow:
    """Return the channel of exactly that code.

    Raises:
        UnknownChannelError: there is none.
    """
    found = commerce.get_channel_by_name(code)
    if found.code != code:
        raise UnknownChannelError
    return found


def doors() -> list[Door]:
    """Return every channel with the state of its door, by name. Four statements."""
    found = {row.channel_id: _endpoint(row) for row in db.session.execute(sa.select(ENDPOINTS))}
    polled = set(db.session.scalars(sa.select(POLLS.c.channel_id).where(POLLS.c.is_on)))
    kept = kept_counts()
    return [
        Door(channel, found.get(channel.id), kept.get(channel.id, 0), channel.id in polled)
        for channel in commerce.channels()
    ]


def open_endpoint(text: str) -> EndpointRow:
    """Return the endpoint of an address, if it is on. One statement.

    Raises:
        NotFoundError: there is none, or it is off: a stranger can't tell which.
    """
    code = ids.read_code(text)
    row = (
        code
        and db.session.execute(
            sa.select(ENDPOINTS).where(ENDPOINTS.c.code == code, ENDPOINTS.c.is_on)
        ).one_or_none()
    )
    if not row:
        raise NotFoundError
    return _endpoint(row)


def endpoint_of(channel_id: int) -> EndpointRow | None:
    """Return a channel's endpoint, on or off. One statement."""
    row = db.session.execute(
        sa.select(ENDPOINTS).where(ENDPOINTS.c.channel_id == channel_id)
    ).one_or_none()
    return None if row is None else _endpoint(row)


def _endpoint(row: Any) -> EndpointRow:
    return EndpointRow(*_shared(row), channel_id=row.channel_id, adapter=row.adapter)


def _shared(row: Any) -> tuple[Any, ...]:
    return (
        row.code, row.sealed_secret, row.sealed_former, row.is_on, row.created_at, row.changed_at,
    )  # fmt: skip


def payment_door() -> DoorRow | None:
    """Return the door for payments of mall orders, on or off. One statement."""
    row = db.session.execute(sa.select(PAYMENTS)).one_or_none()
    return None if row is None else DoorRow(*_shared(row))


def open_payment_door(text: str) -> DoorRow:
    """Return the door for payments, if this is its address and it is on. One statement.

    Raises:
        NotFoundError: it is not, or it is off: a stranger can't tell which.
    """
    code, door = ids.read_code(text), payment_door()
    if code is None or door is None or not door.is_on or door.code != code:
        raise NotFoundError
    return door


def deliveries(
    channel_id: int, after: str | None = None, state: str = "", limit: int = PAGE
) -> Page[DeliveryRow]:
    """Return what came in for a channel, the newest first. One statement."""
    conditions = [DELIVERIES.c.channel_id == channel_id]
    if state in set(DeliveryState):
        conditions.append(DELIVERIES.c.state == DeliveryState(state))
    if after and after.isascii() and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - below 2**63
        conditions.append(DELIVERIES.c.id < int(after))
    columns = [column for column in DELIVERIES.c if column.name != "body"]
    rows = db.session.execute(
        sa.select(*columns, DELIVERIES.c.body.is_not(None).label("has_body"))
        .where(*conditions)
        .order_by(DELIVERIES.c.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    next_key = str(shown[-1].id) if len(rows) > limit else None
    return Page([_delivery(row) for row in shown], next_key)


def _delivery(row: Any) -> DeliveryRow:
    word, _, path = row.reason.partition(" ")
    return DeliveryRow(
        row.id,
        row.delivery_id,
        row.topic,
        row.state,
        Trouble(word) if word in set(Trouble) else None,
        path,
        row.attempts,
        row.orders,
        row.refunds,
        row.received_at,
        row.handled_at,
        row.state is DeliveryState.KEPT and row.has_body,
    )


def kept_counts() -> dict[int, int]:
    """Return how many deliveries wait for staff, by channel. One statement."""
    rows = db.session.execute(
        sa.select(DELIVERIES.c.channel_id, sa.func.count().label("waiting"))
        .where(DELIVERIES.c.state == DeliveryState.KEPT)
        .group_by(DELIVERIES.c.channel_id)
    )
    return {row.channel_id: row.waiting for row in rows}


def poll_of(channel_id: int) -> PollRow | None:
    """Return where polling of a channel stands. One statement."""
    row = db.session.execute(sa.select(POLLS).where(POLLS.c.channel_id == channel_id)).one_or_none()
    if row is None:
        return None
    return PollRow(
        row.channel_id,
        Adapter(row.adapter),
        row.cursor.get("url", ""),
        row.is_on,
        row.polled_at,
        row.failures,
        row.error,
    )


def due_polls(before: datetime) -> list[int]:
    """Return the channels that were last asked before a moment, the longest ago first."""
    return list(
        db.session.scalars(
            sa.select(POLLS.c.channel_id)
            .where(
                POLLS.c.is_on,
                sa.or_(POLLS.c.polled_at.is_(None), POLLS.c.polled_at <= before),
            )
            .order_by(POLLS.c.polled_at.is_not(None), POLLS.c.polled_at)
        )
    )
