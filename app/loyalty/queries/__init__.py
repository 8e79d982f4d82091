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
from app.loyalty.queries.costs import costs
from app.loyalty.queries.liability import liability
from app.loyalty.queries.values import point_values, value_on

__all__ = [
    "award_from",
    "costs",
    "describe",
    "drifting_counters",
    "earned_on_days",
    "find_award",
    "find_awards",
    "liability",
    "limits_reached",
    "milestones",
    "order_points",
    "overdrawn_caps",
    "point_values",
    "points_for",
    "rule_version",
    "used_caps",
    "value_on",
]
