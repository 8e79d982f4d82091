"""The formula lab's rows: formulas that are tried, members' points while months are replayed."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, enum_type
from app.ranking.types.lab import TrialState


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _count() -> Any:
    return mapped_column(BigInt, default=0, server_default="0")


class RankingTrial(Model):
    """A draft of a board's formula, replayed over past months beside the one in force.

    Attributes:
        version: of the formula in force when it began.
        months: first days of the months, ISO.
        month_index: which of them is replayed now; ``cursor``: up to which member.
        results: of each month that is done, see :class:`app.ranking.types.lab.MonthResult`.
        effective_on: from which day it holds, once published.
    """

    __tablename__ = "ranking_trial"
    __table_args__ = (
        sa.Index("ix_ranking_trial_board_id", "board_id", "id"),
        sa.Index(
            "ix_ranking_trial_waiting",
            "id",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    request_key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    board_id: Mapped[int] = _to("ranking_board.id")
    label: Mapped[str] = mapped_column(sa.String(60))
    formula: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(sa.Integer)
    months: Mapped[list[Any]]
    state: Mapped[TrialState] = mapped_column(enum_type(TrialState))
    month_index: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    cursor: Mapped[int] = _count()
    done_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    member_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    results: Mapped[list[Any]]
    made_by: Mapped[int] = _to("member.id")
    made_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    effective_on: Mapped[date | None]
    published_by: Mapped[int | None] = _to("member.id")


class RankingTrialScore(Model):
    """A member's points in a month by both formulas. Once the month is done only the first stay.

    Attributes:
        raw_before: hundredths of points as they were seen then, what the team hid later and what
            is flagged counted in; ``removed_before`` and ``flagged_before`` those of them.
    """

    __tablename__ = "ranking_trial_score"

    trial_id: Mapped[int] = _to("ranking_trial.id", primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    is_new: Mapped[bool]
    points_before: Mapped[int]
    points_after: Mapped[int]
    raw_before: Mapped[int]
    raw_after: Mapped[int]
    removed_before: Mapped[int]
    removed_after: Mapped[int]
    flagged_before: Mapped[int]
    flagged_after: Mapped[int]
    rank_before: Mapped[int | None] = mapped_column(sa.Integer)
    rank_after: Mapped[int | None] = mapped_column(sa.Integer)
