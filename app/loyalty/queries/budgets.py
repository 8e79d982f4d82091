"""How far the budgets of campaigns are used: the one place where the pages about cost ask."""

from app.loyalty.types import BudgetLine


def burn_down() -> list[BudgetLine]:
    """Return the budgets of all campaigns, those that are nearly used first.

    There are no budgets yet: the engine's campaigns answer here.
    """
    return []
