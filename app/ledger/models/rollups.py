"""Roll-ups of business days that are over: what reports read instead of the journal.

All of them are projections: ``flask ledger verify`` recomputes them.
"""

from datetime import date
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Model, enum_type
from app.ledger.types import MAX_ORIGIN, MAX_REASON, Fund


class LedgerDay(Model):
    """What moved on one closed business day in one fund: a roll-up for reports."""

    __tablename__ = "ledger_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    on_date: Mapped[date] = mapped_column(primary_key=True)
    fund: Mapped[Fund] = mapped_column(enum_type(Fund), primary_key=True)
    issued: Mapped[int]
    restored: Mapped[int]
    spent: Mapped[int]
    expired: Mapped[int]
    clawed: Mapped[int]


class LedgerCost(Model):
    """What was issued and taken back on one closed business day, by who pays and why.

    Attributes:
        origin: where the thing that caused it came from (the code of a sales channel), as an upper
            floor answers it; empty: nobody says.
        taken: what went back because its cause did, at once or as a debt.
    """

    __tablename__ = "ledger_cost"
    __table_args__ = ({"sqlite_with_rowid": False},)

    on_date: Mapped[date] = mapped_column(primary_key=True)
    fund: Mapped[Fund] = mapped_column(enum_type(Fund), primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(MAX_REASON), primary_key=True)
    origin: Mapped[str] = mapped_column(sa.String(MAX_ORIGIN), primary_key=True)
    issued: Mapped[int]
    taken: Mapped[int]


class LotLayer(Model):
    """What is left in a lot of the points that came into it in one month.

    Points of one lot are alike, so which of them go first is a convention: the oldest.

    Attributes:
        came_on: the first day of that month.
        left_points: what is left, held points included; a layer with nothing left is deleted.
    """

    __tablename__ = "lot_layer"
    __table_args__ = (
        sa.CheckConstraint("left_points > 0", name="left_points"),
        {"sqlite_with_rowid": False},
    )

    lot_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("point_lot.id"), primary_key=True)
    came_on: Mapped[date] = mapped_column(primary_key=True)
    left_points: Mapped[int]


class LedgerCohort(Model):
    """What became in one month (``moved_on``) of the points that came in another (``came_on``).

    Both are first days of months. Points come by being issued or given back.
    """

    __tablename__ = "ledger_cohort"
    __table_args__ = ({"sqlite_with_rowid": False},)

    came_on: Mapped[date] = mapped_column(primary_key=True)
    fund: Mapped[Fund] = mapped_column(enum_type(Fund), primary_key=True)
    moved_on: Mapped[date] = mapped_column(primary_key=True)
    issued: Mapped[int]
    restored: Mapped[int]
    spent: Mapped[int]
    expired: Mapped[int]
    clawed: Mapped[int]


class LedgerMark(Model):
    """Up to which business day a roll-up is made. The row is the mutex of its maker."""

    __tablename__ = "ledger_mark"

    name: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    through_on: Mapped[date]


DAY, COST, LAYER, COHORT, MARK = (
    cast("sa.Table", model.__table__)
    for model in (LedgerDay, LedgerCost, LotLayer, LedgerCohort, LedgerMark)
)
