"""What staff do to the catalogue: categories, items, variants, showing and hiding."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import service as media
from app.kernel.types import Ref
from app.rewards import policy
from app.rewards.models import CATEGORY, ITEM, PHOTO, VARIANT
from app.rewards.service import lots, stocking
from app.rewards.types import (
    ITEM_REF,
    CatalogueError,
    Category,
    Drop,
    ItemChangedError,
    ItemDraft,
    Movement,
    NoSuchItemError,
    VariantDraft,
)

COPIED = (
    "slug", "name_zh", "name_en", "description_zh", "description_en", "rules_zh", "rules_en",
    "price_points", "price_minor", "currency", "worth_minor", "delivery", "product_id",
    "limit_each",
    "audience", "unlock", "opens_at", "closes_at", "draws_at", "deposit_points",
    "rest_from", "rest_until", "ships_on", "pay_hours", "pay_url", "is_shown",
)  # fmt: skip


@use_case
def save_category(row: Category, *, actor_id: int | None) -> None:
    """Make a category, or change the one of this address."""
    statement = insert(CATEGORY).values(
        id=ids.next_id(), slug=row.slug, name_zh=row.name_zh, name_en=row.name_en,
        position=row.position,
    )  # fmt: skip
    names = ("name_zh", "name_en", "position")
    changed(
        statement.on_conflict_do_update(
            index_elements=["slug"],
            set_={name: getattr(statement.excluded, name) for name in names},
        )
    )
    category_id = db.session.scalar(sa.select(CATEGORY.c.id).where(CATEGORY.c.slug == row.slug))
    audit.note(actor_id, "mall.category_saved", Ref("mall_category", category_id or 0))


@use_case
def save_item(draft: ItemDraft, *, actor_id: int | None, version: int = 0) -> int:
    """Put an item on the shelf, or change it as it was edited from ``version``.

    Args:
        draft: all of it; variants that are not named stay as they are.
        actor_id: who; None: the house itself.
        version: 0 for a new one.

    Returns:
        The item's id.

    Raises:
        CatalogueError: something in it can't be; ``field`` names which.
        NoSuchItemError: there is none of this address to change.
        ItemChangedError: somebody saved it since.
    """
    policy.check_draft(draft)
    category_id = db.session.scalar(
        sa.select(CATEGORY.c.id).where(CATEGORY.c.slug == draft.category)
    )
    if category_id is None:
        raise CatalogueError(_l("Choose a category."), "category")
    now = clock.now()
    values: dict[str, Any] = {name: getattr(draft, name) for name in COPIED}
    values |= {
        "category_id": category_id,
        "drop_kind": draft.drop,
        "goods": draft.goods or None,
        "tier_limits": dict(draft.tier_limits),
        "changed_at": now,
    }
    item_id = _change(draft, version, values) if version else _make(draft, values)
    _set_photos(item_id, draft.photo_ids, actor_id)
    _set_variants(item_id, draft.variants, actor_id)
    if draft.drop is Drop.LOTS:
        lots.commit_seed(item_id)
    act = "mall.item_changed" if version else "mall.item_made"
    audit.note(actor_id, act, Ref(ITEM_REF, item_id), points=draft.price_points)
    return item_id


def _make(draft: ItemDraft, values: dict[str, Any]) -> int:
    if db.session.scalar(sa.select(ITEM.c.id).where(ITEM.c.slug == draft.slug)) is not None:
        raise CatalogueError(_l("Another item has this address. Choose a different one."), "slug")
    item_id = ids.next_id()
    db.session.execute(
        sa.insert(ITEM), [{"id": item_id, "version": 1, "made_at": clock.now(), **values}]
    )
    return item_id


def _change(draft: ItemDraft, version: int, values: dict[str, Any]) -> int:
    row = db.session.execute(
        sa.select(
            ITEM.c.id, ITEM.c.opens_at, ITEM.c.told_at, ITEM.c.drop_kind, ITEM.c.draws_at
        ).where(ITEM.c.slug == draft.slug)
    ).one_or_none()
    if row is None:
        raise NoSuchItemError
    if (row.drop_kind, row.draws_at) != (draft.drop, draft.draws_at) and lots.has_begun(row.id):
        raise CatalogueError(_l("There are tickets already: the draw stays as it is."), "draws_at")
    told_at = row.told_at if row.opens_at == draft.opens_at else None
    saved = changed(
        sa.update(ITEM)
        .where(ITEM.c.id == row.id, ITEM.c.version == version)
        .values(**values, version=version + 1, told_at=told_at)
    )
    if not saved:
        raise ItemChangedError
    item_id: int = row.id
    return item_id


def _set_photos(item_id: int, photo_ids: Sequence[int], actor_id: int | None) -> None:
    stored = list(
        db.session.scalars(
            sa.select(PHOTO.c.media_id).where(PHOTO.c.item_id == item_id).order_by(PHOTO.c.position)
        )
    )
    if stored == list(photo_ids):
        return
    fresh = [each for each in photo_ids if each not in stored]
    if actor_id is not None and fresh:
        media.use_photos(actor_id, fresh)
    changed(sa.delete(PHOTO).where(PHOTO.c.item_id == item_id))
    if photo_ids:
        rows = [
            {"item_id": item_id, "position": place, "media_id": media_id}
            for place, media_id in enumerate(photo_ids)
        ]
        db.session.execute(sa.insert(PHOTO), rows)


def _set_variants(item_id: int, drafts: Sequence[VariantDraft], actor_id: int | None) -> None:
    known = {
        row.code: row
        for row in db.session.execute(
            sa.select(VARIANT.c.id, VARIANT.c.code, VARIANT.c.is_endless).where(
                VARIANT.c.item_id == item_id
            )
        )
    }
    for place, draft in enumerate(drafts):
        values = {
            "label_zh": draft.label_zh, "label_en": draft.label_en, "low_at": draft.low_at,
            "is_retired": draft.is_retired, "position": place,
        }  # fmt: skip
        if draft.code in known:
            row = known[draft.code]
            if row.is_endless != draft.is_endless:
                raise CatalogueError(
                    _l("Whether its stock is counted was decided when it was made."), "variants"
                )
            changed(sa.update(VARIANT).where(VARIANT.c.id == row.id).values(**values))
        else:
            _add_variant(item_id, draft, values, actor_id)


def _add_variant(
    item_id: int, draft: VariantDraft, values: dict[str, Any], actor_id: int | None
) -> None:
    variant_id = ids.next_id()
    count = 0 if draft.is_endless else draft.initial
    db.session.execute(
        sa.insert(VARIANT),
        [
            {
                "id": variant_id, "item_id": item_id, "code": draft.code, "stock": count,
                "is_endless": draft.is_endless, **values,
            }
        ],
    )  # fmt: skip
    if count:
        stocking.note(variant_id, count, Movement.INITIAL, actor_id=actor_id)


@use_case
def show_item(slug: str, *, is_shown: bool, actor_id: int) -> bool:
    """Show an item to members, or take it off the shelf; return whether that changed anything.

    Raises:
        NoSuchItemError: there is none of this address.
    """
    item_id = db.session.scalar(sa.select(ITEM.c.id).where(ITEM.c.slug == slug))
    if item_id is None:
        raise NoSuchItemError
    did = changed(
        sa.update(ITEM)
        .where(ITEM.c.id == item_id, ITEM.c.is_shown.is_(not is_shown))
        .values(is_shown=is_shown, version=ITEM.c.version + 1, changed_at=clock.now())
    )
    if did:
        act = "mall.item_shown" if is_shown else "mall.item_hidden"
        audit.note(actor_id, act, Ref(ITEM_REF, item_id))
    return bool(did)
