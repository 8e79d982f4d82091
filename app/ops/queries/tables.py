"""The tables as Core sees them."""

from typing import Any, cast

import sqlalchemy as sa

from app.ops import models


def _table(model: Any) -> sa.Table:
    return cast("sa.Table", model.__table__)


ITEM = _table(models.KitItem)
PLAN = _table(models.KitPlan)
ROW = _table(models.KitRow)
TEXT = _table(models.KitText)
IDEA = _table(models.OpsIdea)
DRAFT = _table(models.OpsTopicDraft)
DAY = _table(models.MinedDay)
TERM = _table(models.TermDay)
NIGHT = _table(models.MinedNight)
