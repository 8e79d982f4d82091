"""Write of a check-in: one a day, by the brand's calendar."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa

from app.checkin import policy, queries
from app.checkin.events import DayCheckedIn
from app.checkin.models import CheckIn
from app.checkin.queries.reading import honour
from app.checkin.service import counting, paying, stocking
from app.checkin.types import Cause, CheckedIn, DayKind, Item, Movement, State, Tap
from app.kernel import clock, facts, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import BigInt, UTCDateTime, db, insert, use_case
from app.kernel.errors import ConflictError
from app.kernel.types import Ref

PLACES = 3
TRIES = 4
DAY_COLUMNS = ("id", "member_id", "on_date", "streak_days", "at", "kind", "paid_days")
Row = tuple[object, ...]


@use_case
def check_in(member_id: int) -> CheckedIn:
    """Check a member in for the brand's present day. Twice a day is once.

    Shields save the days that were missed since the last one, if there are enough of them.

    Args:
        member_id: who; must exist.

    Returns:
        The streak in days, counting today, and what it earned (points; a milestone's bonus is in
        the same ledger transaction). A second tap gets the first one's answer, ``is_new`` False.
    """
    now = clock.now()
    today = clock.business_date(now)
    for _attempt in range(TRIES):
        state = queries.state_of(member_id, today)
        if state.streak is not None and state.streak.last_on >= today:
            return queries.todays_check_in(member_id, today)
        steps = queries.milestone_steps()
        tap = policy.tap(state.streak, state.shields, today, state.rules, steps)
        if counting.replace_streak(member_id, state.streak, tap.streak):
            return _write(member_id, state, tap, now)
    raise ConflictError  # somebody changed the streak each time between our reading and writing


def _write(member_id: int, state: State, tap: Tap, now: datetime) -> CheckedIn:
    check_in_id, rows = day_rows(member_id, tap, now)
    write_days(rows)
    stocking.move(movements(member_id, check_in_id, tap, now))
    place = _take_place(member_id, now, state.honours_given)
    streak = tap.streak
    award = paying.pay_daily(
        paying.Tapped(member_id, check_in_id, now, streak.current_days, tap.due, place)
    )
    facts.publish(
        DayCheckedIn(
            check_in_id, streak.current_days, streak.total_days, award.points, len(tap.saved), place
        ),
        actor_id=member_id,
        subject=Ref("checkin", check_in_id),
    )
    return CheckedIn(
        streak.current_days,
        streak.total_days,
        award,
        is_new=True,
        milestone=queries.milestone_of(tap.due[-1]) if tap.due else None,
        saved_days=len(tap.saved),
        shield_earned=tap.earns_shield,
        place=place,
    )


def day_rows(member_id: int, tap: Tap, at: datetime) -> tuple[int, list[Row]]:
    """Return the id of today's row, and the rows of a tap: days that shields saved, today."""
    streak = tap.streak
    held = streak.current_days - 1
    rows: list[Row] = [
        (ids.next_id(), member_id, day, held, at, DayKind.SHIELDED.value, 0) for day in tap.saved
    ]
    check_in_id = ids.next_id()
    paid = tap.due[-1] if tap.due else 0
    rows.append(
        (
            check_in_id, member_id, streak.last_on, streak.current_days, at,
            DayKind.DONE.value, paid,
        )
    )  # fmt: skip
    return check_in_id, rows


def write_days(rows: list[Row]) -> None:
    """Insert rows that :func:`day_rows` made. One statement."""
    insert_rows(cast("sa.Table", CheckIn.__table__), rows, DAY_COLUMNS)


def movements(member_id: int, check_in_id: int, tap: Tap, at: datetime) -> list[Movement]:
    """Return what a tap does to the stock: shields used, a shield earned."""
    source = Ref("checkin", check_in_id)
    found = []
    if tap.saved:
        used = -len(tap.saved)
        found.append(Movement(member_id, Item.SHIELD, used, Cause.USED, source, at=at))
    if tap.earns_shield:
        found.append(Movement(member_id, Item.SHIELD, 1, Cause.EARNED, source, at=at))
    return found


def _take_place(member_id: int, at: datetime, given: int) -> int:
    """Take the next free of the day's three places; return it, or 0 when they are taken.

    A unique key decides. Whoever waits for the same place as another looks again when that one
    has committed: each time one place fewer is free, so it ends after three.
    """
    day = clock.business_date(at)
    last = sa.select(sa.func.coalesce(sa.func.max(honour.c.place), 0)).where(
        honour.c.on_date == day
    )
    taken = last.scalar_subquery()
    mine = sa.select(
        sa.literal(ids.next_id(), BigInt),
        sa.literal(day, sa.Date()),
        taken + 1,
        sa.literal(member_id, BigInt),
        sa.literal(at, UTCDateTime()),
    ).where(taken < PLACES)
    statement = insert(honour).from_select(["id", "on_date", "place", "member_id", "at"], mine)
    for _attempt in range(PLACES - given):
        place = db.session.scalar(statement.on_conflict_do_nothing().returning(honour.c.place))
        if place is not None:
            return int(place)
    return 0
