"""Where a product is sold, who went there, and which orders came of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from app.commerce import links
from app.commerce.models import Channel, ClickOrder, ProductClick, SkuListing
from app.commerce.queries.tags import LINE, ORDER, PRODUCT, SKU
from app.commerce.types.clicks import Bought, By, Leaving, Money, Path, Shop, Visit
from app.kernel import i18n, ids
from app.kernel.db import db

CHANNEL = cast("sa.Table", Channel.__table__)
LISTING = cast("sa.Table", SkuListing.__table__)
CLICK = cast("sa.Table", ProductClick.__table__)
CREDIT = cast("sa.Table", ClickOrder.__table__)

MOST_PATHS = 50
NOBODY = 0


def _is_sold() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        SKU.c.retired_at.is_(None),
        SKU.c.trial_of_id.is_(None),
        SKU.c.is_hidden.is_(False),
        CHANNEL.c.closed_at.is_(None),
    )


def shops_of(
    product_ids: Collection[int], member_id: int | None, sku_ids: Collection[int] | None = None
) -> dict[int, list[Shop]]:
    """Return where products are sold: first where the member buys most, then as they are listed.

    Of two channels with as many orders the one he used last comes first. One statement.

    Args:
        product_ids: which products.
        member_id: whose habits; None for a guest.
        sku_ids: only where these of their SKUs are sold.
    """
    found: dict[int, list[Shop]] = {each: [] for each in product_ids}
    if not product_ids:
        return found
    habits = (
        sa.select(
            ORDER.c.channel_id,
            sa.func.count().label("orders"),
            sa.func.max(ORDER.c.paid_at).label("last_at"),
        )
        .where(
            ORDER.c.member_id == (member_id or NOBODY),
            ORDER.c.cancelled_at.is_(None),
            ORDER.c.withdrawn_at.is_(None),
            sa.or_(ORDER.c.paid_minor > ORDER.c.refunded_minor, ORDER.c.paid_minor == 0),
        )
        .group_by(ORDER.c.channel_id)
        .subquery("habits")
    )
    only = [] if sku_ids is None else [SKU.c.id.in_(list(sku_ids))]
    price = sa.func.coalesce(LISTING.c.price_minor, SKU.c.price_minor)
    rows = db.session.execute(
        sa.select(
            SKU.c.product_id,
            PRODUCT.c.slug,
            CHANNEL.c.id,
            CHANNEL.c.code,
            CHANNEL.c.name,
            CHANNEL.c.link_template,
            LISTING.c.item_id,
            price.label("price"),
            SKU.c.currency,
            habits.c.orders,
        )
        .select_from(LISTING)
        .join(SKU, SKU.c.id == LISTING.c.sku_id)
        .join(PRODUCT, PRODUCT.c.id == SKU.c.product_id)
        .join(CHANNEL, CHANNEL.c.id == LISTING.c.channel_id)
        .outerjoin(habits, habits.c.channel_id == CHANNEL.c.id)
        .where(SKU.c.product_id.in_(list(product_ids)), *_is_sold(), *only)
        .order_by(
            sa.func.coalesce(habits.c.orders, 0).desc(),
            # Nobody's channels come by their place; where there is no habit there is no moment.
            sa.case((habits.c.last_at.is_(None), 1), else_=0),
            habits.c.last_at.desc(),
            SKU.c.position,
            SKU.c.id,
            CHANNEL.c.id,
        )
    ).all()
    for product_id in found:
        found[product_id] = _shops([row for row in rows if row.product_id == product_id])
    return found


def _shops(rows: Iterable[Any]) -> list[Shop]:
    """Return one line for each channel, in the order in which these come first."""
    by_channel: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_channel[row.id].append(row)
    return [
        _shop(same, is_habitual=place == 0 and bool(same[0].orders))
        for place, same in enumerate(by_channel.values())
    ]


def _shop(rows: list[Any], *, is_habitual: bool) -> Shop:
    first, cheapest = rows[0], min(rows, key=lambda row: row.price)
    return Shop(
        first.product_id,
        first.slug,
        first.id,
        first.code,
        first.name,
        cheapest.price,
        cheapest.currency,
        any(links.shop_url(row.link_template, row.item_id) for row in rows),
        is_habitual,
    )


def product_id_of(slug: str) -> int | None:
    """Return the id of a product whose page fans see, or None."""
    return db.session.scalar(
        sa.select(PRODUCT.c.id).where(PRODUCT.c.slug == slug, PRODUCT.c.is_shown.is_(True))
    )


def leaving(code: str) -> Leaving | None:
    """Return where a click leads, or None when there is no such click. One statement."""
    rows = db.session.execute(
        sa.select(
            CHANNEL.c.name,
            CHANNEL.c.link_template,
            PRODUCT.c.slug,
            PRODUCT.c.name_zh,
            PRODUCT.c.name_en,
            LISTING.c.item_id,
        )
        .select_from(CLICK)
        .join(CHANNEL, CHANNEL.c.id == CLICK.c.channel_id)
        .join(PRODUCT, PRODUCT.c.id == CLICK.c.product_id)
        .outerjoin(
            SKU,
            sa.and_(
                SKU.c.product_id == PRODUCT.c.id,
                SKU.c.retired_at.is_(None),
                SKU.c.trial_of_id.is_(None),
                SKU.c.is_hidden.is_(False),
            ),
        )
        .outerjoin(
            LISTING,
            sa.and_(LISTING.c.sku_id == SKU.c.id, LISTING.c.channel_id == CHANNEL.c.id),
        )
        .where(CLICK.c.code == (ids.read_code(code) or ""))
        .order_by(SKU.c.position, SKU.c.id)
    ).all()
    if not rows:
        return None
    urls = (links.shop_url(row.link_template, row.item_id or "") for row in rows)
    first = rows[0]
    return Leaving(
        first.name, first.slug, first.name_zh, first.name_en, next(filter(None, urls), None)
    )


# --- crediting -----------------------------------------------------------------------------------


def buyer_of(order_id: int) -> tuple[int, set[int]] | None:
    """Return whose an order is and which products it holds. One statement."""
    rows = db.session.execute(
        sa.select(ORDER.c.member_id, SKU.c.product_id)
        .select_from(ORDER)
        .join(LINE, LINE.c.order_id == ORDER.c.id)
        .join(SKU, SKU.c.code == LINE.c.sku)
        .where(ORDER.c.id == order_id)
    ).all()
    return (rows[0].member_id, {row.product_id for row in rows}) if rows else None


def visits_of(member_id: int, product_ids: Collection[int] | None) -> list[Visit]:
    """Return a member's clicks on products (None: on any), the oldest first. One statement."""
    statement = sa.select(CLICK.c.id, CLICK.c.product_id, CLICK.c.clicked_at).where(
        CLICK.c.member_id == member_id
    )
    if product_ids is not None:
        statement = statement.where(CLICK.c.product_id.in_(list(product_ids)))
    rows = db.session.execute(statement.order_by(CLICK.c.clicked_at, CLICK.c.id))
    return [Visit(row.id, row.product_id, row.clicked_at) for row in rows]


def bought_since(member_id: int, product_ids: Collection[int], since: datetime) -> list[Bought]:
    """Return lines of a member's orders with these products, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(ORDER.c.id, LINE.c.line_no, SKU.c.product_id, ORDER.c.paid_at)
        .select_from(ORDER)
        .join(LINE, LINE.c.order_id == ORDER.c.id)
        .join(SKU, SKU.c.code == LINE.c.sku)
        .where(
            ORDER.c.member_id == member_id,
            ORDER.c.paid_at >= since,
            ORDER.c.withdrawn_at.is_(None),
            SKU.c.product_id.in_(list(product_ids)),
        )
        .order_by(ORDER.c.paid_at, ORDER.c.id, LINE.c.line_no)
    )
    return [Bought(row.id, row.line_no, row.product_id, row.paid_at) for row in rows]


def visitors() -> list[int]:
    """Return the members who went to a shop. One statement."""
    return list(
        db.session.scalars(
            sa.select(CLICK.c.member_id)
            .where(CLICK.c.member_id.is_not(None))
            .distinct()
            .order_by(CLICK.c.member_id)
        )
    )


def credits_of(click_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Return what is credited to clicks: (order, line) -> click. One statement, none for none."""
    if not click_ids:
        return {}
    rows = db.session.execute(
        sa.select(CREDIT.c.order_id, CREDIT.c.line_no, CREDIT.c.click_id).where(
            CREDIT.c.click_id.in_(list(click_ids))
        )
    )
    return {(row.order_id, row.line_no): row.click_id for row in rows}


# --- what came of it -----------------------------------------------------------------------------


def orders_from_post(thread_id: int) -> int:
    """Return how many orders are credited to a post. One statement."""
    return int(
        db.session.scalar(
            sa.select(sa.func.count(sa.distinct(CREDIT.c.order_id)))
            .select_from(CLICK)
            .join(CREDIT, CREDIT.c.click_id == CLICK.c.id)
            .join(ORDER, ORDER.c.id == CREDIT.c.order_id)
            .where(CLICK.c.thread_id == thread_id, ORDER.c.withdrawn_at.is_(None))
        )
        or 0
    )


def paths(by: By, since: datetime, most: int = MOST_PATHS) -> list[Path]:
    """Return what clicks since a moment led to, the most orders first. Three statements."""
    column = {
        By.POST: sa.func.coalesce(CLICK.c.thread_id, sa.literal_column("0")),
        By.PRODUCT: CLICK.c.product_id,
        By.CHANNEL: CLICK.c.channel_id,
    }[by]
    lately = CLICK.c.clicked_at >= since
    clicks = _counts(sa.select(column, sa.func.count()).where(lately).group_by(column))
    from_clicks = (
        sa.select(column, sa.func.count(sa.distinct(CREDIT.c.order_id)))
        .select_from(CLICK)
        .join(CREDIT, CREDIT.c.click_id == CLICK.c.id)
        .join(ORDER, ORDER.c.id == CREDIT.c.order_id)
        .where(lately, ORDER.c.withdrawn_at.is_(None))
    )
    orders = _counts(from_clicks.group_by(column))
    money = _money(from_clicks, column)
    order = sorted(clicks, key=lambda key: (-orders.get(key, 0), -clicks[key], key))[:most]
    names = _names(by, order)
    return [
        Path(key, names.get(key, ""), clicks[key], orders.get(key, 0), tuple(money[key]))
        for key in order
    ]


def _counts(statement: sa.Select[Any]) -> dict[int, int]:
    return dict(db.session.execute(statement).all())


def _money(from_clicks: sa.Select[Any], column: Any) -> dict[int, list[Money]]:
    kept = sa.case(
        (ORDER.c.cancelled_at.is_not(None), 0), else_=LINE.c.paid_minor - LINE.c.refunded_minor
    )
    statement = (
        from_clicks.with_only_columns(
            column, ORDER.c.currency, sa.func.sum(LINE.c.paid_minor), sa.func.sum(kept)
        )
        .join(
            LINE, sa.and_(LINE.c.order_id == CREDIT.c.order_id, LINE.c.line_no == CREDIT.c.line_no)
        )
        .group_by(column, ORDER.c.currency)
        .order_by(ORDER.c.currency)
    )
    found: dict[int, list[Money]] = defaultdict(list)
    for key, currency, gross, net in db.session.execute(statement):
        found[key].append(Money(currency, int(gross), int(net)))
    return found


def _names(by: By, keys: Collection[int]) -> dict[int, str]:
    """Return the names of products or channels; posts are another domain's."""
    if by is By.POST or not keys:
        return {}
    if by is By.CHANNEL:
        statement = sa.select(CHANNEL.c.id, CHANNEL.c.name).where(CHANNEL.c.id.in_(list(keys)))
    else:
        name = PRODUCT.c.name_zh if i18n.locale_tag().startswith("zh") else PRODUCT.c.name_en
        statement = sa.select(PRODUCT.c.id, name).where(PRODUCT.c.id.in_(list(keys)))
    return dict(db.session.execute(statement).all())
