"""Draws' place in the timetable."""

from datetime import timedelta

from app.draws import service
from app.kernel import jobs


@jobs.sweep("draws.close", every=timedelta(minutes=1), drain=True)
def close() -> int:
    """Close draws whose period is over."""
    return service.close_due()


@jobs.sweep("draws.reveal", every=timedelta(minutes=1), drain=True)
def reveal() -> int:
    """Reveal seeds whose time is over."""
    return service.reveal_ended()


@jobs.sweep("draws.follow", every=timedelta(seconds=20))
def follow() -> int:
    """Note the floors that replies take and lose."""
    return service.follow_replies()


@jobs.sweep("draws.floors", every=timedelta(minutes=1))
def floors() -> int:
    """Find the winners of floor draws that are over."""
    return service.settle_floors()


@jobs.sweep("draws.hand_over", every=timedelta(minutes=1), drain=True)
def hand_over() -> int:
    """Hand over what lists won."""
    return service.hand_over_some()


@jobs.sweep("draws.refund", every=timedelta(minutes=1), drain=True)
def refund() -> int:
    """Pay back tries of draws that were called off."""
    return service.refund_some()


@jobs.sweep("draws.tickets", every=timedelta(minutes=5), drain=True)
def tickets() -> int:
    """Pay bought tickets back that nobody used before their draw was over."""
    return service.pay_back_unused()
