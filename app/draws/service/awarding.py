"""From a rolled prize to what is handed over: the guarantee, stock, budget, fallbacks."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.draws.policy import fairness
from app.draws.queries.tables import DRAW, PRIZE
from app.draws.types import DrawRow, PauseCause, Prize, Reason
from app.kernel import goods
from app.kernel.db import changed, db
from app.kernel.goods import Giving, GoodsGoneError
from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class Awarded:
    """What a try brings.

    Attributes:
        where: where the member finds it.
        pause: the draw has to stand still, and why.
    """

    prize: Prize
    reason: Reason
    where: Ref | None = None
    pause: PauseCause | None = None


def award(
    draw: DrawRow,
    prizes: Sequence[Prize],
    rolled: Prize,
    *,
    losses: int,
    member_id: int,
    play_id: int,
) -> Awarded:
    """Hand over the rolled prize, or what stands in for it.

    Raises:
        GoodsGoneError: not even the last fallback can be handed over.
    """
    by_code = {prize.code: prize for prize in prizes}
    prize, reason, pause = rolled, Reason.ROLLED, None
    if fairness.is_guaranteed(draw.guaranteed_after, losses, is_nothing=rolled.is_nothing):
        prize, reason = by_code[draw.guaranteed_code], Reason.GUARANTEED
    while True:
        why = _take(draw, prize)
        if why is None:
            try:
                where = _give(prize, member_id, f"draw:{play_id}", Ref("draw_play", play_id))
            except GoodsGoneError:
                if prize.fallback not in by_code:
                    raise
                _put_back(draw, prize)
                why = Reason.GONE
            else:
                return Awarded(prize, reason, where, pause or _pause_after(prize))
        pause = pause or _pause_instead(prize, why)
        prize, reason = by_code[prize.fallback], why


def _take(draw: DrawRow, prize: Prize) -> Reason | None:
    """Count a prize as given; return why it can't be, or None. At most two statements.

    The draw's row is locked by its caller, so nobody else counts at the same time; the conditions
    hold even if somebody did.
    """
    if prize.is_nothing and prize.stock is None:
        changed(sa.update(PRIZE).where(PRIZE.c.id == prize.id).values(given=PRIZE.c.given + 1))
        return None
    taken = changed(
        sa.update(PRIZE)
        .where(
            PRIZE.c.id == prize.id,
            sa.or_(PRIZE.c.stock.is_(None), PRIZE.c.given < PRIZE.c.stock),
        )
        .values(given=PRIZE.c.given + 1)
    )
    if taken != 1:
        return Reason.SOLD_OUT
    if _spend(draw, prize):
        return None
    _uncount(prize)
    return Reason.BUDGET


def _spend(draw: DrawRow, prize: Prize) -> bool:
    """Count what a prize costs against the budget; return whether it is within."""
    minor, points = prize.value_minor, prize.points
    if not minor and not points:
        return True
    within = [DRAW.c.id == draw.id]
    for spent, budget, more in (
        (DRAW.c.spent_minor, DRAW.c.budget_minor, minor),
        (DRAW.c.spent_points, DRAW.c.budget_points, points),
    ):
        within.append(sa.or_(budget.is_(None), spent + more <= budget))
    return (
        changed(
            sa.update(DRAW)
            .where(*within)
            .values(
                spent_minor=DRAW.c.spent_minor + minor, spent_points=DRAW.c.spent_points + points
            )
        )
        == 1
    )


def _uncount(prize: Prize) -> None:
    changed(sa.update(PRIZE).where(PRIZE.c.id == prize.id).values(given=PRIZE.c.given - 1))


def _put_back(draw: DrawRow, prize: Prize) -> None:
    _uncount(prize)
    if prize.value_minor or prize.points:
        changed(
            sa.update(DRAW)
            .where(DRAW.c.id == draw.id)
            .values(
                spent_minor=DRAW.c.spent_minor - prize.value_minor,
                spent_points=DRAW.c.spent_points - prize.points,
            )
        )


def _give(prize: Prize, member_id: int, key: str, source: Ref) -> Ref | None:
    if prize.thing is None:
        return None
    giving = Giving(
        member_id=member_id, ref=prize.thing.ref, key=key, count=prize.count, source=source
    )
    return goods.give(prize.thing.kind, giving).where


give_prize = _give
"""Hand a prize over under a key: the sweep of lists does so as well."""


def _pause_after(prize: Prize) -> PauseCause | None:
    """A draw whose last headline prize has just been won stands still.

    Read again: tries of one draw follow one another only from the count on, so what was read
    before may be old.
    """
    if not prize.is_headline or prize.stock is None:
        return None
    given = db.session.scalar(sa.select(PRIZE.c.given).where(PRIZE.c.id == prize.id)) or 0
    return PauseCause.HEADLINE if given >= prize.stock else None


def _pause_instead(prize: Prize, why: Reason) -> PauseCause | None:
    if why is Reason.BUDGET:
        return PauseCause.BUDGET
    return PauseCause.GONE if why is Reason.GONE and prize.is_headline else None
