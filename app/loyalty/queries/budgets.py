"""How far the budgets of campaigns are used: the one place where the pages about cost ask."""

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.kernel.i18n import locale_code
from app.loyalty import policy
from app.loyalty.models import LoyaltyCounter
from app.loyalty.queries import books
from app.loyalty.types import EVER, BudgetLine, Campaign

COUNTER = cast("sa.Table", LoyaltyCounter.__table__)


def burn_down() -> list[BudgetLine]:
    """Return the budgets of all campaigns of the present rules, those that are nearly used first.

    One statement, and now and then one more for the rules.
    """
    campaigns = {
        policy.budget_key(campaign.key).name: campaign
        for campaign in books.shown().campaigns.values()
    }
    if not campaigns:
        return []
    rows = db.session.execute(
        sa.select(COUNTER.c.name, COUNTER.c.points).where(
            COUNTER.c.member_id == policy.HOUSE,
            COUNTER.c.window_on == EVER,
            COUNTER.c.name.in_(campaigns),
        )
    )
    spent = {row.name: int(row.points) for row in rows}
    lines = [_line(campaign, spent.get(name, 0)) for name, campaign in campaigns.items()]
    return sorted(lines, key=lambda line: (line.left * 1000 // max(1, line.points), line.key))


def _line(campaign: Campaign, spent: int) -> BudgetLine:
    return BudgetLine(
        key=campaign.key,
        label=_name(campaign.names, campaign.key),
        points=campaign.budget_points,
        spent=spent,
        starts_on=clock.business_date(campaign.starts_at),
        ends_on=clock.business_date(campaign.ends_at),
    )


def _name(names: Mapping[str, str], key: str) -> str:
    language = locale_code().partition("_")[0]
    return names.get(language) or next(iter(names.values()), key)
