"""Leaderboards at the end of the demo's year: with weeks behind them and winners in the hall."""

from dataclasses import replace
from datetime import datetime, timedelta

from app.demo.content.ranks import BOARDS, PRIZES
from app.demo.loader.roll import Roll
from app.kernel import clock, goods
from app.kernel.db import db
from app.kernel.goods import Thing
from app.ranking import queries, service
from app.ranking.types import Prize

ENOUGH = 8  # members: a smaller demo has nobody to put on a podium
AT_ONCE = 2_000


def set_up(roll: Roll, ends_at: datetime) -> None:
    """Make the boards that are not there yet, and settle what is behind them."""
    if len(roll.members) < ENOUGH:
        return
    today = clock.business_date(ends_at)
    for draft, formula, days in BOARDS:
        if queries.find_board(draft.slug) is None:
            since = today - timedelta(days=days)
            service.seed_board(replace(draft, prizes=_prizes()), formula, since=since)
    db.session.rollback()
    service.fill()
    while service.gather(AT_ONCE):
        pass
    while service.rescore():  # after the last line, so that everybody is scored once
        pass
    service.freeze_due()
    service.settle_due()
    while service.award_due():
        pass
    service.finish_done()
    for draft, _formula, _days in BOARDS:
        service.let_it_wait(draft.slug, draft.wait_hours)


def _prizes() -> tuple[Prize, ...]:
    if "points" not in {kind.key for kind in goods.kinds()}:
        return ()
    return tuple(
        Prize(rank, rank, Thing("points", str(points))) for rank, points in enumerate(PRIZES, 1)
    )
