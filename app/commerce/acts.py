"""What buyers do that rules may pay for, and what rules may ask about buyers."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Category, Channel, Order, Product
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_code
from app.ledger.types import Fund
from app.loyalty.queries import context
from app.loyalty.types import actions
from app.loyalty.types.actions import Action, Attribute, AttributeKind, Option

NUMBER, CHOICE = AttributeKind.NUMBER, AttributeKind.CHOICE
ORDER = cast("sa.Table", Order.__table__)


def _channels() -> Sequence[Option]:
    rows = db.session.execute(sa.select(Channel.id, Channel.name).order_by(Channel.id))
    return [(row.id, row.name) for row in rows]


def _categories() -> Sequence[Option]:
    rows = db.session.execute(
        sa.select(Category.id, Category.name_zh, Category.name_en).order_by(Category.position)
    )
    return [(row.id, _named(row)) for row in rows]


def _products() -> Sequence[Option]:
    rows = db.session.execute(
        sa.select(Product.id, Product.name_zh, Product.name_en).order_by(Product.id)
    )
    return [(row.id, _named(row)) for row in rows]


def _named(row: Any) -> str:
    return str(row.name_zh if locale_code().startswith("zh") else row.name_en)


def _has_bought(member_id: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        ORDER.c.member_id == member_id,
        ORDER.c.cancelled_at.is_(None),
        ORDER.c.withdrawn_at.is_(None),
        ORDER.c.refunded_minor < ORDER.c.paid_minor,
    )


def register() -> None:
    """Name the acts, and the buyer."""
    products = Attribute("product", _l("Product"), CHOICE, _products)
    actions.register(
        Action(
            "order.paid", _l("Order"), "shopping-bag", Fund.ORDER,
            (
                Attribute("channel", _l("Channel"), CHOICE, _channels),
                Attribute("amount", _l("Paid, in whole units of money"), NUMBER),
                Attribute("category", _l("Category"), CHOICE, _categories),
                products,
            ),
            is_one_sided=False,
        ),
        Action(
            "review.published", _l("Review of a bought product"), "star", Fund.CONTENT,
            (products, Attribute("stars", _l("Stars"), NUMBER)),
        ),
    )  # fmt: skip
    is_buyer = Attribute("verified_buyer", _l("Has bought something"))
    context.register("verified_buyer", _has_bought, attribute=is_buyer)
