"""What points are worth, by the day from which it holds."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model


class LoyaltyPointValue(Model):
    """One version of the point's value; the audit keeps every change."""

    __tablename__ = "loyalty_point_value"
    __table_args__ = (sa.CheckConstraint("minor_per_100 > 0", name="minor_per_100"),)

    id: Mapped[Id]
    from_on: Mapped[date] = mapped_column(unique=True)
    minor_per_100: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.String(3))
    set_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey("member.id"))
    set_at: Mapped[datetime]
