"""Products as fans see them: the shelf, and one product's page."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from app.commerce.models import Sku
from app.commerce.queries.catalogue import CATEGORIES, PHOTOS, PRODUCTS, SKUS, is_cover, matches
from app.commerce.queries.keys import older_than_id
from app.commerce.types import CategoryMode
from app.commerce.types.catalogue import GOES_WITH, NoSuchProductError
from app.commerce.types.goods import allergen_name, half_of, pack_text
from app.kernel import i18n
from app.kernel.db import db
from app.kernel.media.queries import MEDIA, photo_columns, photo_from
from app.kernel.text import render_markdown
from app.kernel.types import Page, Photo

PAGE = 24


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product on the shelf.

    Attributes:
        low_minor: its lowest list price; None: nothing of it is sold any more.
        has_choice: it has SKUs of different prices.
    """

    id: int
    slug: str
    name: str
    category: str
    mode: CategoryMode
    cover: Photo | None
    low_minor: int | None
    currency: str
    has_choice: bool = False


@dataclass(frozen=True, slots=True)
class SkuView:
    """A SKU on a product's page. Hidden editions are not among them."""

    code: str
    label: str
    pack: str
    price_minor: int
    currency: str
    photo: Photo | None
    is_retired: bool
    days: int | None = None
    trial_of: tuple[str, str] | None = None  # name and address of the full size


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product's page.

    Attributes:
        other_name: its name in the other language.
        description: rendered Markdown, with ``description_lang`` where it is in the other one.
        attributes: (name, value) in the reader's language.
        secrets: how many hidden editions there are.
        stars: mean of its reviews in tenths, or None.
    """

    id: int
    slug: str
    name: str
    other_name: str
    category: str
    category_slug: str
    mode: CategoryMode
    brand_line: str
    description: Markup
    description_lang: str
    risk: str
    allergens: Sequence[str]
    attributes: Sequence[tuple[str, str]]
    photos: Sequence[Photo]
    skus: Sequence[SkuView]
    goes_with: Sequence[ProductCard]
    secrets: int
    post_count: int
    review_count: int
    stars: int | None
    is_shown: bool

    @property
    def plain(self) -> str:
        """Return the first words of its description, for search engines."""
        return self.description.striptags()[:160]


def _is_zh() -> bool:
    return i18n.locale_tag().startswith("zh")


def _card_columns() -> list[Any]:
    on_sale = sa.and_(
        SKUS.c.product_id == PRODUCTS.c.id, SKUS.c.retired_at.is_(None), ~SKUS.c.is_hidden
    )
    low, high = sa.func.min(SKUS.c.price_minor), sa.func.max(SKUS.c.price_minor)
    return [
        PRODUCTS.c.id,
        PRODUCTS.c.slug,
        (PRODUCTS.c.name_zh if _is_zh() else PRODUCTS.c.name_en).label("name"),
        (CATEGORIES.c.name_zh if _is_zh() else CATEGORIES.c.name_en).label("category"),
        CATEGORIES.c.mode,
        sa.select(low).where(on_sale).scalar_subquery().label("low"),
        sa.select(high).where(on_sale).scalar_subquery().label("high"),
        sa.select(sa.func.min(SKUS.c.currency)).where(on_sale).scalar_subquery().label("currency"),
        *photo_columns(),
    ]


def _cards(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return (
        sa.select(*_card_columns())
        .join(CATEGORIES, CATEGORIES.c.id == PRODUCTS.c.category_id)
        .outerjoin(PHOTOS, is_cover())
        .outerjoin(MEDIA, MEDIA.c.id == PHOTOS.c.media_id)
        .where(condition)
    )


def cards_of(condition: sa.ColumnElement[bool]) -> list[ProductCard]:
    """Return the cards of products. One statement."""
    return [_card(row) for row in db.session.execute(_cards(condition))]


def _card(row: Any) -> ProductCard:
    return ProductCard(
        row.id,
        row.slug,
        row.name,
        row.category,
        row.mode,
        photo_from(row, alt=row.name),
        row.low,
        row.currency or "",
        row.low != row.high,
    )


def addresses(limit: int = 10_000) -> list[str]:
    """Return the addresses of products that fans see, the newest first. One statement."""
    shown = sa.select(PRODUCTS.c.slug).where(PRODUCTS.c.is_shown)
    return list(db.session.scalars(shown.order_by(PRODUCTS.c.id.desc()).limit(limit)))


def shelf(
    *, category: str = "", q: str = "", after: str | None = None, limit: int = PAGE
) -> Page[ProductCard]:
    """Return products that are shown, the newest first. One statement."""
    conditions = [PRODUCTS.c.is_shown, *older_than_id(after, PRODUCTS.c.id)]
    if category:
        own = sa.select(CATEGORIES.c.id).where(CATEGORIES.c.slug == category).scalar_subquery()
        conditions.append(PRODUCTS.c.category_id == own)
    if q:
        conditions.append(matches(q, codes=False))
    chosen = (
        sa.select(PRODUCTS.c.id).where(*conditions).order_by(PRODUCTS.c.id.desc()).limit(limit + 1)
    )
    rows = db.session.execute(
        _cards(PRODUCTS.c.id.in_(chosen)).order_by(PRODUCTS.c.id.desc())
    ).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page([_card(row) for row in rows[:limit]], next_key)


def product_page(slug: str, *, sees_hidden: bool = False) -> ProductView:
    """Return a product's page. Four statements.

    Raises:
        NoSuchProductError: there is none, or it is not shown and this viewer may not see that.
    """
    rows = db.session.execute(
        sa.select(
            PRODUCTS,
            CATEGORIES.c.slug.label("category_slug"),
            (CATEGORIES.c.name_zh if _is_zh() else CATEGORIES.c.name_en).label("category"),
            CATEGORIES.c.mode,
            *photo_columns(),
        )
        .join(CATEGORIES, CATEGORIES.c.id == PRODUCTS.c.category_id)
        .outerjoin(PHOTOS, PHOTOS.c.product_id == PRODUCTS.c.id)
        .outerjoin(MEDIA, MEDIA.c.id == PHOTOS.c.media_id)
        .where(PRODUCTS.c.slug == slug)
        .order_by(PHOTOS.c.position)
    ).all()
    if not rows or not (rows[0].is_shown or sees_hidden):
        raise NoSuchProductError
    return _view(rows)


def _view(rows: Sequence[Any]) -> ProductView:
    row = rows[0]
    is_zh = _is_zh()
    name, other = (row.name_zh, row.name_en) if is_zh else (row.name_en, row.name_zh)
    own, foreign = (
        (row.description_zh, row.description_en)
        if is_zh
        else (row.description_en, row.description_zh)
    )
    skus = _skus(row.id)
    return ProductView(
        row.id,
        row.slug,
        name,
        other,
        row.category,
        row.category_slug,
        row.mode,
        half_of(row.brand_line, is_zh=is_zh),
        rendered(own or foreign),
        "zh-Hans" if (is_zh if own else not is_zh) else "en",
        (row.risk_zh or row.risk_en) if is_zh else (row.risk_en or row.risk_zh),
        [allergen_name(word) for word in row.allergens],
        _attributes(row.attributes, is_zh=is_zh),
        [photo for each in rows if (photo := photo_from(each, alt=name))],
        [view for view in skus if view is not None],
        _goes_with(row.attributes),
        sum(view is None for view in skus),
        row.post_count,
        row.review_count,
        row.star_sum * 10 // row.review_count if row.review_count else None,
        row.is_shown,
    )


@lru_cache(maxsize=2_000)
def rendered(source: str) -> Markup:
    """Return Markdown as markup; what many read is rendered once in a process."""
    return render_markdown(source)


def _attributes(found: Mapping[str, Any], *, is_zh: bool) -> list[tuple[str, str]]:
    return [
        (half_of(name, is_zh=is_zh), _written(value, is_zh=is_zh))
        for name, value in found.items()
        if name != GOES_WITH
    ]


def _written(value: Any, *, is_zh: bool) -> str:
    values = value if isinstance(value, list) else [value]
    return ("、" if is_zh else ", ").join(half_of(str(each), is_zh=is_zh) for each in values)


def _skus(product_id: int) -> list[SkuView | None]:
    """Return a product's SKUs in order; None stands for a hidden edition."""
    full, full_product = SKUS.alias(), PRODUCTS.alias()
    rows = db.session.execute(
        sa.select(
            SKUS,
            full.c.label_zh.label("full_zh"),
            full.c.label_en.label("full_en"),
            full_product.c.slug.label("full_slug"),
            full_product.c.name_zh.label("full_name_zh"),
            full_product.c.name_en.label("full_name_en"),
            sa.and_(full_product.c.is_shown, ~full.c.is_hidden).label("full_is_shown"),
            *photo_columns(),
        )
        .outerjoin(full, full.c.id == SKUS.c.trial_of_id)
        .outerjoin(full_product, full_product.c.id == full.c.product_id)
        .outerjoin(MEDIA, MEDIA.c.id == SKUS.c.media_id)
        .where(
            SKUS.c.product_id == product_id,
            sa.or_(~SKUS.c.is_hidden, SKUS.c.retired_at.is_(None)),
        )
        .order_by(Sku.retired_at.isnot(None), SKUS.c.position, SKUS.c.id)
    )
    return [None if row.is_hidden else _sku(row) for row in rows]


def _sku(row: Any) -> SkuView:
    is_zh = _is_zh()
    full = None
    if row.full_slug and row.full_is_shown:
        name = row.full_name_zh if is_zh else row.full_name_en
        label = row.full_zh if is_zh else row.full_en
        full = (f"{name} {label}".strip(), row.full_slug)
    days = row.pack_size * 1000 // row.daily_use_milli if row.daily_use_milli else None
    return SkuView(
        row.code,
        row.label_zh if is_zh else row.label_en,
        pack_text(row.pack_size, row.pack_unit),
        row.price_minor,
        row.currency,
        photo_from(row),
        row.retired_at is not None,
        days,
        full,
    )


def _goes_with(attributes: Mapping[str, Any]) -> list[ProductCard]:
    slugs = attributes.get(GOES_WITH) or []
    if not isinstance(slugs, list) or not slugs:
        return []
    shown = sa.and_(PRODUCTS.c.slug.in_([str(slug) for slug in slugs]), PRODUCTS.c.is_shown)
    cards = {row.slug: _card(row) for row in db.session.execute(_cards(shown))}
    return [cards[slug] for slug in slugs if slug in cards]


def product_address(product_id: int, *, sees_hidden: bool) -> str | None:
    """Return a product's slug, or None where it may not be known. One statement."""
    conditions = [PRODUCTS.c.id == product_id]
    if not sees_hidden:
        conditions.append(PRODUCTS.c.is_shown)
    return db.session.scalar(sa.select(PRODUCTS.c.slug).where(*conditions))


@dataclass(frozen=True, slots=True)
class Goods:
    """What a code in an order stands for."""

    product_id: int
    category_id: int


def goods_of(codes: Collection[str]) -> dict[str, Goods]:
    """Return product and category of SKUs by their codes. One statement, none for no codes."""
    if not codes:
        return {}
    rows = db.session.execute(
        sa.select(SKUS.c.code, SKUS.c.product_id, PRODUCTS.c.category_id)
        .join(PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id)
        .where(SKUS.c.code.in_(codes))
    )
    return {row.code: Goods(row.product_id, row.category_id) for row in rows}
