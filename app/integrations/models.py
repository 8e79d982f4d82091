"""Endpoints of channels, the inbox of their webhooks, and where polling has got to."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.integrations.types import Adapter, DeliveryState
from app.kernel.db import BigInt, Id, Model, enum_type


class SignedDoor:
    """What every door for signed messages has.

    Attributes:
        sealed_secret: the signing secret, encrypted under the house's own.
        sealed_former: the one before; it opens the door for a while after a change.
        changed_at: when the secret was last changed.
    """

    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    sealed_secret: Mapped[str] = mapped_column(sa.Text)
    sealed_former: Mapped[str | None] = mapped_column(sa.Text)
    is_on: Mapped[bool]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Endpoint(SignedDoor, Model):
    """A channel's door for webhooks."""

    __tablename__ = "webhook_endpoint"

    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"), primary_key=True)
    adapter: Mapped[Adapter] = mapped_column(enum_type(Adapter))


class PaymentEndpoint(SignedDoor, Model):
    """The one door for payments of mall orders; what comes in is the mall's (``mall_payment``)."""

    __tablename__ = "payment_endpoint"

    id: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)


class Delivery(Model):
    """One webhook that was let in: the inbox. The same one twice is one row.

    Attributes:
        delivery_id: the sender's own number of it.
        body_digest: SHA-256 of the raw body: a replay under another number is found by it.
        body: the raw body until it has been handled for some days; buyers stand in it.
        reason: why it was kept or ignored.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.UniqueConstraint("channel_id", "delivery_id"),
        sa.UniqueConstraint("channel_id", "body_digest"),
        sa.Index(
            "ix_webhook_delivery_waiting",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
        sa.Index("ix_webhook_delivery_channel_id", "channel_id", "id"),
    )

    id: Mapped[Id]
    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"))
    adapter: Mapped[Adapter] = mapped_column(enum_type(Adapter))
    delivery_id: Mapped[str] = mapped_column(sa.String(128))
    body_digest: Mapped[str] = mapped_column(sa.String(64))
    topic: Mapped[str] = mapped_column(sa.String(64))
    body: Mapped[str | None] = mapped_column(sa.Text)
    state: Mapped[DeliveryState] = mapped_column(enum_type(DeliveryState))
    reason: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    orders: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    refunds: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Poll(Model):
    """Where polling of a channel has got to."""

    __tablename__ = "channel_poll"

    channel_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("channel.id"), primary_key=True)
    adapter: Mapped[str] = mapped_column(sa.String(32))
    cursor: Mapped[dict[str, Any]]
    is_on: Mapped[bool]
    polled_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    error: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
