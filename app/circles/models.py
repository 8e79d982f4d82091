"""Circles and who is in them."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.circles.types import WORDS_CHARS, CircleState, Joining, Stand
from app.kernel.db import BigInt, Id, Model, enum_type

MEMBER = "member.id"


class Circle(Model):
    """An interest group. Its board keeps its names, purpose, icon and city, and all its posts.

    Attributes:
        member_count: rows of it that are in (``flask verify circles.members``).
    """

    __tablename__ = "circle"

    id: Mapped[Id]
    board_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("board.id"), unique=True)
    state: Mapped[CircleState] = mapped_column(enum_type(CircleState))
    joining: Mapped[Joining] = mapped_column(enum_type(Joining))
    member_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    closed_at: Mapped[datetime | None]


class CircleMember(Model):
    """How a member stands to a circle: one row for each pair, whatever happened.

    Attributes:
        must_ask: he was removed: he asks from now on, until he is let in again.
        at: since when he stands so.
        said: what he wrote when he asked.
        answer: why he was refused or removed, as he reads it.
        by_id: who of the leaders or the team did it; None: he himself.
    """

    __tablename__ = "circle_member"
    __table_args__ = (
        sa.UniqueConstraint("circle_id", "member_id"),
        sa.Index("ix_circle_member_page", "circle_id", "stand", "is_leader", "id"),
        sa.Index("ix_circle_member_mine", "member_id", "stand"),
        sa.Index("ix_circle_member_at", "circle_id", "stand", "at"),
    )

    id: Mapped[Id]
    circle_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("circle.id"))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    stand: Mapped[Stand] = mapped_column(enum_type(Stand))
    is_leader: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    must_ask: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    at: Mapped[datetime]
    said: Mapped[str] = mapped_column(sa.String(WORDS_CHARS), default="", server_default="")
    answer: Mapped[str] = mapped_column(sa.String(WORDS_CHARS), default="", server_default="")
    by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))


CIRCLE = cast("sa.Table", Circle.__table__)
CIRCLE_MEMBER = cast("sa.Table", CircleMember.__table__)
