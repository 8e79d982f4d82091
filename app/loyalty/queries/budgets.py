"""Campaigns' budgets: what is spent of them, and when."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.kernel.i18n import locale_code
from app.loyalty import policy
from app.loyalty.queries import books
from app.loyalty.queries.awards import AWARD, COUNTER, standing_bonus, with_turns
from app.loyalty.types import EVER, Campaign
from app.loyalty.types.budgets import BudgetLine, Standing

SpentByDay = Callable[[str], Mapping[date, int]]
_others: list[SpentByDay] = []


def also_spends_by_day(spent: SpentByDay) -> None:
    """Answer for points that another domain took out of a campaign's budget, day by day."""
    if spent not in _others:
        _others.append(spent)


def standing(campaigns: Collection[str]) -> dict[str, Standing]:
    """Return what campaigns have spent, by key; one that never ran has spent nothing.

    One statement, none for no campaigns.
    """
    if not campaigns:
        return {}
    names = {policy.budget_key(key).name: key for key in campaigns}
    rows = db.session.execute(
        sa.select(COUNTER.c.name, COUNTER.c.points, COUNTER.c.times, COUNTER.c.most).where(
            COUNTER.c.member_id == policy.HOUSE,
            COUNTER.c.window_on == EVER,
            COUNTER.c.name.in_(names),
        )
    )
    found = {names[row.name]: Standing(row.points, row.times, row.most or 0) for row in rows}
    return {key: found.get(key, Standing(0, 0, 0)) for key in campaigns}


def spent_by_day(campaign: Campaign) -> list[tuple[date, int]]:
    """Return what a campaign has spent on each of its days so far. One statement and the others'.

    What was put on an act that is taken back counts on no day. A day that is not over is in it; the
    days after the campaign are not.
    """
    rows = db.session.execute(
        sa.select(AWARD.c.awarded_on, sa.func.sum(standing_bonus()))
        .select_from(with_turns())
        .where(
            AWARD.c.awarded_on >= clock.business_date(campaign.starts_at),
            AWARD.c.awarded_on <= clock.business_date(campaign.ends_at),
            AWARD.c.campaign == campaign.key,
        )
        .group_by(AWARD.c.awarded_on)
    )
    spent: Counter[date] = Counter({day: int(points) for day, points in rows})
    for other in _others:
        spent.update(other(campaign.key))
    first = clock.business_date(campaign.starts_at)
    last = min(clock.business_date(), clock.business_date(campaign.ends_at))
    last = max([last, *spent])
    days = [first + n * clock.ONE_DAY for n in range((last - first).days + 1)]
    return [(day, spent[day]) for day in days]


def spent_before(campaigns: Collection[str], day: date) -> dict[str, int]:
    """Return what was taken out of campaigns' budgets before a day.

    One statement at most, and the others' for each campaign.
    """
    if not campaigns:
        return {}
    rows = db.session.execute(
        sa.select(AWARD.c.campaign, sa.func.sum(standing_bonus()))
        .select_from(with_turns())
        .where(AWARD.c.campaign.in_(campaigns), AWARD.c.awarded_on < day)
        .group_by(AWARD.c.campaign)
    )
    spent = Counter({campaign: int(points) for campaign, points in rows})
    for campaign in campaigns:
        for other in _others:
            spent[campaign] += sum(points for on, points in other(campaign).items() if on < day)
    return spent


def burn_down() -> list[BudgetLine]:
    """Return the budgets of all campaigns, those that are nearly used first. Two statements."""
    book = books.shown()
    spent = standing(book.campaigns)
    lines = [
        BudgetLine(
            key,
            campaign.names.get(locale_code()) or next(iter(campaign.names.values()), key),
            campaign.budget_points,
            spent[key].spent,
            clock.business_date(campaign.starts_at),
            clock.business_date(campaign.ends_at),
        )
        for key, campaign in book.campaigns.items()
    ]
    return sorted(lines, key=lambda line: -line.spent / max(1, line.points))
