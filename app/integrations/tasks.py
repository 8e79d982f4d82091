"""Integrations' place in the timetable."""

from datetime import timedelta

from app.integrations import service
from app.kernel import jobs


@jobs.sweep("integrations.webhooks", every=timedelta(seconds=10), drain=True)
def handle_webhooks() -> int:
    """Turn webhooks that were let in into orders and refunds."""
    return service.handle_waiting()


@jobs.sweep("integrations.poll", every=timedelta(minutes=1))
def poll_shops() -> int:
    """Ask shops for orders that changed, where somebody has set that up."""
    return service.poll_due()


@jobs.sweep("integrations.forget_bodies", every=timedelta(hours=1), drain=True)
def forget_bodies() -> int:
    """Delete bodies of webhooks handled more than a week ago: buyers stand in them."""
    return service.forget_bodies()


@jobs.sweep("integrations.rekey", every=timedelta(hours=1))
def rekey() -> int:
    """Seal shops' secrets anew after the house secret has changed; drop former ones."""
    return service.rekey() + service.rekey_payments() + service.rekey_polls()
