"""Work on many codes: how far it is, what was wrong."""

from typing import Any

import sqlalchemy as sa

from app.coupons.queries.tables import COUPON, FAULT, JOB, PER_PAGE, POOL, older
from app.coupons.types import Fault, Job, JobState
from app.identity.models import Member
from app.identity.queries import shown_name
from app.kernel import ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page

FAULTS_SHOWN = 100
AT_WORK = (JobState.WAITING, JobState.RUNNING)
MEMBER: Any = Member.__table__


def _jobs() -> sa.Select[Any]:
    return (
        sa.select(
            JOB, POOL.c.code.label("pool_code"), POOL.c.name_zh, POOL.c.name_en,
            MEMBER.c.display_name, MEMBER.c.yid,
        )
        .outerjoin(POOL, POOL.c.id == JOB.c.pool_id)
        .join(MEMBER, MEMBER.c.id == JOB.c.started_by)
    )  # fmt: skip


def jobs_of(
    pool_id: int | None = None, after: str | None = None, limit: int = PER_PAGE
) -> Page[Job]:
    """Return work on a pool, or reports of used codes; the newest first. One statement."""
    which = JOB.c.pool_id.is_(None) if pool_id is None else JOB.c.pool_id == pool_id
    rows = db.session.execute(
        _jobs().where(which, *older(after, JOB.c.id)).order_by(JOB.c.id.desc()).limit(limit + 1)
    ).all()
    shown = rows[:limit]
    return Page([_job(row) for row in shown], str(shown[-1].id) if len(rows) > limit else None)


def get_job(code: str) -> Job:
    """Return one piece of work. One statement.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(_jobs().where(JOB.c.code == (ids.read_code(code) or ""))).one_or_none()
    if row is None:
        raise NotFoundError
    return _job(row)


def find_job(request_key: str) -> Job | None:
    """Return the work that this request began before. One statement."""
    row = db.session.execute(_jobs().where(JOB.c.request_key == request_key)).one_or_none()
    return _job(row) if row else None


def next_at_work() -> int | None:
    """Return the id of the oldest work that is not done, or None. One statement."""
    return db.session.scalar(
        sa.select(JOB.c.id).where(JOB.c.state.in_(AT_WORK)).order_by(JOB.c.id).limit(1)
    )


def made_codes(job_id: int) -> list[str]:
    """Return the sealed codes that a piece of work put in, in their order. One statement."""
    query = sa.select(COUPON.c.sealed_code).where(COUPON.c.job_id == job_id).order_by(COUPON.c.id)
    return list(db.session.scalars(query))


def faults_of(job_id: int) -> list[Fault]:
    """Return the first lines that were left out. One statement."""
    rows = db.session.execute(
        sa.select(FAULT.c.line_number, FAULT.c.fault)
        .where(FAULT.c.job_id == job_id)
        .order_by(FAULT.c.line_number)
        .limit(FAULTS_SHOWN)
    )
    return [Fault(row.line_number, row.fault) for row in rows]


def _job(row: Any) -> Job:
    return Job(
        row.id, row.code, row.kind, row.state, row.pool_code, row.name_zh or "", row.name_en or "",
        row.file_name, row.line_count, row.done_count, row.good_count, row.bad_count,
        shown_name(row.display_name, row.yid), row.created_at, row.finished_at,
    )  # fmt: skip
