"""Photos on the shelf. No file names, no camera notes: nothing of where a picture came from."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel import clock
from app.kernel.db import Id, Model


class Media(Model):
    """One photo of one member. Equal pictures of two members share their files, not their row.

    Attributes:
        sha256: names the files; see :class:`app.kernel.media.types.Developed`.
        widths: renditions that exist, ascending, comma-separated.
        bytes: of all renditions together.
        used_at: since when something shows it; None for an upload that still waits.
    """

    __tablename__ = "media"
    __table_args__ = (
        sa.Index(
            "ix_media_waiting",
            "created_at",
            sqlite_where=sa.text("used_at IS NULL"),
            postgresql_where=sa.text("used_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    owner_id: Mapped[int]
    width: Mapped[int] = mapped_column(sa.Integer)
    height: Mapped[int] = mapped_column(sa.Integer)
    color: Mapped[str] = mapped_column(sa.String(7))
    widths: Mapped[str] = mapped_column(sa.String(40))
    bytes: Mapped[int] = mapped_column(sa.Integer)
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
