"""What products are found by, and how they look when found."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.commerce.models import ProductTag
from app.commerce.queries.catalogue import PRODUCTS, SKUS
from app.commerce.queries.shelf import ProductCard, cards_of
from app.kernel.db import db
from app.kernel.text import plain_text, render_markdown
from app.search.types import Document

TAG: Any = ProductTag.__table__


def product_documents(product_ids: Collection[int]) -> Sequence[Document]:
    """Return what products that fans may see are found by; hidden editions tell nothing.

    One statement.
    """
    rows = db.session.execute(
        sa.select(
            *(PRODUCTS.c[name] for name in (
                "id", "name_zh", "name_en", "brand_line", "description_zh", "description_en",
                "created_at",
            )),
            SKUS.c.code, SKUS.c.label_zh, SKUS.c.label_en,
        )
        .outerjoin(SKUS, sa.and_(SKUS.c.product_id == PRODUCTS.c.id, ~SKUS.c.is_hidden))
        .where(PRODUCTS.c.id.in_(product_ids), PRODUCTS.c.is_shown)
        .order_by(PRODUCTS.c.id, SKUS.c.position, SKUS.c.id)
    ).all()  # fmt: skip
    by_product: dict[int, list[Any]] = {}
    for row in rows:
        by_product.setdefault(row.id, []).append(row)
    return [_document(skus) for skus in by_product.values()]


def _document(skus: Sequence[Any]) -> Document:
    row = skus[0]
    labels = [text for sku in skus for text in (sku.code, sku.label_zh, sku.label_en) if text]
    texts = (row.brand_line, *labels, _plain(row.description_zh), _plain(row.description_en))
    title = tuple(dict.fromkeys((row.name_zh, row.name_en)))
    return Document("product", row.id, row.created_at, title, tuple(filter(None, texts)))


def _plain(source: str) -> str:
    return plain_text(render_markdown(source)) if source else ""


def product_ids_after(after: int, limit: int) -> Sequence[int]:
    """Return the next products. One statement."""
    statement = sa.select(PRODUCTS.c.id).where(PRODUCTS.c.id > after).order_by(PRODUCTS.c.id)
    return list(db.session.scalars(statement.limit(limit)))


def product_is_visible(column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return whether fans may see a product, inside a statement."""
    return sa.exists().where(PRODUCTS.c.id == column, PRODUCTS.c.is_shown)


def found_products(product_ids: Collection[int]) -> Mapping[int, ProductCard]:
    """Return products that fans may see, by id. One statement."""
    shown = sa.and_(PRODUCTS.c.id.in_(product_ids), PRODUCTS.c.is_shown)
    return {card.id: card for card in cards_of(shown)}


def shows_product(
    column: sa.ColumnElement[int], product_ids: Sequence[int]
) -> sa.ColumnElement[bool]:
    """Return whether a post shows one of these products, inside a statement."""
    return column.in_(sa.select(TAG.c.thread_id).where(TAG.c.product_id.in_(product_ids)))
