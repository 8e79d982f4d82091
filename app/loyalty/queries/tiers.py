"""Reads of tiers: where members stand, what it brings them, how it came."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page, Person
from app.ledger import queries as ledger
from app.loyalty.models.tiers import MemberTier, TierChange, TierGrant, TierLadder, TierReading
from app.loyalty.policy.standing import SETTLE_LAG, window_start
from app.loyalty.policy.tiers import BUILT_IN, months_before
from app.loyalty.queries import counted
from app.loyalty.queries.ladders import effective, ladders, spend_window
from app.loyalty.types.tiers import (
    EVER,
    NEVER_REACHED,
    ChangeKind,
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
ONE_ACT = 1_000  # growth that one act may bring; more is found by the sweep


# --- for other domains ---------------------------------------------------------------------------


def perks_of(member_ids: Collection[int]) -> dict[int, Perks]:
    """Return what members' tiers bring them; everybody has at least the base tier's perks.

    Two statements, none for nobody.
    """
    return {member_id: tier.perks for member_id, tier in tiers_of(member_ids).items()}


def tiers_of(member_ids: Collection[int]) -> dict[int, Tier]:
    """Return the tiers in which members stand. Two statements, none for nobody."""
    if not member_ids:
        return {}
    known = ladders()
    base = effective(known).base
    rows = db.session.execute(
        sa.select(ROW.c.member_id, ROW.c.tier_key, ROW.c.ladder_number).where(
            ROW.c.member_id.in_(list(member_ids))
        )
    )
    by_number = {ladder.number: ladder for ladder in known}
    found = {row.member_id: by_number[row.ladder_number].tier(row.tier_key) for row in rows}
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


def may_rise(member_id: Any) -> sa.ColumnElement[bool]:
    """Return whether one act more may lift a member, as a condition of SQL. It errs to yes."""
    growth = sa.func.coalesce(ledger.growth_expression(member_id), 0)
    wants = sa.func.coalesce(
        _own(ROW.c.wants_growth, member_id), _latest("first_growth"), BUILT_IN.tiers[1].threshold
    )
    return growth + ONE_ACT >= wants


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


# --- for pages -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line of a tier history as it is shown."""

    at: datetime
    kind: ChangeKind
    from_tier: Tier
    to_tier: Tier
    value: int
    measure: Measure
    valid_until: date | None
    grace_until: date | None


@dataclass(frozen=True, slots=True)
class MyTier:
    """Where a member stands.

    Attributes:
        value: what the ladder's measure says today.
        keeps_with: what of it will still count when his year, or grace, ends.
        next_tier: the next one above what he earned; None at the top.
        grants: tiers that staff gave him, newest first.
    """

    ladder: Ladder
    tier: Tier
    earned: Tier
    value: int
    next_tier: Tier | None
    since_on: date | None
    valid_until: date | None
    grace_until: date | None
    keeps_with: int
    grants: "tuple[GrantLine, ...]"

    @property
    def given(self) -> "GrantLine | None":
        """Return the tier from staff that counts now, or None."""
        return next((line for line in self.grants if line.ended_at is None), None)

    @property
    def missing(self) -> int:
        """Return how much is missing to the next tier."""
        return max(0, self.next_tier.threshold - self.value) if self.next_tier else 0

    @property
    def missing_to_keep(self) -> int:
        """Return how much is missing to keep what he earned for another year."""
        return max(0, self.earned.threshold - self.keeps_with)


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A tier given by staff."""

    id: int
    tier_key: str
    reason: str
    until_on: date
    granted_at: datetime
    by: Person | None
    ended_at: datetime | None
    is_undone: bool


def my_tier(member_id: int, known: tuple[Ladder, ...] | None = None) -> MyTier:
    """Return where a member stands. Four statements, and one where no ladders are given."""
    known = known or ladders()
    row = rows_of([member_id]).get(member_id)
    now = clock.now()
    ladder = effective(known, now)
    if row is not None:
        ladder = next(each for each in known if each.number == row.ladder_number)
    earned = ladder.tier(row.earned_key) if row else ladder.base
    rank = ladder.rank_of(earned.key) or 0
    ends_on = (row.grace_until or row.valid_until) if row else None
    ends_at = clock.day_end(ends_on) if ends_on else now
    value, keeps_with = _values_at(ladder, member_id, [now, max(now, ends_at)])
    return MyTier(
        ladder,
        ladder.tier(row.tier_key) if row else ladder.base,
        earned,
        value,
        ladder.tiers[rank + 1] if rank + 1 < len(ladder.tiers) else None,
        row.since_on if row else None,
        row.valid_until if row else None,
        row.grace_until if row else None,
        keeps_with,
        tuple(grants_of(member_id)),
    )


def _values_at(ladder: Ladder, member_id: int, moments: Sequence[datetime]) -> list[int]:
    """Return what a ladder's measure will say at some moments if nothing is added.

    One statement, for net spend one a moment.
    """
    if ladder.measure is Measure.GROWTH_EVER:
        return [ledger.growth_of([member_id])[member_id]] * len(moments)
    if ladder.measure is Measure.GROWTH_WINDOW:
        starts = [window_start(ladder, at) for at in moments]
        return [max(0, grown) for grown in ledger.grown_since(member_id, starts)]
    windows = [spend_window(ladder, at) for at in moments]
    said = [counted.read(counted.NET_SPEND, [member_id], window) for window in windows]
    return [each.get(member_id, 0) for each in said]


def history(
    member_id: int, before: int | None = None, known: tuple[Ladder, ...] | None = None
) -> Page[ChangeLine]:
    """Return a member's tier history, newest first. One statement, and one for the ladders."""
    by_number = {ladder.number: ladder for ladder in known or ladders()}
    statement = (
        sa.select(CHANGE)
        .where(CHANGE.c.member_id == member_id)
        .order_by(CHANGE.c.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        statement = statement.where(CHANGE.c.id < before)
    rows = db.session.execute(statement).all()
    lines = [_line(row, by_number) for row in rows[:PAGE]]
    return Page(lines, str(rows[PAGE - 1].id) if len(rows) > PAGE else None)


def _line(row: Any, by_number: dict[int, Ladder]) -> ChangeLine:
    ladder = by_number[row.ladder_number]
    former = ladder
    if ladder.rank_of(row.from_key) is None and ladder.number - 1 in by_number:
        former = by_number[ladder.number - 1]  # a new ladder has dropped the tier
    return ChangeLine(
        row.at, row.kind, former.tier(row.from_key), ladder.tier(row.to_key), row.value,
        ladder.measure, row.valid_until, row.grace_until,
    )  # fmt: skip


def grants_of(member_id: int) -> list[GrantLine]:
    """Return the tiers that staff gave a member, newest first. One statement."""
    rows = db.session.execute(
        sa.select(GRANT, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == GRANT.c.granted_by)
        .where(GRANT.c.member_id == member_id)
        .order_by(GRANT.c.id.desc())
        .limit(PAGE)
    )
    return [
        GrantLine(
            row.id, row.tier_key, row.reason, row.until_on, row.granted_at,
            identity.person_from(row), row.ended_at, row.ended_by is not None,
        )
        for row in rows
    ]  # fmt: skip
