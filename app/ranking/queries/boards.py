"""Boards and their periods."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.ranking.policy import read_formula
from app.ranking.queries.tables import BOARD, FORMULA, PERIOD
from app.ranking.types import (
    BoardDraft,
    BoardRow,
    BoardState,
    Formula,
    PeriodRow,
    PeriodState,
    Prize,
    Span,
)

DRAFT = (
    "slug", "name_zh", "name_en", "period", "scope", "scope_ref", "audience", "not_audience",
    "has_staff", "ties", "minimum", "wait_hours", "position",
)  # fmt: skip


def board_from(row: Any) -> BoardRow:
    """Return the board of a row of its table."""
    values = {name: getattr(row, name) for name in DRAFT}
    prizes = tuple(Prize.read(each) for each in row.prizes)
    return BoardRow(
        row.id, BoardDraft(**values, prizes=prizes), row.state, read_formula(row.formula),
        row.version,
    )  # fmt: skip


def period_from(row: Any) -> PeriodRow:
    """Return the period of a row of its table."""
    return PeriodRow(
        row.id, row.board_id, Span(row.starts_on, row.ends_on), row.state, row.version,
        row.frozen_at, row.award_at,
    )  # fmt: skip


PERIOD_COLUMNS = (
    "id", "board_id", "starts_on", "ends_on", "state", "version", "frozen_at", "award_at",
)  # fmt: skip
PREFIXED = tuple(PERIOD.c[name].label(f"period_{name}") for name in PERIOD_COLUMNS)
"""A period's columns beside those of its board."""


class _Prefixed:
    """A row's columns under a prefix."""

    def __init__(self, row: Any) -> None:
        for name in PERIOD_COLUMNS:
            setattr(self, name, getattr(row, f"period_{name}"))


def prefixed_period_from(row: Any) -> PeriodRow:
    """Return the period of a row that has :data:`PREFIXED`."""
    return period_from(_Prefixed(row))


def all_boards(*states: BoardState) -> list[BoardRow]:
    """Return boards in their order, those in some states or all. One statement."""
    query = sa.select(BOARD).order_by(BOARD.c.position, BOARD.c.id)
    if states:
        query = query.where(BOARD.c.state.in_(states))
    return [board_from(row) for row in db.session.execute(query)]


def find_board(slug: str) -> BoardRow | None:
    """Return the board of an address in whatever state, or None. One statement."""
    row = db.session.execute(sa.select(BOARD).where(BOARD.c.slug == slug)).one_or_none()
    return board_from(row) if row else None


def board_by_id(board_id: int) -> BoardRow | None:
    """Return a board, or None. One statement."""
    row = db.session.execute(sa.select(BOARD).where(BOARD.c.id == board_id)).one_or_none()
    return board_from(row) if row else None


def find_period(board_id: int, starts_on: date) -> PeriodRow | None:
    """Return the period of a board that begins on a day, or None. One statement."""
    row = db.session.execute(
        sa.select(PERIOD).where(PERIOD.c.board_id == board_id, PERIOD.c.starts_on == starts_on)
    ).one_or_none()
    return period_from(row) if row else None


def period_by_id(period_id: int) -> PeriodRow | None:
    """Return a period, or None. One statement."""
    row = db.session.execute(sa.select(PERIOD).where(PERIOD.c.id == period_id)).one_or_none()
    return period_from(row) if row else None


def periods_in(*states: PeriodState) -> list[PeriodRow]:
    """Return the periods in some states, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(PERIOD).where(PERIOD.c.state.in_(states)).order_by(PERIOD.c.ends_on, PERIOD.c.id)
    )
    return [period_from(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Counting:
    """A period that is open, its board, and the formula that it is scored by."""

    period: PeriodRow
    draft: BoardDraft
    formula: Formula


def counting_between(first_on: date, last_on: date) -> list[Counting]:
    """Return the open periods that have a day among these. One statement."""
    rows = db.session.execute(
        sa.select(BOARD, *PREFIXED, FORMULA.c.formula.label("scored_by"))
        .join(PERIOD, PERIOD.c.board_id == BOARD.c.id)
        .join(
            FORMULA,
            sa.and_(FORMULA.c.board_id == BOARD.c.id, FORMULA.c.version == PERIOD.c.version),
        )
        .where(
            PERIOD.c.state == PeriodState.OPEN,
            PERIOD.c.starts_on <= last_on,
            PERIOD.c.ends_on > first_on,
        )
        .order_by(PERIOD.c.id)
    )
    return [
        Counting(prefixed_period_from(row), board_from(row).draft, read_formula(row.scored_by))
        for row in rows
    ]


def formula_of(board_id: int, version: int) -> Formula:
    """Return a published formula. One statement.

    Raises:
        LookupError: it was never published.
    """
    stored = db.session.scalar(
        sa.select(FORMULA.c.formula).where(
            FORMULA.c.board_id == board_id, FORMULA.c.version == version
        )
    )
    if stored is None:
        raise LookupError(f"board {board_id} has no formula {version}")
    return read_formula(stored)


def version_on(board_id: int, day: date) -> int:
    """Return the version of the formula that a period beginning on a day is scored by; 0: none."""
    query = sa.select(sa.func.max(FORMULA.c.version)).where(
        FORMULA.c.board_id == board_id, FORMULA.c.effective_on <= day
    )
    return int(db.session.scalar(query) or 0)


def versions_of(board_id: int) -> Sequence[Any]:
    """Return all published formulas of a board, the newest first. One statement."""
    return db.session.execute(
        sa.select(FORMULA).where(FORMULA.c.board_id == board_id).order_by(FORMULA.c.version.desc())
    ).all()
