"""Short videos: sent, taken into use by a thread or a draft, released, forgotten.

Checking and preparing happen outside transactions; ``service.film_work`` does the latter.
"""

from typing import IO

import sqlalchemy as sa

from app.community.queries.videos import VIDEO
from app.community.types.videos import VideoGoneError, VideoState
from app.kernel import clock, ids, jobs
from app.kernel.db import changed, db, use_case
from app.kernel.media import films
from app.kernel.media import service as media
from app.kernel.media.film_types import Taken
from app.kernel.media.service import KEEP_WAITING
from app.kernel.media.storage import storage
from app.kernel.text import language_of

WORK = "community.videos"


def send_video(owner_id: int, stream: IO[bytes]) -> int:
    """Take a video of a member, and have it prepared; return its id.

    It waits for 24 hours for something that shows it.

    Raises:
        FilmError: it can't be taken; nothing was kept.
        TooManyError: too many are looked at; come back in some seconds.
        RuntimeError: called inside a use case.
    """
    return _keep(owner_id, films.take_in(stream))


@use_case
def _keep(owner_id: int, taken: Taken) -> int:
    poster = media.keep(owner_id, taken.poster, waiting=True)
    video_id = ids.next_id()
    db.session.execute(
        sa.insert(VIDEO).values(
            id=video_id,
            owner_id=owner_id,
            state=VideoState.WAITING,
            poster_id=poster.id,
            source=taken.key,
            format=taken.format,
            bytes=taken.bytes,
            width=taken.poster.width,
            height=taken.poster.height,
            length_ms=taken.milliseconds,
            has_sound=taken.has_sound,
            created_at=clock.now(),
        )
    )
    jobs.nudge(WORK)
    return video_id


@use_case
def seed_video(thread_id: int, owner_id: int, video_id: int) -> None:
    """Put a member's video into a thread of his that has a photo for a cover: for bulk loading.

    Raises:
        VideoGoneError: as for :func:`show_in`.
    """
    show_in(thread_id, owner_id, video_id, "")


def poster_of(owner_id: int, video_id: int) -> sa.ScalarSelect[int]:
    """Return the poster of a member's video, to be used inside another statement."""
    return (
        sa.select(VIDEO.c.poster_id)
        .where(VIDEO.c.id == video_id, VIDEO.c.owner_id == owner_id)
        .scalar_subquery()
    )


def show_in(thread_id: int, owner_id: int, video_id: int, text: str) -> None:
    """Take a video into use, inside the transaction that keeps its thread. One statement.

    Raises:
        VideoGoneError: it is not there, not his, another thread shows it, or it can't be prepared.
    """
    taken = changed(
        sa.update(VIDEO)
        .where(
            VIDEO.c.id == video_id,
            VIDEO.c.owner_id == owner_id,
            VIDEO.c.thread_id.is_(None),
            VIDEO.c.state != VideoState.FAILED,
        )
        .values(thread_id=thread_id, lang=language_of(text))
    )
    if not taken:
        raise VideoGoneError
    jobs.nudge(WORK)


def change_in(thread_id: int, owner_id: int, video_id: int | None, text: str) -> None:
    """Show this video in a thread that is changed, in place of what it had, or none.

    Raises:
        VideoGoneError: as for :func:`show_in`.
    """
    changed(sa.update(VIDEO).where(VIDEO.c.thread_id == thread_id).values(thread_id=None))
    if video_id is not None:
        show_in(thread_id, owner_id, video_id, text)


def keep_for_draft(draft_id: int, owner_id: int, video_id: int | None) -> None:
    """Let a draft show this video, or none; inside the transaction that keeps it. One statement."""
    wanted = VIDEO.c.id == (video_id or 0)
    changed(
        sa.update(VIDEO)
        .where(sa.or_(VIDEO.c.draft_id == draft_id, sa.and_(wanted, VIDEO.c.owner_id == owner_id)))
        .values(draft_id=sa.case((wanted, draft_id), else_=sa.null()))
    )


def forget_spare(limit: int = 50) -> int:
    """Forget videos that nothing has shown for 24 hours; return how many.

    Their posters go with the sweep of photos, their files with :func:`sweep_files` of the shelf;
    the file as it came, the largest, goes at once.
    """
    sources = _forget(limit)
    for key in sources:
        if key:
            storage().delete(key)
    return len(sources)


@use_case
def _forget(limit: int) -> list[str]:
    spare = (VIDEO.c.thread_id.is_(None), VIDEO.c.draft_id.is_(None))
    old = (
        sa.select(VIDEO.c.id)
        .where(*spare, VIDEO.c.created_at < clock.now() - KEEP_WAITING)
        .order_by(VIDEO.c.created_at)
        .limit(limit)
    )
    gone = db.session.execute(
        sa.delete(VIDEO).where(VIDEO.c.id.in_(old), *spare)
        .returning(VIDEO.c.source, VIDEO.c.poster_id)
    ).all()  # fmt: skip
    media.release_photos({row.poster_id for row in gone})
    return [row.source for row in gone]
