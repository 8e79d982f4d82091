"""Write of a check-in: one a day, by the brand's calendar."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.checkin import policy, queries
from app.checkin.events import DayCheckedIn
from app.checkin.models import CheckIn, CheckInStreak
from app.checkin.types import CheckedIn, SeedCheckIn, Streak
from app.kernel import clock, facts, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed_by_all, db, insert, use_case
from app.kernel.errors import ConflictError
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.types import Act, Award, Value

DAILY = "checkin.daily"
ONE_DAY = timedelta(days=1)
BATCH = 500


@use_case
def check_in(member_id: int) -> CheckedIn:
    """Check a member in for the brand's present day. Twice a day is once.

    Args:
        member_id: who; must exist.

    Returns:
        The streak in days, counting today, and what it earned (points; a milestone's bonus is in
        the same ledger transaction). A second tap gets the first one's answer, ``is_new`` False.
    """
    now = clock.now()
    today = clock.business_date(now)
    moved = _move_streak(member_id, today)
    if moved is None:
        return queries.todays_check_in(member_id, today)
    check_in_id = ids.next_id()
    db.session.execute(
        sa.insert(CheckIn),
        [
            {
                "id": check_in_id,
                "member_id": member_id,
                "on_date": today,
                "streak_days": moved.current_days,
                "at": now,
            }
        ],
    )
    subject = Ref("checkin", check_in_id)
    about: dict[str, Value] = {"streak_days": moved.current_days}
    award = loyalty.reward(member_id, DAILY, source=subject, about=about)
    facts.publish(
        DayCheckedIn(check_in_id, moved.current_days, moved.total_days, award.points),
        actor_id=member_id,
        subject=subject,
    )
    milestone = queries.milestone_of(moved.current_days)
    return CheckedIn(moved.current_days, moved.total_days, award, is_new=True, milestone=milestone)


def _move_streak(member_id: int, today: date) -> Any | None:
    """Count today in; None if it is counted already (or the clock has gone back).

    One conditional upsert: of two taps at once, the second waits for the first one's row and then
    finds that its condition no longer holds.
    """
    kept = CheckInStreak.__table__.c
    current = sa.case((kept.last_on == today - ONE_DAY, kept.current_days + 1), else_=1)
    statement = insert(CheckInStreak).values(
        member_id=member_id, current_days=1, longest_days=1, total_days=1, last_on=today
    )
    return db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={
                "current_days": current,
                "longest_days": sa.case(
                    (current > kept.longest_days, current), else_=kept.longest_days
                ),
                "total_days": kept.total_days + 1,
                "last_on": today,
            },
            where=kept.last_on < today,
        ).returning(kept.current_days, kept.total_days)
    ).one_or_none()


# --- many at once --------------------------------------------------------------------------------


@use_case
def seed_check_ins(check_ins: Sequence[SeedCheckIn], *, with_points: bool = True) -> int:
    """Write check-ins of the past, set-wise; for demo data and imports.

    Days up to a member's last known check-in are passed over, so the same list again changes
    nothing; what is new must come in the order of days over several calls.

    Args:
        check_ins: any order, any number; several in one business day are one.
        with_points: also post what they earn, at their own moment.

    Returns:
        How many were written.
    """
    streaks = queries.streaks_of({each.member_id for each in check_ins})
    rows: list[dict[str, Any]] = []
    for each in sorted(check_ins, key=lambda each: (each.member_id, each.at)):
        day = clock.business_date(each.at)
        before = streaks.get(each.member_id)
        if before is None or day > before.last_on:
            streaks[each.member_id] = policy.one_more(before, day)
            rows.append(_seed_row(each, streaks[each.member_id]))
    for start in range(0, len(rows), BATCH):
        _write(rows[start : start + BATCH], with_points=with_points)
    touched = sorted({row["member_id"] for row in rows})
    _write_streaks({member_id: streaks[member_id] for member_id in touched})
    return len(rows)


def _seed_row(each: SeedCheckIn, streak: Streak) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "member_id": each.member_id,
        "on_date": streak.last_on,
        "streak_days": streak.current_days,
        "at": each.at,
        "total_days": streak.total_days,
    }


def _write(rows: list[dict[str, Any]], *, with_points: bool) -> None:
    table = cast("sa.Table", CheckIn.__table__)
    insert_rows(table, [tuple(row[column.name] for column in table.columns) for row in rows])
    awards: Sequence[Award | None] = [None] * len(rows)
    if with_points:
        awards = loyalty.reward_many([_act(row) for row in rows])
    facts.publish_many(
        [
            facts.Note(
                DayCheckedIn(
                    row["id"], row["streak_days"], row["total_days"], award.points if award else 0
                ),
                actor_id=row["member_id"],
                subject=Ref("checkin", row["id"]),
                at=row["at"],
            )
            for row, award in zip(rows, awards, strict=True)
        ]
    )


def _act(row: dict[str, Any]) -> Act:
    about = {"streak_days": row["streak_days"]}
    return Act(row["member_id"], DAILY, Ref("checkin", row["id"]), row["at"], about)


def _write_streaks(streaks: dict[int, Streak]) -> None:
    rows = [{"member_id": member_id, **asdict(streak)} for member_id, streak in streaks.items()]
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        statement = insert(CheckInStreak.__table__)
        columns = ("current_days", "longest_days", "total_days", "last_on")
        later = statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: statement.excluded[name] for name in columns},
            where=CheckInStreak.last_on < statement.excluded.last_on,
        )
        written = changed_by_all(later, batch)
        if written != len(batch):
            raise ConflictError  # somebody checked in meanwhile
