"""What the clock does to the ledger."""

from datetime import time, timedelta

from app.kernel import jobs
from app.ledger import service


@jobs.sweep("ledger.mature", every=timedelta(minutes=5), drain=True)
def mature() -> int:
    """Make pending points spendable whose moment has come."""
    return service.mature_due()


@jobs.sweep("ledger.expire", every=timedelta(minutes=15), drain=True)
def expire() -> int:
    """Let points expire whose last day is over."""
    return service.expire_due()


@jobs.sweep("ledger.release_holds", every=timedelta(minutes=1), drain=True)
def release_holds() -> int:
    """Give back holds whose time is over."""
    return service.release_expired_holds()


@jobs.sweep("ledger.close_days", every=timedelta(hours=1), drain=True)
def close_days() -> int:
    """Roll up the days that are over."""
    return service.close_days()


@jobs.sweep("ledger.roll_up", every=timedelta(hours=1), drain=True)
def roll_up() -> int:
    """Roll up why points were issued and what became of each month's points."""
    return service.roll_up()


@jobs.sweep("ledger.checkpoint", every=timedelta(days=1), at=time(3, 30))
def checkpoint() -> int:
    """Seal the present state of all wallets; return how many there are."""
    return service.checkpoint().wallets
