"""The one place where integrations hand orders and refunds to commerce."""

from collections.abc import Callable, Sequence
from typing import Any

from app.commerce import service as commerce
from app.commerce.types import ChannelRow, OrderDraft, RefundDraft

VERB = "take_delivery"


def take_delivery(
    channel: ChannelRow, orders: Sequence[OrderDraft], refunds: Sequence[RefundDraft]
) -> None:
    """Place orders and refunds in the transaction of the caller."""
    take: Callable[..., Any] = getattr(commerce, VERB)
    take(channel, orders, refunds)
