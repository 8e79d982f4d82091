"""What a webhook or a polled shop brings: orders and refunds, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.commerce.service import naming, waiting
from app.commerce.service.asides import keep_aside
from app.commerce.service.placing import Placed, place_orders
from app.commerce.service.refunds import place_refunds
from app.commerce.types import ChannelRow, OrderDraft, PlacedRefunds, RefundDraft
from app.kernel.db import use_case


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a delivery.

    Attributes:
        kept_aside: of ``orders.changed``, newly laid aside for staff.
    """

    orders: Placed
    refunds: PlacedRefunds
    kept_aside: int


@use_case
def take_delivery(
    channel: ChannelRow, orders: Sequence[OrderDraft], refunds: Sequence[RefundDraft]
) -> Taken:
    """Take what a channel delivers by itself. The same delivery again changes nothing.

    Args:
        channel: where it comes from.
        orders: whole orders; at most about a thousand.
        refunds: of these or any other orders of the channel, come or not.
    """
    told = {order.external_id for order in orders}
    if orders and any(refund.order_external_id not in told for refund in refunds):
        naming.stand_in_line(channel, orders, is_alone=True)
        waiting.alone(channel.id)  # whoever shares it first and then wants it alone may deadlock
    placed = place_orders(channel, orders)
    kept_aside = keep_aside(None, channel, placed.changed)
    return Taken(placed, place_refunds(channel, refunds), kept_aside)
