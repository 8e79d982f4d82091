"""Handing over what lists won: each winner once, told once. A sweep."""

import sqlalchemy as sa
import structlog

from app.draws.events import PrizeWon
from app.draws.queries.tables import DRAW, MEMBER, PRIZE, WIN, prize_from
from app.draws.service import awarding
from app.draws.types import WinState
from app.identity.queries import survivor_of
from app.identity.types import MemberState
from app.kernel import facts
from app.kernel.db import changed, db, use_case
from app.kernel.errors import DomainError
from app.kernel.goods import GoodsGoneError, UnknownGoodsError
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link

log = structlog.get_logger(__name__)

WON = "draw.won"
BATCH = 50


def hand_over_some() -> int:
    """Hand over prizes that wait; return how many. A re-runnable sweep."""
    waiting = db.session.scalars(
        sa.select(WIN.c.id).where(WIN.c.state == WinState.WAITING).order_by(WIN.c.id).limit(BATCH)
    ).all()
    db.session.rollback()
    return sum(_try(win_id) for win_id in waiting)


def _try(win_id: int) -> int:
    """Hand one prize over; one that can't be must not keep the others waiting."""
    try:
        return _hand_over(win_id)
    except (DomainError, UnknownGoodsError) as error:
        log.warning("draw_win_stuck", win_id=win_id, error=type(error).__name__)
        return _give_up(win_id)


@use_case
def _give_up(win_id: int) -> int:
    return changed(
        sa.update(WIN)
        .where(WIN.c.id == win_id, WIN.c.state == WinState.WAITING)
        .values(state=WinState.GONE)
    )


@use_case
def _hand_over(win_id: int) -> int:
    """Hand one prize over, unless somebody else has; return 1 if it was done here."""
    taken = changed(
        sa.update(WIN)
        .where(WIN.c.id == win_id, WIN.c.state == WinState.WAITING)
        .values(state=WinState.GIVEN)
    )
    if taken != 1:
        return 0
    win = db.session.execute(
        sa.select(WIN, DRAW.c.slug).join(DRAW, DRAW.c.id == WIN.c.draw_id).where(WIN.c.id == win_id)
    ).one()
    member_id = survivor_of(win.member_id)
    state = db.session.scalar(sa.select(MEMBER.c.state).where(MEMBER.c.id == member_id))
    if state == MemberState.CLOSED:
        changed(sa.update(WIN).where(WIN.c.id == win_id).values(state=WinState.GONE))
        return 1
    row = db.session.execute(sa.select(PRIZE).where(PRIZE.c.id == win.prize_id)).one()
    source = Ref("draw_win", win_id)
    try:
        where = awarding.give_prize(prize_from(row), member_id, f"draw_win:{win_id}", source)
    except GoodsGoneError:
        changed(sa.update(WIN).where(WIN.c.id == win_id).values(state=WinState.GONE))
        return 1
    if where is not None:
        changed(
            sa.update(WIN)
            .where(WIN.c.id == win_id)
            .values(where_kind=where.kind, where_id=where.id)
        )
    notify.tell(
        member_id,
        WON,
        key=str(win_id),
        params={"draw": win.draw_id, "place": win.place},
        link=Link("draws.page", {"slug": win.slug}),
    )
    facts.publish(PrizeWon(win.draw_id, win_id, win.prize_id), actor_id=member_id, subject=source)
    return 1
