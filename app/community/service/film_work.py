"""The work that prepares videos: claimed, watched, bounded, taken up again after any death.

A row is claimed by a conditional UPDATE that counts a try and sets a lease; whoever works renews
the lease with his progress. A worker that dies leaves the lease to run out. What he writes counts
only while his try is the newest one, so two never finish the same video.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from app.community.queries.tables import MEDIA
from app.community.queries.videos import VIDEO
from app.community.service import video_telling
from app.community.types.videos import MAX_TRIES, VideoState
from app.kernel import clock, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.media import films
from app.kernel.media.film_types import (
    Film,
    FilmBrokenError,
    FilmError,
    FilmGoneError,
    FilmProblem,
    FilmTooHeavyError,
    Taken,
)
from app.kernel.media.storage import storage
from app.kernel.media.types import Developed

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=90)
STEP, PAUSE = 5, timedelta(seconds=2)  # progress is written each 5 %, at most every other second
BEAT = timedelta(seconds=20)  # and now and then, whatever the progress
PROBLEMS: tuple[tuple[type[FilmError], FilmProblem], ...] = (
    (FilmGoneError, FilmProblem.GONE),
    (FilmTooHeavyError, FilmProblem.TOO_HEAVY),
    (FilmBrokenError, FilmProblem.BROKEN),
)


class _StoppedError(Exception):
    """The worker goes down, or somebody else has the video now."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A claimed video; ``number`` of the try says whether it is still ours."""

    id: int
    number: int
    taken: Taken

    @property
    def is_ours(self) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            VIDEO.c.id == self.id,
            VIDEO.c.state == VideoState.WORKING,
            VIDEO.c.tries == self.number,
        )


def prepare_next() -> int:
    """Prepare the video that waits longest; return 1, or 0 when none waits or the worker stops."""
    if not films.are_offered() or jobs.stopping():
        return 0
    job = _claim()
    if job is None:
        return 0
    if job.number > MAX_TRIES:
        _fail(job, FilmProblem.GAVE_UP)
        return 1
    try:
        film = films.prepare(job.taken, _Watch(job))
    except _StoppedError:
        _give_back(job)
        return 0
    except FilmError as error:
        _fail(job, next((p for kind, p in PROBLEMS if isinstance(error, kind)), FilmProblem.BROKEN))
        return 1
    if _finish(job, film):
        storage().delete(job.taken.key)
    return 1


@use_case
def _claim() -> _Job | None:
    now = clock.now()
    waits = sa.or_(
        VIDEO.c.state == VideoState.WAITING,
        sa.and_(VIDEO.c.state == VideoState.WORKING, VIDEO.c.lease_until < now),
    )
    first = sa.select(VIDEO.c.id).where(waits).order_by(VIDEO.c.created_at, VIDEO.c.id).limit(1)
    row = db.session.execute(
        sa.update(VIDEO)
        .where(VIDEO.c.id == first.scalar_subquery(), waits)
        .values(
            state=VideoState.WORKING, percent=0, tries=VIDEO.c.tries + 1, lease_until=now + LEASE
        )
        .returning(VIDEO)
    ).one_or_none()
    return _job(row) if row else None


def _job(row: Any) -> _Job:
    poster = db.session.execute(sa.select(MEDIA).where(MEDIA.c.id == row.poster_id)).one()
    widths = tuple(int(width) for width in poster.widths.split(","))
    return _Job(
        row.id,
        row.tries,
        Taken(
            "", row.source, row.format, row.bytes, row.length_ms, row.has_sound,
            Developed(
                poster.sha256, poster.width, poster.height, poster.color, widths, poster.bytes
            ),
        ),
    )  # fmt: skip


class _Watch:
    """Writes progress now and then, and says stop when the work is not ours any more."""

    def __init__(self, job: _Job) -> None:
        self._job, self._percent, self._at = job, 0, clock.now()

    def __call__(self, percent: int) -> None:
        if jobs.stopping():
            raise _StoppedError
        now = clock.now()
        step = percent >= self._percent + STEP and now - self._at >= PAUSE
        if step or now - self._at >= BEAT:
            self._percent, self._at = percent, now
            if not _note_progress(self._job, percent):
                raise _StoppedError


@use_case
def _note_progress(job: _Job, percent: int) -> bool:
    """Write how far it is; return whether it is still ours."""
    values = {"percent": percent, "lease_until": clock.now() + LEASE}
    return changed(sa.update(VIDEO).where(*job.is_ours).values(values)) == 1


@use_case
def _give_back(job: _Job) -> None:
    """Leave it to the next worker; this try does not count."""
    values = {"state": VideoState.WAITING, "tries": job.number - 1, "lease_until": None}
    changed(sa.update(VIDEO).where(*job.is_ours).values(values))


@use_case
def _finish(job: _Job, film: Film) -> bool:
    done = changed(
        sa.update(VIDEO)
        .where(*job.is_ours)
        .values(
            state=VideoState.READY,
            percent=100,
            source="",
            sha256=film.sha256,
            width=film.width,
            height=film.height,
            length_ms=film.milliseconds,
            bytes=film.bytes,
            lease_until=None,
            ready_at=clock.now(),
        )
    )
    return done == 1


@use_case
def _fail(job: _Job, problem: FilmProblem) -> None:
    """Give up, and tell its author why; its file goes when the video does."""
    row = db.session.execute(
        sa.update(VIDEO)
        .where(*job.is_ours)
        .values(state=VideoState.FAILED, problem=problem, lease_until=None)
        .returning(VIDEO.c.owner_id, VIDEO.c.thread_id)
    ).one_or_none()
    if row is not None:
        log.info("video_failed", video=job.id, problem=problem.value)
        video_telling.tell_failed(row.owner_id, job.id, row.thread_id, problem)
