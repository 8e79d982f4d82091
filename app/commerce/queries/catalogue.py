"""The catalogue as staff see it: lists, and products as they are stored."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import Category, Channel, Product, ProductPhoto, Sku, SkuListing
from app.commerce.queries.keys import older_than_id
from app.commerce.types.catalogue import (
    CategoryRow,
    ListingDraft,
    ProductDraft,
    ProductState,
    SkuDraft,
)
from app.kernel import listings
from app.kernel.db import db, is_one_of
from app.kernel.i18n import locale_tag
from app.kernel.listings import Listing
from app.kernel.media.queries import MEDIA, photo_columns, photo_from
from app.kernel.types import Page, Photo

PAGE = 50
SOME = 400  # products read at once
MOST_NAMED = 1_000  # in one list of a form

PRODUCTS = cast("sa.Table", Product.__table__)
SKUS = cast("sa.Table", Sku.__table__)
LISTINGS = cast("sa.Table", SkuListing.__table__)
PHOTOS = cast("sa.Table", ProductPhoto.__table__)
CATEGORIES = cast("sa.Table", Category.__table__)

SHOWN, HIDDEN, NEEDS_WORK = "shown", "hidden", "needs_work"
STATES = (SHOWN, HIDDEN, NEEDS_WORK)


@dataclass(frozen=True, slots=True)
class ProductFilters:
    """What the list of products is narrowed to; empty texts leave it wide.

    Attributes:
        q: part of a name or address, or the beginning of a SKU's code.
        category: a category's slug.
        line: a brand line, whole.
        state: one of :data:`STATES`.
    """

    q: str = ""
    category: str = ""
    line: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product in the staff list.

    Attributes:
        lacks: what it needs before fans should see it: ``photo``, ``description``, ``sku``.
        low_minor: its lowest list price; None without a SKU on sale.
    """

    slug: str
    name_zh: str
    name_en: str
    category_zh: str
    category_en: str
    brand_line: str
    is_shown: bool
    cover: Photo | None
    sku_count: int
    low_minor: int | None
    currency: str
    updated_at: datetime
    lacks: tuple[str, ...]


def categories() -> list[CategoryRow]:
    """Return all categories in their order, with how many products each has. One statement."""
    count = (
        sa.select(sa.func.count())
        .where(PRODUCTS.c.category_id == CATEGORIES.c.id)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(CATEGORIES, count.label("product_count")).order_by(
            CATEGORIES.c.position, CATEGORIES.c.id
        )
    )
    return [
        CategoryRow(
            row.id, row.slug, row.name_zh, row.name_en, row.mode, row.position, row.product_count
        )
        for row in rows
    ]


def find_category(slug: str) -> CategoryRow | None:
    """Return a category, or None."""
    return next((row for row in categories() if row.slug == slug), None)


def brand_lines() -> list[str]:
    """Return the brand lines that products belong to. One statement."""
    return list(
        db.session.scalars(
            sa.select(PRODUCTS.c.brand_line)
            .where(PRODUCTS.c.brand_line != "")
            .distinct()
            .order_by(PRODUCTS.c.brand_line)
        )
    )


def staff_products(
    filters: ProductFilters, after: str | None = None, limit: int = PAGE
) -> Page[ProductLine]:
    """Return products, the newest first. One statement."""
    on_sale = sa.and_(SKUS.c.product_id == PRODUCTS.c.id, SKUS.c.retired_at.is_(None))
    chosen = (
        sa.select(PRODUCTS.c.id)
        .where(*_narrowed(filters), *older_than_id(after, PRODUCTS.c.id))
        .order_by(PRODUCTS.c.id.desc())
        .limit(limit + 1)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            PRODUCTS,
            CATEGORIES.c.name_zh.label("category_zh"),
            CATEGORIES.c.name_en.label("category_en"),
            sa.select(sa.func.count()).where(on_sale).scalar_subquery().label("sku_count"),
            sa.select(sa.func.min(SKUS.c.price_minor))
            .where(on_sale)
            .scalar_subquery()
            .label("low"),
            sa.select(sa.func.min(SKUS.c.currency)).where(on_sale).scalar_subquery().label("money"),
            *photo_columns(),
        )
        .join(chosen, chosen.c.id == PRODUCTS.c.id)
        .join(CATEGORIES, CATEGORIES.c.id == PRODUCTS.c.category_id)
        .outerjoin(PHOTOS, is_cover())
        .outerjoin(MEDIA, MEDIA.c.id == PHOTOS.c.media_id)
        .order_by(PRODUCTS.c.id.desc())
    ).all()
    shown = rows[:limit]
    next_key = str(shown[-1].id) if len(rows) > limit else None
    return Page([_line(row) for row in shown], next_key)


def is_cover() -> sa.ColumnElement[bool]:
    """Return the condition that joins a product's first picture."""
    return sa.and_(PHOTOS.c.product_id == PRODUCTS.c.id, PHOTOS.c.position == 0)


def _line(row: Any) -> ProductLine:
    cover = photo_from(row)
    has = {
        "photo": cover is not None,
        "description": bool(row.description_zh and row.description_en),
        "sku": row.sku_count > 0,
    }
    return ProductLine(
        row.slug,
        row.name_zh,
        row.name_en,
        row.category_zh,
        row.category_en,
        row.brand_line,
        row.is_shown,
        cover,
        row.sku_count,
        row.low,
        row.money or "",
        row.updated_at,
        tuple(name for name, is_there in has.items() if not is_there),
    )


def _narrowed(filters: ProductFilters) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.q:
        conditions.append(matches(filters.q))
    if filters.category:
        own = sa.select(CATEGORIES.c.id).where(CATEGORIES.c.slug == filters.category)
        conditions.append(PRODUCTS.c.category_id == own.scalar_subquery())
    if filters.line:
        conditions.append(PRODUCTS.c.brand_line == filters.line)
    if filters.state in {SHOWN, HIDDEN}:
        conditions.append(PRODUCTS.c.is_shown.is_(filters.state == SHOWN))
    if filters.state == NEEDS_WORK:
        own_photo = sa.exists().where(PHOTOS.c.product_id == PRODUCTS.c.id)
        own_sku = sa.exists().where(SKUS.c.product_id == PRODUCTS.c.id, SKUS.c.retired_at.is_(None))
        conditions.append(
            sa.or_(
                PRODUCTS.c.description_zh == "",
                PRODUCTS.c.description_en == "",
                ~own_photo,
                ~own_sku,
            )
        )
    return conditions


def matches(q: str, *, codes: bool = True) -> sa.ColumnElement[bool]:
    """Return the condition that a product is called so: part of a name, the start of a code."""
    named = sa.or_(
        PRODUCTS.c.name_zh.icontains(q, autoescape=True),
        PRODUCTS.c.name_en.icontains(q, autoescape=True),
    )
    if not codes:
        return named
    of_sku = sa.select(SKUS.c.product_id).where(SKUS.c.code.istartswith(q, autoescape=True))
    in_slug = PRODUCTS.c.slug.icontains(q, autoescape=True)
    return sa.or_(named, in_slug, PRODUCTS.c.id.in_(of_sku))


# --- as stored -----------------------------------------------------------------------------------


def product_states(slugs: Collection[str]) -> dict[str, ProductState]:
    """Return products by address, as they are stored. Four statements for every 400."""
    found: dict[str, ProductState] = {}
    wanted = sorted(set(slugs))
    for start in range(0, len(wanted), SOME):
        found |= _states(is_one_of(PRODUCTS.c.slug, wanted[start : start + SOME]))
    return found


def find_product(slug: str) -> ProductState | None:
    """Return a product as it is stored, or None. Four statements."""
    return product_states([slug]).get(slug)


def all_products() -> Iterator[ProductState]:
    """Yield every product by age, read a part at a time."""
    last = 0
    while True:
        ids = list(
            db.session.scalars(
                sa.select(PRODUCTS.c.id).where(PRODUCTS.c.id > last).order_by(PRODUCTS.c.id)
                .limit(SOME)
            )
        )  # fmt: skip
        if not ids:
            return
        states = _states(PRODUCTS.c.id.between(ids[0], ids[-1]))
        yield from sorted(states.values(), key=lambda state: state.id)
        last = ids[-1]


def _states(condition: sa.ColumnElement[bool]) -> dict[str, ProductState]:
    rows = db.session.execute(
        sa.select(PRODUCTS, CATEGORIES.c.slug.label("category"))
        .join(CATEGORIES, CATEGORIES.c.id == PRODUCTS.c.category_id)
        .where(condition)
    ).all()
    if not rows:
        return {}
    ids = sa.select(PRODUCTS.c.id).where(condition)
    photos: dict[int, list[int]] = defaultdict(list)
    for place in db.session.execute(
        sa.select(PHOTOS.c.product_id, PHOTOS.c.media_id)
        .where(PHOTOS.c.product_id.in_(ids))
        .order_by(PHOTOS.c.product_id, PHOTOS.c.position)
    ):
        photos[place.product_id].append(place.media_id)
    skus = _skus(ids)
    return {
        row.slug: ProductState(
            row.id,
            row.version,
            row.category_id,
            _draft(row, photos[row.id], [draft for _, draft in skus[row.id]]),
            {draft.code: sku_id for sku_id, draft in skus[row.id]},
        )
        for row in rows
    }


def _draft(row: Any, photo_ids: Sequence[int], skus: Sequence[SkuDraft]) -> ProductDraft:
    return ProductDraft(
        row.slug,
        row.name_zh,
        row.name_en,
        row.category,
        row.brand_line,
        row.description_zh,
        row.description_en,
        row.risk_zh,
        row.risk_en,
        tuple(row.allergens),
        row.attributes,
        row.is_shown,
        tuple(photo_ids),
        tuple(skus),
    )


def _skus(product_ids: sa.Select[Any]) -> dict[int, list[tuple[int, SkuDraft]]]:
    full = SKUS.alias()
    rows = db.session.execute(
        sa.select(SKUS, full.c.code.label("trial_of"))
        .outerjoin(full, full.c.id == SKUS.c.trial_of_id)
        .where(SKUS.c.product_id.in_(product_ids))
        .order_by(SKUS.c.product_id, SKUS.c.position, SKUS.c.id)
    ).all()
    listings: dict[int, list[ListingDraft]] = defaultdict(list)
    for each in db.session.execute(
        sa.select(LISTINGS.c.sku_id, Channel.code, LISTINGS.c.item_id, LISTINGS.c.price_minor)
        .join(Channel, Channel.id == LISTINGS.c.channel_id)
        .join(SKUS, SKUS.c.id == LISTINGS.c.sku_id)
        .where(SKUS.c.product_id.in_(product_ids))
        .order_by(LISTINGS.c.sku_id, Channel.code)
    ):
        listings[each.sku_id].append(ListingDraft(each.code, each.item_id, each.price_minor))
    found: dict[int, list[tuple[int, SkuDraft]]] = defaultdict(list)
    for row in rows:
        draft = SkuDraft(
            row.code,
            row.price_minor,
            row.currency,
            row.label_zh,
            row.label_en,
            row.pack_size,
            row.pack_unit,
            row.daily_use_milli,
            row.is_hidden,
            row.trial_of or "",
            row.retired_at is not None,
            row.media_id,
            tuple(listings[row.id]),
        )
        found[row.product_id].append((row.id, draft))
    return found


def owners_of(codes: Collection[str]) -> dict[str, str]:
    """Return the product's address by SKU code, for codes that exist. One statement for 400."""
    found: dict[str, str] = {}
    wanted = sorted(set(codes))
    for start in range(0, len(wanted), SOME):
        rows = db.session.execute(
            sa.select(SKUS.c.code, PRODUCTS.c.slug)
            .join(PRODUCTS, PRODUCTS.c.id == SKUS.c.product_id)
            .where(is_one_of(SKUS.c.code, wanted[start : start + SOME]))
        )
        found |= {row.code: row.slug for row in rows}
    return found


def catalogue_photos(media_ids: Collection[int]) -> dict[int, Photo]:
    """Return pictures that some product or SKU shows. One statement, none for no ids."""
    if not media_ids:
        return {}
    rows = db.session.execute(
        sa.select(*photo_columns()).where(MEDIA.c.id.in_(_shown(list(media_ids))))
    )
    return {row.photo_id: photo for row in rows if (photo := photo_from(row))}


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these pictures the catalogue shows. No statement for none."""
    return set(db.session.scalars(_shown(media_ids))) if media_ids else set()


def _shown(media_ids: Sequence[int]) -> sa.CompoundSelect[Any]:
    return sa.union(
        sa.select(PHOTOS.c.media_id).where(PHOTOS.c.media_id.in_(media_ids)),
        sa.select(SKUS.c.media_id).where(SKUS.c.media_id.in_(media_ids)),
    )


def _shown_names() -> sa.Select[Any]:
    name = PRODUCTS.c.name_zh if locale_tag().startswith("zh") else PRODUCTS.c.name_en
    return (
        listings.rows(PRODUCTS.c.id, name, order=[PRODUCTS.c.id.desc()])
        .where(PRODUCTS.c.is_shown)
        .limit(MOST_NAMED)
    )


CHOICES = Listing(_shown_names)
"""Products that fans can see, by id: what a form offers."""


def names_of_shown() -> dict[str, str]:
    """Return the names of products that fans can see, by id. One statement."""
    return {ref: str(name) for ref, name in listings.offered([CHOICES])[0]}
