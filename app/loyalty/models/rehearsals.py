"""Dry runs: asked for by staff, worked off by the worker, kept with what they found."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import Id, Model


class LoyaltyRehearsal(Model):
    """One dry run.

    Attributes:
        body: the book it runs under; ``digest`` tells whether a draft has changed since.
        based_on: the version that the draft was begun from.
        moves_campaigns: campaigns of another time are looked at as if they had been on.
        state: what is counted so far, compressed; None before the first step and at the end.
        revision: goes up with every step, so that two workers don't count twice.
        outlook: what was found.
        error: the class of what went wrong; empty: nothing.
    """

    __tablename__ = "loyalty_rehearsal"
    __table_args__ = (sa.Index("ix_loyalty_rehearsal_finished", "finished_at", "id"),)

    id: Mapped[Id]
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    based_on: Mapped[int]
    since_on: Mapped[date]
    until_on: Mapped[date]
    moves_campaigns: Mapped[bool]
    acts_total: Mapped[int]
    acts_done: Mapped[int]
    state: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    revision: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    outlook: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    asked_by: Mapped[int | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(sa.String(100), default="", server_default="")
