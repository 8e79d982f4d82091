"""Reads of loyalty."""

from app.loyalty.queries.awards import (
    asked_of,
    award_from,
    describe,
    find_award,
    limits_reached,
    milestones,
    order_points,
    points_for,
    points_of,
    recounted,
    rewarded_among,
    rule_version,
    shown_version,
    used,
)
from app.loyalty.queries.checks import (
    also_spends,
    drifting_budgets,
    drifting_counters,
    overdrawn_caps,
)
from app.loyalty.queries.costs import costs
from app.loyalty.queries.liability import liability
from app.loyalty.queries.values import point_values, value_on

__all__ = [
    "also_spends",
    "asked_of",
    "award_from",
    "costs",
    "describe",
    "drifting_budgets",
    "drifting_counters",
    "find_award",
    "liability",
    "limits_reached",
    "milestones",
    "order_points",
    "overdrawn_caps",
    "point_values",
    "points_for",
    "points_of",
    "recounted",
    "rewarded_among",
    "rule_version",
    "shown_version",
    "used",
    "value_on",
]
