"""Awards: what somebody gets, and whether he has it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.identity.queries import person_columns
from app.kernel.db import db
from app.kernel.goods import Thing
from app.ranking.queries.places import shown_from
from app.ranking.queries.tables import AWARD, BOARD, MEMBER, PERIOD
from app.ranking.types import AwardLine, AwardState


def address_of(award_id: int, member_id: int) -> tuple[str, date] | None:
    """Return the board and the first day of the period of a member's own prize. One statement."""
    row = db.session.execute(
        sa.select(BOARD.c.slug, PERIOD.c.starts_on)
        .select_from(AWARD)
        .join(PERIOD, PERIOD.c.id == AWARD.c.period_id)
        .join(BOARD, BOARD.c.id == PERIOD.c.board_id)
        .where(AWARD.c.id == award_id, AWARD.c.member_id == member_id)
    ).one_or_none()
    return (row.slug, row.starts_on) if row else None


def awards_of(period_id: int) -> list[AwardLine]:
    """Return the prizes of a period, by rank. One statement."""
    rows = db.session.execute(
        sa.select(AWARD, sa.literal("").label("alias"), *person_columns())
        .join(MEMBER, MEMBER.c.id == AWARD.c.member_id)
        .where(AWARD.c.period_id == period_id)
        .order_by(AWARD.c.rank, AWARD.c.prize_no, AWARD.c.id)
    )
    return [_line(row) for row in rows]


def _line(row: Any) -> AwardLine:
    thing = Thing(row.kind, row.ref)
    return AwardLine(row.id, row.rank, shown_from(row), thing, row.pieces, row.state)


def due_awards(limit: int) -> Sequence[int]:
    """Return the ids of prizes that are to be handed over, the oldest first. One statement."""
    return db.session.scalars(
        sa.select(AWARD.c.id)
        .where(AWARD.c.state == AwardState.DUE)
        .order_by(AWARD.c.id)
        .limit(limit)
    ).all()
