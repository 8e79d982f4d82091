"""Reads of tiers: where members stand, what it brings them, how it came."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.ledger import queries as ledger
from app.loyalty.models.tiers import MemberTier, TierChange, TierGrant, TierLadder, TierReading
from app.loyalty.policy.standing import SETTLE_LAG
from app.loyalty.policy.tiers import BUILT_IN, months_before
from app.loyalty.queries.ladders import effective, ladder_from, ladders
from app.loyalty.types.tiers import (
    EVER,
    NEVER_REACHED,
    Course,
    GrowthPoint,
    Ladder,
    Measure,
    Perks,
    Reading,
    Standing,
    Tier,
)

ROW = cast("sa.Table", MemberTier.__table__)
CHANGE = cast("sa.Table", TierChange.__table__)
GRANT = cast("sa.Table", TierGrant.__table__)
READING = cast("sa.Table", TierReading.__table__)
LADDER = cast("sa.Table", TierLadder.__table__)
MEMBER = cast("sa.Table", Member.__table__)
PAGE = 20


# --- for other domains ---------------------------------------------------------------------------


def perks_of(member_ids: Collection[int]) -> dict[int, Perks]:
    """Return what members' tiers bring them; everybody has at least the base tier's perks.

    One statement, none for nobody.
    """
    return {member_id: tier.perks for member_id, tier in tiers_of(member_ids).items()}


def tiers_of(member_ids: Collection[int]) -> dict[int, Tier]:
    """Return the tiers in which members stand. One statement, none for nobody."""
    if not member_ids:
        return {}
    one = sa.select(sa.literal(1).label("one")).subquery("one")
    his = ROW.c.member_id.in_(list(member_ids))
    rows = db.session.execute(
        sa.select(*LADDER.c, ROW.c.member_id, ROW.c.tier_key, ROW.c.ladder_number)
        .select_from(one.outerjoin(LADDER, sa.true()).outerjoin(ROW, his))
        .order_by(LADDER.c.number)
    ).all()
    published = {row.number: row for row in rows if row.number is not None}
    known = (BUILT_IN, *(ladder_from(row, n, row.effective_at) for n, row in published.items()))
    base = effective(known).base
    by_number = {ladder.number: ladder for ladder in known}
    found = {
        row.member_id: by_number[row.ladder_number].tier(row.tier_key)
        for row in rows
        if row.member_id is not None
    }
    return {member_id: found.get(member_id, base) for member_id in member_ids}


def tier_expression(member_id: Any) -> sa.ColumnElement[str]:
    """Return the key of a member's tier as a scalar of SQL, for conditions of rules."""
    return sa.func.coalesce(_own(ROW.c.tier_key, member_id), _latest("base_key"), BUILT_IN.base.key)


def multiplier_expression(member_id: Any) -> sa.ColumnElement[int]:
    """Return what a member's tier multiplies points with, in thousandths, as a scalar of SQL."""
    return sa.func.coalesce(_own(ROW.c.multiplier_permille, member_id), 1000)


def rank_expression(member_id: Any) -> sa.ColumnElement[int]:
    """Return the place of a member's tier, 0 for the base, as a scalar of SQL."""
    return sa.func.coalesce(_own(ROW.c.tier_rank, member_id), 0)


def growth_left(member_id: Any) -> sa.ColumnElement[int]:
    """Return how much growth lifts a member, as an expression of SQL. It errs to too little."""
    growth = sa.func.coalesce(ledger.growth_expression(member_id), 0)
    wants = sa.func.coalesce(
        _own(ROW.c.wants_growth, member_id), _latest("first_growth"), BUILT_IN.tiers[1].threshold
    )
    return wants - growth


def _own(column: Any, member_id: Any) -> sa.ScalarSelect[Any]:
    row = ROW.alias()
    return sa.select(row.c[column.name]).where(row.c.member_id == member_id).scalar_subquery()


def _latest(name: str) -> sa.ScalarSelect[Any]:
    row = LADDER.alias()
    return sa.select(row.c[name]).order_by(row.c.number.desc()).limit(1).scalar_subquery()


def rising(member_ids: Collection[int]) -> list[int]:
    """Return which of these members have the growth that may lift them. One statement."""
    growth = sa.func.coalesce(ledger.growth_expression(MEMBER.c.id), 0)
    wants = sa.func.coalesce(
        _own(ROW.c.wants_growth, MEMBER.c.id), _latest("first_growth"), BUILT_IN.tiers[1].threshold
    )
    return list(
        db.session.scalars(
            sa.select(MEMBER.c.id)
            .where(MEMBER.c.id.in_(sorted(set(member_ids))), growth >= wants)
            .order_by(MEMBER.c.id)
        )
    )


def makeup_cards() -> sa.Subquery:
    """Return the living members whose tiers bring cards, and how many; to join on. One statement.

    The same figure as ``perks_of`` has, where SQL can read it: columns ``member_id``, ``cards``.
    """
    known = ladders()
    base = effective(known).base.perks.makeup_cards
    places = {
        (ladder.number, tier.key): tier.perks.makeup_cards
        for ladder in known
        for tier in ladder.tiers
    }
    found = [
        (sa.and_(ROW.c.ladder_number == number, ROW.c.tier_key == key), cards)
        for (number, key), cards in places.items()
        if cards
    ]
    cards = sa.case((ROW.c.member_id.is_(None), base), *found, else_=0)
    return (
        sa.select(MEMBER.c.id.label("member_id"), cards.label("cards"))
        .select_from(MEMBER)
        .join(ROW, ROW.c.member_id == MEMBER.c.id, isouter=bool(base))
        .where(MEMBER.c.state.in_(identity.SIGNED_UP), cards > 0)
        .subquery()
    )


def in_tier(key: str, member_ids: Collection[int]) -> set[int]:
    """Return which of these members stand in a tier. Two statements, none for nobody."""
    return {member_id for member_id, tier in tiers_of(member_ids).items() if tier.key == key}


# --- for the service -----------------------------------------------------------------------------


def standing_from(row: Any) -> Standing:
    """Return how far a member's row was computed."""
    return Standing(
        row.ladder_number, row.earned_key, row.since_on, row.valid_until, row.grace_until,
        row.warned_on, row.seen_seq, row.balance, row.seen_at, row.read_at,
    )  # fmt: skip


def rows_of(member_ids: Collection[int]) -> dict[int, Any]:
    """Return members' rows, where they have one. One statement."""
    rows = db.session.execute(sa.select(ROW).where(ROW.c.member_id.in_(list(member_ids))))
    return {row.member_id: row for row in rows}


def courses_of(
    rows: dict[int, Any], member_ids: Collection[int], known: tuple[Ladder, ...]
) -> dict[int, Course]:
    """Return everything that these members' tiers follow from, beyond their rows. Two statements.

    A member without a row is computed from the beginning.
    """
    wanted = {member_id: _wanted(rows.get(member_id), known) for member_id in member_ids}
    grown = ledger.growth_entries(wanted)
    readings: dict[int, list[Reading]] = defaultdict(list)
    for row in db.session.execute(
        sa.select(READING)
        .where(READING.c.member_id.in_(list(member_ids)))
        .order_by(READING.c.member_id, READING.c.at)
    ):
        readings[row.member_id].append(Reading(row.at, row.value))
    return {
        member_id: Course(
            tuple(GrowthPoint(e.seq, e.at, e.delta, e.balance) for e in grown[member_id]),
            tuple(readings[member_id]),
            known,
        )
        for member_id in member_ids
    }


def _wanted(row: Any, known: tuple[Ladder, ...]) -> tuple[int, datetime | None]:
    """Return which movements are needed: new ones, and those of the longest window."""
    if row is None:
        return 0, None
    months = [
        ladder.window_months
        for ladder in known
        if ladder.number >= row.ladder_number and ladder.measure is Measure.GROWTH_WINDOW
    ]
    if not months:
        return row.seen_seq, None
    days = [clock.business_date(row.settled_at), clock.business_date(row.seen_at or EVER)]
    first = min([*days, row.due_on or days[0]]) if row.seen_seq else days[0]
    return row.seen_seq, clock.day_start(months_before(first, max(months)))


def given_to(member_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the keys of tiers that staff gave members and that still count. One statement."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(GRANT.c.member_id, GRANT.c.tier_key).where(
            GRANT.c.member_id.in_(list(member_ids)), GRANT.c.ended_at.is_(None)
        )
    )
    for row in rows:
        found[row.member_id].append(row.tier_key)
    return found


def to_settle(limit: int) -> list[int]:
    """Return members for whom something is to be computed, in ascending id. Two statements.

    Their growth moved, a day of theirs has come, or a new ladder holds.
    """
    now = clock.now()
    known = ladders()
    ladder, settled = effective(known, now), effective(known, now - SETTLE_LAG)
    wallets = ledger.growth_wallets()
    first = ladder.tiers[1].threshold if len(ladder.tiers) > 1 else NEVER_REACHED
    if ladder.measure is Measure.NET_SPEND:
        first = NEVER_REACHED
    grown = (
        sa.select(wallets.c.member_id)
        .outerjoin(ROW, ROW.c.member_id == wallets.c.member_id)
        .where(
            sa.or_(
                wallets.c.seq > ROW.c.seen_seq,
                sa.and_(ROW.c.member_id.is_(None), wallets.c.growth >= first),
            )
        )
    )
    due = (
        sa.select(ROW.c.member_id)
        .join(MEMBER, MEMBER.c.id == ROW.c.member_id)
        .where(
            MEMBER.c.merged_into_id.is_(None),
            sa.or_(
                ROW.c.due_on <= clock.business_date(now - SETTLE_LAG),
                ROW.c.ladder_number < settled.number,
            ),
        )
    )
    either = sa.union(grown, due).subquery()
    return list(
        db.session.scalars(sa.select(either.c.member_id).order_by(either.c.member_id).limit(limit))
    )


def grants_over(limit: int) -> list[Any]:
    """Return grants whose last day has passed and that nobody ended yet. One statement."""
    return list(
        db.session.execute(
            sa.select(GRANT)
            .where(GRANT.c.ended_at.is_(None), GRANT.c.until_on < clock.business_date())
            .order_by(GRANT.c.id)
            .limit(limit)
        )
    )


def last_readings() -> dict[int, int]:
    """Return everybody's last reading of net spend. One statement."""
    last = (
        sa.select(READING.c.member_id, sa.func.max(READING.c.at).label("at"))
        .group_by(READING.c.member_id)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(READING.c.member_id, READING.c.value).join(
            last, sa.and_(last.c.member_id == READING.c.member_id, last.c.at == READING.c.at)
        )
    )
    return {row.member_id: row.value for row in rows}
