"""What staff see of orders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.models import Channel, ImportBatch, ImportIssue, Order
from app.commerce.queries.keys import key_after, older_than, older_than_id
from app.commerce.queries.orders import (
    OrderCard,
    OrderView,
    card_from,
    lines_of,
    order_columns,
    order_join,
    row_by_code,
    view_from,
)
from app.commerce.types import IssueState, KeptAside
from app.identity.models import Member
from app.identity.queries import person_columns, person_from
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.types import Page, Person

PAGE = 50

STATES = ("waiting", "settled", "disputed")
"""Filters of the list: return window open, over, or figures in dispute."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of orders is narrowed to; empty texts leave it wide.

    Attributes:
        channel: a channel's code.
        state: one of :data:`STATES`.
        q: an order's number or code, or a member's Yid, all whole.
    """

    channel: str = ""
    state: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An order with its buyer."""

    card: OrderCard
    buyer: Person


@dataclass(frozen=True, slots=True)
class Decision:
    """Figures that came for an order, and what became of them."""

    issue_id: int
    state: IssueState
    paid_minor: int
    currency: str
    paid_at: datetime
    file_name: str
    row_number: int
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """An order with its buyer and all figures that ever came for it."""

    view: OrderView
    buyer: Person
    decisions: Sequence[Decision]


def staff_orders(filters: Filters, after: str | None = None, limit: int = PAGE) -> Page[StaffRow]:
    """Return orders of all channels, the newest payment first. One statement."""
    rows = db.session.execute(
        sa.select(*order_columns(), *person_columns())
        .select_from(order_join().join(Member, Member.id == Order.member_id))
        .where(*narrowed(filters), *older_than(after, Order.paid_at, Order.id))
        .order_by(Order.paid_at.desc(), Order.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    next_key = key_after(shown[-1].paid_at, shown[-1].id) if len(rows) > limit else None
    return Page([StaffRow(card_from(row), person_from(row)) for row in shown], next_key)


def narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that filters stand for."""
    conditions: list[sa.ColumnElement[bool]] = []
    if filters.channel:
        conditions.append(
            Order.channel_id
            == sa.select(Channel.id).where(Channel.code == filters.channel).scalar_subquery()
        )
    today = clock.business_date()
    by_state: dict[str, sa.ColumnElement[bool]] = {
        "waiting": Order.window_ends_on >= today,
        "settled": Order.window_ends_on < today,
        # The literal lets both databases use the partial index of disputed orders.
        "disputed": sa.literal_column("sales_order.state = 'disputed'").is_(sa.true()),
    }
    if filters.state in by_state:
        conditions.append(by_state[filters.state])
    if filters.q.strip():
        conditions.append(_matches(filters.q.strip()))
    return conditions


def _matches(q: str) -> sa.ColumnElement[bool]:
    # By number within each channel: that is the unique index (channel, number).
    by_number = sa.and_(Order.channel_id.in_(sa.select(Channel.id)), Order.external_id == q)
    code = ids.read_code(q)
    if code is None:
        return by_number
    by_yid = Order.member_id == sa.select(Member.id).where(Member.yid == code).scalar_subquery()
    return sa.or_(by_number, Order.code == code, by_yid)


def staff_order(code: str) -> StaffOrder:
    """Return an order for staff. Three statements.

    Raises:
        NotFoundError: there is none of that code.
    """
    with_buyer = order_join().join(Member, Member.id == Order.member_id)
    row = row_by_code(code, source=with_buyer, columns=person_columns())
    decisions = db.session.execute(
        sa.select(ImportIssue.__table__, ImportBatch.file_name)
        .join(ImportBatch, ImportBatch.id == ImportIssue.batch_id)
        .where(ImportIssue.order_id == row.id)
        .order_by(ImportIssue.id)
    )
    return StaffOrder(
        view_from(row, lines_of([row.id])[row.id]),
        person_from(row),
        [_decision(each) for each in decisions],
    )


def _decision(row: Any) -> Decision:
    return Decision(
        row.id,
        row.state,
        row.paid_minor,
        row.currency,
        row.paid_at,
        row.file_name,
        row.row_number,
        row.created_at,
        row.decided_at,
    )


# --- kept aside ----------------------------------------------------------------------------------


def kept_aside(after: str | None = None, limit: int = PAGE) -> Page[KeptAside]:
    """Return what waits for a decision, the newest first. One statement."""
    rows = db.session.execute(
        _open_issues()
        .where(*older_than_id(after, ImportIssue.id))
        .order_by(ImportIssue.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    next_key = str(shown[-1].issue_id) if len(rows) > limit else None
    return Page([_kept_aside(row) for row in shown], next_key)


def kept_aside_count() -> int:
    """Return how many orders wait for a decision. One statement on a partial index."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(ImportIssue)
            .where(sa.text("import_issue.state = 'open'"))
        )
        or 0
    )


def _open_issues() -> Any:
    return (
        sa.select(
            ImportIssue.id.label("issue_id"),
            ImportIssue.member_id,
            ImportIssue.paid_minor.label("new_paid_minor"),
            ImportIssue.currency.label("new_currency"),
            ImportIssue.paid_at.label("new_paid_at"),
            ImportIssue.created_at,
            Order.id,
            Order.code,
            Order.external_id,
            Order.member_id.label("old_member_id"),
            Order.paid_minor,
            Order.currency,
            Order.paid_at,
            Order.window_ends_on,
            Channel.name.label("channel"),
            Channel.return_window_days,
        )
        .join(Order, Order.id == ImportIssue.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .where(sa.text("import_issue.state = 'open'"))
    )


def _kept_aside(row: Any) -> KeptAside:
    return KeptAside(
        issue_id=row.issue_id,
        order_id=row.id,
        code=row.code,
        external_id=row.external_id,
        channel=row.channel,
        old_paid_minor=row.paid_minor,
        old_currency=row.currency,
        old_paid_at=row.paid_at,
        new_paid_minor=row.new_paid_minor,
        new_currency=row.new_currency,
        new_paid_at=row.new_paid_at,
        is_other_buyer=row.member_id != row.old_member_id,
        seen_at=row.created_at,
        window_ends_on=policy.window_ends_on(row.new_paid_at, row.return_window_days),
    )
