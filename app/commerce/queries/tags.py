"""Products in posts: what a card shows, what a product's page shows of posts."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import (
    Order,
    OrderLine,
    Product,
    ProductPhoto,
    ProductTag,
    Sku,
)
from app.commerce.types import TagKind
from app.commerce.types.tags import Place, ProductPick, Stars, Tagged, TagLine, Talk
from app.kernel import ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.media.models import Media

PRODUCT = cast("sa.Table", Product.__table__)
SKU = cast("sa.Table", Sku.__table__)
TAG = cast("sa.Table", ProductTag.__table__)
PHOTO = cast("sa.Table", ProductPhoto.__table__)
MEDIA = cast("sa.Table", Media.__table__)
ORDER = cast("sa.Table", Order.__table__)
LINE = cast("sa.Table", OrderLine.__table__)

SUGGESTED = 8
LATEST_POSTS, LATEST_REVIEWS, LATEST_QUESTIONS = 6, 5, 5


def is_kept() -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that a line of an order stands and did not come back."""
    return (
        ORDER.c.cancelled_at.is_(None),
        ORDER.c.withdrawn_at.is_(None),
        LINE.c.qty > LINE.c.refunded_qty,
    )


def bought(member_id: Any, product_id: Any) -> sa.Exists:
    """Return the condition that a member bought a product and kept it."""
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(ORDER)
        .join(LINE, LINE.c.order_id == ORDER.c.id)
        .join(SKU, SKU.c.code == LINE.c.sku)
        .where(ORDER.c.member_id == member_id, SKU.c.product_id == product_id, *is_kept())
        .correlate(TAG)
    )


def pick_columns() -> list[Any]:
    """Return what a product's card needs; from :func:`with_cover`."""
    sold = SKU.alias("sold")

    def cheapest(column: Any) -> Any:
        return (
            sa.select(column)
            .where(
                sold.c.product_id == PRODUCT.c.id,
                sold.c.retired_at.is_(None),
                sold.c.trial_of_id.is_(None),
                sold.c.is_hidden.is_(False),
            )
            .order_by(sold.c.price_minor, sold.c.id)
            .limit(1)
            .correlate(PRODUCT)
            .scalar_subquery()
        )

    return [
        PRODUCT.c.id.label("product_id"),
        PRODUCT.c.slug,
        PRODUCT.c.name_zh,
        PRODUCT.c.name_en,
        PRODUCT.c.is_shown,
        cheapest(sold.c.price_minor).label("price_minor"),
        cheapest(sold.c.currency).label("currency"),
        *media.photo_columns(),
    ]


def with_cover(source: sa.FromClause = PRODUCT) -> sa.FromClause:
    """Return products with their cover joined where there is one."""
    cover = sa.and_(PHOTO.c.product_id == PRODUCT.c.id, PHOTO.c.position == 0)
    return source.outerjoin(PHOTO, cover).outerjoin(MEDIA, MEDIA.c.id == PHOTO.c.media_id)


def pick_from(row: Any) -> ProductPick:
    """Return the product of a row with :func:`pick_columns`."""
    return ProductPick(
        row.product_id,
        row.slug,
        row.name_zh,
        row.name_en,
        row.is_shown,
        row.price_minor,
        row.currency,
        media.photo_from(row),
    )


# --- the products of posts -----------------------------------------------------------------------


def tags_of(thread_ids: Collection[int], *, even_hidden: bool = False) -> list[Tagged]:
    """Return the products of posts, in their places. One statement, none for no ids.

    Products whose page is closed are left out, unless ``even_hidden``.
    """
    if not thread_ids:
        return []
    statement = _tags_statement()
    if not even_hidden:
        statement = statement.where(PRODUCT.c.is_shown.is_(True))
    return [_tagged(row) for row in db.session.execute(statement, {"threads": list(thread_ids)})]


@cache
def _tags_statement() -> sa.Select[Any]:
    return (
        sa.select(
            TAG.c.thread_id,
            TAG.c.kind,
            TAG.c.stars,
            TAG.c.photo_position,
            TAG.c.x_permille,
            TAG.c.y_permille,
            TAG.c.order_id,
            bought(TAG.c.author_id, TAG.c.product_id).label("is_bought"),
            *pick_columns(),
        )
        .select_from(with_cover(TAG.join(PRODUCT, PRODUCT.c.id == TAG.c.product_id)))
        .where(TAG.c.thread_id.in_(sa.bindparam("threads", expanding=True)))
        .order_by(TAG.c.thread_id, TAG.c.position)
    )


def _tagged(row: Any) -> Tagged:
    has_place = None not in (row.photo_position, row.x_permille, row.y_permille)
    return Tagged(
        row.thread_id,
        row.kind,
        row.stars,
        Place(row.photo_position, row.x_permille, row.y_permille) if has_place else None,
        pick_from(row),
        bool(row.is_bought),
        row.order_id is not None,
    )


# --- finding products ----------------------------------------------------------------------------


def suggested(text: str, member_id: int, limit: int = SUGGESTED) -> list[ProductPick]:
    """Return products that a few letters may mean; for none, what the member bought last.

    One statement.
    """
    statement = sa.select(*pick_columns()).select_from(with_cover())
    statement = statement.where(PRODUCT.c.is_shown.is_(True)).limit(limit)
    wanted = text.strip().lower()
    if not wanted:
        latest = _bought_lately(member_id)
        return _picks(
            statement.join_from(PRODUCT, latest, latest.c.product_id == PRODUCT.c.id).order_by(
                latest.c.at.desc(), PRODUCT.c.id
            )
        )
    names = (PRODUCT.c.name_zh, PRODUCT.c.name_en, PRODUCT.c.brand_line)
    by_code = sa.exists(
        sa.select(sa.literal(1)).where(
            SKU.c.product_id == PRODUCT.c.id,
            sa.func.lower(SKU.c.code).startswith(wanted, autoescape=True),
        )
    )
    inside = [sa.func.lower(name).contains(wanted, autoescape=True) for name in names]
    starts = [sa.func.lower(name).startswith(wanted, autoescape=True) for name in names[:2]]
    return _picks(
        statement.where(sa.or_(by_code, *inside)).order_by(
            sa.case((sa.or_(by_code, *starts), 0), else_=1), PRODUCT.c.post_count.desc(),
            PRODUCT.c.id,
        )
    )  # fmt: skip


def _bought_lately(member_id: int) -> sa.Subquery:
    return (
        sa.select(SKU.c.product_id, sa.func.max(ORDER.c.paid_at).label("at"))
        .select_from(ORDER)
        .join(LINE, LINE.c.order_id == ORDER.c.id)
        .join(SKU, SKU.c.code == LINE.c.sku)
        .where(ORDER.c.member_id == member_id, *is_kept())
        .group_by(SKU.c.product_id)
        .subquery("lately")
    )


def _picks(statement: sa.Select[Any]) -> list[ProductPick]:
    return [pick_from(row) for row in db.session.execute(statement)]


def picks_by_slug(slugs: Collection[str]) -> dict[str, ProductPick]:
    """Return products by their slug, closed ones too. One statement, none for no slugs."""
    if not slugs:
        return {}
    statement = sa.select(*pick_columns()).select_from(with_cover())
    return {pick.slug: pick for pick in _picks(statement.where(PRODUCT.c.slug.in_(list(slugs))))}


def picks_named(names: Collection[str]) -> dict[str, list[ProductPick]]:
    """Return what names, slugs or SKU codes mean, by the name in small letters; shown ones only.

    One statement, none for no names.
    """
    wanted = sorted({name.lower() for name in names})
    if not wanted:
        return {}
    code = sa.func.lower(SKU.c.code)
    keys = [PRODUCT.c.slug, sa.func.lower(PRODUCT.c.name_zh), sa.func.lower(PRODUCT.c.name_en)]
    named = sa.select(
        *pick_columns(), *(key.label(f"key_{n}") for n, key in enumerate([*keys, code]))
    ).select_from(with_cover(PRODUCT.outerjoin(SKU, SKU.c.product_id == PRODUCT.c.id)))
    found: dict[str, dict[int, ProductPick]] = {name: {} for name in wanted}
    hits = sa.or_(*(key.in_(wanted) for key in [*keys, code]))
    for row in db.session.execute(named.where(PRODUCT.c.is_shown.is_(True), hits)):
        for key in {row.key_0, row.key_1, row.key_2, row.key_3} & found.keys():
            found[key][row.product_id] = pick_from(row)
    return {name: list(picks.values()) for name, picks in found.items()}


def picks_of_order(member_id: int, code: str) -> list[ProductPick] | None:
    """Return the products of a member's own order, or None when it is not his. Two statements."""
    order_id = db.session.scalar(
        sa.select(ORDER.c.id).where(
            ORDER.c.code == (ids.read_code(code) or ""), ORDER.c.member_id == member_id
        )
    )
    if order_id is None:
        return None
    lines = (
        sa.select(SKU.c.product_id, sa.func.min(LINE.c.line_no).label("line_no"))
        .join(SKU, SKU.c.code == LINE.c.sku)
        .where(LINE.c.order_id == order_id, LINE.c.qty > LINE.c.refunded_qty)
        .group_by(SKU.c.product_id)
        .subquery("lines")
    )
    return _picks(
        sa.select(*pick_columns())
        .select_from(with_cover(PRODUCT.join(lines, lines.c.product_id == PRODUCT.c.id)))
        .where(PRODUCT.c.is_shown.is_(True))
        .order_by(lines.c.line_no)
    )


# --- what fans say about products ----------------------------------------------------------------


def talk_about(product_ids: Collection[int]) -> dict[int, Talk]:
    """Return the latest posts, reviews and questions of products, and their stars.

    Two statements, none for no ids.
    """
    if not product_ids:
        return {}
    rows = db.session.execute(_latest(product_ids)).all()
    stars = _stars(product_ids)
    return {each: _talk(rows, each, stars[each]) for each in product_ids}


def _talk(rows: Iterable[Any], product_id: int, stars: Stars) -> Talk:
    lines = [
        (row.kind, TagLine(row.thread_id, row.kind, row.stars, bool(row.is_bought)))
        for row in rows
        if row.product_id == product_id
    ]

    def of(*kinds: TagKind) -> tuple[TagLine, ...]:
        return tuple(line for kind, line in lines if kind in kinds)

    return Talk(
        of(TagKind.SHOWN, TagKind.PART), of(TagKind.REVIEW), of(TagKind.QUESTION), stars
    )  # fmt: skip


def _latest(product_ids: Collection[int]) -> Any:
    """Return the newest posts of each kind: each branch walks an index and stops."""
    groups: Sequence[tuple[tuple[TagKind, ...], int]] = (
        ((TagKind.SHOWN, TagKind.PART), LATEST_POSTS),
        ((TagKind.REVIEW,), LATEST_REVIEWS),
        ((TagKind.QUESTION,), LATEST_QUESTIONS),
    )
    branches = [
        sa.select(TAG.c.id)
        .where(
            TAG.c.product_id == product_id, TAG.c.kind.in_(kinds), TAG.c.is_visible.is_(True)
        )
        .order_by(TAG.c.id.desc())
        .limit(most)
        .subquery()
        for product_id in product_ids
        for kinds, most in groups
    ]  # fmt: skip
    keys = sa.union_all(*(sa.select(branch.c.id) for branch in branches)).subquery("keys")
    return (
        sa.select(
            TAG.c.id,
            TAG.c.product_id,
            TAG.c.thread_id,
            TAG.c.kind,
            TAG.c.stars,
            bought(TAG.c.author_id, TAG.c.product_id).label("is_bought"),
        )
        .join_from(keys, TAG, TAG.c.id == keys.c.id)
        .order_by(TAG.c.id.desc())
    )


def shown_in(product_id: int, most: int) -> sa.Select[tuple[int]]:
    """Return a SELECT of the newest posts that show a product; questions show nothing."""
    newest = (
        sa.select(TAG.c.thread_id)
        .where(
            TAG.c.product_id == product_id,
            TAG.c.kind != TagKind.QUESTION,
            TAG.c.is_visible.is_(True),
        )
        .order_by(TAG.c.id.desc())
        .limit(most)
        .subquery()
    )
    return sa.select(newest.c.thread_id)


def _stars(product_ids: Collection[int]) -> dict[int, Stars]:
    found: dict[int, dict[int, int]] = {each: {} for each in product_ids}
    rows = db.session.execute(
        sa.select(TAG.c.product_id, TAG.c.stars, sa.func.count())
        .where(
            TAG.c.product_id.in_(list(product_ids)),
            TAG.c.kind == TagKind.REVIEW,
            TAG.c.is_visible.is_(True),
            TAG.c.stars.is_not(None),
        )
        .group_by(TAG.c.product_id, TAG.c.stars)
    )
    for product_id, stars, count in rows:
        found[product_id][stars] = count
    return {each: Stars(counts) for each, counts in found.items()}


# --- figures -------------------------------------------------------------------------------------


def recounted() -> dict[str, Any]:
    """Return what the stored figures of a product must be, as expressions on its row."""
    mine = (TAG.c.product_id == PRODUCT.c.id, TAG.c.is_visible.is_(True))
    is_review = TAG.c.kind == TagKind.REVIEW

    def figure(value: Any, *where: Any) -> Any:
        return sa.select(value).where(*mine, *where).correlate(PRODUCT).scalar_subquery()

    return {
        "post_count": figure(sa.func.count(TAG.c.id)),
        "review_count": figure(sa.func.count(TAG.c.id), is_review),
        "star_sum": figure(sa.func.coalesce(sa.func.sum(TAG.c.stars), 0), is_review),
    }


def drifting_products() -> Iterator[str]:
    """Yield one sentence per figure of a product that is not what a recount gives."""
    for name, recount in recounted().items():
        stored = PRODUCT.c[name]
        rows = db.session.execute(
            sa.select(PRODUCT.c.slug, stored, recount).where(stored != recount)
        )
        for slug, was, is_now in rows:
            yield f"product {slug}: {name} is stored as {was}, counted {is_now}"
