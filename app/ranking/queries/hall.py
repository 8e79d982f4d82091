"""The hall of fame: periods that are over, and who stood first."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.identity.queries import person_columns
from app.identity.types import MemberState
from app.kernel.db import db
from app.kernel.i18n import gettext as _
from app.kernel.types import Page, Person
from app.ranking.queries.boards import period_from
from app.ranking.queries.places import shown_from
from app.ranking.queries.tables import MEMBER, PERIOD, PREFERENCE, STANDING
from app.ranking.types import PeriodState, Place, Shown
from app.ranking.types.pages import Winners

PAGE = 12
PODIUM = 3
SETTLED = (PeriodState.AWARDING, PeriodState.DONE)


def winners(board_id: int, before: date | None = None, *, limit: int = PAGE) -> Page[Winners]:
    """Return a board's periods with their first three places, the newest first. Two statements."""
    query = sa.select(PERIOD).where(PERIOD.c.board_id == board_id, PERIOD.c.state.in_(SETTLED))
    if before is not None:
        query = query.where(PERIOD.c.starts_on < before)
    rows = db.session.execute(query.order_by(PERIOD.c.starts_on.desc()).limit(limit + 1)).all()
    periods = [period_from(row) for row in rows[:limit]]
    first = _standing([period.id for period in periods], PODIUM)
    key = periods[-1].span.starts_on.isoformat() if len(rows) > limit else None
    return Page([Winners(period, first[period.id]) for period in periods], key)


def last_winners(board_id: int) -> Winners | None:
    """Return the first places of the last period that is settled. Two statements."""
    found = winners(board_id, limit=1).items
    return found[0] if found else None


def standing(period_id: int) -> list[Place]:
    """Return everybody in the hall of fame of a period, in order. One statement."""
    return _standing([period_id])[period_id]


def _standing(period_ids: Collection[int], most: int | None = None) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    if not period_ids:
        return found
    query = (
        sa.select(
            STANDING.c.period_id,
            STANDING.c.rank,
            STANDING.c.score,
            sa.func.coalesce(PREFERENCE.c.alias, "").label("alias"),
            sa.func.coalesce(PREFERENCE.c.is_hidden, sa.false()).label("is_hidden"),
            *person_columns(),
        )
        .join(MEMBER, MEMBER.c.id == STANDING.c.member_id)
        .outerjoin(PREFERENCE, PREFERENCE.c.member_id == STANDING.c.member_id)
        .where(STANDING.c.period_id.in_(period_ids))
        .order_by(STANDING.c.period_id, STANDING.c.place)
    )
    if most is not None:
        query = query.where(STANDING.c.place <= most)
    for row in db.session.execute(query):
        found[row.period_id].append(Place(row.rank, row.score, _shown(row)))
    return found


def _shown(row: Any) -> Shown:
    """Return how a former winner stands there; who hides now, or has left, has no name."""
    if row.is_hidden and row.person_state != MemberState.CLOSED:
        return Shown(Person(row.person_id, "", _("A member who hides")), has_page=False)
    shown = shown_from(row)
    return Shown(shown.person, has_page=shown.has_page and row.person_state != MemberState.CLOSED)
