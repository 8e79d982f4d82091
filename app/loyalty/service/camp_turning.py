"""Camps follow content: what is removed does no task, what comes back does it again.

A seat's tasks are counted anew from the act log, in the order in which things happened, so twice is
once and any order ends where it should. Who has graduated stays so, unless the camp says that bonus
and badge go with what was removed.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import changed, db
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import camp_log, seals
from app.loyalty.queries.badges import HELD, TURN
from app.loyalty.queries.camp_log import Done
from app.loyalty.queries.camps import SEAT
from app.loyalty.service import badges
from app.loyalty.service.after import Turned
from app.loyalty.service.camp_work import (
    DONE_BY,
    TAKEN,
    Moved,
    count_in,
    graduate_if_done,
    has_graduated_apart,
    loaded,
    row_of,
    write_works,
)
from app.loyalty.service.reversing import take_back
from app.loyalty.types.badges import Cause
from app.loyalty.types.camps import Plan, Seat, Task, TaskKind, Work, WorkState

NOTHING = Work(0, WorkState.OPEN, 0)


def follow_content(acts: Sequence[Turned]) -> None:
    """Count tasks anew that acts had moved on whose content went away or came back.

    One statement where no camp of these members asks for such acts.
    """
    asked = {act.action for act in acts} & DONE_BY
    if not asked:
        return
    days = {act.day for act in acts}
    members = {act.member_id for act in acts}
    chosen = {
        seat.id: member_id
        for member_id, seat in camp_log.seats_asking(members, asked)
        if any(seat.cohort.draft.starts_on <= day <= seat.cohort.closes_on for day in days)
    }
    if not chosen:
        return
    # Wallets before seats, as an act does; what it counts at this moment is in the log afterwards.
    ledger.lock_wallets(sorted(set(chosen.values())))
    changed(sa.update(SEAT).where(SEAT.c.id.in_(chosen)).values(touched=SEAT.c.touched + 1))
    under_lock = camp_log.seats_asking(members, asked)
    for moved in loaded([(who, seat) for who, seat in under_lock if seat.id in chosen]):
        if moved.seat.graduated_at is None or moved.plan.draft.takes_back:
            _count_anew(moved)


def _count_anew(moved: Moved) -> None:
    """Bring a seat to what stands of the acts. Three statements, and what has changed."""
    family = identity.family_of(moved.member_id)
    acts = camp_log.acts_since_joining(family, moved.seat, moved.seat.cohort.closes_on)
    if _is_blind(moved.plan, acts):
        return
    should = _works(moved, acts, camp_log.handed_in_at(moved.seat.id))
    now = clock.now()
    rows = []
    for task in filter(_is_by_acts, moved.plan.tasks):
        before, after = moved.works.get(task.id), should.get(task.id)
        if after is None and before is not None:
            after = replace(NOTHING, task_id=task.id)
        if after is not None and after != before:
            rows.append(row_of(moved.seat.id, after, now))
            should[task.id] = after
    if rows:
        write_works(rows)
        _bring_to(moved, list(should.values()))


def _is_by_acts(task: Task) -> bool:
    return task.draft.kind is TaskKind.ACT


def _is_blind(plan: Plan, acts: Sequence[Done]) -> bool:
    """Return whether a task asks for a tag, and an act is older than the digests of its tags."""
    tagged = [each.draft.wanted for each in plan.tasks if each.draft.wanted]
    return any(
        seals.fits(wanted, act.action, act.about) is None
        for wanted in tagged
        if wanted.tag
        for act in acts
    )


def _works(moved: Moved, acts: Sequence[Done], handed_at: dict[int, datetime]) -> dict[int, Work]:
    """Return what is done of each task: acts and things handed in, one after the other."""
    anew = Moved(
        moved.member_id, replace(moved.seat, done_tasks=0, late_used=0), moved.plan, works={}
    )
    by_acts = {task.id for task in filter(_is_by_acts, moved.plan.tasks)}
    events: list[tuple[datetime, Done | Work]] = [(act.at, act) for act in acts]
    events += [
        (handed_at.get(work.task_id, moved.seat.joined_at), work)
        for work in moved.works.values()
        if work.task_id not in by_acts
    ]
    for _at, event in sorted(events, key=lambda each: each[0]):
        if isinstance(event, Done):
            count_in(anew, event.action, event.about, event.on, seals.fits)
        else:
            anew.works[event.task_id] = event
            late = anew.seat.late_used + event.is_late
            anew.seat = replace(anew.seat, late_used=late)
    return anew.works


def _bring_to(moved: Moved, works: Sequence[Work]) -> None:
    done = sum(work.state is WorkState.DONE for work in works)
    late = sum(work.is_late for work in works)
    changed(
        sa.update(SEAT).where(SEAT.c.id == moved.seat.id).values(done_tasks=done, late_used=late)
    )
    if moved.seat.graduated_at is None:
        graduate_if_done(moved.member_id, replace(moved.seat, done_tasks=done), moved.plan, 0)
    elif done < moved.plan.needed:
        _send_back(moved.member_id, moved.seat, moved.plan)


def _send_back(member_id: int, seat: Seat, plan: Plan) -> None:
    """Take graduation back: bonus and badge; both come again with the tasks."""
    changed(sa.update(SEAT).where(SEAT.c.id == seat.id).values(graduated_at=None, bonus_points=0))
    take_back(Ref("camp_seat", seat.id), on_account=TAKEN)
    badge = badge_queries.find_badge(plan.draft.badge_key) if plan.draft.badge_key else None
    if badge is None or has_graduated_apart(member_id, plan.camp_id, seat.id):
        return
    cause = db.session.scalar(
        sa.select(TURN.c.cause)
        .join(HELD, HELD.c.turn_id == TURN.c.id)
        .where(HELD.c.badge_id == badge.id, HELD.c.member_id == member_id, HELD.c.is_held)
    )
    if cause is Cause.CAMP:  # what the team gave stays
        badges.take(badge, [member_id], cause=Cause.CAMP)
