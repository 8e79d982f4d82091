"""A day granted to many after an outage: chunk by chunk, and back again."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.checkin import policy, queries
from app.checkin.events import DayGranted
from app.checkin.queries.desk import grant as table
from app.checkin.queries.reading import checkin
from app.checkin.service import counting, paying, stocking
from app.checkin.service.ruling import note_zone
from app.checkin.types import (
    Cause,
    DayKind,
    Grant,
    GrantRefusedError,
    GrantState,
    Item,
    Movement,
    Scope,
    Streak,
)
from app.checkin.types.rules import GRANT_DAYS_BACK, GRANT_POINTS
from app.kernel import audit, clock, facts, ids, jobs
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, db, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

CHUNK = 300
SWEEP = "checkin.grant"
COLUMNS = ("id", "member_id", "on_date", "streak_days", "at", "kind", "paid_days", "grant_id")
GIVEN_BACK = {DayKind.SHIELDED: Item.SHIELD, DayKind.MADE_UP: Item.CARD}


@use_case
def grant_day(
    day: date, scope: Scope, *, points: int = 0, reason: str = "", actor_id: int | None
) -> Grant:
    """Grant a day to many; the worker does it. Asking for the same again is asking once.

    Whoever has kept the day himself keeps it so. A shield or card that was used on it comes back.

    Args:
        day: a business day before today, at most 60 days back.
        scope: whom it is for.
        points: what the day earns, 0 to 1,000.
        reason: why, at most 200 characters; for the team only.
        actor_id: the member of staff; None: the house itself.

    Raises:
        GrantRefusedError: the day lies out of reach, or is granted already on other terms.
    """
    today = clock.business_date()
    if not today - timedelta(days=GRANT_DAYS_BACK) <= day < today:
        raise GrantRefusedError(
            _l("Only a day of the last 60 can be granted, and it must be over.")
        )
    if not GRANT_POINTS.least <= points <= GRANT_POINTS.most:
        raise GrantRefusedError
    standing = queries.standing_grant(day)
    if standing is not None:
        if (standing.scope, standing.points) == (scope, points):
            return standing
        raise GrantRefusedError(
            _l("This day is granted already. Undo that first to grant it on other terms.")
        )
    grant_id = ids.next_id()
    values = {
        "id": grant_id, "code": ids.new_code(), "on_date": day, "scope": scope, "points": points,
        "reason": reason[:200], "state": GrantState.RUNNING,
        "member_count": queries.count_for_grant(day, scope), "done_count": 0, "kept_count": 0,
        "undone_count": 0, "position": 0, "started_by": actor_id, "started_at": clock.now(),
    }  # fmt: skip
    db.session.execute(sa.insert(table), [values])
    subject = Ref("checkin_grant", grant_id)
    audit.note(
        actor_id, "checkin.day_granted", subject, on=day, scope=scope.value, points=points,
        count=values["member_count"],
    )  # fmt: skip
    jobs.nudge(SWEEP)
    return queries.grant_by_id(grant_id)


def grant_some() -> int:
    """Go on with the oldest running grant by one chunk; return how many members that were."""
    grant = queries.next_grant(GrantState.RUNNING)
    if grant is None:
        return 0
    return _grant_chunk(grant.id) or _finish(grant.id)


@use_case
def _grant_chunk(grant_id: int) -> int:
    grant = locked(grant_id, GrantState.RUNNING)
    if grant is None:
        return 0
    members = queries.members_for_grant(
        grant.on_date, grant.scope, after=grant.position, limit=CHUNK
    )
    if not members:
        return 0
    kept = _keep(grant, members)
    moved(grant, position=members[-1], done=len(members), kept=kept)
    return len(members)


def locked(grant_id: int, state: GrantState) -> Grant | None:
    """Lock a grant and return it, or None when it is in another state by now."""
    mine = sa.update(table).where(table.c.id == grant_id, table.c.state == state)
    return (
        queries.grant_by_id(grant_id) if changed(mine.values(position=table.c.position)) else None
    )


def moved(
    grant: Grant, *, position: int = 0, done: int = 0, kept: int = 0, undone: int = 0
) -> None:
    """Note how far a locked grant has come."""
    changed(
        sa.update(table)
        .where(table.c.id == grant.id)
        .values(
            position=max(grant.position, position),
            done_count=grant.done_count + done,
            kept_count=grant.kept_count + kept,
            undone_count=grant.undone_count + undone,
        )
    )


@use_case
def _finish(grant_id: int) -> int:
    done = changed(
        sa.update(table)
        .where(table.c.id == grant_id, table.c.state == GrantState.RUNNING)
        .values(state=GrantState.DONE, finished_at=clock.now())
    )
    if done:
        grant = queries.grant_by_id(grant_id)
        facts.publish(
            DayGranted(grant.id, grant.scope.value, grant.points, grant.kept_count),
            actor_id=grant.started_by,
            subject=Ref("checkin_grant", grant.id),
        )
    return done


@dataclass(slots=True)
class _Work:
    """What a chunk writes.

    Attributes:
        converted: ids of days that a shield or a card had kept.
        streaks: of members who have kept nothing since: told by adding to them.
        recounted: members who have.
        given: whoever had not kept the day himself, with the id of the day.
    """

    rows: list[tuple[object, ...]] = field(default_factory=list)
    converted: list[int] = field(default_factory=list)
    moves: list[Movement] = field(default_factory=list)
    streaks: dict[int, Streak] = field(default_factory=dict)
    recounted: list[int] = field(default_factory=list)
    given: list[tuple[int, int]] = field(default_factory=list)


def _keep(grant: Grant, members: list[int]) -> int:
    """Let the grant's day be kept by these members; return how many had not kept it themselves."""
    streaks = counting.lock(members)
    shields = queries.shields_of(members)
    since = grant.on_date - timedelta(days=policy.MOST_SHIELDS + 1)
    rows = queries.rows_since(members, since)
    days = {key: list(some) for key, some in groupby(rows, key=lambda row: row.member_id)}
    work = _Work()
    for member_id in members:
        mine = {row.on_date: row for row in days.get(member_id, [])}
        own = mine.get(grant.on_date)
        if own is None:
            kinds = {day: row.kind for day, row in mine.items()}
            _add(work, grant, member_id, streaks[member_id], kinds, shields.get(member_id, 0))
        elif own.kind in GIVEN_BACK:
            _convert(work, grant, own)
    _write(work, grant)
    return len(work.given)


def _add(
    work: _Work,
    grant: Grant,
    member_id: int,
    streak: Streak,
    kinds: dict[date, DayKind],
    shields: int,
) -> None:
    saved = policy.bridge(kinds, grant.on_date, shields, policy.MOST_SHIELDS)
    if saved is None and grant.scope is Scope.ALIVE:
        return  # it is over, or was used for something else meanwhile
    new = [(day, DayKind.SHIELDED) for day in saved or ()] + [(grant.on_date, DayKind.GRANTED)]
    is_last = streak.last_on < grant.on_date
    check_in_id = 0
    for day, kind in new:
        streak = policy.one_more(streak, day, kind) if is_last else streak
        place = streak.current_days if is_last else 1
        check_in_id = ids.next_id()
        work.rows.append((check_in_id, member_id, day, place, clock.now(), kind.value, 0, grant.id))
    if is_last:
        work.streaks[member_id] = streak
    else:
        work.recounted.append(member_id)
    if saved:
        source = Ref("checkin_grant", grant.id)
        work.moves.append(Movement(member_id, Item.SHIELD, -len(saved), Cause.USED, source))
    work.given.append((member_id, check_in_id))


def _convert(work: _Work, grant: Grant, own: Any) -> None:
    """Turn a day that cost a shield or a card into a granted one, and give that back."""
    source = Ref("checkin_grant", grant.id)
    work.converted.append(own.id)
    item = GIVEN_BACK[own.kind]
    work.moves.append(Movement(own.member_id, item, 1, Cause.RETURNED, source))
    work.recounted.append(own.member_id)
    work.given.append((own.member_id, own.id))


def _write(work: _Work, grant: Grant) -> None:
    insert_rows(checkin, work.rows, COLUMNS)
    if work.converted:
        changed(
            sa.update(checkin)
            .where(checkin.c.id.in_(work.converted))
            .values(was_kind=checkin.c.kind, kind=DayKind.GRANTED, grant_id=grant.id)
        )
    stocking.move(work.moves)
    counting.write_streaks(work.streaks)
    if work.recounted:
        counting.recount(work.recounted)
    paying.pay_granted(grant, work.given, work.converted)


# --- the brand's time zone -----------------------------------------------------------------------


def follow_zone() -> int:
    """Note a change of the brand's time zone; grant the days that it cut short.

    When the zone moves east, the day that was going on ends early, and some of the next may be
    left out altogether: nobody's streak may break over that. When it moves west, a day comes
    twice; whoever has kept it has.
    """
    name = clock.zone().key
    return 0 if queries.last_zone() == name else _change_zone(name)


@use_case
def _change_zone(name: str) -> int:
    last = queries.last_zone()
    if last == name:
        return 0
    note_zone(name)
    if last is None:
        return 1
    day = clock.now().astimezone(ZoneInfo(last)).date()
    while day < clock.business_date():
        if queries.standing_grant(day) is None:
            grant_day(day, Scope.ALIVE, actor_id=None)
        day += policy.ONE_DAY
    return 1
