"""Reads of short videos."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.community.models.videos import Video
from app.community.queries.tables import MEDIA, THREAD
from app.community.types.videos import Clip, VideoState, VideoView
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.media.models import Media
from app.kernel.media.storage import film_key

VIDEO = cast("sa.Table", Video.__table__)
POSTER = cast("sa.Table", Media.__table__).alias("poster")
SHOWN = (
    "id", "state", "percent", "problem", "sha256", "width", "height", "length_ms", "transcript",
    "captions", "lang", "words_at",
)  # fmt: skip
WORDS = (
    sa.select(VIDEO.c.transcript + sa.literal("\n") + VIDEO.c.captions)
    .where(VIDEO.c.thread_id == THREAD.c.id)
    .correlate(THREAD)
    .scalar_subquery()
    .label("video_words")
)
"""What is said in a thread's video: for search."""


def video_columns() -> list[sa.Label[Any]]:
    """Return what a page must select of a video; join with :func:`with_video`."""
    return [
        *(VIDEO.c[name].label(f"video_{name}") for name in SHOWN),
        *media.photo_columns(POSTER.c, "poster_"),
    ]


def with_video(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Return a statement about threads, with their videos where they have one."""
    return statement.outerjoin(VIDEO, VIDEO.c.thread_id == THREAD.c.id).outerjoin(
        POSTER, POSTER.c.id == VIDEO.c.poster_id
    )


def video_from(row: Any) -> VideoView | None:
    """Return the video that :func:`video_columns` selected, or None."""
    poster = media.photo_from(row, "poster_")
    if row.video_id is None or poster is None:
        return None
    return VideoView(
        row.video_id, row.video_state, row.video_percent, row.video_problem, poster,
        row.video_sha256, row.video_width, row.video_height, _seconds(row.video_length_ms),
        row.video_transcript, row.video_captions, row.video_lang,
        int(row.video_words_at.timestamp()) if row.video_words_at else 0,
    )  # fmt: skip


def clip_columns() -> list[sa.Label[Any]]:
    """Return what a list must select of videos; join ``VIDEO`` by its thread."""
    return [
        VIDEO.c.state.label("clip_state"),
        VIDEO.c.sha256.label("clip_sha"),
        VIDEO.c.length_ms.label("clip_ms"),
    ]


def clip_from(row: Any) -> Clip | None:
    """Return the ready video that :func:`clip_columns` selected, or None."""
    if row.clip_state is not VideoState.READY:
        return None
    return Clip(row.clip_sha, _seconds(row.clip_ms))


def _seconds(milliseconds: int) -> int:
    return max(1, round(milliseconds / 1000))


def find_upload(owner_id: int, video_id: int) -> VideoView | None:
    """Return a video of a member, whatever shows it, or None. One statement."""
    row = db.session.execute(
        sa.select(*video_columns())
        .join(POSTER, POSTER.c.id == VIDEO.c.poster_id)
        .where(VIDEO.c.id == video_id, VIDEO.c.owner_id == owner_id)
    ).one_or_none()
    return video_from(row) if row else None


def posters_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos are posters, for the sweep of uploads."""
    shown = sa.select(VIDEO.c.poster_id).where(VIDEO.c.poster_id.in_(media_ids))
    return set(db.session.scalars(shown)) if media_ids else set()


def films_in_use(keys: Sequence[str]) -> set[str]:
    """Return which of these files some video needs: keys of sources, hashes of what is shown."""
    films: Collection[str] = {key.partition("/")[2][:64] for key in keys}
    sources = sa.select(VIDEO.c.source).where(VIDEO.c.source.in_(keys))
    shown = sa.select(VIDEO.c.sha256).where(VIDEO.c.sha256.in_(films))
    return set(db.session.scalars(sources.union_all(shown)))


def films_of(member_id: int) -> list[tuple[str, str]]:
    """Return name and key of the files of a member's ready videos. One statement."""
    rows = db.session.execute(
        sa.select(VIDEO.c.id, VIDEO.c.sha256)
        .where(VIDEO.c.owner_id == member_id, VIDEO.c.sha256.is_not(None))
        .order_by(VIDEO.c.id)
    )
    return [(f"{row.id}.mp4", film_key(row.sha256)) for row in rows]


def drifting_videos() -> Iterator[str]:
    """Yield one sentence per video that says it is ready and names no file, or the reverse."""
    is_ready = VIDEO.c.state == VideoState.READY
    wrong = sa.select(VIDEO.c.id).where(
        sa.or_(
            sa.and_(is_ready, sa.or_(VIDEO.c.sha256.is_(None), VIDEO.c.source != "")),
            sa.and_(~is_ready, VIDEO.c.sha256.is_not(None)),
            sa.and_(
                VIDEO.c.state.in_([VideoState.WAITING, VideoState.WORKING]), VIDEO.c.source == ""
            ),
        )
    )
    for video_id in db.session.scalars(wrong):
        yield f"video {video_id}: its state and its files do not agree"
    foreign = (
        sa.select(VIDEO.c.id)
        .join(THREAD, THREAD.c.id == VIDEO.c.thread_id)
        .where(THREAD.c.author_id != VIDEO.c.owner_id)
    )
    for video_id in db.session.scalars(foreign):
        yield f"video {video_id}: its thread is somebody else's"
    lost = sa.select(VIDEO.c.id).outerjoin(MEDIA, MEDIA.c.id == VIDEO.c.poster_id)
    for video_id in db.session.scalars(lost.where(MEDIA.c.id.is_(None))):
        yield f"video {video_id}: its poster is gone"
