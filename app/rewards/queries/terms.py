"""What a purchase must know, read under the buyer's lock."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel.db import BigInt, db
from app.loyalty.queries import tiers
from app.rewards.models import ITEM, ORDER, VARIANT
from app.rewards.policy import ENDED
from app.rewards.queries.rights import holds
from app.rewards.types import (
    NoSuchItemError,
    Ordered,
    Standing,
    Terms,
    UnknownVariantError,
)


def find_order(member_id: int, request_key: str) -> Ordered | None:
    """Return what a member's own request made before. One statement."""
    row = db.session.execute(
        sa.select(ORDER.c.id, ORDER.c.code, ORDER.c.state, ORDER.c.points).where(
            ORDER.c.asked_by_id == member_id, ORDER.c.request_key == request_key
        )
    ).one_or_none()
    return Ordered(row.id, row.code, row.state, row.points, is_new=False) if row else None


def item_and_variant(slug: str, variant_id: int | None) -> Any:
    """Return an item's row with the variant that was chosen. One statement.

    Raises:
        NoSuchItemError: there is no such item.
        UnknownVariantError: no variant, or several to choose from and none was chosen.
    """
    rows = db.session.execute(
        sa.select(
            ITEM,
            VARIANT.c.id.label("variant_id"),
            VARIANT.c.stock,
            VARIANT.c.is_endless,
            VARIANT.c.label_zh,
            VARIANT.c.label_en,
        )
        .outerjoin(VARIANT, sa.and_(VARIANT.c.item_id == ITEM.c.id, ~VARIANT.c.is_retired))
        .where(ITEM.c.slug == slug)
    ).all()
    if not rows:
        raise NoSuchItemError
    return _chosen(rows, variant_id)


def _chosen(rows: Sequence[Any], variant_id: int | None) -> Any:
    offered = [row for row in rows if row.variant_id is not None]
    if variant_id is None and len(offered) == 1:
        return offered[0]
    for row in offered:
        if row.variant_id == variant_id:
            return row
    raise UnknownVariantError


def terms_of(row: Any) -> Terms:
    """Return an item's terms from its row."""
    return Terms(
        row.is_shown,
        row.opens_at,
        row.closes_at,
        row.drop_kind,
        row.draws_at,
        row.limit_each,
        row.tier_limits,
        row.price_points,
        row.price_minor,
        row.deposit_points,
        row.rest_until,
    )


def standing_columns(item: Any, member_id: int) -> list[sa.Label[Any]]:
    """Return what :func:`standing_from` reads of a member before an item, as columns."""
    owner = sa.literal(member_id, BigInt)
    had = (
        sa.select(sa.func.coalesce(sa.func.sum(ORDER.c.pieces - ORDER.c.pieces_back), 0))
        .where(
            ORDER.c.item_id == item.id,
            ORDER.c.member_id == member_id,
            ORDER.c.state.notin_(sorted(ENDED)),
            ORDER.c.given_key.is_(None),
        )
        .scalar_subquery()
    )
    return [
        tiers.tier_expression(owner).label("tier"),
        had.label("had"),
        holds(item.audience, member_id).label("is_in_audience"),
        holds(item.unlock, member_id).label("has_unlocked"),
    ]


def standing_from(row: Any) -> Standing:
    """Return what :func:`standing_columns` selected."""
    return Standing(row.tier or "", int(row.had), bool(row.is_in_audience), bool(row.has_unlocked))


def standing_of(item: Any, member_id: int) -> Standing:
    """Return how a member stands to an item. One statement."""
    row = db.session.execute(sa.select(*standing_columns(item, member_id))).one()
    return standing_from(row)
