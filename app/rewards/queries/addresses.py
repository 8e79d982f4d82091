"""Reading sealed addresses."""

import json

import sqlalchemy as sa

from app.kernel import sealing
from app.kernel.db import db
from app.rewards.models import ADDRESS
from app.rewards.types import Address

PURPOSE = "mall.address"


def opened(sealed: str | None) -> Address | None:
    """Return a sealed address; None where there is none, or no known secret opens it."""
    if not sealed:
        return None
    try:
        return Address(**json.loads(sealing.unseal(sealed, PURPOSE)))
    except (sealing.UnsealableError, ValueError, TypeError):
        return None


def kept_address(member_id: int) -> Address | None:
    """Return the address that a member keeps for the next time. One statement."""
    return opened(
        db.session.scalar(sa.select(ADDRESS.c.sealed).where(ADDRESS.c.member_id == member_id))
    )
