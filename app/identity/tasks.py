"""Sweeps of identity."""

from datetime import time, timedelta

from app.identity import service
from app.kernel import jobs


@jobs.sweep("identity.prune_codes", every=timedelta(minutes=10))
def prune_codes() -> int:
    """Delete one-time codes that expired, with everything they carried."""
    return service.prune_codes()


@jobs.sweep("identity.prune_sessions", every=timedelta(hours=6))
def prune_sessions() -> int:
    """Delete sessions that ended long ago."""
    return service.prune_sessions()


@jobs.sweep("identity.carry_late_rows", every=timedelta(minutes=5))
def carry_late_rows() -> int:
    """Carry what reached a member just after he was merged into another one."""
    return service.carry_late_rows()


@jobs.sweep("identity.leave", every=timedelta(minutes=10))
def leave() -> int:
    """Close the accounts of members whose time to think it over has passed."""
    return service.close_due()


@jobs.sweep("identity.forget_left", every=timedelta(days=1), at=time(4, 20))
def forget_left() -> int:
    """Delete what came late to members who have left."""
    return service.forget_left()


@jobs.sweep("identity.write_takeouts", every=timedelta(seconds=30))
def write_takeouts() -> int:
    """Write the files that members asked for: everything that is theirs."""
    return service.write_takeouts()


@jobs.sweep("identity.forget_takeouts", every=timedelta(hours=6))
def forget_takeouts() -> int:
    """Delete members' files that are a week old."""
    return service.forget_takeouts()
