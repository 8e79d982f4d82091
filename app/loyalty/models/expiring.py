"""Of which last days of points members were told."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Model


class LoyaltyLapseTold(Model):
    """A last day of a member's points at one distance: he is to be told of it, or was.

    Attributes:
        stage: days before: 30, 7 or 1.
        told_on: the business day on which he was told; None: not yet.
    """

    __tablename__ = "loyalty_lapse_told"
    __table_args__ = (
        sa.Index(
            "ix_loyalty_lapse_told_waiting",
            "member_id",
            sqlite_where=sa.text("told_on IS NULL"),
            postgresql_where=sa.text("told_on IS NULL"),
        ),
        sa.Index("ix_loyalty_lapse_told_last_on", "last_on"),
    )

    member_id: Mapped[int] = mapped_column(
        BigInt, sa.ForeignKey("member.id"), primary_key=True, autoincrement=False
    )
    stage: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    last_on: Mapped[date] = mapped_column(primary_key=True)
    told_on: Mapped[date | None]
