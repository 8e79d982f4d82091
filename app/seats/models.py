"""Occasions and tickets for them."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.seats.types import (
    ABOUT_CHARS,
    NAME_CHARS,
    PLACE_CHARS,
    OccasionState,
    TicketState,
)

MEMBER = "member.id"


class SeatOccasion(Model):
    """Something that happens at a place and a time, with so many seats.

    Its row is the mutex of its seats: ``taken`` is the sum of held tickets (``flask verify``).
    ``plan`` counts changes of place or time; whoever has a ticket is told of each.
    """

    __tablename__ = "seat_occasion"
    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND taken <= seats", name="seats_not_oversold"),
        sa.Index("ix_seat_occasion_starts", "starts_at", "id"),
        sa.Index("ix_seat_occasion_moved", "moved_at"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    state: Mapped[OccasionState] = mapped_column(enum_type(OccasionState))
    name_zh: Mapped[str] = mapped_column(sa.String(NAME_CHARS))
    name_en: Mapped[str] = mapped_column(sa.String(NAME_CHARS))
    place_zh: Mapped[str] = mapped_column(sa.String(PLACE_CHARS))
    place_en: Mapped[str] = mapped_column(sa.String(PLACE_CHARS))
    about_zh: Mapped[str] = mapped_column(sa.String(ABOUT_CHARS), default="", server_default="")
    about_en: Mapped[str] = mapped_column(sa.String(ABOUT_CHARS), default="", server_default="")
    starts_at: Mapped[datetime]
    seats: Mapped[int] = mapped_column(sa.Integer)
    taken: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    return_hours: Mapped[int | None] = mapped_column(sa.Integer)
    plan: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    moved_at: Mapped[datetime | None]  # place or time changed, and somebody is not told yet
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    called_off_at: Mapped[datetime | None]


class SeatTicket(Model):
    """Seats of one giving."""

    __tablename__ = "seat_ticket"
    __table_args__ = (
        sa.CheckConstraint("places > 0", name="it_admits_somebody"),
        sa.Index("ix_seat_ticket_member", "member_id", "id"),
        sa.Index("ix_seat_ticket_occasion", "occasion_id", "state", "id"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    key: Mapped[str] = mapped_column(sa.String(96), unique=True)
    occasion_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("seat_occasion.id"))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    places: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[TicketState] = mapped_column(enum_type(TicketState))
    source_kind: Mapped[str | None] = mapped_column(sa.String(32))
    source_id: Mapped[int | None]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_by_id: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    reminded_at: Mapped[datetime | None]
    told_plan: Mapped[int] = mapped_column(sa.Integer)  # the plan its owner knows


OCCASION = cast("sa.Table", SeatOccasion.__table__)
TICKET = cast("sa.Table", SeatTicket.__table__)
