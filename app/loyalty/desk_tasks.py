"""What staff do by hand, in the timetable."""

from datetime import timedelta

from app.kernel import jobs
from app.loyalty.service import fraud, grants, grants_batches, grants_working, referrals


@jobs.sweep("loyalty.grants", every=timedelta(seconds=10), drain=True)
def work_batches() -> int:
    """Go on with adjustments in bulk."""
    return grants_working.work_some()


@jobs.sweep("loyalty.grants_expire", every=timedelta(minutes=30), drain=True)
def expire_proposals() -> int:
    """Close proposals of adjustments that nobody decided in time."""
    return grants.expire_proposals() + grants_batches.expire()


@jobs.sweep("loyalty.referral_selves", every=timedelta(hours=6), drain=True)
def settle_selves() -> int:
    """Take back what invitations paid whose two sides are one by now; give it back once parted."""
    return referrals.settle_selves()


@jobs.sweep("loyalty.fraud_look", every=timedelta(hours=1))
def look_for_fraud() -> int:
    """Look for rings, bursts and their like in the acts of the last days."""
    return fraud.look()


@jobs.sweep("loyalty.fraud_forget", every=timedelta(hours=24), drain=True)
def forget_evidence() -> int:
    """Delete evidence and objections of cases decided long ago."""
    return fraud.forget()
