"""Products as search knows them."""

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from flask import url_for

from app.commerce.queries import found
from app.commerce.queries.catalogue import PRODUCTS
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import money
from app.search.types import Card, Filter, Kind, register, register_filter


def move_in() -> None:
    """Let products be found, and posts that show one."""
    register(
        Kind(
            "product", 40, _l("Products"), "shopping-bag", found.product_documents,
            found.product_ids_after, visible, cards,
        )
    )  # fmt: skip
    register_filter(
        Filter(
            "product", _l("Product"), "shopping-bag", frozenset({"thread"}), _product,
            {"thread": found.shows_product},
        )
    )  # fmt: skip


def visible(
    column: sa.ColumnElement[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> sa.ColumnElement[bool]:
    """Return whether a product can be seen."""
    return found.product_is_visible(column)


def cards(
    product_ids: Collection[int],
    viewer_id: int | None,  # noqa: ARG001 - a kind's signature
) -> Mapping[int, Card]:
    """Return products as hits. One statement."""
    return {
        each.id: Card(
            url_for("commerce.product", slug=each.slug), each.name, about=_about(each),
            photo=each.cover, icon="shopping-bag",
        )
        for each in found.found_products(product_ids).values()
    }  # fmt: skip


def _about(card: Any) -> str:
    if card.low_minor is None:
        return str(card.category)
    price = money(card.low_minor, card.currency)
    told = _("from %(price)s", price=price) if card.has_choice else price
    return f"{card.category} · {told}"


def _product(slug: str, is_zh: bool) -> sa.Select[Any]:  # noqa: FBT001 - a filter's signature
    name = PRODUCTS.c.name_zh if is_zh else PRODUCTS.c.name_en
    return sa.select(PRODUCTS.c.id, name.label("label")).where(
        PRODUCTS.c.slug == slug, PRODUCTS.c.is_shown
    )
