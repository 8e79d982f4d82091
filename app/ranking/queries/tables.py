"""The tables as Core sees them."""

from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import Member
from app.ranking import models


def _table(model: Any) -> sa.Table:
    return cast("sa.Table", model.__table__)


BOARD = _table(models.RankingBoard)
FORMULA = _table(models.RankingFormula)
ACTIVITY = _table(models.RankingActivity)
FLAG = _table(models.RankingFlag)
DIRTY = _table(models.RankingDirty)
CURSOR = _table(models.RankingCursor)
PERIOD = _table(models.RankingPeriod)
SCORE = _table(models.RankingScore)
BUCKET = _table(models.RankingBucket)
EXCLUSION = _table(models.RankingExclusion)
STANDING = _table(models.RankingStanding)
AWARD = _table(models.RankingAward)
PREFERENCE = _table(models.RankingPreference)
MEMBER = _table(Member)
