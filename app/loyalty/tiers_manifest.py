"""Tiers move in: context for rules, audiences, verifiers, merging, pages."""

from flask import Flask

from app.kernel import audience, verify
from app.loyalty import tier_merging, tier_tasks  # noqa: F401 - the timetable
from app.loyalty.queries import closeness, supers, tier_checks, tiers
from app.loyalty.service import supers as super_service


def register(_app: Flask) -> None:
    """Answer for tiers wherever others ask."""
    tier_merging.register()
    verify.register("loyalty.tiers", tier_checks.drifting_tiers)
    verify.register("loyalty.supers", super_service.drifting_supers)
    verify.register("loyalty.closeness", closeness.drifting_scores)
    verify.register("loyalty.promises", closeness.broken_promises)
    audience.register("tier", _is_in_tier)
    audience.register("vip", _is_of_vip_type)
    audience.register("super_member", lambda _argument, member_id: supers.is_super(member_id))


def _is_in_tier(key: str, member_id: int) -> bool:
    return bool(tiers.in_tier(key, [member_id]))


def _is_of_vip_type(key: str, member_id: int) -> bool:
    vip = closeness.vip_types_of([member_id])[member_id]
    return vip is not None and vip.key == key
