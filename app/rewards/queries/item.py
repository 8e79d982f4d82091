"""One item's page."""

from collections.abc import Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup

from app.kernel import goods
from app.kernel.db import db
from app.kernel.media.queries import MEDIA, photo_columns, photo_from
from app.kernel.text import render_markdown
from app.kernel.types import Photo
from app.ledger import queries as ledger
from app.rewards.models import CATEGORY, ENTRY, ITEM, LOTS, ORDER, PHOTO, VARIANT, WISH
from app.rewards.queries import rights
from app.rewards.queries.shelf import is_zh
from app.rewards.queries.terms import standing_columns, standing_from, terms_of
from app.rewards.types import (
    LITTLE_LEFT,
    Drop,
    EntryView,
    ItemDraft,
    ItemView,
    LotsView,
    NoSuchItemError,
    Standing,
    Variant,
)


def item_page(slug: str, member_id: int | None, *, sees_hidden: bool = False) -> ItemView:
    """Return an item's page for a viewer. At most six statements.

    Raises:
        NoSuchItemError: there is none, or this viewer may not know of it.
    """
    rows = db.session.execute(
        sa.select(
            ITEM,
            CATEGORY.c.slug.label("category_slug"),
            (CATEGORY.c.name_zh if is_zh() else CATEGORY.c.name_en).label("category"),
            LOTS.c.commitment,
            LOTS.c.seed,
            LOTS.c.entry_count,
            LOTS.c.winner_count,
            LOTS.c.drawn_at,
            *photo_columns(),
        )
        .join(CATEGORY, CATEGORY.c.id == ITEM.c.category_id)
        .outerjoin(LOTS, LOTS.c.item_id == ITEM.c.id)
        .outerjoin(PHOTO, PHOTO.c.item_id == ITEM.c.id)
        .outerjoin(MEDIA, MEDIA.c.id == PHOTO.c.media_id)
        .where(ITEM.c.slug == slug)
        .order_by(PHOTO.c.position)
    ).all()
    if not rows or not (rows[0].is_shown or sees_hidden):
        raise NoSuchItemError
    row = rows[0]
    standing, wish_at, entry = _viewer(row, member_id)
    if not (sees_hidden or _may_know(row, standing)):
        raise NoSuchItemError
    available = ledger.balance(member_id).available if member_id else 0
    return _view(rows, standing, available, wish_at, entry)


def _may_know(row: Any, standing: Standing) -> bool:
    is_seen = standing.is_in_audience or rights.is_shown_to_others(row.audience)
    return is_seen and standing.has_unlocked


def _viewer(row: Any, member_id: int | None) -> tuple[Standing, Any, EntryView | None]:
    """Return how the viewer stands to the item, his wish and his ticket. One statement."""
    if member_id is None:
        is_for_all = row.audience in {"", rights.EVERYBODY}
        return Standing(is_in_audience=is_for_all, has_unlocked=not row.unlock), None, None
    wish = (
        sa.select(WISH.c.at)
        .where(WISH.c.item_id == row.id, WISH.c.member_id == member_id)
        .scalar_subquery()
    )
    he = sa.select(sa.literal(1).label("one")).subquery("he")
    found = db.session.execute(
        sa.select(
            *standing_columns(row, member_id),
            wish.label("wish_at"),
            ENTRY.c.code,
            ENTRY.c.state,
            ENTRY.c.points,
            ORDER.c.code.label("order_code"),
        )
        .select_from(he)
        .outerjoin(ENTRY, sa.and_(ENTRY.c.item_id == row.id, ENTRY.c.member_id == member_id))
        .outerjoin(ORDER, ORDER.c.id == ENTRY.c.order_id)
    ).one()
    has_entry = found.code is not None and row.drop_kind is Drop.LOTS
    entry = EntryView(found.code, found.state, found.points, found.order_code)
    return standing_from(found), found.wish_at, entry if has_entry else None


@lru_cache(maxsize=1_000)
def _rendered(source: str) -> Markup:
    return render_markdown(source)


def _view(
    rows: Any, standing: Standing, available: int, wish_at: Any, entry: EntryView | None
) -> ItemView:
    row, zh = rows[0], is_zh()
    name, other = (row.name_zh, row.name_en) if zh else (row.name_en, row.name_zh)
    own, foreign = (
        (row.description_zh, row.description_en) if zh else (row.description_en, row.description_zh)
    )
    lots = None
    if row.commitment:
        lots = LotsView(row.commitment, row.seed, row.entry_count, row.winner_count, row.drawn_at)
    return ItemView(
        row.id,
        row.slug,
        name,
        other,
        row.category,
        row.category_slug,
        _rendered(own or foreign),
        "zh-Hans" if (zh if own else not zh) else "en",
        (row.rules_zh or row.rules_en) if zh else (row.rules_en or row.rules_zh),
        [photo for each in rows if (photo := photo_from(each, alt=name))],
        _variants(row.id),
        row.delivery,
        row.goods,
        row.product_id,
        row.worth_minor,
        row.currency,
        "" if standing.is_in_audience else rights.names_of([row.audience])[row.audience],
        bool(row.unlock),
        row.ships_on,
        row.rest_from,
        row.pay_hours,
        terms_of(row),
        standing,
        available,
        wish_at,
        lots if row.drop_kind is Drop.LOTS else None,
        entry,
        goods.about(row.goods),
    )


def preview(draft: ItemDraft, category: str, photos: Sequence[Photo]) -> ItemView:
    """Return an item's page as a draft would make it, for somebody who may have it. No statement.

    Args:
        draft: what is being written.
        category: name of its category.
        photos: its pictures, the cover first.
    """
    zh = is_zh()
    name, other = (draft.name_zh, draft.name_en) if zh else (draft.name_en, draft.name_zh)
    own, foreign = (
        (draft.description_zh, draft.description_en)
        if zh
        else (draft.description_en, draft.description_zh)
    )
    return ItemView(
        0,
        draft.slug,
        name,
        other,
        category,
        draft.category,
        render_markdown(own or foreign),
        "zh-Hans" if (zh if own else not zh) else "en",
        (draft.rules_zh or draft.rules_en) if zh else (draft.rules_en or draft.rules_zh),
        list(photos),
        [
            Variant(
                0,
                each.code,
                each.label_zh if zh else each.label_en,
                None if each.is_endless else max(each.initial, LITTLE_LEFT),
            )
            for each in draft.variants
            if not each.is_retired
        ],
        draft.delivery,
        draft.goods or None,
        draft.product_id,
        draft.worth_minor,
        draft.currency,
        "",
        bool(draft.unlock),
        draft.ships_on,
        draft.rest_from,
        draft.pay_hours,
        terms_of(_as_row(draft)),
        Standing(),
        max(draft.price_points, draft.deposit_points),
        None,
        None,
        None,
    )


def _as_row(draft: ItemDraft) -> Any:
    """Return a draft with the names that rows of items have."""
    names = ItemDraft.__dataclass_fields__
    return SimpleNamespace(**{name: getattr(draft, name) for name in names}, drop_kind=draft.drop)


def _variants(item_id: int) -> list[Variant]:
    rows = db.session.execute(
        sa.select(VARIANT)
        .where(VARIANT.c.item_id == item_id, ~VARIANT.c.is_retired)
        .order_by(VARIANT.c.position, VARIANT.c.id)
    )
    return [
        Variant(
            row.id,
            row.code,
            row.label_zh if is_zh() else row.label_en,
            None if row.is_endless else row.stock,
        )
        for row in rows
    ]


def item_address(item_id: int, member_id: int | None) -> str | None:
    """Return an item's address for whoever may know of it, or None."""
    slug = db.session.scalar(sa.select(ITEM.c.slug).where(ITEM.c.id == item_id))
    if slug is None:
        return None
    try:
        return item_page(slug, member_id).slug
    except NoSuchItemError:
        return None


def photos_in_use(media_ids: Any) -> set[int]:
    """Return which of these pictures the mall shows. No statement for none."""
    if not media_ids:
        return set()
    return set(
        db.session.scalars(sa.select(PHOTO.c.media_id).where(PHOTO.c.media_id.in_(media_ids)))
    )
