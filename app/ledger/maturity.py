"""When lots become spendable, for the database."""

from datetime import datetime

import sqlalchemy as sa

from app.kernel import clock
from app.ledger.models import LOT
from app.ledger.types import BY_DAY, SPENDABLE

IS_PENDING = LOT.c.matures_on > SPENDABLE


def is_usable(now: datetime) -> sa.ColumnElement[bool]:
    """Return whether a lot's points can be spent at a moment: matured ones, and those due."""
    today = clock.business_date(now)
    return sa.and_(
        LOT.c.matures_at <= now,
        sa.or_(LOT.c.matures_at > BY_DAY, LOT.c.matures_on <= today),
    )


def is_due(now: datetime) -> sa.ColumnElement[bool]:
    """Return whether a lot is pending though its moment has come."""
    return sa.and_(IS_PENDING, is_usable(now))
