"""Figures that are kept because they are asked often, computed again from what happened."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel.db import db
from app.loyalty.policy import HOUSE, Key, Used
from app.loyalty.queries import books
from app.loyalty.queries.awards import AWARD, COUNTER, recounted, standing_bonus, with_turns
from app.loyalty.types import EVER, RuleBook

AT_ONCE = 500

Spent = Callable[[], Mapping[str, int]]
_spenders: list[Spent] = []


def also_spends(spent: Spent) -> None:
    """Answer for points that another domain took out of campaigns' budgets, by campaign."""
    if spent not in _spenders:
        _spenders.append(spent)


def drifting_counters() -> Iterator[str]:
    """Recompute every kept counter from the awards; yield one sentence per difference."""
    family = family_of_all()
    after = HOUSE
    while True:
        members = db.session.scalars(
            sa.select(COUNTER.c.member_id)
            .where(COUNTER.c.member_id > after)
            .distinct()
            .order_by(COUNTER.c.member_id)
            .limit(AT_ONCE)
        ).all()
        if not members:
            return
        yield from _drifts_of(members, family)
        after = members[-1]


def family_of_all() -> dict[int, int]:
    """Return members who were merged -> who they are now. One statement."""
    merged = identity.merged_pairs()
    return {
        row.member_id: row.into_id
        for row in db.session.execute(sa.select(merged.c.member_id, merged.c.into_id))
    }


def _drifts_of(members: Any, family: Mapping[int, int]) -> Iterator[str]:
    rows = db.session.execute(
        sa.select(COUNTER)
        .where(COUNTER.c.member_id.in_(members))
        .order_by(COUNTER.c.member_id, COUNTER.c.name, COUNTER.c.window_on)
    ).all()
    keys = [Key(row.member_id, row.name, row.window_on) for row in rows]
    names = [(key.name.partition("|")[0], key) for key in keys]
    should = recounted(names, family)
    for row, key in zip(rows, keys, strict=True):
        if key.member_id in family:
            continue  # merged: the counters of whom he became count
        right = should.get(key, Used())
        if (row.points, row.times) != (right.points, right.times):
            yield (
                f"counter {row.name} of member {row.member_id} from {row.window_on} says "
                f"{row.points} points, {row.times} times; the awards say "
                f"{right.points} and {right.times}"
            )


def drifting_budgets() -> Iterator[str]:
    """Recompute what every campaign has spent; yield one sentence per difference."""
    rows = db.session.execute(
        sa.select(AWARD.c.campaign, sa.func.sum(standing_bonus()))
        .select_from(with_turns())
        .where(AWARD.c.campaign != "")
        .group_by(AWARD.c.campaign)
    )
    spent: Counter[str] = Counter({campaign: int(points) for campaign, points in rows})
    for spender in _spenders:
        spent.update(spender())
    kept = db.session.execute(
        sa.select(COUNTER.c.name, COUNTER.c.points).where(
            COUNTER.c.member_id == HOUSE, COUNTER.c.window_on == EVER
        )
    )
    for name, points in kept:
        campaign = name.partition("|")[2]
        if points != spent[campaign]:
            yield f"campaign {campaign} says {points} points spent, the awards {spent[campaign]}"


def overdrawn_caps() -> Iterator[str]:
    """Yield one sentence for every member and day that earned more than the rule's cap."""
    caps: dict[tuple[int, str], int] = {
        (book.version, rule.key): rule.daily_cap
        for book in _books()
        for rule in book.rules.values()
        if rule.daily_cap is not None
    }
    if not caps:
        return
    earned = sa.func.sum(AWARD.c.points - AWARD.c.bonus_points)
    rows = db.session.execute(
        sa.select(
            AWARD.c.member_id,
            AWARD.c.rule,
            AWARD.c.awarded_on,
            sa.func.min(AWARD.c.rule_version).label("first"),
            sa.func.max(AWARD.c.rule_version).label("last"),
            earned.label("points"),
        )
        .where(AWARD.c.rule.in_({rule for _version, rule in caps}))
        .group_by(AWARD.c.member_id, AWARD.c.rule, AWARD.c.awarded_on)
        .having(earned > min(caps.values()))
    )
    for row in rows:
        held = [caps.get((version, row.rule)) for version in range(row.first, row.last + 1)]
        known = [cap for cap in held if cap is not None]
        if None not in held and row.points > max(known):
            yield (
                f"member {row.member_id} earned {row.points} by {row.rule} on "
                f"{row.awarded_on}; the cap is {max(known)}"
            )


def _books() -> list[RuleBook]:
    return [books.get(each.version) for each in books.versions(limit=1_000)]
