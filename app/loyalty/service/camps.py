"""Joining a camp, and what staff decide about things handed in."""

from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.loyalty.queries import camps as queries
from app.loyalty.queries.camps import CAMP, COHORT, SEAT, WORK
from app.loyalty.service import camp_work, telling
from app.loyalty.types.camps import (
    CampState,
    CohortFullError,
    DecidedError,
    NotJoinableError,
    WorkState,
)

MAX_REASON = 300


@use_case
def join_cohort(member_id: int, slug: str, code: str) -> None:
    """Take a place in a cohort. Twice is once. What he did earlier that day counts.

    Raises:
        NotFoundError: there is no such cohort of a published camp.
        NotJoinableError: it is too late, or he is in another cohort of this camp.
        CohortFullError: the last place is gone.
    """
    today = clock.business_date()
    row = db.session.execute(
        sa.select(COHORT)
        .join(CAMP, CAMP.c.id == COHORT.c.camp_id)
        .where(COHORT.c.code == code, CAMP.c.slug == slug, CAMP.c.state == CampState.PUBLISHED)
        .with_for_update(of=COHORT)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    others = db.session.execute(
        sa.select(SEAT.c.cohort_id)
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .where(
            SEAT.c.member_id == member_id,
            COHORT.c.camp_id == row.camp_id,
            COHORT.c.closes_on >= today,
        )
    ).all()
    if any(other.cohort_id == row.id for other in others):
        return
    if others or today > row.join_until:
        raise NotJoinableError
    _take_place(member_id, row)


def _take_place(member_id: int, cohort: Any) -> None:
    """Write the seat and count it; the condition on the cohort's row decides about the last one."""
    taken = changed(
        insert(SEAT)
        .values(
            id=ids.next_id(),
            cohort_id=cohort.id,
            member_id=member_id,
            closes_on=cohort.closes_on,
            joined_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["member_id", "cohort_id"])
    )
    if not taken:
        return
    counted = changed(
        sa.update(COHORT)
        .where(
            COHORT.c.id == cohort.id,
            sa.or_(COHORT.c.capacity.is_(None), COHORT.c.joined < COHORT.c.capacity),
        )
        .values(joined=COHORT.c.joined + 1)
    )
    if not counted:
        raise CohortFullError
    if cohort.starts_on <= clock.business_date():
        camp_work.catch_up([member_id])


# --- staff look at what was handed in ------------------------------------------------------------


@use_case
def accept_work(work_id: int, *, actor_id: int) -> bool:
    """Say that what was handed in is right; return whether its member graduates by this.

    Raises:
        NotFoundError: there is nothing of that number.
        DecidedError: somebody was faster, or the member took it back.
        ForbiddenError: it is one's own.
    """
    row = _claim(work_id, actor_id, state=WorkState.DONE, done_at=clock.now())
    changed(
        sa.update(SEAT).where(SEAT.c.id == row.seat_id).values(done_tasks=SEAT.c.done_tasks + 1)
    )
    audit.note(actor_id, "camp.accepted", Ref("camp_work", work_id), task=row.task_id)
    seat = queries.seat_from(row, queries.cohort_from(row))
    plan = queries.plans_of([seat.cohort.version_id])[seat.cohort.version_id]
    telling.tell_work(row, work_id, "done")
    return camp_work.graduate_if_done(row.seat_member_id, seat, plan, 1)


@use_case
def return_work(work_id: int, reason: str, *, actor_id: int) -> None:
    """Hand something back with a reason that its member reads; he may hand in again.

    Raises:
        NotFoundError: there is nothing of that number.
        DecidedError: somebody was faster.
        ForbiddenError: it is one's own.
        InvalidError: no reason.
    """
    if not reason or len(reason) > MAX_REASON:
        raise InvalidError(
            _l("Write what is missing, in up to %(most)s signs: the member reads it.",
               most=MAX_REASON)
        )  # fmt: skip
    row = _claim(work_id, actor_id, state=WorkState.RETURNED, reason=reason)
    audit.note(actor_id, "camp.returned", Ref("camp_work", work_id), task=row.task_id)
    telling.tell_work(row, work_id, "returned")


def _claim(work_id: int, actor_id: int, **values: Any) -> Any:
    """Decide about something that waits, under the locks of wallet and seat."""
    who = db.session.execute(
        sa.select(SEAT.c.id, SEAT.c.member_id)
        .join(WORK, WORK.c.seat_id == SEAT.c.id)
        .where(WORK.c.id == work_id)
    ).one_or_none()
    if who is None:
        raise NotFoundError
    if actor_id in identity.family_of(who.member_id):
        raise ForbiddenError(_l("This is your own. Somebody else of the team looks at it."))
    ledger.lock_wallets([who.member_id])
    changed(sa.update(SEAT).where(SEAT.c.id == who.id).values(touched=SEAT.c.touched + 1))
    decided = changed(
        sa.update(WORK)
        .where(WORK.c.id == work_id, WORK.c.state == WorkState.WAITING)
        .values(decided_by=actor_id, **values)
    )
    if not decided:
        raise DecidedError
    return db.session.execute(
        sa.select(
            *queries.SEAT_COLUMNS,
            *queries.COHORT_COLUMNS,
            WORK.c.task_id,
            WORK.c.seat_id,
            CAMP.c.slug,
        )
        .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
        .join(CAMP, CAMP.c.id == COHORT.c.camp_id)
        .join(WORK, WORK.c.seat_id == SEAT.c.id)
        .where(WORK.c.id == work_id)
    ).one()
