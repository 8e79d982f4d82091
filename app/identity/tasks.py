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
