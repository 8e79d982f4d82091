"""How much of limits and budgets is used: written with every decision, pruned when long past."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, changed_by_all, dialect_name, insert, use_case
from app.loyalty import queries
from app.loyalty.models import LoyaltyCounter
from app.loyalty.policy import HOUSE, Key, Used
from app.loyalty.types import EVER, Act

KEEP_COUNTERS = timedelta(days=60)

COUNTER = cast("sa.Table", LoyaltyCounter.__table__)


class BudgetLostError(Exception):
    """Somebody else took what a campaign had left."""


def count(used: Mapping[Key, Used], before: Mapping[Key, Used]) -> None:
    """Write what limits and budgets have become. One statement, none where nothing counts.

    A member's own counters stand under his wallet's lock: they are set. A budget is everybody's:
    it is added to, on the condition that it holds.

    Raises:
        BudgetLostError: a campaign has less left than was decided with.
    """
    rows = [
        {**_place(key), "points": now.points, "times": now.times, "last_at": now.last_at}
        for key, now in used.items()
        if before.get(key) != now
    ]
    # Budgets last: their rows are everybody's, and are held until the commit.
    rows.sort(key=lambda row: (row["member_id"] == HOUSE, row["member_id"], row["name"]))
    if changed_by_all(_counting(), rows) != len(rows):
        raise BudgetLostError


@cache
def _counting_on(_dialect: str) -> Any:
    statement = insert(COUNTER)
    given, kept = statement.excluded, COUNTER.c
    is_budget = kept.member_id == HOUSE
    return statement.on_conflict_do_update(
        index_elements=["member_id", "name", "window_on"],
        set_={
            "points": sa.case((is_budget, kept.points + given.points), else_=given.points),
            "times": sa.case((is_budget, kept.times + given.times), else_=given.times),
            "last_at": given.last_at,
        },
        where=sa.or_(kept.member_id != HOUSE, kept.points + given.points <= kept.most),
    )


def _counting() -> Any:
    return _counting_on(dialect_name())


def _place(key: Key) -> dict[str, Any]:
    return {"member_id": key.member_id, "name": key.name, "window_on": key.window_on}


def bring_back(acts: Sequence[Act], asked: Sequence[tuple[Key, Any]]) -> None:
    """Bring back the counters of days so long past that they were pruned: the awards know them."""
    oldest = clock.business_date() - KEEP_COUNTERS
    if all(clock.business_date(act.at) >= oldest for act in acts):
        return
    past = [(rule.key, key) for key, rule in asked if rule and key.window_on < oldest]
    rows = [
        {**_place(key), "points": now.points, "times": now.times, "last_at": now.last_at}
        for key, now in queries.recounted(past).items()
        if key.window_on != EVER
    ]
    changed_by_all(insert(COUNTER).on_conflict_do_nothing(), rows)


@use_case
def prune_counters() -> int:
    """Forget the counters of windows long past; the awards stay. Returns how many."""
    oldest = clock.business_date() - KEEP_COUNTERS
    past = sa.and_(COUNTER.c.window_on < oldest, COUNTER.c.window_on != EVER)
    return changed(sa.delete(COUNTER).where(past))
