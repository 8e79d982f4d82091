"""Rows of exports: plain values, a keyset page at a time."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.commerce.models import (
    Channel,
    ImportBatch,
    ImportIssue,
    Order,
    OrderAward,
    OrderLine,
    Refund,
)
from app.commerce.queries.keys import key_after, older_than
from app.commerce.queries.staff import Filters, narrowed
from app.commerce.types import PROBLEM_TEXTS, Problem
from app.identity.models import Member
from app.kernel import ids
from app.kernel.db import db
from app.kernel.types import Page

Params = Mapping[str, str]
Row = tuple[Any, ...]


def _filters(params: Params) -> Filters:
    return Filters(params.get("channel", ""), params.get("state", ""), params.get("q", ""))


def order_export_count(params: Params) -> int:
    """Return how many orders an export will have. One statement."""
    return (
        db.session.scalar(
            sa.select(sa.func.count()).select_from(Order).where(*narrowed(_filters(params)))
        )
        or 0
    )


def order_export_rows(params: Params, after: str | None, limit: int) -> Page[Row]:
    """Return orders as the staff list narrows them, the newest payment first. Two statements."""
    rows = db.session.execute(
        sa.select(
            Order.__table__,
            Channel.code.label("channel_code"),
            Member.yid,
            OrderAward.points,
        )
        .join(Channel, Channel.id == Order.channel_id)
        .join(Member, Member.id == Order.member_id)
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
        .where(*narrowed(_filters(params)), *older_than(after, Order.paid_at, Order.id))
        .order_by(Order.paid_at.desc(), Order.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    pieces = _pieces([row.id for row in shown])
    next_key = key_after(shown[-1].paid_at, shown[-1].id) if len(rows) > limit else None
    return Page([_order(row, pieces.get(row.id, 0)) for row in shown], next_key)


def _pieces(order_ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(OrderLine.order_id, sa.func.sum(OrderLine.qty).label("pieces"))
        .where(OrderLine.order_id.in_(order_ids))
        .group_by(OrderLine.order_id)
    )
    return {row.order_id: int(row.pieces) for row in rows}


def _order(row: Any, pieces: int) -> Row:
    return (
        row.external_id,
        row.code,
        row.channel_code,
        row.yid,
        row.paid_at,
        row.currency,
        row.paid_minor,
        row.refunded_minor,
        row.paid_minor - row.refunded_minor,
        row.not_money_minor,
        pieces,
        row.points or 0,
        row.window_ends_on,
        row.shipped_at,
        row.received_at,
        row.cancelled_at,
        "withdrawn" if row.withdrawn_at else row.state.value,
    )


def refund_export_rows(params: Params, after: str | None, limit: int) -> Page[Row]:
    """Return refunds, the newest first. One statement."""
    conditions: list[sa.ColumnElement[bool]] = []
    if params.get("channel"):
        conditions.append(Channel.code == params["channel"])
    rows = db.session.execute(
        sa.select(Refund.__table__, Channel.code.label("channel_code"), OrderLine.sku)
        .join(Channel, Channel.id == Refund.channel_id)
        .outerjoin(
            OrderLine,
            sa.and_(OrderLine.order_id == Refund.order_id, OrderLine.line_no == Refund.line_no),
        )
        .where(*conditions, *older_than(after, Refund.refunded_at, Refund.id))
        .order_by(Refund.refunded_at.desc(), Refund.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    next_key = key_after(shown[-1].refunded_at, shown[-1].id) if len(rows) > limit else None
    return Page([_refund(row) for row in shown], next_key)


def _refund(row: Any) -> Row:
    return (
        row.external_id,
        row.order_external_id,
        row.channel_code,
        row.line_ref,
        row.sku,
        row.qty,
        row.refunded_at,
        row.currency,
        row.amount_minor,
        row.effective_minor,
        row.phase.value,
        row.state.value,
        "yes" if row.order_id else "no",
    )


def issue_export_rows(params: Params, after: str | None, limit: int) -> Page[Row]:
    """Return rows that imports had trouble with, the newest first. One statement."""
    conditions: list[sa.ColumnElement[bool]] = []
    if params.get("batch"):
        conditions.append(ImportBatch.code == ids.read_code(params["batch"]))
    rows = db.session.execute(
        sa.select(
            ImportIssue.__table__,
            ImportBatch.code,
            ImportBatch.file_name,
            Channel.code.label("channel_code"),
            Order.external_id,
        )
        .join(ImportBatch, ImportBatch.id == ImportIssue.batch_id)
        .join(Channel, Channel.id == ImportBatch.channel_id)
        .outerjoin(Order, Order.id == ImportIssue.order_id)
        .where(*conditions, *_older(after))
        .order_by(ImportIssue.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    return Page([_issue(row) for row in shown], str(shown[-1].id) if len(rows) > limit else None)


def _older(after: str | None) -> list[sa.ColumnElement[bool]]:
    return [ImportIssue.id < int(after)] if after else []


def _issue(row: Any) -> Row:
    return (
        row.code,
        row.file_name,
        row.channel_code,
        row.kind.value,
        row.row_number,
        row.column_name,
        str(PROBLEM_TEXTS[Problem(row.reason)]) if row.reason in set(Problem) else row.reason,
        row.state.value,
        row.external_id,
        row.currency,
        row.paid_minor,
        row.created_at,
    )
