"""Tables of frames around faces: what the team has made, and who owns which."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.identity.types import FrameColor, FrameShape
from app.kernel import clock
from app.kernel.db import BigInt, Id, Model, enum_type


class AvatarFrame(Model):
    """A frame that can be handed out. Shape and colour never change: members wear them.

    Attributes:
        is_offered: it can be handed out; who owns it keeps it either way.
    """

    __tablename__ = "avatar_frame"
    __table_args__ = (sa.UniqueConstraint("shape", "color", "name_en"),)

    id: Mapped[Id]
    name_zh: Mapped[str] = mapped_column(sa.String(24))
    name_en: Mapped[str] = mapped_column(sa.String(40))
    shape: Mapped[FrameShape] = mapped_column(enum_type(FrameShape))
    color: Mapped[FrameColor] = mapped_column(enum_type(FrameColor))
    is_offered: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    made_at: Mapped[datetime] = mapped_column(default=clock.now)


class MemberFrame(Model):
    """One giving of a frame to a member; the same frame may have been given him twice.

    Attributes:
        key: names the giving (``mall:7``), so that it happens once and can be taken back.
        worn_at: when he first wore it; what has been worn is not taken back.
    """

    __tablename__ = "member_frame"
    __table_args__ = (sa.Index("ix_member_frame_member_id", "member_id", "frame_id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    frame_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("avatar_frame.id"))
    key: Mapped[str] = mapped_column(sa.String(96), unique=True)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    worn_at: Mapped[datetime | None]
