"""The one place where integrations hand orders and refunds to commerce, payments to the mall."""

from collections.abc import Sequence

from app.commerce import service as commerce
from app.commerce.types import ChannelRow, OrderDraft, RefundDraft
from app.integrations.types import Payment
from app.rewards import service as mall
from app.rewards.types import Told


def take_delivery(
    channel: ChannelRow, orders: Sequence[OrderDraft], refunds: Sequence[RefundDraft]
) -> None:
    """Place orders and refunds in the transaction of the caller."""
    commerce.take_delivery(channel, orders, refunds)


def take_payment(delivery_id: str, body_digest: str, payment: Payment) -> tuple[str, str]:
    """Hand a payment to the mall in a transaction of its own; return (what became of it, why).

    Raises:
        ConflictError: the delivery's number came before with another body.
    """
    taken = mall.take_payment(
        Told(
            delivery_id=delivery_id, body_digest=body_digest, order_code=payment.order,
            minor=payment.minor, currency=payment.currency, paid_at=payment.paid_at,
            reference=payment.reference,
        )
    )  # fmt: skip
    if taken.state is None:
        return "known", ""
    return ("accepted" if taken.why is None else "set_aside"), taken.why.value if taken.why else ""
