"""Sweeps of identity."""

from datetime import timedelta

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
