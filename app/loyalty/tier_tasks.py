"""Tiers, super-membership and closeness in the timetable."""

from datetime import time, timedelta

from app.kernel import jobs
from app.loyalty.service import closeness, supers, tier_grants, tiers


@jobs.sweep("loyalty.settle_tiers", every=timedelta(minutes=1), drain=True)
def settle_tiers() -> int:
    """Compute tiers whose growth moved, whose day has come, or that a new ladder changes."""
    return tiers.settle_due()


@jobs.sweep("loyalty.read_spend", every=timedelta(minutes=15))
def read_spend() -> int:
    """Read net spend where it drives the tiers."""
    return tiers.read_spend()


@jobs.sweep("loyalty.end_tier_grants", every=timedelta(minutes=10), drain=True)
def end_tier_grants() -> int:
    """End tiers given by staff whose last day has passed."""
    return tier_grants.end_grants()


@jobs.sweep("loyalty.review_supers", every=timedelta(hours=1))
def review_supers() -> int:
    """Invite who reached the mark of super-members; review who fell below it."""
    return supers.review_all()


@jobs.sweep("loyalty.score_closeness", every=timedelta(days=1), at=time(3, 20))
def score_closeness() -> int:
    """Compute everybody's closeness for the new day."""
    return closeness.score_all()
