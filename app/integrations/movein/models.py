"""Moves, the rows they bring, photos that follow, old addresses. Every row can be erased."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.integrations.movein.types import (
    MAX_ID,
    Format,
    ItemState,
    JobState,
    Kind,
    Phase,
    PhotoState,
    Trouble,
)
from app.kernel.db import BigInt, Id, Model, enum_type


class MoveJob(Model):
    """One move from one place. A job row: its figures move with every committed chunk.

    Attributes:
        place: where the package lies: a path under the inbox or among the uploads, or any path
            when a command drives it.
    """

    __tablename__ = "movein_job"
    __table_args__ = (
        sa.Index(
            "uq_movein_job_unfinished",
            "source",
            unique=True,
            sqlite_where=sa.text("finished_at IS NULL"),
            postgresql_where=sa.text("finished_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    source: Mapped[str] = mapped_column(sa.String(24))
    format: Mapped[Format] = mapped_column(enum_type(Format))
    name: Mapped[str] = mapped_column(sa.String(120))
    place: Mapped[str] = mapped_column(sa.String(1000))
    is_upload: Mapped[bool]
    state: Mapped[JobState] = mapped_column(enum_type(JobState))
    phase: Mapped[Phase] = mapped_column(enum_type(Phase))
    options: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(sa.Integer)
    row_count: Mapped[int | None]
    handled: Mapped[int] = mapped_column(sa.Integer)
    waiting: Mapped[int] = mapped_column(sa.Integer)
    photos: Mapped[int] = mapped_column(sa.Integer)
    photos_done: Mapped[int] = mapped_column(sa.Integer)
    counts: Mapped[dict[str, Any]]
    foreseen: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    trouble_count: Mapped[int] = mapped_column(sa.Integer)
    refusal: Mapped[str] = mapped_column(sa.String(200))
    started_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class MoveItem(Model):
    """One row of one place: what became of it here. The same row twice is one.

    Attributes:
        digest: of its fields: another one says that it was changed there.
        payload: the row itself, until it stands here.
        at: what it is sorted by; ``rank`` is its number there, where it has one.
        handle: of a member: the name by which others mention him, in small letters.
        target_id: the board, member, thread or reply that it is here.
        written: digest of the text that was written here.
    """

    __tablename__ = "movein_item"
    __table_args__ = (
        sa.UniqueConstraint("source", "kind", "source_id"),
        sa.Index("ix_movein_item_turn", "source", "kind", "state", "at", "rank", "source_id"),
        sa.Index("ix_movein_item_handle", "source", "handle"),
    )

    id: Mapped[Id]
    source: Mapped[str] = mapped_column(sa.String(24))
    kind: Mapped[Kind] = mapped_column(enum_type(Kind))
    source_id: Mapped[str] = mapped_column(sa.String(2 * MAX_ID + 8))
    job_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("movein_job.id"))
    part: Mapped[str] = mapped_column(sa.String(120))
    line: Mapped[int] = mapped_column(sa.Integer)
    digest: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[ItemState] = mapped_column(enum_type(ItemState))
    payload: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)
    at: Mapped[datetime]
    rank: Mapped[int] = mapped_column(BigInt)
    handle: Mapped[str | None] = mapped_column(sa.String(64))
    target_id: Mapped[int | None] = mapped_column(BigInt)
    written: Mapped[str | None] = mapped_column(sa.String(64))


class MoveTrouble(Model):
    """What is to be said about a row. Nothing of the row itself but its id."""

    __tablename__ = "movein_trouble"

    job_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("movein_job.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    trouble: Mapped[Trouble] = mapped_column(enum_type(Trouble))
    part: Mapped[str] = mapped_column(sa.String(120))
    line: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[str] = mapped_column(sa.String(16))
    source_id: Mapped[str] = mapped_column(sa.String(2 * MAX_ID + 8))


class MovePhoto(Model):
    """A photo on its way: of a thread, or (``thread_id`` empty) the face of a member."""

    __tablename__ = "movein_photo"
    __table_args__ = (
        sa.UniqueConstraint("target_id", "path"),
        sa.Index("ix_movein_photo_turn", "job_id", "state", "target_id", "position"),
    )

    id: Mapped[Id]
    job_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("movein_job.id"))
    target_id: Mapped[int] = mapped_column(BigInt)
    is_face: Mapped[bool]
    position: Mapped[int] = mapped_column(sa.Integer)
    path: Mapped[str] = mapped_column(sa.String(500))
    state: Mapped[PhotoState] = mapped_column(enum_type(PhotoState))
    source_id: Mapped[str] = mapped_column(sa.String(2 * MAX_ID + 8))


class OldPath(Model):
    """An address of the old place and what stands there now: a thread, a floor, a member, a board.

    Two places may have had the same one; the first keeps it.
    """

    __tablename__ = "movein_path"

    path: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    source: Mapped[str] = mapped_column(sa.String(24))
    thread_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("thread.id"))
    floor: Mapped[int | None] = mapped_column(sa.Integer)
    member_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"), index=True)
    board_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("board.id"))
