"""The one place where integrations hand orders and refunds to commerce."""

from collections.abc import Sequence

from app.commerce import service as commerce
from app.commerce.types import ChannelRow, OrderDraft, RefundDraft


def take_delivery(
    channel: ChannelRow, orders: Sequence[OrderDraft], refunds: Sequence[RefundDraft]
) -> None:
    """Place orders and refunds in the transaction of the caller."""
    commerce.take_delivery(channel, orders, refunds)
