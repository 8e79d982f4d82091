"""Tiers move in: context for rules, audiences, verifiers, merging, pages."""

from flask import Flask

from app.kernel import audience, verify
from app.loyalty import tier_merging, tier_tasks  # noqa: F401 - the timetable
from app.loyalty.queries import tier_checks, tiers


def register(_app: Flask) -> None:
    """Answer for tiers wherever others ask."""
    tier_merging.register()
    verify.register("loyalty.tiers", tier_checks.drifting_tiers)
    audience.register("tier", _is_in_tier)


def _is_in_tier(key: str, member_id: int) -> bool:
    return bool(tiers.in_tier(key, [member_id]))
