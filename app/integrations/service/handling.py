"""From the inbox to orders: each delivery in one transaction with its own state."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from app.commerce import queries as commerce_queries
from app.commerce.types import ChannelRow, RefundDraft
from app.integrations import adapters
from app.integrations.models import Delivery
from app.integrations.service import seam
from app.integrations.types import DeliveryState, Parsed, PayloadError, Shop, Trouble
from app.kernel import clock, contacts, jobs
from app.kernel.db import changed, db, use_case

log = structlog.get_logger(__name__)

AT_ONCE = 50
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
"""How long to wait after the first, second, … failure; after the last one staff see it."""

DELIVERIES = Delivery.__table__


def handle_waiting(limit: int = AT_ONCE) -> int:
    """Handle deliveries whose turn it is, the oldest first; return how many were settled."""
    rows = db.session.execute(
        sa.select(DELIVERIES).where(_is_due()).order_by(DELIVERIES.c.id).limit(limit)
    ).all()
    channels = {channel.id: channel for channel in commerce_queries.channels()}
    db.session.rollback()
    return sum(_handle(row, channels[row.channel_id]) for row in rows if not jobs.stopping())


def _is_due() -> sa.ColumnElement[bool]:
    now = clock.now()
    pauses = [
        sa.and_(DELIVERIES.c.attempts == number, DELIVERIES.c.handled_at <= now - pause)
        for number, pause in enumerate(PAUSES, start=1)
    ]
    # The literal lets both databases use the partial index of what waits.
    waits = sa.literal_column("webhook_delivery.state = 'waiting'").is_(sa.true())
    return sa.and_(waits, sa.or_(DELIVERIES.c.handled_at.is_(None), *pauses))


def _handle(row: Any, channel: ChannelRow) -> int:
    try:
        parsed = adapters.parse(row.adapter, row.topic, row.body or "", shop_of(channel))
    except PayloadError as error:  # it will never read better
        return _settle(row.id, DeliveryState.KEPT, error.reason)
    try:
        return _take(row.id, channel, parsed)
    except Exception as error:
        db.session.rollback()
        log.exception("webhook_failed", delivery=row.id, error=type(error).__name__)
        return _note_failure(row.id, row.attempts, type(error).__name__)


def shop_of(channel: ChannelRow) -> Shop:
    """Return what an adapter must know of a channel."""
    return Shop(
        channel.code,
        channel.currency,
        channel.identity_kind,
        lambda contact: contacts.digest(contacts.parse(contact)),
        clock.now() + timedelta(hours=1),
    )


@use_case
def _take(delivery_id: int, channel: ChannelRow, parsed: Parsed) -> int:
    state = DeliveryState.IGNORED if parsed.ignored else DeliveryState.DONE
    if not _claim(delivery_id, state, parsed.ignored or "", parsed):
        return 0  # another worker took it
    if parsed.orders or parsed.refunds:
        take(channel, parsed)
    return 1


def take(channel: ChannelRow, parsed: Parsed) -> None:
    """Hand orders and refunds to commerce. Inside a use case."""
    gone = _gone(channel, parsed)
    seam.take_delivery(channel, parsed.orders, [*_dated(channel, parsed), *gone])


def _gone(channel: ChannelRow, parsed: Parsed) -> Sequence[RefundDraft]:
    """Return as cancelled what the shop deleted and tells in no other way: what its list lacks.

    The other way round too: what an older list has, and is unknown although a newer one came.
    """
    if not parsed.complete:
        return []
    state = commerce_queries.refund_lists(channel.id, parsed.complete)
    listed = {each.external_id: each for each in parsed.refunds}
    stale = [
        replace(each, is_cancelled=True)
        for each in parsed.refunds
        if each.order_external_id in state.newer and each.external_id not in state.known
    ]
    missing = [
        replace(each, is_cancelled=True, updated_at=parsed.complete[each.order_external_id])
        for each in state.standing
        if each.external_id not in listed
    ]
    return [*stale, *missing]


def _dated(channel: ChannelRow, parsed: Parsed) -> Sequence[RefundDraft]:
    """Return refunds with the day that is known already, where the shop tells none."""
    if not parsed.undated:
        return parsed.refunds
    known = commerce_queries.refund_moments(channel.id, parsed.undated)
    return [
        replace(each, refunded_at=known.get(each.external_id, each.refunded_at))
        for each in parsed.refunds
    ]


@use_case
def _settle(delivery_id: int, state: DeliveryState, reason: str) -> int:
    return _claim(delivery_id, state, reason, Parsed())


def _claim(delivery_id: int, state: DeliveryState, reason: str, parsed: Parsed) -> int:
    """Move a delivery on, if it still waits: of two workers one gets it."""
    return changed(
        sa.update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.WAITING)
        .values(
            state=state,
            reason=reason[:120],
            attempts=Delivery.attempts + 1,
            handled_at=clock.now(),
            orders=len(parsed.orders),
            refunds=len(parsed.refunds),
        )
    )


@use_case
def _note_failure(delivery_id: int, attempts: int, error: str) -> int:
    is_last = attempts >= len(PAUSES)
    changed(
        sa.update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.state == DeliveryState.WAITING,
            Delivery.attempts == attempts,
        )
        .values(
            state=DeliveryState.KEPT if is_last else DeliveryState.WAITING,
            reason=f"{Trouble.FAILED.value} {error}"[:120],
            attempts=attempts + 1,
            handled_at=clock.now(),
        )
    )
    return 0
