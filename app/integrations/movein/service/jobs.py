"""The job row of a move: begun once, moved by compare and swap, paused, taken up, finished once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.integrations.movein import queries
from app.integrations.movein.queries import ITEM, JOB, PHOTO, TROUBLE
from app.integrations.movein.types import (
    KEPT_TROUBLES,
    Format,
    ItemState,
    Job,
    JobState,
    Options,
    Phase,
    PhotoState,
    Problem,
    StoppedError,
    UnderWayError,
)
from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.types import Ref

MAX_NAME = 120
REFUSAL = 200
NOTHING: Mapping[str, int] = {}


@use_case
def open_job(
    source: str,
    *,
    form: Format,
    name: str,
    place: str,
    options: Options,
    state: JobState,
    is_upload: bool = False,
    started_by: int | None = None,
) -> Job:
    """Begin a move.

    Raises:
        UnderWayError: one from the same place is not over.
    """
    row = {
        "id": ids.next_id(),
        "code": ids.new_code(),
        "source": source,
        "format": form,
        "name": name[-MAX_NAME:],
        "place": place,
        "is_upload": is_upload,
        "state": state,
        "phase": Phase.READING,
        "options": options.as_json(),
        "position": 0,
        "row_count": None,
        "handled": 0,
        "waiting": 0,
        "photos": 0,
        "photos_done": 0,
        "counts": {},
        "foreseen": None,
        "trouble_count": 0,
        "refusal": "",
        "started_by": started_by,
        "created_at": clock.now(),
        "finished_at": None,
    }
    if not changed(insert(JOB).values(row).on_conflict_do_nothing()):
        raise UnderWayError
    if started_by is not None:
        audit.note(started_by, "movein.begun", Ref("movein", int(str(row["id"]))), format=form)
    return queries.job_by_id(int(str(row["id"])))


def claim(job: Job, **values: Any) -> None:
    """Move a job on, first of all in a transaction: whoever else drives it has lost then.

    Raises:
        StoppedError: it was paused or dropped, or somebody else has moved it.
    """
    same = (
        JOB.c.id == job.id,
        JOB.c.state == job.state,
        JOB.c.phase == job.phase,
        JOB.c.position == job.position,
        JOB.c.handled == job.handled,
        JOB.c.photos_done == job.photos_done,
    )
    if not changed(sa.update(JOB).where(*same).values(**values)):
        raise StoppedError


def tell(job: Job, counts: Mapping[str, int], problems: Sequence[Problem]) -> None:
    """Add figures and problems to a job that this transaction has claimed."""
    said = Counter(dict(job.counts))
    said.update(counts)
    said.update("notes" if each.is_note else "bad" for each in problems)
    rows = [
        {
            "job_id": job.id, "seq": job.troubles + at, "trouble": each.trouble,
            "part": each.part, "line": each.line, "kind": each.kind, "source_id": each.source_id,
        }
        for at, each in enumerate(problems, 1)
        if job.troubles + at <= KEPT_TROUBLES
    ]  # fmt: skip
    if rows:
        db.session.execute(sa.insert(TROUBLE), rows)
    values = {"counts": dict(said), "trouble_count": job.troubles + len(problems)}
    changed(sa.update(JOB).where(JOB.c.id == job.id).values(values))


@use_case
def enter(job: Job, phase: Phase) -> Job:
    """Go on to a phase.

    Raises:
        StoppedError: as :func:`claim`.
    """
    values: dict[str, Any] = {"phase": phase}
    if job.phase is Phase.READING:
        values["row_count"] = job.position
        values["waiting"] = queries.waiting_count(job.source)
    if phase is Phase.PHOTOS:
        values["photos"] = queries.photo_count(job.id)
    claim(job, **values)
    return queries.job_by_id(job.id)


@use_case
def finish(job: Job) -> Job:
    """Close a move whose rows are all settled."""
    claim(job, state=JobState.DONE, phase=Phase.END, finished_at=clock.now())
    return queries.job_by_id(job.id)


@use_case
def refuse(job_id: int, message: str) -> None:
    """Close a move whose package can't be read; what came in stays."""
    values = {
        "state": JobState.REFUSED, "refusal": message[:REFUSAL], "finished_at": clock.now(),
    }  # fmt: skip
    changed(sa.update(JOB).where(JOB.c.id == job_id, JOB.c.finished_at.is_(None)).values(values))


# --- the dry run ---------------------------------------------------------------------------------


@use_case
def note_checked(job: Job, position: int) -> Job:
    """Note how far the dry run is.

    Raises:
        StoppedError: it was dropped.
    """
    claim(job, position=position)
    return queries.job_by_id(job.id)


@use_case
def finish_check(job: Job, foreseen: Mapping[str, Any], problems: Sequence[Problem]) -> Job:
    """Keep what a dry run found; the move waits for a yes."""
    changed(sa.delete(TROUBLE).where(TROUBLE.c.job_id == job.id))
    values = {"state": JobState.CHECKED, "foreseen": dict(foreseen), "position": 0}
    claim(job, row_count=job.position, **values)
    tell(queries.job_by_id(job.id), NOTHING, problems)
    changed(sa.update(JOB).where(JOB.c.id == job.id).values(counts={}))
    return queries.job_by_id(job.id)


# --- decisions -----------------------------------------------------------------------------------


@use_case
def confirm(code: str, *, actor_id: int) -> Job:
    """Let a move that was looked through begin. Twice is once."""
    return _decide(code, [JobState.CHECKED], JobState.RUNNING, "movein.confirmed", actor_id)


@use_case
def pause(code: str, *, actor_id: int | None) -> Job:
    """Stop a move after the chunk it is at. Twice is once."""
    return _decide(code, [JobState.RUNNING], JobState.PAUSED, "movein.paused", actor_id)


@use_case
def resume(code: str, *, actor_id: int | None) -> Job:
    """Let a paused move go on. Twice is once."""
    return _decide(code, [JobState.PAUSED], JobState.RUNNING, "movein.resumed", actor_id)


@use_case
def drop(code: str, *, actor_id: int | None) -> Job:
    """Give a move up; what came in stays, and rows that wait are forgotten. Twice is once."""
    before = [JobState.CHECKING, JobState.CHECKED, JobState.RUNNING, JobState.PAUSED]
    job = _decide(code, before, JobState.DROPPED, "movein.dropped", actor_id)
    gone = (ITEM.c.source == job.source, ITEM.c.target_id.is_(None), ITEM.c.payload.is_not(None))
    changed(sa.delete(ITEM).where(*gone, ITEM.c.state == ItemState.WAITING))
    changed(sa.delete(PHOTO).where(PHOTO.c.job_id == job.id, PHOTO.c.state == PhotoState.WAITING))
    return job


def _decide(
    code: str, before: Sequence[JobState], after: JobState, act: str, actor_id: int | None
) -> Job:
    job = queries.get_job(code)
    values: dict[str, Any] = {"state": after}
    if after is JobState.DROPPED:
        values["finished_at"] = clock.now()
    if job.state is JobState.CHECKED and after is JobState.RUNNING:
        changed(sa.delete(TROUBLE).where(TROUBLE.c.job_id == job.id))
        values |= {"trouble_count": 0, "counts": {}, "position": 0}
    same = (JOB.c.id == job.id, JOB.c.state.in_(list(before)))
    if changed(sa.update(JOB).where(*same).values(values)) and actor_id is not None:
        audit.note(actor_id, act, Ref("movein", job.id))
    return queries.job_by_id(job.id)
