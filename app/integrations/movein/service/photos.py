"""Photos follow their threads: developed outside any transaction, hung in one for each thread."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.community import service as community
from app.identity import service as identity
from app.integrations.movein import queries
from app.integrations.movein.queries import PHOTO, Waiting
from app.integrations.movein.reading import Package
from app.integrations.movein.service import jobs
from app.integrations.movein.service.settling import MAX_PHOTOS
from app.integrations.movein.types import (
    Job,
    Kind,
    PackageError,
    PhotoState,
    Problem,
    Trouble,
)
from app.kernel.db import changed, use_case
from app.kernel.media import service as media
from app.kernel.media.types import MAX_BYTES, Developed, PhotoError

FACE = 1


def hang_next(job: Job, package: Package) -> Job | None:
    """Develop and hang the photos of one thread, or one face; None: there are none left.

    Raises:
        StoppedError: the job was paused or dropped, or somebody else drives it.
        TooManyError: too many photos are being developed; the next turn goes on.
    """
    waiting = queries.next_photos(job.id)
    if not waiting:
        return None
    prints: list[Developed] = []
    problems = []
    for photo in waiting:
        if len(prints) >= (FACE if photo.is_face else MAX_PHOTOS):
            problems.append(_problem(photo, Trouble.TOO_MANY_PHOTOS))
            continue
        try:
            source = package.photo(photo.path, MAX_BYTES + 1)
            if source is None:
                problems.append(_problem(photo, Trouble.NO_PHOTO))
            else:
                prints.append(media.develop(source))
        except (PhotoError, PackageError):
            problems.append(_problem(photo, Trouble.BAD_PHOTO))
    return _hang(job, waiting, prints, problems)


def _problem(photo: Waiting, trouble: Trouble) -> Problem:
    kind = Kind.MEMBER if photo.is_face else Kind.THREAD
    return Problem(trouble, 0, kind.value, photo.source_id, photo.path[-120:])


@use_case
def _hang(
    job: Job, waiting: Sequence[Waiting], prints: Sequence[Developed], problems: list[Problem]
) -> Job:
    jobs.claim(job, photos_done=job.photos_done + len(waiting))
    target_id, is_face = waiting[0].target_id, waiting[0].is_face
    owner_id = target_id if is_face else queries.author_of(target_id)
    hung = 0
    if prints and owner_id is not None:
        stored = [media.keep(owner_id, each) for each in prints]
        if is_face:
            done = identity.take_in_face(owner_id, stored[0].id, stored[0].sha256)
        else:
            done = community.hang_photos(target_id, [each.id for each in stored])
        hung = len(stored) if done else 0
        if not done:  # somebody has hung others here meanwhile
            media.release_photos([each.id for each in stored])
            problems = [*problems, _problem(waiting[0], Trouble.CHANGED_HERE)]
    bad = {each.part for each in problems}
    for state, photos in (
        (PhotoState.BAD, [p.id for p in waiting if p.path[-120:] in bad]),
        (PhotoState.DONE, [p.id for p in waiting if p.path[-120:] not in bad]),
    ):
        for start in range(0, len(photos), 500):
            some = photos[start : start + 500]
            changed(sa.update(PHOTO).where(PHOTO.c.id.in_(some)).values(state=state))
    jobs.tell(job, {"photos": hung}, problems)
    return queries.job_by_id(job.id)
