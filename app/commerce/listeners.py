"""What commerce does when something has happened. Every listener may be told twice."""

from app.commerce import service
from app.commerce.events import (
    OrderCancelled,
    OrderCorrected,
    OrderPaid,
    OrderRevived,
    OrderWithdrawn,
)
from app.commerce.settings import credit_window
from app.identity.events import MemberMerged, MemberParted
from app.kernel.facts import Told, subscribe


@subscribe(OrderPaid)
def credit_paid_order(fact: OrderPaid, _told: Told) -> None:
    """Credit a new order to the click that led to it."""
    service.credit_order(fact.order_id, credit_window())


@subscribe(OrderCorrected)
def credit_corrected_order(fact: OrderCorrected, _told: Told) -> None:
    """Look again when the figures of an order have changed: its day may be another."""
    service.credit_order(fact.order_id, credit_window())


@subscribe(OrderCancelled)
def credit_after_cancelling(fact: OrderCancelled, _told: Told) -> None:
    """Look again when the channel cancelled an order: it stays a click's, worth nothing net."""
    service.credit_order(fact.order_id, credit_window())


@subscribe(OrderWithdrawn)
def credit_after_withdrawing(fact: OrderWithdrawn, _told: Told) -> None:
    """Look again when an order was rolled back: the click leads to the next one now."""
    service.credit_order(fact.order_id, credit_window())


@subscribe(OrderRevived)
def credit_revived_order(fact: OrderRevived, _told: Told) -> None:
    """Look again when an order counts once more."""
    service.credit_order(fact.order_id, credit_window())


@subscribe(MemberMerged)
def credit_one_member(fact: MemberMerged, _told: Told) -> None:
    """Look again when two became one: the clicks of one may have led to orders of the other."""
    service.credit_member(fact.target_id, credit_window())


@subscribe(MemberParted)
def credit_two_members(fact: MemberParted, _told: Told) -> None:
    """Look again when one became two: a click explains orders of its own member only."""
    for member_id in (fact.target_id, fact.source_id):
        service.credit_member(member_id, credit_window())
