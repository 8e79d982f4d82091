"""What the team sees of boards: periods with their states, a standing before its prizes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.identity.queries import person_columns, person_from
from app.kernel.db import db
from app.kernel.types import Person
from app.ranking.queries.boards import period_from
from app.ranking.queries.tables import AWARD, BUCKET, EXCLUSION, MEMBER, PERIOD
from app.ranking.types import AwardState, PeriodRow, PeriodState

PERIODS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A period in the list of a board's.

    Attributes:
        members: who stood on it when it froze.
        due, stuck: prizes that are still to go out.
    """

    period: PeriodRow
    members: int
    due: int
    stuck: int


@dataclass(frozen=True, slots=True)
class Excluded:
    """Somebody whom the team left out, and why."""

    person: Person
    reason: str
    by: Person | None
    at: datetime


def period_lines(board_id: int) -> list[PeriodLine]:
    """Return a board's newest periods. One statement."""

    def awards(state: AwardState) -> Any:
        return (
            sa.select(sa.func.count())
            .where(AWARD.c.period_id == PERIOD.c.id, AWARD.c.state == state)
            .scalar_subquery()
        )

    rows = db.session.execute(
        sa.select(
            PERIOD, awards(AwardState.DUE).label("due"), awards(AwardState.STUCK).label("stuck")
        )
        .where(PERIOD.c.board_id == board_id)
        .order_by(PERIOD.c.starts_on.desc())
        .limit(PERIODS_SHOWN)
    )
    return [PeriodLine(period_from(row), row.members, row.due, row.stuck) for row in rows]


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A board in the list of all.

    Attributes:
        ends_on: the first day after the period that runs; None where none runs.
        members: how many stand on it now.
        frozen: periods that wait for their prizes.
        due, stuck: prizes that are still to go out.
    """

    ends_on: date | None
    members: int
    frozen: int
    due: int
    stuck: int


def board_lines() -> dict[int, BoardLine]:
    """Return what runs and what waits on every board that ever began. One statement."""
    mine = PERIOD.alias("mine")

    def of(state: PeriodState) -> sa.ColumnElement[bool]:
        return sa.and_(mine.c.board_id == PERIOD.c.board_id, mine.c.state == state)

    def awards(state: AwardState) -> Any:
        return (
            sa.select(sa.func.count())
            .select_from(AWARD.join(mine, mine.c.id == AWARD.c.period_id))
            .where(mine.c.board_id == PERIOD.c.board_id, AWARD.c.state == state)
            .correlate(PERIOD)
            .scalar_subquery()
        )

    standing = (
        sa.select(sa.func.coalesce(sa.func.sum(BUCKET.c.members), 0))
        .select_from(BUCKET.join(mine, mine.c.id == BUCKET.c.period_id))
        .where(of(PeriodState.OPEN))
        .correlate(PERIOD)
        .scalar_subquery()
    )
    running = sa.select(sa.func.max(mine.c.ends_on)).where(of(PeriodState.OPEN))
    frozen = sa.select(sa.func.count()).select_from(mine).where(of(PeriodState.FROZEN))
    rows = db.session.execute(
        sa.select(
            PERIOD.c.board_id,
            running.correlate(PERIOD).scalar_subquery().label("ends_on"),
            standing.label("members"),
            frozen.correlate(PERIOD).scalar_subquery().label("frozen"),
            awards(AwardState.DUE).label("due"),
            awards(AwardState.STUCK).label("stuck"),
        ).group_by(PERIOD.c.board_id)
    )
    return {
        row.board_id: BoardLine(row.ends_on, int(row.members), row.frozen, row.due, row.stuck)
        for row in rows
    }


def excluded(period_id: int) -> Sequence[Excluded]:
    """Return whom the team left out of a period, and who of the team did. One statement."""
    team = MEMBER.alias("team")
    rows = db.session.execute(
        sa.select(
            EXCLUSION.c.reason,
            EXCLUSION.c.excluded_at,
            EXCLUSION.c.excluded_by,
            *person_columns(MEMBER.c),
            *person_columns(team.c, "by_"),
        )
        .join(MEMBER, MEMBER.c.id == EXCLUSION.c.member_id)
        .outerjoin(team, team.c.id == EXCLUSION.c.excluded_by)
        .where(EXCLUSION.c.period_id == period_id)
        .order_by(EXCLUSION.c.excluded_at, EXCLUSION.c.member_id)
    )
    return [
        Excluded(
            person_from(row),
            row.reason,
            person_from(row, "by_") if row.excluded_by else None,
            row.excluded_at,
        )
        for row in rows
    ]


def counting_stuck() -> sa.Select[Any]:
    """Return a SELECT of how many prizes wait for the team."""
    return sa.select(sa.func.count()).where(AWARD.c.state == AwardState.STUCK)
