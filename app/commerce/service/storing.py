"""Store products as they are told, one or a thousand, in a fixed number of statements.

What is told is compared with what is stored; only what differs is written, and a product is
written only from the version that was compared. Forms and imports go through the same door.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.commerce.models import Category
from app.commerce.queries import catalogue, channel_settings
from app.commerce.queries.catalogue import LISTINGS, PHOTOS, PRODUCTS, SKUS
from app.commerce.types.catalogue import (
    MAX_PRODUCT_PHOTOS,
    RESERVED_SLUGS,
    CatalogueError,
    ChannelSettings,
    ListingDraft,
    NoSuchProductError,
    ProductChangedError,
    ProductDraft,
    ProductState,
    SkuDraft,
    is_below_floor,
    unscaled,
    written_attributes,
)
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import service as media
from app.search import service as search

TEXTS = (
    "name_zh", "name_en", "category", "brand_line", "description_zh", "description_en",
    "risk_zh", "risk_en", "allergens", "attributes", "is_shown",
)  # fmt: skip
SKU_FIELDS = (
    "price_minor", "currency", "label_zh", "label_en", "pack_size", "pack_unit",
    "daily_use_milli", "is_hidden", "trial_of", "is_retired", "listings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a product.

    Attributes:
        changes: names of what differed: fields, ``photos``, and codes of SKUs.
    """

    product_id: int
    is_new: bool
    changes: frozenset[str]


def differences(draft: ProductDraft, state: ProductState | None) -> frozenset[str]:
    """Return what a draft would change: fields, ``photos``, and codes of SKUs as ``sku:…``."""
    if state is None:
        return frozenset({"new", *(f"sku:{sku.code}" for sku in draft.skus)})
    old = state.draft
    found = {name for name in TEXTS if getattr(draft, name) != getattr(old, name)}
    if _alike(draft.attributes, old.attributes):
        found.discard("attributes")
    if draft.photo_ids is not None and draft.photo_ids != old.photo_ids:
        found.add("photos")
    known = {sku.code: sku for sku in old.skus}
    keeps = draft.photo_ids is None
    return frozenset(found) | {
        f"sku:{sku.code}" for sku in draft.skus if _differs(sku, known.get(sku.code), keeps=keeps)
    }


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether attributes say the same: a value, and a list of that value alone, do."""
    return written_attributes(one) == written_attributes(other)


def _differs(sku: SkuDraft, old: SkuDraft | None, *, keeps: bool) -> bool:
    if old is None:
        return True
    mine = replace(sku, listings=_in_order(sku.listings))
    if any(getattr(mine, name) != getattr(old, name) for name in SKU_FIELDS):
        return True
    return not keeps and sku.media_id != old.media_id


def _in_order(listings: Sequence[ListingDraft]) -> tuple[ListingDraft, ...]:
    told = [each for each in listings if each.item_id or each.price_minor is not None]
    return tuple(sorted(told, key=lambda each: each.channel))


def store(
    drafts: Sequence[ProductDraft],
    *,
    versions: Mapping[str, int] | None = None,
    photos_of: int | None = None,
) -> dict[str, Stored]:
    """Write drafts in the current use case; return what became of each, by address.

    Args:
        drafts: products of different addresses.
        versions: what the drafts were edited from; default: what is stored now.
        photos_of: the member whose uploads may be taken into use; None: no pictures are checked.

    Raises:
        NoSuchProductError: a product with a version is not there.
        ProductChangedError: a product has moved on since its version.
        CatalogueError: something can't be, see its field.
    """
    states = catalogue.product_states([draft.slug for draft in drafts])
    for slug, version in (versions or {}).items():
        if slug not in states:
            raise NoSuchProductError
        if states[slug].version != version:
            raise ProductChangedError
    changes = {draft.slug: differences(draft, states.get(draft.slug)) for draft in drafts}
    written = [draft for draft in drafts if changes[draft.slug]]
    new_ids = {draft.slug: ids.next_id() for draft in written if draft.slug not in states}
    product_ids = {slug: state.id for slug, state in states.items()} | new_ids
    if written:
        channels = {each.code: each for each in channel_settings.channel_settings()}
        _check(written, channels)
        _store_products(written, states, product_ids)
        _Skus(written, states, product_ids, channels).store()
        _store_photos(written, states, product_ids, photos_of)
        search.refresh("product", [product_ids[draft.slug] for draft in written])
    return {
        slug: Stored(product_ids[slug], slug in new_ids, found) for slug, found in changes.items()
    }


def _check(drafts: Sequence[ProductDraft], channels: Mapping[str, ChannelSettings]) -> None:
    codes = [sku.code for draft in drafts for sku in draft.skus]
    if twice := next((code for code, times in Counter(codes).items() if times > 1), None):
        raise CatalogueError(_l("This SKU code stands here twice."), field="code", sku=twice)
    owners = catalogue.owners_of(codes)
    for draft in drafts:
        if draft.slug in RESERVED_SLUGS:
            raise CatalogueError(
                _l("The shop needs this address itself. Choose a different one."), field="slug"
            )
        if len(draft.photo_ids or ()) > MAX_PRODUCT_PHOTOS:
            raise CatalogueError(_l("At most 9 photos."), field="photos")
        for sku in draft.skus:
            if owners.get(sku.code, draft.slug) != draft.slug:
                raise CatalogueError(
                    _l("Another product has a SKU of this code."), field="code", sku=sku.code
                )
            _check_listings(sku, channels)


def _check_listings(sku: SkuDraft, channels: Mapping[str, ChannelSettings]) -> None:
    for listing in sku.listings:
        channel = channels.get(listing.channel)
        if channel is None:
            raise CatalogueError(_l("There is no such channel."), field="listings", sku=sku.code)
        if listing.price_minor is not None and is_below_floor(
            listing.price_minor, sku.price_minor, channel.price_floor_permille
        ):
            raise CatalogueError(
                _l(
                    "This is below what %(channel)s may ask: its floor is %(share)s %% of the list "
                    "price.",
                    channel=channel.name,
                    share=unscaled(channel.price_floor_permille, 1),
                ),
                field="listings",
                sku=sku.code,
            )


def _store_products(
    drafts: Sequence[ProductDraft], states: Mapping[str, ProductState], ids_of: Mapping[str, int]
) -> None:
    category_ids = _category_ids(drafts, states)
    now = clock.now()
    new: list[dict[str, Any]] = []
    old: list[dict[str, Any]] = []
    for draft in drafts:
        values = {name: getattr(draft, name) for name in TEXTS if name != "category"}
        values["allergens"] = list(draft.allergens)
        values["attributes"] = dict(draft.attributes)
        values["category_id"] = category_ids[draft.category]
        state = states.get(draft.slug)
        if state is None:
            made = {"id": ids_of[draft.slug], "slug": draft.slug, "created_at": now}
            new.append({**values, **made, "updated_at": now, "version": 1})
        else:
            values["updated_at"] = now
            old.append({**values, "the_id": state.id, "the_version": state.version})
    if new:
        db.session.execute(sa.insert(PRODUCTS), new)
    if old:
        update = (
            sa.update(PRODUCTS)
            .where(
                PRODUCTS.c.id == sa.bindparam("the_id"),
                PRODUCTS.c.version == sa.bindparam("the_version"),
            )
            .values(version=PRODUCTS.c.version + 1)  # and whatever else the rows name
        )
        if _changed_by_all(update, old) != len(old):
            raise ProductChangedError


def _category_ids(
    drafts: Sequence[ProductDraft], states: Mapping[str, ProductState]
) -> dict[str, int]:
    """Return the ids of the categories that are named; asked for only where one is another."""
    known = {state.draft.category: state.category_id for state in states.values()}
    wanted = {draft.category for draft in drafts}
    if wanted - set(known):
        found = db.session.execute(sa.select(Category.slug, Category.id)).all()
        known = dict(found)
    if wanted - set(known):
        raise CatalogueError(_l("There is no such category."), field="category")
    return known


def _changed_by_all(statement: sa.Update, rows: Sequence[Mapping[str, Any]]) -> int:
    options = {"preserve_rowcount": True}
    return db.session.connection().execute(statement, rows, execution_options=options).rowcount


class _Skus:
    """SKUs and listings of the products that are written."""

    def __init__(
        self,
        drafts: Sequence[ProductDraft],
        states: Mapping[str, ProductState],
        ids_of: Mapping[str, int],
        channels: Mapping[str, ChannelSettings],
    ) -> None:
        self.now = clock.now()
        self.channels = channels
        self.trials: list[tuple[SkuDraft, int]] = []  # whose full size differs, with its id
        self.listed: list[tuple[SkuDraft, int]] = []  # whose listings differ, with its id
        self.new: list[dict[str, Any]] = []
        self.old: list[dict[str, Any]] = []
        for draft in drafts:
            self._take(draft, states.get(draft.slug), ids_of[draft.slug])

    def _take(self, draft: ProductDraft, state: ProductState | None, product_id: int) -> None:
        known = {sku.code: sku for sku in state.draft.skus} if state else {}
        keeps = draft.photo_ids is None
        for sku in draft.skus:
            old = known.get(sku.code)
            if not _differs(sku, old, keeps=keeps):
                continue
            sku_id = state.sku_ids[sku.code] if state and old else ids.next_id()
            if sku.trial_of != (old.trial_of if old else ""):
                self.trials.append((sku, sku_id))
            if _in_order(sku.listings) != (old.listings if old else ()):
                self.listed.append((sku, sku_id))
            values = self._values(sku, old)
            if old is None:
                place = {"position": len(known) + len(self.new), "product_id": product_id}
                self.new.append(
                    {"id": sku_id, "code": sku.code, "created_at": self.now, **place, **values}
                )
            else:
                media_id = old.media_id if keeps else sku.media_id
                self.old.append({"the_id": sku_id, **values, "media_id": media_id})

    def _values(self, sku: SkuDraft, old: SkuDraft | None) -> dict[str, Any]:
        names = set(SKU_FIELDS) - {"trial_of", "is_retired", "listings"}
        values = {name: getattr(sku, name) for name in sorted(names)}
        values["media_id"] = sku.media_id
        values["was_retired"] = old.is_retired if old else False
        values["is_retired"] = sku.is_retired
        return values

    def store(self) -> None:
        """Write what differs. At most eight statements."""
        retired = {row.get("id", row.get("the_id")) for row in self.new + self.old
                   if row["is_retired"] and not row["was_retired"]}  # fmt: skip
        back = [row["the_id"] for row in self.old if row["was_retired"] and not row["is_retired"]]
        for row in (*self.new, *self.old):
            del row["is_retired"], row["was_retired"]
        if self.new:
            db.session.execute(sa.insert(SKUS), self.new)
        if self.old:
            _changed_by_all(sa.update(SKUS).where(SKUS.c.id == sa.bindparam("the_id")), self.old)
        for sku_ids, moment in ((retired, self.now), (back, None)):
            if sku_ids:
                update = sa.update(SKUS).where(SKUS.c.id.in_(sorted(sku_ids)))
                db.session.execute(update.values(retired_at=moment))
        self._store_trials()
        self._store_listings()

    def _store_trials(self) -> None:
        """Point trial packs at their full size, wherever that stands in the same delivery."""
        if not self.trials:
            return
        wanted = sorted({sku.trial_of for sku, _ in self.trials if sku.trial_of})
        query = sa.select(SKUS.c.code, SKUS.c.id).where(SKUS.c.code.in_(wanted))
        found = {row.code: row.id for row in db.session.execute(query)} if wanted else {}
        rows = []
        for sku, sku_id in self.trials:
            if sku.trial_of and found.get(sku.trial_of, sku_id) == sku_id:
                raise CatalogueError(
                    _l("There is no other SKU of this code to be a trial pack of."),
                    field="trial_of",
                    sku=sku.code,
                )
            rows.append({"the_id": sku_id, "trial_of_id": found.get(sku.trial_of)})
        _changed_by_all(sa.update(SKUS).where(SKUS.c.id == sa.bindparam("the_id")), rows)

    def _store_listings(self) -> None:
        if not self.listed:
            return
        rows = [
            {
                "sku_id": sku_id,
                "channel_id": self.channels[each.channel].id,
                "item_id": each.item_id,
                "price_minor": each.price_minor,
            }
            for sku, sku_id in self.listed
            for each in _in_order(sku.listings)
        ]
        mine = [sku_id for _, sku_id in self.listed]
        db.session.execute(sa.delete(LISTINGS).where(LISTINGS.c.sku_id.in_(mine)))
        if rows:
            db.session.execute(sa.insert(LISTINGS), rows)


def _store_photos(
    drafts: Sequence[ProductDraft],
    states: Mapping[str, ProductState],
    ids_of: Mapping[str, int],
    owner_id: int | None,
) -> None:
    told = [draft for draft in drafts if draft.photo_ids is not None]
    if not told:
        return
    shown = {media_id for draft in told for media_id in _pictures(draft)}
    before = {
        media_id
        for draft in told
        if (state := states.get(draft.slug))
        for media_id in _pictures(state.draft)
    }
    if owner_id is not None:
        media.use_photos(owner_id, sorted(shown - before))
    told = [
        d for d in told if d.slug not in states or d.photo_ids != states[d.slug].draft.photo_ids
    ]
    rows = [
        {"product_id": ids_of[draft.slug], "position": place, "media_id": media_id}
        for draft in told
        for place, media_id in enumerate(dict.fromkeys(draft.photo_ids or ()))
    ]
    mine = [ids_of[draft.slug] for draft in told if draft.slug in states]
    if mine:
        db.session.execute(sa.delete(PHOTOS).where(PHOTOS.c.product_id.in_(mine)))
    if rows:
        db.session.execute(sa.insert(PHOTOS), rows)
    # Who else shows them is asked by the sweep, before anything is deleted.
    media.release_photos(before - shown)


def _pictures(draft: ProductDraft) -> list[int]:
    own = [sku.media_id for sku in draft.skus if sku.media_id is not None]
    return [*(draft.photo_ids or ()), *own]
