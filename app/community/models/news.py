"""What those who watch are still to be told of."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.community.types.reading import NewsState
from app.kernel.db import BigInt, Model, enum_type


def _waiting(name: str, *columns: str) -> sa.Index:
    condition = sa.text("state IN ('tell', 'recall')")
    return sa.Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


class News(Model):
    """A thread or reply that somebody watches for, on its way to him.

    Attributes:
        post_id: of the thread or the reply; ids are never given twice.
        floor: 0 for the thread itself.
        at: when it was written: who watches since later is not told.
        told_up_to: up to which member it is told.
    """

    __tablename__ = "community_news"
    __table_args__ = (
        _waiting("ix_community_news_waiting", "post_id"),
        sa.Index("ix_community_news_at", "at"),
    )

    post_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    thread_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("thread.id"))
    floor: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    at: Mapped[datetime]
    state: Mapped[NewsState] = mapped_column(enum_type(NewsState))
    told_up_to: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
