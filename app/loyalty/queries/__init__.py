"""Reads of loyalty."""

from app.loyalty.queries.awards import (
    award_from,
    describe,
    drifting_counters,
    earned_on_days,
    find_award,
    find_awards,
    limits_reached,
    milestones,
    order_points,
    overdrawn_caps,
    points_for,
    rule_version,
    used_caps,
)

__all__ = [
    "award_from",
    "describe",
    "drifting_counters",
    "earned_on_days",
    "find_award",
    "find_awards",
    "limits_reached",
    "milestones",
    "order_points",
    "overdrawn_caps",
    "points_for",
    "rule_version",
    "used_caps",
]
