"""What commerce does when something has happened. Every listener may be told twice."""

from app.commerce import service
from app.commerce.events import OrderCorrected, OrderPaid
from app.commerce.settings import credit_window
from app.kernel.facts import Told, subscribe


@subscribe(OrderPaid)
def credit_paid_order(fact: OrderPaid, _told: Told) -> None:
    """Credit a new order to the click that led to it."""
    service.credit_order(fact.order_id, credit_window())


@subscribe(OrderCorrected)
def credit_corrected_order(fact: OrderCorrected, _told: Told) -> None:
    """Look again when the figures of an order have changed: its day may be another."""
    service.credit_order(fact.order_id, credit_window())
