"""Writing streaks: whoever changes kept days of the past counts the streak anew."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa

from app.checkin import policy
from app.checkin.queries.reading import checkin, streak
from app.checkin.types import Streak
from app.kernel.bulk import update_rows
from app.kernel.db import changed, changed_by_all, db, insert

FIGURES = tuple(each.name for each in fields(Streak))


def lock(member_ids: Sequence[int]) -> dict[int, Streak]:
    """Lock members' streaks until the transaction ends; return them as they stand.

    Every writer of kept days or stocks of a member who has a streak holds this lock first. In
    ascending id: two of them never wait for each other in a circle.
    """
    rows = db.session.execute(
        sa.select(streak)
        .where(streak.c.member_id.in_(member_ids))
        .order_by(streak.c.member_id)
        .with_for_update()
    )
    return {row.member_id: Streak(*(getattr(row, name) for name in FIGURES)) for row in rows}


def recount(member_ids: Sequence[int]) -> dict[int, Streak]:
    """Write every day's place in its streak, and the streaks; only places that differ.

    Returns:
        The streaks of those who have any kept day.
    """
    rows = db.session.execute(
        sa.select(
            checkin.c.id,
            checkin.c.member_id,
            checkin.c.on_date,
            checkin.c.kind,
            checkin.c.streak_days,
            checkin.c.paid_days,
        )
        .where(checkin.c.member_id.in_(member_ids))
        .order_by(checkin.c.member_id, checkin.c.on_date)
    )
    found = write_places(rows.all())
    write_streaks(found)
    gone = sorted(set(member_ids) - set(found))
    if gone:
        changed(sa.delete(streak).where(streak.c.member_id.in_(gone)))
    return found


def write_places(rows: Sequence[Any]) -> dict[int, Streak]:
    """Correct the places of kept days that are in order; return the streaks they add up to."""
    found: dict[int, Streak] = {}
    wrong: list[tuple[int, int]] = []
    for row in rows:
        now = policy.one_more(found.get(row.member_id), row.on_date, row.kind, row.paid_days)
        found[row.member_id] = now
        if now.current_days != row.streak_days:
            wrong.append((now.current_days, row.id))
    update_rows(checkin, ("streak_days",), ("id",), wrong)
    return found


def write_streaks(streaks: Mapping[int, Streak]) -> None:
    """Keep streaks as they are given; the caller holds their locks."""
    rows = [{"member_id": key, **asdict(value)} for key, value in sorted(streaks.items())]
    statement = insert(streak)
    changed_by_all(
        statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: statement.excluded[name] for name in FIGURES},
        ),
        rows,
    )


def replace_streak(member_id: int, before: Streak | None, after: Streak) -> bool:
    """Keep a streak if it still stands as it was read; return whether it did.

    One conditional upsert: of two taps at once, the second waits for the first one's row and then
    finds that it no longer stands so.
    """
    statement = insert(streak).values(member_id=member_id, **asdict(after))
    if before is None:
        return changed(statement.on_conflict_do_nothing(index_elements=["member_id"])) == 1
    same = [streak.c[name] == value for name, value in asdict(before).items()]
    return (
        changed(
            statement.on_conflict_do_update(
                index_elements=["member_id"], set_=asdict(after), where=sa.and_(*same)
            )
        )
        == 1
    )
