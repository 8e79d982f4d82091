"""A member's own orders."""

from typing import Any

import sqlalchemy as sa

from app.kernel import goods
from app.kernel.db import db
from app.kernel.types import Page
from app.rewards.models import ITEM, MONEY_BACK, ORDER, ORDER_ADDRESS, SHIPMENT, STEP
from app.rewards.policy import ENDED
from app.rewards.queries.addresses import opened
from app.rewards.queries.shelf import is_zh
from app.rewards.types import (
    Delivery,
    MoneyBack,
    NoSuchOrderError,
    OrderLine,
    OrderView,
    Shipment,
    State,
    Step,
    goods_key,
)

PAGE = 20


def line_columns() -> list[Any]:
    """Return what :func:`line_from` reads."""
    return [
        ORDER.c.id,
        ORDER.c.code,
        ORDER.c.state,
        (ORDER.c.name_zh if is_zh() else ORDER.c.name_en).label("name"),
        ORDER.c.pieces,
        ORDER.c.points,
        ORDER.c.minor,
        ORDER.c.currency,
        ORDER.c.made_at,
        ORDER.c.pay_by,
        ORDER.c.rest_from,
        ORDER.c.given_key,
        ORDER.c.pieces_back,
    ]


def line_from(row: Any) -> OrderLine:
    """Return an order as a list shows it."""
    return OrderLine(
        row.id,
        row.code,
        row.state,
        row.name,
        "",
        row.pieces,
        row.points,
        row.minor,
        row.currency,
        row.made_at,
        row.pay_by,
        row.rest_from,
        row.given_key is not None,
        row.pieces_back,
    )


def orders_of(member_id: int, after: str | None = None, limit: int = PAGE) -> Page[OrderLine]:
    """Return a member's orders, the newest first. One statement."""
    query = sa.select(*line_columns()).where(ORDER.c.member_id == member_id)
    if after and after.isdecimal() and len(after) <= 18:  # noqa: PLR2004 - fits 64 bits
        query = query.where(ORDER.c.id < int(after))
    rows = db.session.execute(query.order_by(ORDER.c.id.desc()).limit(limit + 1)).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    return Page([line_from(row) for row in rows[:limit]], next_key)


def order_page(member_id: int, code: str) -> OrderView:
    """Return one of a member's orders. Two statements to four.

    Raises:
        NoSuchOrderError: it is none of his.
    """
    row = db.session.execute(
        sa.select(
            *line_columns(),
            ORDER.c.delivery,
            ORDER.c.goods,
            ORDER.c.deposit_points,
            ORDER.c.ships_on,
            ORDER.c.why,
            ORDER.c.paid_at,
            ORDER.c.refund_asked_at,
            ORDER.c.refund_declined_at,
            ITEM.c.slug,
            ITEM.c.is_shown,
            ITEM.c.pay_url,
            SHIPMENT.c.carrier,
            SHIPMENT.c.number,
            SHIPMENT.c.at.label("shipped_at"),
            ORDER_ADDRESS.c.sealed,
        )
        .join(ITEM, ITEM.c.id == ORDER.c.item_id)
        .outerjoin(SHIPMENT, SHIPMENT.c.order_id == ORDER.c.id)
        .outerjoin(ORDER_ADDRESS, ORDER_ADDRESS.c.order_id == ORDER.c.id)
        .where(ORDER.c.code == code, ORDER.c.member_id == member_id)
    ).one_or_none()
    if row is None:
        raise NoSuchOrderError
    steps = db.session.execute(
        sa.select(STEP.c.state, STEP.c.at).where(STEP.c.order_id == row.id).order_by(STEP.c.id)
    )
    way = tuple(Step(each.state, each.at) for each in steps)
    return _view(row, way, money_back(row.id) if row.state in ENDED or row.pieces_back else ())


def money_back(order_id: int) -> tuple[MoneyBack, ...]:
    """Return what goes back of an order's money, and what went. One statement."""
    rows = db.session.execute(
        sa.select(MONEY_BACK.c.minor, MONEY_BACK.c.currency, MONEY_BACK.c.done_at)
        .where(MONEY_BACK.c.order_id == order_id)
        .order_by(MONEY_BACK.c.id)
    )
    return tuple(MoneyBack(row.minor, row.currency, row.done_at) for row in rows)


def _view(row: Any, steps: tuple[Step, ...], going_back: tuple[MoneyBack, ...]) -> OrderView:
    shipment = None
    if row.carrier is not None:
        shipment = Shipment(row.carrier, row.number, row.shipped_at)
    told = row.delivery is Delivery.POST and row.state is not State.WAITING_ADDRESS
    key = goods_key(row.id) if row.delivery is Delivery.GOODS and row.state is State.DONE else ""
    return OrderView(
        line_from(row),
        row.slug if row.is_shown else None,
        row.delivery,
        row.goods,
        row.deposit_points,
        row.ships_on,
        row.why,
        steps,
        shipment,
        opened(row.sealed),
        told and row.sealed is None,
        row.pay_url,
        row.paid_at,
        row.refund_asked_at,
        row.refund_declined_at,
        going_back,
        goods.find(row.goods, key) if key else None,
        goods.returnable(row.goods, key) if key else (),
    )


def order_address_of(order_id: int, viewer_id: int | None) -> str | None:
    """Return the code of an order for its owner, or None. One statement."""
    if viewer_id is None:
        return None
    return db.session.scalar(
        sa.select(ORDER.c.code).where(ORDER.c.id == order_id, ORDER.c.member_id == viewer_id)
    )
