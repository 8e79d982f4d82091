"""What staff see of orders."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.models import Channel, ImportBatch, ImportIssue, Order, OrderLine
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
from app.commerce.queries.stories import RefundView, refunds_of, steps_of
from app.commerce.types import IssueState, KeptAside
from app.identity.models import Member
from app.identity.queries import person_columns, person_from
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.types import Page, Person, Ref
from app.ledger import queries as ledger
from app.ledger.queries import SourcePosting

PAGE = 50
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2200, 1, 1)

STATES = ("waiting", "settled", "disputed", "partly", "refunded", "cancelled", "withdrawn")
"""Filters of the list: return window open, over, figures in dispute, and what came back."""

MAX_MINOR = 10**15


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of orders is narrowed to; empty texts leave it wide.

    Attributes:
        channel: a channel's code.
        state: one of :data:`STATES`.
        q: an order's number or code, or a member's Yid, all whole.
        since: first business day of payment.
        until: last business day of payment.
        least: smallest amount paid, as people write it: ``12.50``.
        most: largest amount paid.
        sku: an item that is in it, whole.
    """

    channel: str = ""
    state: str = ""
    q: str = ""
    since: str = ""
    until: str = ""
    least: str = ""
    most: str = ""
    sku: str = ""

    def named(self) -> dict[str, str]:
        """Return what narrows the list, by name."""
        return {name: value for name, value in asdict(self).items() if value}


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
    file_name: str | None
    row_number: int
    created_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class StaffOrder:
    """An order with its buyer, its refunds, its postings and all figures that ever came for it."""

    view: OrderView
    buyer: Person
    decisions: Sequence[Decision]
    refunds: Sequence[RefundView] = ()
    postings: Sequence[SourcePosting] = ()

    @property
    def excess_minor(self) -> int:
        """Return what was refunded above what had been paid, in the order's currency."""
        currency = self.view.card.currency
        return sum(each.excess_minor for each in self.refunds if each.currency == currency)

    @property
    def has_other_currency(self) -> bool:
        """Return whether a refund is in another currency than the order, and so counts nothing."""
        currency = self.view.card.currency
        return any(each.is_active and each.currency != currency for each in self.refunds)


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
        "partly": sa.and_(Order.refunded_minor > 0, Order.refunded_minor < Order.paid_minor),
        "refunded": sa.and_(Order.refunded_minor > 0, Order.refunded_minor == Order.paid_minor),
        "cancelled": Order.cancelled_at.is_not(None),
        "withdrawn": Order.withdrawn_at.is_not(None),
    }
    if filters.state in by_state:
        conditions.append(by_state[filters.state])
    if filters.q.strip():
        conditions.append(_matches(filters.q.strip()))
    return [*conditions, *_ranges(filters), *_items(filters)]


def _ranges(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    """Yield conditions on day and amount; what is no day or amount narrows nothing."""
    if since := _day(filters.since):
        yield Order.paid_at >= clock.day_start(since)
    if until := _day(filters.until):
        yield Order.paid_at < clock.day_end(until)
    if (least := _minor(filters.least)) is not None:
        yield Order.paid_minor >= least
    if (most := _minor(filters.most)) is not None:
        yield Order.paid_minor <= most


def _items(filters: Filters) -> Iterator[sa.ColumnElement[bool]]:
    if sku := filters.sku.strip():
        yield sa.exists().where(OrderLine.order_id == Order.id, OrderLine.sku == sku)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _minor(text: str) -> int | None:
    try:
        minor = Decimal(text.strip().replace(",", "")) * 100
    except InvalidOperation:
        return None
    return int(minor) if minor.is_finite() and abs(minor) <= MAX_MINOR else None


def _matches(q: str) -> sa.ColumnElement[bool]:
    # By number within each channel: that is the unique index (channel, number).
    is_number = sa.or_(Order.external_id == q, Order.printed_number == q)
    by_number = sa.and_(Order.channel_id.in_(sa.select(Channel.id)), is_number)
    code = ids.read_code(q)
    if code is None:
        return by_number
    by_yid = Order.member_id == sa.select(Member.id).where(Member.yid == code).scalar_subquery()
    return sa.or_(by_number, Order.code == code, by_yid)


def staff_order(code: str) -> StaffOrder:
    """Return an order for staff. Six statements.

    Raises:
        NotFoundError: there is none of that code.
    """
    with_buyer = order_join().join(Member, Member.id == Order.member_id)
    row = row_by_code(code, source=with_buyer, columns=person_columns())
    decisions = db.session.execute(
        sa.select(ImportIssue.__table__, ImportBatch.file_name)
        .outerjoin(ImportBatch, ImportBatch.id == ImportIssue.batch_id)
        .where(ImportIssue.order_id == row.id)
        .order_by(ImportIssue.id)
    )
    return StaffOrder(
        view_from(row, lines_of([row.id])[row.id], steps_of(row.id)),
        person_from(row),
        [_decision(each) for each in decisions],
        refunds_of(row.id),
        ledger.postings_of_source(Ref("order", row.id)),
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


def counting_kept_aside() -> sa.Select[int]:
    """Return the statement that tells how many orders wait for a decision (a partial index)."""
    return (
        sa.select(sa.func.count())
        .select_from(ImportIssue)
        .where(sa.text("import_issue.state = 'open'"))
    )


def kept_aside_count() -> int:
    """Return how many orders wait for a decision. One statement."""
    return int(db.session.scalar(counting_kept_aside()) or 0)


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
