"""Loyalty's words."""

from app.loyalty.types.words import Act, Award, Bonus, Limit, Milestone, OrderEarn

__all__ = ["Act", "Award", "Bonus", "Limit", "Milestone", "OrderEarn"]
