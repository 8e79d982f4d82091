"""What members do in a camp: acts that count, things handed in, graduation.

The seat's row is the lock: whoever moves a member's tasks touches it first, and then decides by
what he reads under it. Wallets are locked before seats, as an act does.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import service as media
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty import policy as rules
from app.loyalty.events import CampGraduated
from app.loyalty.policy import camps as policy
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import camp_log, seals
from app.loyalty.queries import camps as queries
from app.loyalty.queries.camps import SEAT, WORK
from app.loyalty.service import badge_earning, badges, telling
from app.loyalty.service.paying import pay
from app.loyalty.service.reversing import give_back, is_taken
from app.loyalty.types import Act, Award
from app.loyalty.types.badges import BadgeState, Cause
from app.loyalty.types.camps import NotOpenError, Plan, Seat, Task, TaskKind, Work, WorkState
from app.loyalty.types.doings import Doing, Wanted

GRADUATED = rules.CAMP
TAKEN = "progress"
"""On whose account bonuses are taken back when what was done for them is removed."""
MAX_NOTE = 400
DONE_BY = {doing.action for doing in Doing}


@dataclass(slots=True)
class Moved:
    """What changes in one seat: tasks with their new work, and how many became done or late."""

    member_id: int
    seat: Seat
    plan: Plan
    works: dict[int, Work]
    touched: dict[int, Work] = field(default_factory=dict)
    done: int = 0
    late: int = 0

    def put(self, task: Task, work: Work, *, is_late: bool) -> None:
        """Give a task its new work."""
        before = self.works.get(task.id)
        if is_late and not (before and before.is_late):
            self.late += 1
            self.seat = replace(self.seat, late_used=self.seat.late_used + 1)
        kept = replace(work, is_late=is_late or bool(before and before.is_late))
        self.done += kept.state is WorkState.DONE
        self.works[task.id] = self.touched[task.id] = kept


# --- acts ----------------------------------------------------------------------------------------


def note_acts(acts: Sequence[Act], _awards: Sequence[Award]) -> None:
    """Move camps on by acts that have just been rewarded, in their transaction.

    One statement where no camp asks for such an act; seven where it counts, and what graduation
    takes.
    """
    asked = {act.action for act in acts} & DONE_BY
    if not asked:
        return
    first = min(clock.business_date(act.at) for act in acts)
    last = max(clock.business_date(act.at) for act in acts)
    members = {act.member_id for act in acts}
    if not queries.is_asked_for(members, asked, (first, last)):
        return
    seats = _lock(members, first)
    moved = loaded(seats)
    for act in acts:
        today = clock.business_date(act.at)
        for each in moved:
            if each.member_id == act.member_id and today <= each.seat.cohort.closes_on:
                count_in(each, act.action, act.about, today)
    for each in moved:
        if each.touched:
            _write(each, at=max(act.at for act in acts))


@use_case
def catch_up(member_ids: Collection[int]) -> None:
    """Count what members have done since the day they joined, as the act log has it.

    Who joins in the evening need not do again what he did in the morning. What is in already
    stays: call it for seats in which nothing has been counted.
    """
    ledger.lock_wallets(sorted(member_ids))
    today = clock.business_date()
    for each in loaded(_lock(set(member_ids), today)):
        for act in camp_log.acts_since_joining([each.member_id], each.seat, today):
            count_in(each, act.action, act.about, act.on, seals.fits)
        if each.touched:
            _write(each, at=clock.now())


def _lock(member_ids: set[int], first: date) -> list[tuple[int, Seat]]:
    """Lock the seats of members in camps that are under way, and read them."""
    touched = changed(
        sa.update(SEAT)
        .where(SEAT.c.member_id.in_(sorted(member_ids)), SEAT.c.closes_on >= first)
        .values(touched=SEAT.c.touched + 1)
    )
    return queries.open_seats(member_ids, first) if touched else []


def loaded(seats: Sequence[tuple[int, Seat]]) -> list[Moved]:
    """Return seats with their plans and what was done of them. Two statements."""
    plans = queries.plans_of({seat.cohort.version_id for _member, seat in seats})
    works = queries.works_of_seats([seat.id for _member, seat in seats])
    return [
        Moved(member_id, seat, plans[seat.cohort.version_id], works[seat.id])
        for member_id, seat in seats
    ]


def count_in(
    moved: Moved,
    action: str,
    about: Mapping[str, Any],
    today: date,
    fits: policy.Fits = Wanted.fits,
) -> None:
    """Count an act for the tasks that it moves on."""
    tasks = policy.counts_for(moved.plan, moved.seat, moved.works, action, about, today, fits)
    for task in tasks:
        before = moved.works.get(task.id)
        count = (before.count if before else 0) + 1
        state = WorkState.DONE if count >= task.draft.goal else WorkState.OPEN
        is_late = moved.seat.cohort.day_on(today) > task.draft.day
        moved.put(task, Work(task.id, state, count), is_late=is_late)


# --- handing in ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handed:
    """What a member hands in.

    Attributes:
        ticks: numbers of the ticked steps, from 0.
        note: a word to whoever looks at it.
    """

    link: str = ""
    photo_id: int | None = None
    ticks: frozenset[int] = frozenset()
    note: str = ""


@use_case
def hand_in(member_id: int, slug: str, task_id: int, handed: Handed) -> Work:
    """Hand in what a task asks for; staff look at it where the task says so.

    Sent again while it waits, the newer one replaces the older. What is done stays.

    Raises:
        NotFoundError: he is in no such camp, or it has no such task.
        NotOpenError: the task's day has not come or is over.
        InvalidError: what the task asks for is missing.
        PhotoGoneError: the photo is not there any more, or not his.
    """
    ledger.lock_wallets([member_id])
    today = clock.business_date()
    mine = [
        each
        for each in loaded(_lock({member_id}, today))
        if each.plan.slug == slug and any(task.id == task_id for task in each.plan.tasks)
    ]
    if not mine:
        raise NotFoundError
    moved = mine[-1]
    task = next(task for task in moved.plan.tasks if task.id == task_id)
    before = moved.works.get(task_id)
    if before is not None and before.state is WorkState.DONE:
        return before
    place = policy.standing(moved.plan.draft, task, before, moved.seat, today)
    is_again = place in {policy.Standing.WAITING, policy.Standing.RETURNED}
    if task.draft.kind is TaskKind.ACT or not (place.is_open or is_again):
        raise NotOpenError
    _check(task, handed)
    photo_ids = [handed.photo_id] if handed.photo_id else []
    media.use_photos(member_id, photo_ids)
    _release(moved.seat.id, task_id, handed.photo_id)
    state = WorkState.WAITING if task.draft.is_reviewed else WorkState.DONE
    link = handed.link if task.draft.kind is TaskKind.LINK else ""
    work = Work(task_id, state, 1, link=link, note=handed.note)
    moved.put(task, work, is_late=place is policy.Standing.LATE)
    _write(moved, at=clock.now(), photo_id=handed.photo_id)
    return moved.works[task_id]


def _check(task: Task, handed: Handed) -> None:
    kind = task.draft.kind
    if len(handed.note) > MAX_NOTE:
        raise InvalidError(_l("This is too long: up to %(most)s signs.", most=MAX_NOTE))
    if kind is TaskKind.LINK and not policy.is_good_link(handed.link):
        raise InvalidError(_l("Paste the whole address. It begins with https://"))
    if kind is TaskKind.PHOTO and handed.photo_id is None:
        raise InvalidError(_l("Add a photo first."))
    if kind is TaskKind.STEPS and not handed.ticks >= set(range(len(task.draft.steps("en")))):
        raise InvalidError(_l("Tick every step when you have done it."))


def _release(seat_id: int, task_id: int, kept_id: int | None) -> None:
    """Leave a photo that is replaced to the sweep."""
    former = db.session.scalar(
        sa.select(WORK.c.photo_id).where(WORK.c.seat_id == seat_id, WORK.c.task_id == task_id)
    )
    if former is not None and former != kept_id:
        media.release_photos([former])


# --- writing -------------------------------------------------------------------------------------


def _write(moved: Moved, *, at: Any, photo_id: int | None = None) -> None:
    """Write a seat's new work and its figures, under its lock; graduate who has enough."""
    write_works([row_of(moved.seat.id, work, at, photo_id) for work in moved.touched.values()])
    if moved.done or moved.late:
        changed(
            sa.update(SEAT)
            .where(SEAT.c.id == moved.seat.id)
            .values(
                done_tasks=SEAT.c.done_tasks + moved.done,
                late_used=SEAT.c.late_used + moved.late,
            )
        )
    if moved.done:
        graduate_if_done(moved.member_id, moved.seat, moved.plan, moved.done)


def write_works(rows: Sequence[Mapping[str, Any]]) -> None:
    """Write what was done of tasks, as :func:`row_of` tells it. One statement."""
    statement = insert(WORK).values(list(rows))
    anew = ("state", "times", "is_late", "link", "note", "photo_id", "handed_at", "done_at")
    changed(
        statement.on_conflict_do_update(
            index_elements=["seat_id", "task_id"],
            set_={
                **{name: statement.excluded[name] for name in anew},
                "reason": "",
                "decided_by": None,
            },
        )
    )


def row_of(seat_id: int, work: Work, at: Any, photo_id: int | None = None) -> dict[str, Any]:
    """Return a row of what was done of a task."""
    return {
        "id": ids.next_id(),
        "seat_id": seat_id,
        "task_id": work.task_id,
        "state": work.state,
        "times": work.count,
        "is_late": work.is_late,
        "link": work.link,
        "note": work.note,
        "photo_id": photo_id,
        "handed_at": at,
        "done_at": at if work.state is WorkState.DONE else None,
    }


def graduate_if_done(member_id: int, seat: Seat, plan: Plan, more: int) -> bool:
    """Graduate a seat with enough done tasks, once; return whether it did by this.

    The badge, and the bonus, which a member gets once for a camp however often he takes part.

    Args:
        member_id: whose seat.
        seat: as it was before the last tasks became done.
        plan: of his cohort.
        more: how many just became done.
    """
    if seat.graduated_at is not None or seat.done_tasks + more < plan.needed:
        return False
    if not changed(
        sa.update(SEAT)
        .where(SEAT.c.id == seat.id, SEAT.c.graduated_at.is_(None))
        .values(graduated_at=clock.now())
    ):
        return False
    subject = Ref("camp_seat", seat.id)
    first = not has_graduated_apart(member_id, plan.camp_id, seat.id)
    points = post_bonus(member_id, seat.id, plan.camp_id, plan.draft.bonus_points) if first else 0
    if points != 0:
        changed(sa.update(SEAT).where(SEAT.c.id == seat.id).values(bonus_points=points))
    _give_badge(plan.draft.badge_key, member_id)
    if plan.draft.takes_back and is_taken(subject, TAKEN):
        give_back(subject, on_account=TAKEN)
        return True
    facts.publish(
        CampGraduated(plan.camp_id, seat.cohort.id, points or 0),
        actor_id=member_id,
        concerns_id=member_id,
        subject=subject,
    )
    telling.tell_graduated(member_id, plan.camp_id, plan.slug, seat.id, points or 0)
    if points is None or not first:  # else the act has done that
        badge_earning.weigh([member_id], {GRADUATED})
    return True


def post_bonus(member_id: int, seat_id: int, camp_id: int, points: int) -> int | None:
    """Post the bonus of a camp; once for each camp. None: it waits."""
    source = Ref("camp_seat", seat_id)
    return pay(member_id, GRADUATED, points, source=source, about={"camp": camp_id})


@use_case
def pay_waiting(limit: int = 500) -> int:
    """Pay bonuses that could not be paid when their member graduated; return how many."""
    rows = db.session.execute(
        sa.select(
            SEAT.c.id, SEAT.c.member_id, queries.COHORT.c.camp_id, queries.VERSION.c.bonus_points
        )
        .join(queries.COHORT, queries.COHORT.c.id == SEAT.c.cohort_id)
        .join(queries.VERSION, queries.VERSION.c.id == queries.COHORT.c.version_id)
        .where(SEAT.c.bonus_points.is_(None))
        .order_by(SEAT.c.member_id)
        .limit(limit)
    ).all()
    paid = 0
    for row in rows:
        points = post_bonus(row.member_id, row.id, row.camp_id, row.bonus_points)
        if points is not None:
            changed(sa.update(SEAT).where(SEAT.c.id == row.id).values(bonus_points=points))
            paid += 1
    return paid


def has_graduated_apart(member_id: int, camp_id: int, seat_id: int) -> bool:
    """Return whether the member, under any of his identities, graduated from it in another seat."""
    return (
        db.session.scalar(
            sa.select(SEAT.c.id)
            .join(queries.COHORT, queries.COHORT.c.id == SEAT.c.cohort_id)
            .where(
                SEAT.c.member_id.in_(identity.family_of(member_id)),
                queries.COHORT.c.camp_id == camp_id,
                SEAT.c.graduated_at.is_not(None),
                SEAT.c.id != seat_id,
            )
            .limit(1)
        )
        is not None
    )


def _give_badge(key: str, member_id: int) -> None:
    badge = badge_queries.find_badge(key) if key else None
    if badge is not None and badge.state is BadgeState.ACTIVE:
        badges.give(badge, [member_id], cause=Cause.CAMP)
