"""What the worker does with many codes: chunk by chunk, each one transaction.

A chunk locks its job's row, then the pools', does some lines and counts them, all in one: killed
at any instant it has happened or not, and two workers at once do no line twice.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.coupons import policy
from app.coupons.events import CouponUsed
from app.coupons.queries import jobs as queries
from app.coupons.queries.pools import PURPOSE
from app.coupons.queries.tables import COUPON, JOB, PART, digest_of, digests_of
from app.coupons.service import jobs as begun
from app.coupons.service.giving import lock_pools, move
from app.coupons.types import KIND, CouponState, Fault, JobKind, JobState, LineFault, UsedBy
from app.kernel import audit, clock, facts, ids, sealing
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.facts import Note
from app.kernel.types import Ref

CHUNK = 500


def work_some(limit: int = CHUNK) -> int:
    """Go on with the oldest work by one chunk; return how many lines that was, 0: none waits."""
    job_id = queries.next_at_work()
    return 0 if job_id is None else max(1, _chunk(job_id, limit))


@use_case
def _chunk(job_id: int, limit: int) -> int:
    held = changed(
        sa.update(JOB)
        .where(JOB.c.id == job_id, JOB.c.state.in_(queries.AT_WORK))
        .values(state=JobState.RUNNING)
    )
    if not held:
        return 0
    job = db.session.execute(sa.select(JOB).where(JOB.c.id == job_id)).one()
    if job.kind is JobKind.MAKE:
        return _make(job, limit)
    part = db.session.execute(
        sa.select(PART).where(PART.c.job_id == job_id).order_by(PART.c.position).limit(1)
    ).one_or_none()
    if part is None:
        return _end(job, JobState.DONE)
    changed(sa.delete(PART).where(PART.c.job_id == job_id, PART.c.position == part.position))
    try:
        lines = json.loads(sealing.unseal(part.sealed_lines, begun.PURPOSE))
    except sealing.UnsealableError:  # the house's secret changed in between, without its fallback
        changed(sa.delete(PART).where(PART.c.job_id == job_id))
        return _end(job, JobState.STOPPED)
    act = _add if job.kind is JobKind.ADD else _mark
    faults = act(job, [(int(number), str(secret)) for number, secret in lines])
    begun.keep_faults(job_id, faults)
    return _count(job_id, len(lines), good=len(lines) - len(faults))


def _count(job_id: int, done: int, *, good: int) -> int:
    changed(
        sa.update(JOB)
        .where(JOB.c.id == job_id)
        .values(
            done_count=JOB.c.done_count + done,
            good_count=JOB.c.good_count + good,
            bad_count=JOB.c.bad_count + done - good,
        )
    )
    return done


def _end(job: Any, state: JobState) -> int:
    changed(sa.update(JOB).where(JOB.c.id == job.id).values(state=state, finished_at=clock.now()))
    audit.note(
        job.started_by, f"coupons.{job.kind.value}_{state.value}", Ref("coupon_job", job.id),
        good=job.good_count, bad=job.bad_count,
    )  # fmt: skip
    return 0


# --- codes come in -------------------------------------------------------------------------------


def _make(job: Any, limit: int) -> int:
    count = min(limit, job.line_count - job.done_count)
    if count <= 0:
        return _end(job, JobState.DONE)
    lock_pools([job.pool_id])
    put_in(job.pool_id, [policy.new_secret(job.prefix) for _ in range(count)], job.id)
    return _count(job.id, count, good=count)


def _add(job: Any, lines: Sequence[tuple[int, str]]) -> list[Fault]:
    lock_pools([job.pool_id])
    known = _found([secret for _, secret in lines])
    new = [secret for _, secret in lines if secret not in known]
    put_in(job.pool_id, new, job.id)
    return [Fault(number, LineFault.KNOWN) for number, secret in lines if secret in known]


def put_in(pool_id: int, secrets: Sequence[str], job_id: int | None = None) -> None:
    """Put new codes into a locked pool, sealed. Two statements."""
    insert_dicts(
        COUPON,
        [
            {
                "id": ids.next_id(),
                "code": ids.new_code(),
                "pool_id": pool_id,
                "state": CouponState.FREE.value,
                "sealed_code": sealing.seal(secret, PURPOSE),
                "code_digest": digest_of(secret),
                "job_id": job_id,
            }
            for secret in secrets
        ],
    )
    move(pool_id, codes=len(secrets), free=len(secrets))


def _found(secrets: Sequence[str]) -> Mapping[str, Any]:
    """Return the rows of those codes that any pool holds, by the secret. One statement."""
    whose = {digest: secret for secret in secrets for digest in digests_of(secret)}
    rows = db.session.execute(
        sa.select(COUPON.c.code_digest, COUPON.c.id, COUPON.c.pool_id, COUPON.c.state).where(
            COUPON.c.code_digest.in_(sorted(whose))
        )
    )
    return {whose[row.code_digest]: row for row in rows}


# --- codes that were used ------------------------------------------------------------------------


def _mark(job: Any, lines: Sequence[tuple[int, str]]) -> list[Fault]:
    """Mark as used what a channel reports, whoever holds it; return what it was wrong about."""
    before = _found([secret for _, secret in lines])
    pool_ids = sorted({row.pool_id for row in before.values()})
    lock_pools(pool_ids)
    used: set[int] = set()
    for pool_id in pool_ids:
        some = [row.id for row in before.values() if row.pool_id == pool_id]
        used |= _mark_in(pool_id, some, job.started_by)
    faults = []
    for number, secret in lines:
        row = before.get(secret)
        if row is None:
            faults.append(Fault(number, LineFault.UNKNOWN))
        elif row.id not in used:
            faults.append(Fault(number, LineFault.USED_BEFORE))
    return faults


def _mark_in(pool_id: int, coupon_ids: Sequence[int], actor_id: int) -> set[int]:
    """Mark codes of a locked pool; return those that were news, if only that a channel says so."""
    said, news, moved = UsedBy.CHANNEL, set[int](), dict[str, int]()
    notes: list[Note] = []
    news |= set(_set_used(coupon_ids, CouponState.USED, COUPON.c.used_by == UsedBy.MEMBER))
    for state in (CouponState.GIVEN, CouponState.FREE, CouponState.VOID):
        rows = _set_used(coupon_ids, state, sa.true())
        moved[state.value] = -len(rows)
        news |= set(rows)
        notes += [
            Note(
                CouponUsed(coupon_id, pool_id, said.value), actor_id=actor_id,
                subject=Ref(KIND, coupon_id), concerns_id=member_id,
            )
            for coupon_id, member_id in rows.items()
        ]  # fmt: skip
    move(pool_id, used=len(notes), **moved)
    facts.publish_many(notes)
    return news


def _set_used(
    coupon_ids: Sequence[int], state: CouponState, which: sa.ColumnElement[bool]
) -> dict[int, int | None]:
    """Mark those of these codes that stand in a state; return them with their owners."""
    when = sa.func.coalesce(COUPON.c.used_at, sa.literal(clock.now(), COUPON.c.used_at.type))
    rows = db.session.execute(
        sa.update(COUPON)
        .where(COUPON.c.id.in_(coupon_ids), COUPON.c.state == state, which)
        .values(state=CouponState.USED, used_at=when, used_by=UsedBy.CHANNEL)
        .returning(COUPON.c.id, COUPON.c.member_id)
    )
    return {row.id: row.member_id for row in rows}
