"""Bulk doors: products, channels and orders for a demo, a migration or a test."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC
from typing import Any

import sqlalchemy as sa

from app.commerce import queries
from app.commerce.models import Category, Channel, Product, Sku
from app.commerce.service.placing import place_orders
from app.commerce.service.refunds import place_refunds
from app.commerce.types import (
    CategoryMode,
    ChannelRow,
    Counts,
    OrderDraft,
    RefundDraft,
    SeedChannel,
    SeedOrder,
    SeedProduct,
)
from app.kernel import audit, clock, ids
from app.kernel.db import db, insert, use_case
from app.kernel.types import Ref

MEMBER_MARK = "member:"  # stands for the buyer where the seed names a member


@use_case
def open_channel(seed: SeedChannel, *, actor_id: int | None = None) -> ChannelRow:
    """Return the channel of that code, making it on first use; a known one stays as it is."""
    (channel,) = seed_channels([seed])
    if actor_id is not None:
        audit.note(actor_id, "channel.opened", Ref("channel", channel.id))
    return channel


@use_case
def seed_channels(seeds: Sequence[SeedChannel]) -> list[ChannelRow]:
    """Make channels that are not there yet; return all of them, in their order."""
    now = clock.now()
    rows = [
        {
            "id": ids.next_id(),
            "code": seed.code,
            "name": seed.name,
            "return_window_days": seed.return_window_days,
            "currency": seed.currency,
            "identity_kind": seed.identity_kind,
            "created_at": now,
        }
        for seed in seeds
    ]
    _insert_new(Channel, rows, "code")
    known = {channel.code: channel for channel in queries.channels()}
    return [known[seed.code] for seed in seeds]


@use_case
def seed_products(seeds: Sequence[SeedProduct]) -> int:
    """Make products of one SKU each, unless the SKU is there; return how many were given.

    Categories they name are made on first use.
    """
    now = clock.now()
    categories = _categories({seed.category for seed in seeds})
    products = [
        {
            "id": ids.next_id(),
            "slug": seed.sku.lower(),
            "name_zh": seed.name_zh,
            "name_en": seed.name_en,
            "category_id": categories[seed.category],
            "allergens": [],
            "attributes": {},
            "is_shown": True,
            "created_at": now,
            "updated_at": now,
        }
        for seed in seeds
    ]
    _insert_new(Product, products, "slug")
    known = dict(
        db.session.execute(
            sa.select(Product.slug, Product.id).where(
                Product.slug.in_([seed.sku.lower() for seed in seeds])
            )
        ).all()
    )
    skus = [
        {
            "id": ids.next_id(),
            "code": seed.sku,
            "product_id": known[seed.sku.lower()],
            "price_minor": seed.price_minor,
            "currency": seed.currency,
            "is_hidden": False,
            "created_at": now,
        }
        for seed in seeds
    ]
    _insert_new(Sku, skus, "code")
    return len(seeds)


def _categories(slugs: Collection[str]) -> dict[str, int]:
    rows = [
        {
            "id": ids.next_id(),
            "slug": slug,
            "name_zh": slug,
            "name_en": slug,
            "mode": CategoryMode.REPLENISHMENT,
            "created_at": clock.now(),
        }
        for slug in sorted(slugs)
    ]
    _insert_new(Category, rows, "slug")
    return dict(
        db.session.execute(
            sa.select(Category.slug, Category.id).where(Category.slug.in_(sorted(slugs)))
        ).all()
    )


def _insert_new(model: type[Any], rows: list[dict[str, Any]], key: str) -> None:
    if rows:
        statement = insert(model.__table__).on_conflict_do_nothing(index_elements=[key])
        db.session.execute(statement, rows)


@use_case
def seed_orders(seeds: Sequence[SeedOrder]) -> Counts:
    """Bring in paid orders with their points, refunds and facts, as an import would.

    At most about 1,000 at once.

    Returns:
        How many were new and how many were known already.

    Raises:
        UnknownChannelError: a seed names a channel that does not exist.
    """
    by_channel: dict[str, list[SeedOrder]] = defaultdict(list)
    for seed in seeds:
        by_channel[seed.channel_code].append(seed)
    counts = Counts()
    for code, group in by_channel.items():
        channel = queries.get_channel_by_name(code)
        placed = place_orders(
            channel, [_draft(seed, channel) for seed in group], members=_members(group)
        )
        counts += Counts(len(placed.new), placed.duplicates, len(placed.changed))
        place_refunds(channel, [draft for seed in group for draft in _refunds(seed, channel)])
    return counts


def _draft(seed: SeedOrder, channel: ChannelRow) -> OrderDraft:
    return OrderDraft(
        seed.external_id,
        _buyer(seed),
        seed.currency or channel.currency,
        sum(line.paid_minor for line in seed.lines),
        seed.paid_at.astimezone(UTC),
        seed.lines,
        shipped_at=seed.shipped_at,
        received_at=seed.received_at,
    )


def _refunds(seed: SeedOrder, channel: ChannelRow) -> list[RefundDraft]:
    return [
        RefundDraft(
            refund.external_id,
            seed.external_id,
            seed.currency or channel.currency,
            refund.amount_minor,
            refund.refunded_at.astimezone(UTC),
            refund.line_ref,
            refund.qty,
            refund.phase,
        )
        for refund in seed.refunds
    ]


def _buyer(seed: SeedOrder) -> str:
    return seed.buyer if seed.member_id is None else f"{MEMBER_MARK}{seed.member_id}"


def _members(seeds: Sequence[SeedOrder]) -> dict[str, int]:
    return {_buyer(seed): seed.member_id for seed in seeds if seed.member_id is not None}
