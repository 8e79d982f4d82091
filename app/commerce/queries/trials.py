"""Trial packs that members have had time to try."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.commerce.queries.tags import (
    LINE,
    ORDER,
    PRODUCT,
    SKU,
    TAG,
    is_kept,
    pick_columns,
    pick_from,
    with_cover,
)
from app.commerce.types import TagKind
from app.commerce.types.trials import Trial
from app.kernel.db import db

ASKED_FOR = timedelta(days=120)  # after that nobody remembers


def trials_of(
    member_id: int, now: datetime, trial_time: timedelta, order_id: int | None = None
) -> list[Trial]:
    """Return the trial packs of a member that arrived, or were paid long enough ago.

    The latest first, each product once. One statement.

    Args:
        member_id: who bought them.
        now: the moment of asking.
        trial_time: how long after its payment an order counts as tried, received or not.
        order_id: only those of this order of his.
    """
    pack, full = SKU.alias("pack"), SKU.alias("full")
    statement = (
        sa.select(
            ORDER.c.id.label("order_id"),
            full.c.id.label("full_sku_id"),
            _reviewed(member_id, pack, full).label("is_reviewed"),
            _bought_full(member_id, full).label("has_full_size"),
            *pick_columns(),
        )
        .select_from(
            with_cover(
                ORDER.join(LINE, LINE.c.order_id == ORDER.c.id)
                .join(pack, pack.c.code == LINE.c.sku)
                .join(full, full.c.id == pack.c.trial_of_id)
                .join(PRODUCT, PRODUCT.c.id == full.c.product_id)
            )
        )
        .where(
            ORDER.c.member_id == member_id,
            ORDER.c.paid_at > now - ASKED_FOR,
            sa.or_(ORDER.c.received_at.is_not(None), ORDER.c.paid_at <= now - trial_time),
            full.c.retired_at.is_(None),
            PRODUCT.c.is_shown.is_(True),
            *is_kept(),
        )
        .order_by(ORDER.c.paid_at.desc(), ORDER.c.id.desc(), LINE.c.line_no)
    )
    if order_id is not None:
        statement = statement.where(ORDER.c.id == order_id)
    found: dict[int, Trial] = {}
    for row in db.session.execute(statement):
        found.setdefault(row.product_id, _trial(row))
    return list(found.values())


def _trial(row: Any) -> Trial:
    return Trial(
        row.order_id,
        pick_from(row),
        row.full_sku_id,
        is_reviewed=bool(row.is_reviewed),
        has_full_size=bool(row.has_full_size),
    )


def _reviewed(member_id: int, pack: Any, full: Any) -> sa.Exists:
    return sa.exists(
        sa.select(sa.literal(1))
        .where(
            TAG.c.author_id == member_id,
            TAG.c.kind == TagKind.REVIEW,
            TAG.c.is_visible.is_(True),
            TAG.c.product_id.in_([pack.c.product_id, full.c.product_id]),
        )
        .correlate(pack, full)
    )


def _bought_full(member_id: int, full: Any) -> sa.Exists:
    order, line = ORDER.alias("later"), LINE.alias("its_line")
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(order)
        .join(line, line.c.order_id == order.c.id)
        .where(
            order.c.member_id == member_id,
            order.c.cancelled_at.is_(None),
            order.c.withdrawn_at.is_(None),
            line.c.qty > line.c.refunded_qty,
            line.c.sku == full.c.code,
        )
        .correlate(full)
    )
