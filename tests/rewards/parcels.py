"""Parcels for the tests of fulfilment."""

import sqlalchemy as sa

from app.identity.types import MemberRow
from app.kernel.db import db
from app.rewards.models import ORDER, ORDER_ADDRESS
from app.rewards.types import State
from tests.factories import mall
from tests.ledger.book import earn


def some_parcels(owner: MemberRow, count: int = 1, slug: str = "mug") -> list[str]:
    """Let a member redeem parcels; return their codes, the oldest first."""
    mall.an_item(slug, stock=count + 5)
    earn(owner.id, 100 * count)
    return [mall.buy(owner.id, slug).code for _ in range(count)]


def state_of(code: str) -> State:
    """Return where a parcel stands."""
    db.session.rollback()
    found = db.session.scalar(sa.select(ORDER.c.state).where(ORDER.c.code == code))
    assert found is not None
    return State(found)


def id_of(code: str) -> int:
    """Return a parcel's number."""
    found = db.session.scalar(sa.select(ORDER.c.id).where(ORDER.c.code == code))
    db.session.rollback()
    assert found is not None
    return int(found)


def kept_addresses() -> int:
    """Return how many orders still know where they went."""
    db.session.rollback()
    return int(db.session.scalar(sa.select(sa.func.count()).select_from(ORDER_ADDRESS)) or 0)
