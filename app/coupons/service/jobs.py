"""Work on many codes begins: a file is read and sealed, or a number of codes is asked for.

Nothing is taken in here: the lines lie sealed in the database until the worker has done them.
"""

import hashlib
import json
import re
from pathlib import PurePosixPath
from typing import Any

import sqlalchemy as sa

from app.coupons.policy.reading import Codes, read_codes
from app.coupons.queries import jobs as queries
from app.coupons.queries.pools import PURPOSE as CODES
from app.coupons.queries.pools import get_pool
from app.coupons.queries.tables import FAULT, JOB, PART
from app.coupons.types import (
    MAX_GENERATED,
    Fault,
    FileRefusedError,
    Job,
    JobKind,
    JobState,
    PoolError,
    UnreadableCodeError,
)
from app.kernel import audit, clock, contacts, ids, jobs, sealing
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

SWEEP = "coupons.work"
PURPOSE = "coupon-lines"
PART_LINES = 500
FAULTS_KEPT = 500
PREFIX = re.compile(r"^[A-Z0-9]{0,8}-?$")
NAME_CHARS = 100


def begin_file(
    actor_id: int, kind: JobKind, raw: bytes, file_name: str, pool_code: str | None = None
) -> Job:
    """Take a file of codes for a pool, or of codes that a channel reports as used.

    The same file for the same pool leads to its first job.

    Raises:
        FileRefusedError: it can't be read, or no line of it holds a code.
        NotFoundError: there is no such pool.
    """
    found = read_codes(raw)
    if not found.good:
        raise FileRefusedError(
            _l("No line of this file holds a code: 4 to 120 letters, digits and signs, no spaces.")
        )
    digest = hashlib.sha256(raw).hexdigest()
    key = contacts.keyed(f"coupon-file|{kind.value}|{pool_code}|{digest}")
    name = PurePosixPath(file_name.replace("\\", "/")).name[-NAME_CHARS:]
    return _begin_file(actor_id, kind, found, key, name, pool_code)


@use_case
def _begin_file(
    actor_id: int, kind: JobKind, found: Codes, key: str, name: str, pool_code: str | None
) -> Job:
    if earlier := queries.find_job(key):
        return earlier
    pool = get_pool(pool_code) if pool_code else None
    job = _begin(
        actor_id, kind, key, pool_id=pool.id if pool else None, file_name=name,
        line_count=len(found.good) + len(found.faults), bad_count=len(found.faults),
        done_count=len(found.faults),
    )  # fmt: skip
    lines = found.good
    insert_dicts(
        PART,
        [
            {
                "job_id": job["id"],
                "position": start,
                "sealed_lines": sealing.seal(
                    json.dumps(lines[start : start + PART_LINES]), PURPOSE
                ),
            }
            for start in range(0, len(lines), PART_LINES)
        ],
    )
    keep_faults(job["id"], list(found.faults))
    return queries.get_job(job["code"])


@use_case
def begin_making(actor_id: int, pool_code: str, count: int, prefix: str, request_key: str) -> Job:
    """Ask for new codes in a pool. The same form again leads to its first job.

    Raises:
        NotFoundError: there is no such pool.
        PoolError: too many, or a prefix that is none.
    """
    if not 0 < count <= MAX_GENERATED:
        raise PoolError("count", _l("Write a number from 1 to %(most)s.", most=MAX_GENERATED))
    if not PREFIX.match(prefix):
        raise PoolError("prefix", _l("Up to eight capital letters and digits."))
    pool = get_pool(pool_code)
    key = f"make:{pool.id}:{request_key}"
    if earlier := queries.find_job(key):
        return earlier
    job = _begin(actor_id, JobKind.MAKE, key, pool_id=pool.id, line_count=count, prefix=prefix)
    return queries.get_job(job["code"])


def _begin(actor_id: int, kind: JobKind, key: str, **more: Any) -> dict[str, Any]:
    row = {
        "id": ids.next_id(),
        "code": ids.new_code(),
        "kind": kind,
        "state": JobState.WAITING,
        "request_key": key,
        "started_by": actor_id,
        "created_at": clock.now(),
        **more,
    }
    db.session.execute(sa.insert(JOB), [row])
    audit.note(
        actor_id, f"coupons.{kind.value}_asked", Ref("coupon_job", row["id"]),
        lines=row["line_count"],
    )  # fmt: skip
    jobs.nudge(SWEEP)
    return row


def keep_faults(job_id: int, faults: list[Fault]) -> None:
    """Keep what was wrong, for the first few hundred lines. Two statements."""
    if not faults:
        return
    kept = db.session.scalar(
        sa.select(sa.func.count()).select_from(FAULT).where(FAULT.c.job_id == job_id)
    )
    room = max(0, FAULTS_KEPT - int(kept or 0))
    insert_dicts(
        FAULT,
        [
            {"job_id": job_id, "line_number": each.number, "fault": each.fault.value}
            for each in faults[:room]
        ],
    )


@use_case
def list_made(actor_id: int, code: str) -> list[str]:
    """Return the codes that the house made, so that a shop can take them; who asked is noted.

    Raises:
        NotFoundError: there is no such work, it is not done, or its codes came from a shop.
        UnreadableCodeError: they were sealed under a secret that the house has lost.
    """
    job = queries.get_job(code)
    if job.kind is not JobKind.MAKE or job.is_at_work:
        raise NotFoundError
    audit.note(actor_id, "coupons.made_listed", Ref("coupon_job", job.id), codes=job.good)
    try:
        return [sealing.unseal(each, CODES) for each in queries.made_codes(job.id)]
    except sealing.UnsealableError:
        raise UnreadableCodeError from None


@use_case
def stop(actor_id: int, code: str) -> bool:
    """Stop work that is not done; what was taken in stays. Return whether there was any.

    Raises:
        NotFoundError: there is none.
    """
    job = queries.get_job(code)
    stopped = changed(
        sa.update(JOB)
        .where(JOB.c.id == job.id, JOB.c.state.in_(queries.AT_WORK))
        .values(state=JobState.STOPPED, finished_at=clock.now())
    )
    if stopped:
        changed(sa.delete(PART).where(PART.c.job_id == job.id))
        audit.note(actor_id, "coupons.job_stopped", Ref("coupon_job", job.id))
    return bool(stopped)
