"""Where a member stands and how that came, as pages tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page, Person
from app.ledger import queries as ledger
from app.loyalty.policy.standing import window_start
from app.loyalty.queries import counted
from app.loyalty.queries.ladders import effective, ladders, spend_window
from app.loyalty.queries.tiers import CHANGE, GRANT, MEMBER, rows_of
from app.loyalty.types.tiers import ChangeKind, Ladder, Measure, Tier

PAGE = 20


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
