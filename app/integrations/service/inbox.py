"""The inbox: every signed body once, whatever number it comes under."""

from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa

from app.integrations import policy
from app.integrations.models import Delivery
from app.integrations.types import (
    Adapter,
    DeliveryConflictError,
    DeliveryState,
    EndpointRow,
    Trouble,
)
from app.kernel import audit, clock, ids, jobs
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref

SWEEP = "integrations.webhooks"
BODIES_KEPT = timedelta(days=7)
FORGOTTEN_AT_ONCE = 500


class Outcome(StrEnum):
    """What became of a signed body at the door."""

    ACCEPTED = "accepted"
    KNOWN = "known"  # a replay, or the shop tried twice
    IGNORED = "ignored"


@use_case
def accept(endpoint: EndpointRow, said: policy.Signed, body: bytes) -> Outcome:
    """Put a signed body into the inbox, once.

    Raises:
        DeliveryConflictError: its number came before with another body.
        UnicodeDecodeError: it is no text.
    """
    digest = policy.body_digest(body)
    concerns = _concerns(endpoint.adapter, said.topic)
    now = clock.now()
    row = {
        "id": ids.next_id(),
        "channel_id": endpoint.channel_id,
        "adapter": endpoint.adapter,
        "delivery_id": said.delivery_id,
        "body_digest": digest,
        "topic": said.topic,
        "body": body.decode() if concerns else None,
        "state": DeliveryState.WAITING if concerns else DeliveryState.IGNORED,
        "reason": "" if concerns else Trouble.TOPIC.value,
        "received_at": now,
        "handled_at": None if concerns else now,
    }
    if changed(insert(Delivery.__table__).values(row).on_conflict_do_nothing()):
        if concerns:
            jobs.nudge(SWEEP)
        return Outcome.ACCEPTED if concerns else Outcome.IGNORED
    known = db.session.scalar(
        sa.select(Delivery.body_digest).where(
            Delivery.channel_id == endpoint.channel_id, Delivery.delivery_id == said.delivery_id
        )
    )
    if known is not None and known != digest:
        raise DeliveryConflictError
    return Outcome.KNOWN


def _concerns(adapter: Adapter, topic: str) -> bool:
    if adapter is Adapter.WOOCOMMERCE:
        return topic.startswith("order.")
    return adapter is Adapter.GENERIC or topic.startswith(("orders/", "refunds/"))


@use_case
def retry(channel_id: int, delivery_row_id: int, *, actor_id: int) -> None:
    """Let a kept delivery be handled again.

    Raises:
        NotFoundError: there is no such kept delivery with its body.
    """
    _decided(
        channel_id,
        delivery_row_id,
        Delivery.body.is_not(None),
        state=DeliveryState.WAITING,
        reason="",
        attempts=0,
        handled_at=None,
    )
    audit.note(actor_id, "webhooks.retried", Ref("delivery", delivery_row_id))
    jobs.nudge(SWEEP)


@use_case
def set_aside(channel_id: int, delivery_row_id: int, *, actor_id: int) -> None:
    """Note that somebody has dealt with a kept delivery by hand.

    Raises:
        NotFoundError: there is no such kept delivery.
    """
    _decided(
        channel_id,
        delivery_row_id,
        state=DeliveryState.IGNORED,
        reason=Trouble.BY_HAND.value,
        handled_at=clock.now(),
    )
    audit.note(actor_id, "webhooks.set_aside", Ref("delivery", delivery_row_id))


def _decided(
    channel_id: int, delivery_row_id: int, *more: sa.ColumnElement[bool], **values: object
) -> None:
    done = changed(
        sa.update(Delivery)
        .where(
            Delivery.id == delivery_row_id,
            Delivery.channel_id == channel_id,
            Delivery.state == DeliveryState.KEPT,
            *more,
        )
        .values(**values)
    )
    if done != 1:
        raise NotFoundError


@use_case
def forget_bodies() -> int:
    """Delete bodies handled more than a week ago: buyers stand in them. Return how many."""
    old = (
        sa.select(Delivery.id)
        .where(
            Delivery.body.is_not(None),
            Delivery.state != DeliveryState.WAITING,
            Delivery.handled_at <= clock.now() - BODIES_KEPT,
        )
        .order_by(Delivery.id)
        .limit(FORGOTTEN_AT_ONCE)
    )
    return changed(sa.update(Delivery).where(Delivery.id.in_(old)).values(body=None))
