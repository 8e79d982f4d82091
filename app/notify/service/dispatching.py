"""From a notice to what goes out by mail and push: decided once, kept as rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.notify import policy, queries
from app.notify.models import NoticeRow
from app.notify.policy import Habit
from app.notify.queries import DELIVERY, NOTICE, Wishes
from app.notify.types import Channel, DeliveryState, NoticeKind, Rhythm, find_kind, unwelcome

BATCH = 200


@use_case
def dispatch(limit: int = BATCH) -> int:
    """Decide for notices over which channels and when they go out; return how many were decided.

    The decision and the rows of what goes out stand or fall together. Wishes, quiet hours and
    digests are those of now; of a gathering notice one message goes out until it is read.
    """
    waiting = (
        sa.select(
            NOTICE.c.id, NOTICE.c.member_id, NOTICE.c.kind, NOTICE.c.by_mail, NOTICE.c.actor_id,
            NOTICE.c.read_at, NOTICE.c.people,
        )
        .where(NOTICE.c.dispatched_at.is_(None))
        .order_by(NOTICE.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # two workers share the work; SQLite has one writer
    )  # fmt: skip
    rows = db.session.execute(waiting).all()
    if not rows:
        return 0
    now = clock.now()
    going = _still_wanted(rows)
    members = {row.member_id for row in going}
    wishes, habits = queries.wishes(members), queries.habits_of(members)
    reachable = queries.subscribers(members)
    deliveries = [
        delivery
        for row in going
        for delivery in _deliveries(
            row, wishes[row.member_id], habits[row.member_id], now,
            has_push=row.member_id in reachable,
        )
    ]  # fmt: skip
    changed_by_all(insert(DELIVERY).on_conflict_do_nothing(), deliveries)
    done = sa.update(NoticeRow).where(NOTICE.c.id.in_([row.id for row in rows]))
    changed(done.values(dispatched_at=now))
    return len(rows)


def _still_wanted(rows: Sequence[Any]) -> list[Any]:
    """Leave out what is read or taken back, and of whom the member does not want to hear now."""
    open_ = [row for row in rows if row.read_at is None and row.people > 0]
    pairs = {(row.member_id, row.actor_id) for row in open_ if row.actor_id is not None}
    refused = unwelcome(pairs)
    return [row for row in open_ if (row.member_id, row.actor_id) not in refused]


def _deliveries(
    row: Any, wishes: Wishes, habit: Habit, now: datetime, *, has_push: bool
) -> list[dict[str, Any]]:
    kind, channels = find_kind(row.kind), wishes.channels(row.kind)
    found = []
    if kind is not None and row.by_mail and Channel.MAIL in channels:
        letter = _letter_time(kind, habit, now)
        if letter is not None:
            found.append(_delivery(row, Channel.MAIL, *letter))
    if has_push and Channel.PUSH in channels:
        found.append(_delivery(row, Channel.PUSH, policy.first_loud_moment(habit, now)))
    return found


def _letter_time(
    kind: NoticeKind, habit: Habit, now: datetime
) -> tuple[datetime, str | None] | None:
    """Return when a letter is written and in which digest; None: not at all."""
    if kind.is_urgent or habit.rhythm is Rhythm.INSTANT:
        return policy.first_loud_moment(habit, now), None
    return None if habit.rhythm is Rhythm.NEVER else policy.next_digest(habit, now)


def _delivery(
    row: Any, channel: Channel, due_at: datetime, period: str | None = None
) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "notice_id": row.id,
        "member_id": row.member_id,
        "channel": channel,
        "state": DeliveryState.WAITING,
        "period": period,
        "attempts": 0,
        "due_at": due_at,
        "settled_at": None,
        "error": None,
    }
