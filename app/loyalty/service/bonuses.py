"""Campaigns' bonuses follow the acts they were put on: taken back, they are in the budget again.

An award says for ever what it gave; what stands of its bonus now is kept beside it. What comes back
takes its bonus out of the budget again as far as that still reaches, once: what it did not get then
it does not get later by itself, as with orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db, insert
from app.loyalty.models import LoyaltyBonusTurn
from app.loyalty.service import budgets

TURN = cast("sa.Table", LoyaltyBonusTurn.__table__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an award's bonus stood out of the budget before, and what does now."""

    before: int
    now: int


def follow(awards: Sequence[Any]) -> Mapping[int, Standing]:
    """Let budgets follow what became of acts; return what stands of their bonuses, by award.

    The members' wallets are locked. One statement where a campaign lifted one of the acts, two more
    a campaign and one where something changes; none without campaigns.

    Args:
        awards: rows of ``loyalty_award`` with ``is_gone``.
    """
    lifted = [row for row in awards if row.campaign and row.bonus_points]
    if not lifted:
        return {}
    kept = {
        row.award_id: row
        for row in db.session.execute(
            sa.select(TURN.c.award_id, TURN.c.points, TURN.c.is_gone).where(
                TURN.c.award_id.in_([row.id for row in lifted])
            )
        )
    }
    standing: dict[int, Standing] = {}
    turning: list[Any] = []
    for row in lifted:
        turn = kept.get(row.id)
        points = row.bonus_points if turn is None else turn.points
        standing[row.id] = Standing(points, points)
        if bool(row.is_gone) != (turn is not None and turn.is_gone):
            turning.append(row)
    if not turning:
        return standing
    changes = [
        (row.campaign, -standing[row.id].before if row.is_gone else row.bonus_points)
        for row in turning
    ]
    for row, moved in zip(turning, budgets.move(changes), strict=True):
        before = standing[row.id].before
        standing[row.id] = Standing(before, before + moved)
    _keep(turning, standing)
    return standing


def _keep(turning: Sequence[Any], standing: Mapping[int, Standing]) -> None:
    statement = insert(TURN)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["award_id"],
            set_={
                "points": statement.excluded.points,
                "is_gone": statement.excluded.is_gone,
                "changed_at": statement.excluded.changed_at,
            },
        ),
        [
            {
                "award_id": row.id,
                "points": standing[row.id].now,
                "is_gone": bool(row.is_gone),
                "changed_at": clock.now(),
            }
            for row in turning
        ],
    )


def worth(row: Any, standing: Mapping[int, Standing]) -> tuple[int, int]:
    """Return what an award is worth now, and the most that it was or is, in points."""
    known = standing.get(row.id)
    if known is None:
        return row.points, row.points
    plain = row.points - row.bonus_points
    return plain + known.now, plain + max(known.before, known.now)
