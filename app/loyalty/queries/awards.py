"""Reads: what was awarded, what the limits cut, what a reason means."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock, reasons
from app.kernel.db import db, dialect_name
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.models import LoyaltyAward, LoyaltyBonusTurn, LoyaltyCounter, LoyaltyUndone
from app.loyalty.policy import HOUSE, Key, Used
from app.loyalty.queries import books
from app.loyalty.types import Act, Award, Limit, Milestone, Outcome

AWARD = cast("sa.Table", LoyaltyAward.__table__)
COUNTER = cast("sa.Table", LoyaltyCounter.__table__)
UNDONE = cast("sa.Table", LoyaltyUndone.__table__)
TURN = cast("sa.Table", LoyaltyBonusTurn.__table__)
NO_FAMILY: Mapping[int, int] = MappingProxyType({})


# --- what rules say ------------------------------------------------------------------------------


def describe(reason: str) -> object:
    """Return the words for a reason of the ledger, e.g. "Check-in"."""
    return reasons.meaning_of(reason).label


def points_for(rule: str) -> int:
    """Return what one act earns by a rule of the present version, in whole points."""
    return books.shown().rule(rule).points


def order_points(
    earning_minor: int, *, permille: int = 1000, rule_version: int | None = None
) -> int:
    """Return the points an order is worth under a version of the rules (default: the present one).

    Args:
        earning_minor: the part of it that earns, in minor units.
        permille: what its channel earns against the rule, in thousandths.
        rule_version: of the order's first award.
    """
    book = books.shown() if rule_version is None else books.get(rule_version)
    return book.order_points(earning_minor, permille)


def rule_version() -> int:
    """Return the number of the present version, to be kept with something. One statement."""
    return books.current().version


def shown_version() -> int:
    """Return the number of the version that pages speak of. Mostly no statement."""
    return books.shown().version


def asked_of(action: str) -> frozenset[str]:
    """Return what rules and campaigns ask about an action now. Mostly no statement.

    For a domain that would need a statement to answer.
    """
    book = books.shown()
    asking = [rule.conditions for rule in book.rules_of(action)]
    asking += [each.conditions for each in book.campaigns.values() if action in each.actions]
    return frozenset(condition.attribute for each in asking for condition in each)


def milestones() -> list[Milestone]:
    """Return the streak ladder, shortest first; empty while the rule rests."""
    rule = books.shown().rules.get(policy.MILESTONE)
    steps = rule.steps if rule and rule.is_on else {}
    return [Milestone(days, points) for days, points in sorted(steps.items())]


# --- what was awarded ----------------------------------------------------------------------------


def find_award(action: str, source: Ref) -> Award | None:
    """Return what a source already earned for an action. One statement."""
    rows = db.session.execute(
        sa.select(AWARD).where(
            AWARD.c.source_kind == source.kind,
            AWARD.c.source_id == source.id,
            AWARD.c.action == action,
        )
    ).all()
    return award_from(rows) if rows else None


def rewarded_among(action: str, sources: Collection[Ref]) -> set[Ref]:
    """Return which things have an award for an action already. One statement."""
    rows = db.session.execute(
        sa.select(AWARD.c.source_kind, AWARD.c.source_id).where(
            AWARD.c.action == action,
            sa.tuple_(AWARD.c.source_kind, AWARD.c.source_id).in_(
                [(each.kind, each.id) for each in sources]
            ),
        )
    )
    return {Ref(row.source_kind, row.source_id) for row in rows}


def points_of(sources: Collection[Ref]) -> dict[Ref, int]:
    """Return what things earned by their awards, in whole points. One statement, none for none."""
    if not sources:
        return {}
    rows = db.session.execute(
        sa.select(AWARD.c.source_kind, AWARD.c.source_id, sa.func.sum(AWARD.c.points).label("all"))
        .where(
            sa.tuple_(AWARD.c.source_kind, AWARD.c.source_id).in_(
                [(each.kind, each.id) for each in sources]
            )
        )
        .group_by(AWARD.c.source_kind, AWARD.c.source_id)
    )
    return {Ref(row.source_kind, row.source_id): int(row.all) for row in rows}


def award_from(rows: Collection[Any]) -> Award:
    """Return the award that an act's rows make together."""
    main = max(rows, key=lambda row: (row.points, row.growth, -row.id))
    pending = [
        comes
        for row in rows
        if row.points and row.outcome != Outcome.FROZEN
        if (comes := _spendable_from(row)) and comes > clock.now()
    ]
    return Award(
        sum(row.points for row in rows),
        sum(row.growth for row in rows),
        capped=any(row.is_capped for row in rows),
        reason=main.reason or main.rule or main.action,
        pending_until=max(pending, default=None),
        outcome=Outcome(main.outcome),
        by_rule={row.rule: row.points for row in rows if row.rule},
    )


def _spendable_from(row: Any) -> datetime | None:
    rule = books.get(row.rule_version).rules.get(row.rule)
    if rule is None:
        return None
    source = Ref(row.source_kind, row.source_id)
    return policy.spendable_from(rule, Act(row.member_id, row.action, source, row.awarded_at))


def limits_reached(member_id: int, day: date | None = None) -> list[Limit]:
    """Return the daily caps that cut something short on a business day. One statement."""
    rows = db.session.execute(
        sa.select(AWARD.c.rule, sa.func.count())
        .where(
            AWARD.c.member_id == member_id,
            AWARD.c.awarded_on == (day or clock.business_date()),
            AWARD.c.outcome == Outcome.CAPPED,
        )
        .group_by(AWARD.c.rule)
        .order_by(AWARD.c.rule)
    ).all()
    rules = books.shown().rules
    caps = {key: rules[key].daily_cap for key, _missed in rows if key in rules}
    return [Limit(key, missed, cap) for key, missed in rows if (cap := caps.get(key))]


def hangs_on(award: sa.Table) -> sa.ColumnElement[bool]:
    """Return whether a row of what was undone is about an award's source or its cause."""
    return sa.or_(
        sa.and_(UNDONE.c.kind == award.c.source_kind, UNDONE.c.ref_id == award.c.source_id),
        sa.and_(UNDONE.c.kind == award.c.cause_kind, UNDONE.c.ref_id == award.c.cause_id),
    )


def is_gone(award: sa.Table) -> sa.ColumnElement[bool]:
    """Return whether the source of an award, or its cause, is undone."""
    return sa.exists().where(UNDONE.c.is_undone, hangs_on(award))


def with_turns() -> sa.Join:
    """Return awards beside what stands of their bonuses, where that was ever taken back."""
    return AWARD.outerjoin(TURN, TURN.c.award_id == AWARD.c.id)


def standing_bonus() -> sa.ColumnElement[int]:
    """Return what of an award's bonus stands out of its campaign's budget."""
    return sa.func.coalesce(TURN.c.points, AWARD.c.bonus_points)


# --- counters ------------------------------------------------------------------------------------


def used(keys: Iterable[Key]) -> tuple[dict[Key, Used], dict[Key, int], int | None]:
    """Return what counters say, what campaigns can still give, and which rules hold now.

    One statement; for no counters none on SQLite, where nobody publishes between two statements.

    Returns:
        Of members' own limits how much is used; of budgets (:data:`policy.HOUSE`) what is left;
        the number of the version, None where it was not asked.
    """
    asked = set(keys)
    if not asked:
        is_sure = dialect_name() != "postgresql"
        return {}, {}, None if is_sure else db.session.scalar(sa.select(books.PLAINLY))
    its = sa.and_(
        COUNTER.c.member_id.in_({key.member_id for key in asked}),
        COUNTER.c.name.in_({key.name for key in asked}),
        COUNTER.c.window_on.in_({key.window_on for key in asked}),
    )
    here = sa.select(books.PLAINLY.label("newest")).subquery()
    rows = db.session.execute(
        sa.select(here.c.newest, *COUNTER.c).select_from(here.outerjoin(COUNTER, its))
    ).all()
    own: dict[Key, Used] = {}
    left: dict[Key, int] = {}
    for row in rows:
        if row.name is None:
            continue
        key = Key(row.member_id, row.name, row.window_on)
        if row.member_id == HOUSE:
            left[key] = max(0, (row.most or 0) - row.points)
        else:
            own[key] = Used(row.points, row.times, row.last_at)
    return own, left, int(rows[0].newest)


COUNTED = sa.or_(
    AWARD.c.outcome.in_((Outcome.GIVEN, Outcome.FROZEN)),
    AWARD.c.points > AWARD.c.bonus_points,
)
"""An award that went into its rule's counters: it gave something, or its rule gives nothing."""


def recounted(
    names: Collection[tuple[str, Key]], family: Mapping[int, int] = NO_FAMILY
) -> dict[Key, Used]:
    """Return what these counters should say by the awards. One statement.

    Args:
        names: rule and counter; see :func:`policy.keys_of`.
        family: members who were merged -> who they are now; what they got counts for him.
    """
    if not names:
        return {}
    keys = {key for _rule, key in names}
    members = {key.member_id for key in keys}
    members |= {source for source, target in family.items() if target in members}
    rows = db.session.execute(
        sa.select(
            AWARD.c.member_id,
            AWARD.c.rule,
            AWARD.c.awarded_on,
            AWARD.c.other_id,
            sa.func.sum(AWARD.c.points - AWARD.c.bonus_points).label("points"),
            sa.func.count().label("times"),
            sa.func.max(AWARD.c.awarded_at).label("last_at"),
        )
        .where(
            AWARD.c.member_id.in_(members),
            AWARD.c.rule.in_({rule for rule, _key in names}),
            AWARD.c.awarded_on >= min(key.window_on for key in keys),
            COUNTED,
        )
        .group_by(AWARD.c.member_id, AWARD.c.rule, AWARD.c.awarded_on, AWARD.c.other_id)
    )
    found: dict[Key, Used] = {}
    for row in rows:
        member_id = family.get(row.member_id, row.member_id)
        for key in policy.counters_of(row.rule, member_id, row.awarded_on, row.other_id):
            if key in keys:
                known = found.get(key, Used())
                last = max(moment for moment in (known.last_at, row.last_at) if moment)
                found[key] = Used(known.points + int(row.points), known.times + row.times, last)
    return found
