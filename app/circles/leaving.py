"""How a member leaves his circles: his rows go, and they are counted without him."""

import sqlalchemy as sa

from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.types import Stand
from app.kernel import leaving
from app.kernel.db import changed
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Gone, Wish

ROW = CIRCLE_MEMBER.c
HIDDEN = frozenset({"by_id", "must_ask"})


def register() -> None:
    """Say what goes with a member."""
    leaving.register("circles", gone=(Gone(ROW.member_id, _l("Circles"), HIDDEN),), close=_uncount)


def _uncount(wish: Wish) -> None:
    mine = sa.select(ROW.circle_id).where(ROW.member_id == wish.member_id, ROW.stand == Stand.IN)
    less = {"member_count": CIRCLE.c.member_count - 1}
    changed(sa.update(CIRCLE).where(CIRCLE.c.id.in_(mine)).values(**less))
