"""What points are worth."""

from datetime import date
from typing import cast

import sqlalchemy as sa

from app.kernel.db import db
from app.loyalty.models import LoyaltyPointValue
from app.loyalty.types import PointValue

VALUE = cast("sa.Table", LoyaltyPointValue.__table__)


def point_values() -> list[PointValue]:
    """Return every version of the point's value, the oldest first. One statement."""
    rows = db.session.execute(sa.select(VALUE).order_by(VALUE.c.from_on))
    return [
        PointValue(row.from_on, row.minor_per_100, row.currency, row.set_by, row.set_at)
        for row in rows
    ]


def value_on(day: date, values: list[PointValue]) -> PointValue | None:
    """Return the version that holds on a day; before the first one the first one holds."""
    past = [each for each in values if each.from_on <= day]
    return past[-1] if past else (values[0] if values else None)
