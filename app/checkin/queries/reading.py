"""Reads for the service: streaks, stocks, rules, kept days."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.checkin.models import (
    CheckIn,
    CheckInHonour,
    CheckInMovement,
    CheckInRules,
    CheckInStock,
    CheckInStreak,
)
from app.checkin.types import CardsOwed, Cause, CheckedIn, KeptDay, State, Streak
from app.checkin.types.rules import NAMES, Rules
from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.loyalty import queries as loyalty
from app.loyalty.queries import tiers
from app.loyalty.types import Award, Milestone

DAILY = "checkin.daily"
AT_ONCE = 5_000  # members of one statement
checkin = cast("sa.Table", CheckIn.__table__)
streak = cast("sa.Table", CheckInStreak.__table__)
stock = cast("sa.Table", CheckInStock.__table__)
movement = cast("sa.Table", CheckInMovement.__table__)
honour = cast("sa.Table", CheckInHonour.__table__)
rules_table = cast("sa.Table", CheckInRules.__table__)
member = cast("sa.Table", Member.__table__)


# --- rules ---------------------------------------------------------------------------------------


RULE_COLUMNS = [rules_table.c[name].label(f"rule_{name}") for name in ("version", *NAMES)]
IS_NEWEST = rules_table.c.version == sa.select(sa.func.max(rules_table.c.version)).scalar_subquery()


def rules() -> Rules:
    """Return the rules that hold. One statement."""
    row = db.session.execute(sa.select(*RULE_COLUMNS).where(IS_NEWEST)).one_or_none()
    return Rules() if row is None else rules_from(row)


def rules_from(row: Any) -> Rules:
    """Return the rules in a row that selected :data:`RULE_COLUMNS`."""
    if row.rule_version is None:
        return Rules()
    return Rules(**{name: getattr(row, f"rule_{name}") for name in ("version", *NAMES)})


def milestone_steps() -> tuple[int, ...]:
    """Return the days of the milestones, ascending."""
    return tuple(sorted(milestone.days for milestone in loyalty.milestones()))


def milestone_of(streak_days: int) -> Milestone | None:
    """Return the milestone that falls on exactly this many days, or None."""
    return next((m for m in loyalty.milestones() if m.days == streak_days), None)


def milestones_of(steps: Collection[int]) -> tuple[Milestone, ...]:
    """Return the milestones of these steps that there are."""
    return tuple(m for m in loyalty.milestones() if m.days in steps)


# --- members -------------------------------------------------------------------------------------


def state_of(member_id: int, today: date) -> State:
    """Return everything that decides about a member's next check-in. One statement.

    Raises:
        NotFoundError: there is no such member.
    """
    given = sa.select(sa.func.count()).where(honour.c.on_date == today).scalar_subquery()
    row = db.session.execute(
        sa.select(
            *(column for column in streak.c if column.name != "member_id"),
            stock.c.shields,
            stock.c.cards,
            *RULE_COLUMNS,
            given.label("given"),
        )
        .select_from(member)
        .outerjoin(streak, streak.c.member_id == member.c.id)
        .outerjoin(stock, stock.c.member_id == member.c.id)
        .outerjoin(rules_table, IS_NEWEST)
        .where(member.c.id == member_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    kept = None if row.last_on is None else kept_streak(row)
    return State(kept, row.shields or 0, row.cards or 0, rules_from(row), row.given)


def streaks_of(member_ids: Collection[int]) -> dict[int, Streak]:
    """Return the kept streaks of members. One statement per 5,000."""
    return {
        row.member_id: kept_streak(row)
        for batch in _batches(member_ids)
        for row in db.session.execute(sa.select(streak).where(streak.c.member_id.in_(batch)))
    }


def shields_of(member_ids: Collection[int]) -> dict[int, int]:
    """Return the shields of members who have any. One statement per 5,000."""
    return {
        row.member_id: row.shields
        for batch in _batches(member_ids)
        for row in db.session.execute(
            sa.select(stock.c.member_id, stock.c.shields).where(
                stock.c.member_id.in_(batch), stock.c.shields > 0
            )
        )
    }


def _batches(member_ids: Collection[int]) -> list[list[int]]:
    wanted = sorted(member_ids)
    return [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]


def kept_streak(row: Any) -> Streak:
    """Return the streak in a row of its table."""
    return Streak(row.current_days, row.longest_days, row.total_days, row.last_on, row.paid_days)


def kept_days(member_id: int) -> list[KeptDay]:
    """Return all kept days of a member, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(checkin.c.on_date, checkin.c.kind, checkin.c.paid_days)
        .where(checkin.c.member_id == member_id)
        .order_by(checkin.c.on_date)
    )
    return [KeptDay(row.on_date, row.kind, row.paid_days) for row in rows]


def rows_since(member_ids: Sequence[int], since: date) -> list[Any]:
    """Return the kept days of members from a day on, by member and day. One statement."""
    return list(
        db.session.execute(
            sa.select(checkin)
            .where(checkin.c.member_id.in_(member_ids), checkin.c.on_date >= since)
            .order_by(checkin.c.member_id, checkin.c.on_date)
        )
    )


def longest_streak(member_id: Any) -> sa.ColumnElement[int]:
    """Return a member's longest streak in days as a scalar of SQL; NULL where he never came."""
    row = streak.alias()
    return sa.select(row.c.longest_days).where(row.c.member_id == member_id).scalar_subquery()


# --- cards of a tier -----------------------------------------------------------------------------


def owed_cards(
    month: date, *, among: Collection[int] | None = None, limit: int | None = None
) -> dict[int, CardsOwed]:
    """Return to whom tiers still have to bring cards in a month. Two statements.

    What came to a member's accounts that were merged into him counts as his.

    Args:
        month: its first business day.
        among: only these members.
        limit: at most so many, in ascending id.
    """
    due = tiers.makeup_cards()
    own, joined = movement.alias(), movement.alias()
    other = member.alias()
    since = clock.day_start(month)
    got = (
        sa.select(sa.func.coalesce(sa.func.sum(own.c.amount), 0))
        .where(own.c.member_id == due.c.member_id, own.c.cause == Cause.PERK, own.c.at >= since)
        .scalar_subquery()
    )
    brought = (
        sa.select(sa.func.coalesce(sa.func.sum(joined.c.amount), 0))
        .join(other, other.c.id == joined.c.member_id)
        .where(
            other.c.merged_into_id == due.c.member_id,
            joined.c.cause == Cause.PERK,
            joined.c.at >= since,
        )
        .scalar_subquery()
    )
    statement = (
        sa.select(due.c.member_id, (due.c.cards - got - brought).label("more"), got.label("own"))
        .where(due.c.cards > got + brought)
        .order_by(due.c.member_id)
        .limit(limit)
    )
    if among is not None:
        statement = statement.where(due.c.member_id.in_(sorted(among)))
    return {
        row.member_id: CardsOwed(int(row.more), int(row.own))
        for row in db.session.execute(statement)
    }


# --- one check-in --------------------------------------------------------------------------------


def todays_check_in(member_id: int, today: date) -> CheckedIn:
    """Return the check-in that a member already made today, with what it earned. Two statements.

    When the clock has gone back behind his last check-in there is none today: the streak as it
    stands, and nothing earned.
    """
    row = db.session.execute(
        sa.select(
            streak,
            checkin.c.id,
            checkin.c.streak_days,
            checkin.c.paid_days.label("day_paid"),
            honour.c.place,
        )
        .outerjoin(
            checkin,
            sa.and_(checkin.c.member_id == streak.c.member_id, checkin.c.on_date == today),
        )
        .outerjoin(
            honour, sa.and_(honour.c.member_id == streak.c.member_id, honour.c.on_date == today)
        )
        .where(streak.c.member_id == member_id)
    ).one()
    nothing = Award(0, 0, capped=False, reason=DAILY)
    if row.id is None:
        return CheckedIn(row.current_days, row.total_days, nothing, is_new=False)
    award = loyalty.find_award(DAILY, Ref("checkin", row.id)) or nothing
    return CheckedIn(
        row.streak_days,
        row.total_days,
        award,
        is_new=False,
        milestone=milestone_of(row.day_paid),
        place=row.place or 0,
    )


def find_own_day(check_in_id: int, member_id: int) -> date | None:
    """Return the day of a member's check-in, or None if there is none or it is not his."""
    return db.session.scalar(
        sa.select(checkin.c.on_date).where(
            checkin.c.id == check_in_id, checkin.c.member_id == member_id
        )
    )
