"""Fit out the shop: channels, categories, products with their pictures, sets."""

from collections.abc import Mapping, Sequence

from app.commerce import service as commerce
from app.commerce.types import CategoryMode, SeedCategory, SeedChannel, SeedProduct
from app.commerce.types.catalogue import GOES_WITH, ListingDraft, SetDraft, SkuDraft
from app.demo.content import CHANNELS, PRODUCTS
from app.demo.content.catalogue import CATEGORIES, FLOORS, GOODS, LINKS, MULTIPLIERS, SETS
from app.demo.content.types import Good, Item
from app.kernel.db import use_case

CURRENCY = "CNY"
LISTED_BELOW = 95  # per cent of the list price, where a channel asks less


@use_case
def open_channels() -> None:
    """Open the sales channels; those that are there stay."""
    commerce.seed_channels(
        [
            SeedChannel(
                channel.code,
                channel.zh,
                channel.return_days,
                earning_permille=MULTIPLIERS.get(channel.code, 1000),
                link_template=LINKS.get(channel.code, ""),
                price_floor_permille=FLOORS.get(channel.code),
            )
            for channel in CHANNELS
        ]
    )


@use_case
def stock(photos: Mapping[str, int]) -> None:
    """Put products on the shelves; those that are there stay.

    Args:
        photos: picture's key -> id on the shelf of photos. Where it has none of the product's
            own, as with somebody's own photos, products take turns with what is there.
    """
    commerce.seed_categories(
        [
            SeedCategory(
                shelf.slug,
                shelf.zh,
                shelf.en,
                CategoryMode.NOVELTY if shelf.is_novelty else CategoryMode.REPLENISHMENT,
                place,
            )
            for place, shelf in enumerate(CATEGORIES)
        ]
    )
    others = list(photos.values())
    commerce.seed_products(
        [_seed(good, _pictures(good, photos, others, turn)) for turn, good in enumerate(GOODS)]
    )
    commerce.seed_sets(
        [SetDraft(each.slug, each.zh, each.en, each.skus, place) for place, each in enumerate(SETS)]
    )


def _pictures(
    good: Good, photos: Mapping[str, int], others: Sequence[int], turn: int
) -> dict[str, int]:
    own = {key: photos[key] for key in good.pictures if key in photos}
    own |= {item.picture: photos[item.picture] for item in good.items if item.picture in photos}
    if own or not others:
        return own
    return {good.pictures[0]: others[turn % len(others)]}


def _seed(good: Good, pictures: Mapping[str, int]) -> SeedProduct:
    facts = {name: list(value) if isinstance(value, tuple) else value for name, value in good.facts}
    attributes = {**facts, GOES_WITH: list(good.goes_with)} if good.goes_with else facts
    skus = tuple(_sku(item, pictures) for item in good.items)
    return SeedProduct(
        skus[0].code,
        good.zh,
        good.en,
        good.shelf,
        skus[0].price_minor,
        CURRENCY,
        good.slug,
        good.line,
        good.about_zh,
        good.about_en,
        *good.risk,
        good.allergens,
        attributes,
        skus,
        tuple(pictures[key] for key in good.pictures if key in pictures),
    )


def _sku(item: Item, pictures: Mapping[str, int]) -> SkuDraft:
    price = item.price_minor or next(p.price_minor for p in PRODUCTS if p.sku == item.sku)
    return SkuDraft(
        item.sku,
        price,
        CURRENCY,
        item.zh,
        item.en,
        item.pack_size,
        item.unit,
        item.daily_milli,
        item.is_hidden,
        item.trial_of,
        media_id=pictures.get(item.picture),
        listings=() if item.is_hidden else _listings(item.sku, price),
    )


def _listings(sku: str, price: int) -> tuple[ListingDraft, ...]:
    """List a SKU in every channel; the video shop asks a little less."""
    number = sum(ord(sign) * 31**place for place, sign in enumerate(sku)) % 900_000
    return tuple(
        ListingDraft(
            channel.code,
            f"{100_000 + number + 7 * place}",
            price * LISTED_BELOW // 100 if channel.code == "douyin" else None,
        )
        for place, channel in enumerate(CHANNELS)
    )
