"""Campaigns' budgets: one row each, and the database itself refuses to pass it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import sqlalchemy as sa

from app.kernel.db import changed, db, insert
from app.kernel.errors import ConflictError
from app.loyalty import policy
from app.loyalty.models import LoyaltyCounter
from app.loyalty.types import EVER, Campaign, RuleBook

COUNTER = cast("sa.Table", LoyaltyCounter.__table__)


def _is(key: policy.Key) -> sa.ColumnElement[bool]:
    return sa.and_(
        COUNTER.c.member_id == policy.HOUSE,
        COUNTER.c.name == key.name,
        COUNTER.c.window_on == EVER,
    )


def open_all(campaigns: Iterable[Campaign]) -> None:
    """Make the budgets of a book that is being published, or change their size.

    Raises:
        ConflictError: more is spent by now than a budget shall be.
    """
    for campaign in campaigns:
        key = policy.budget_key(campaign.key)
        statement = insert(COUNTER).values(
            member_id=policy.HOUSE,
            name=key.name,
            window_on=EVER,
            points=0,
            times=0,
            most=campaign.budget_points,
        )
        done = changed(
            statement.on_conflict_do_update(
                index_elements=["member_id", "name", "window_on"],
                set_={"most": campaign.budget_points},
                where=COUNTER.c.points <= campaign.budget_points,
            )
        )
        if not done:
            raise ConflictError


def left_of(book: RuleBook, action: str) -> dict[str, int]:
    """Return what the campaigns for an action can still give, by key. At most one statement."""
    names = {
        policy.budget_key(campaign.key).name: campaign.key
        for campaign in book.campaigns.values()
        if campaign.is_on and action in campaign.actions
    }
    if not names:
        return {}
    rows = db.session.execute(
        sa.select(COUNTER.c.name, COUNTER.c.most - COUNTER.c.points).where(
            COUNTER.c.member_id == policy.HOUSE, COUNTER.c.name.in_(names)
        )
    )
    return {names[name]: max(0, int(left)) for name, left in rows}


def move(changes: Sequence[tuple[str, int]]) -> list[int]:
    """Give points back to campaigns' budgets (negative), or take more as far as they reach.

    Two statements a campaign, under its row's lock: what is given back is there for what is taken.

    Args:
        changes: campaign and points.

    Returns:
        What moved of each, in their order: all that is given back, and of what is taken what the
        budget could give, the first ones first.
    """
    moved = [0] * len(changes)
    places: dict[str, list[int]] = {}
    for place, (campaign, _points) in enumerate(changes):
        places.setdefault(campaign, []).append(place)
    for campaign, some in sorted(places.items()):
        is_its = _is(policy.budget_key(campaign))
        row = db.session.execute(
            sa.select(COUNTER.c.points, COUNTER.c.most).where(is_its).with_for_update()
        ).one_or_none()
        if row is None:
            continue
        spent, most = row.points, row.most or 0
        for place in sorted(some, key=lambda each: (changes[each][1] > 0, each)):
            moved[place] = min(changes[place][1], max(0, most - spent))
            spent += moved[place]
        if spent != row.points:
            changed(sa.update(COUNTER).where(is_its).values(points=spent))
    return moved


def spend(points: Mapping[str, int]) -> None:
    """Take points out of campaigns' budgets. One statement a campaign.

    Raises:
        ConflictError: one of them has less by now.
    """
    for campaign, amount in sorted(points.items()):
        done = changed(
            sa.update(COUNTER)
            .where(_is(policy.budget_key(campaign)), COUNTER.c.points + amount <= COUNTER.c.most)
            .values(points=COUNTER.c.points + amount, times=COUNTER.c.times + 1)
        )
        if not done:
            raise ConflictError
