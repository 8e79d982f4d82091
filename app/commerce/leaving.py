"""How a member leaves the shop: orders stay for the books, without a way back to him."""

from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import (
    ClickOrder,
    CollectionShowing,
    Order,
    OrderClaim,
    OrderLine,
    ProductClick,
    ProductTag,
)
from app.kernel import leaving
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.leaving import Blank, Gone, Shown


def _table(model: type[Any]) -> sa.Table:
    return cast("sa.Table", model.__table__)


ORDER, LINE, CLAIM = _table(Order), _table(OrderLine), _table(OrderClaim)
SHOWING = _table(CollectionShowing)
CLICK, CREDIT, TAG = _table(ProductClick), _table(ClickOrder), _table(ProductTag)


def register() -> None:
    """Say what goes with a member and what stays without his name."""
    leaving.register(
        "commerce",
        gone=(
            Gone(CLAIM.c.member_id, _l("Claims of orders"), frozenset({"decided_by"})),
            Gone(SHOWING.c.member_id, _l("Collection book on the profile")),
        ),
        blank=(
            Blank(ORDER.c.member_id, {"tail_digest": None}),
            Blank(CLICK.c.member_id, {"member_id": None}, where=_uncredited),
        ),
        shown=(
            Shown(ORDER.c.member_id, _l("Orders"), frozenset({"batch_id"})),
            Shown(LINE.c.order_id, _l("Lines of orders"), where=_lines),
            Shown(TAG.c.author_id, _l("Products in posts")),
        ),
    )


def _uncredited(member_id: int) -> sa.ColumnElement[bool]:
    credited = sa.exists().where(CREDIT.c.click_id == CLICK.c.id)
    return sa.and_(CLICK.c.member_id == member_id, ~credited)


def _lines(member_id: int) -> sa.ColumnElement[bool]:
    mine = sa.select(ORDER.c.id).where(ORDER.c.member_id == member_id)
    return cast("sa.ColumnElement[bool]", LINE.c.order_id.in_(mine))
