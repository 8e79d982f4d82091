"""What is known already of refunds that a shop tells again."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from app.commerce.models import Refund
from app.commerce.queries.keys import among
from app.kernel.db import db

REFUNDS = Refund.__table__


def refund_moments(channel_id: int, numbers: Collection[str]) -> dict[str, datetime]:
    """Return when refunds of a channel happened, by the channel's number. One statement."""
    rows = db.session.execute(
        sa.select(REFUNDS.c.external_id, REFUNDS.c.refunded_at).where(
            REFUNDS.c.channel_id == channel_id, among(REFUNDS.c.external_id, numbers)
        )
    )
    return {row.external_id: row.refunded_at for row in rows}
