"""Short videos: at most one a thread. A row is a video and the work that prepares it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.community.types.videos import VideoState
from app.kernel.db import BigInt, Id, Model, enum_type
from app.kernel.media.film_types import FilmProblem


class Video(Model):
    """A video of a member: sent, prepared by the worker, shown with its thread.

    Attributes:
        thread_id: the thread that shows it; None for an upload that waits, or that was replaced.
        draft_id: the draft that shows it, so that it is not swept away.
        percent: how far its preparation is, 0 to 100.
        tries: how often its preparation was begun; also says whose work in it still counts.
        lease_until: until when whoever prepares it has it for himself.
        poster_id: a frame, a photo on the shelf; its shape is the video's.
        source: where the file as it came lies; empty once it is prepared.
        format: of that file, as ffmpeg names it.
        sha256: names the files that are shown.
        length_ms: how long it lasts.
        transcript: what is said in it, plain text.
        captions: WebVTT, as served.
        lang: of both, ``zh`` or ``en``.
    """

    __tablename__ = "community_video"
    __table_args__ = (
        sa.UniqueConstraint("thread_id"),
        sa.Index(
            "ix_community_video_work",
            "created_at",
            sqlite_where=sa.text("state IN ('waiting', 'working')"),
            postgresql_where=sa.text("state IN ('waiting', 'working')"),
        ),
        sa.Index(
            "ix_community_video_spare",
            "created_at",
            sqlite_where=sa.text("thread_id IS NULL"),
            postgresql_where=sa.text("thread_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    owner_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    thread_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("thread.id"))
    draft_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("community_draft.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[VideoState] = mapped_column(enum_type(VideoState))
    percent: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    problem: Mapped[FilmProblem | None] = mapped_column(enum_type(FilmProblem))
    tries: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    lease_until: Mapped[datetime | None]
    poster_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("media.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(120), default="", server_default="", index=True)
    format: Mapped[str] = mapped_column(sa.String(16))
    bytes: Mapped[int]
    sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    length_ms: Mapped[int]
    has_sound: Mapped[bool]
    transcript: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    captions: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    lang: Mapped[str] = mapped_column(sa.String(8), default="zh", server_default="zh")
    words_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
