"""A daily leaderboard for the browser: a day in the hall, one that waits for its prizes, today."""

from datetime import timedelta

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import db
from app.ranking import service
from app.ranking.models import RankingPeriod
from app.ranking.types import BoardDraft, Period
from tests.factories.ranking import PLAIN, settle


def a_daily_board() -> dict[str, str]:
    """Run a board for three days; return the days that its pages ask for."""
    today = clock.business_date()
    settled_on, frozen_on = today - timedelta(days=2), today - timedelta(days=1)
    draft = BoardDraft("day", "热辣日榜", "Hot today", Period.DAY)
    service.seed_board(draft, PLAIN, since=settled_on)
    service.let_it_wait("day", 24)
    settle()
    service.freeze_due()
    db.session.execute(
        sa.update(RankingPeriod)
        .where(RankingPeriod.starts_on == settled_on)
        .values(award_at=clock.now())
    )
    db.session.commit()
    service.settle_due()
    service.finish_done()
    return {"settled_on": settled_on.isoformat(), "frozen_on": frozen_on.isoformat()}
