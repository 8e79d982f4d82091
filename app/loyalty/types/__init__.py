"""Loyalty's words."""

from app.loyalty.types.costs import BudgetLine, CostLine, Costs, PointValue
from app.loyalty.types.words import Act, Award, Bonus, Limit, Milestone, OrderEarn

__all__ = [
    "Act",
    "Award",
    "Bonus",
    "BudgetLine",
    "CostLine",
    "Costs",
    "Limit",
    "Milestone",
    "OrderEarn",
    "PointValue",
]
