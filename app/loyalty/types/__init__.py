"""Loyalty's words."""

from app.loyalty.types.budgets import BudgetLine
from app.loyalty.types.costs import CostLine, Costs, PointValue
from app.loyalty.types.errors import StaleBookError
from app.loyalty.types.rules import (
    BOTH,
    EVER,
    MAX_KEY,
    Campaign,
    Cap,
    Compare,
    Condition,
    Expiry,
    Lapse,
    Rule,
    RuleBook,
    Window,
)
from app.loyalty.types.words import (
    NOTHING,
    Act,
    Award,
    Limit,
    Milestone,
    OrderEarn,
    Outcome,
    Value,
)

__all__ = [
    "BOTH",
    "EVER",
    "MAX_KEY",
    "NOTHING",
    "Act",
    "Award",
    "BudgetLine",
    "Campaign",
    "Cap",
    "Compare",
    "Condition",
    "CostLine",
    "Costs",
    "Expiry",
    "Lapse",
    "Limit",
    "Milestone",
    "OrderEarn",
    "Outcome",
    "PointValue",
    "Rule",
    "RuleBook",
    "StaleBookError",
    "Value",
    "Window",
]
