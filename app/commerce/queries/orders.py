"""What a member sees of his orders, and what each of them earned."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.models import Channel, Order, OrderAward, OrderLine, Product, Sku
from app.commerce.queries.keys import key_after, older_than
from app.commerce.queries.stories import StepView, steps_of
from app.commerce.types import LineKind, LineStanding, OrderState
from app.kernel import i18n, ids
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.types import Page

PAGE = 20
SHOWN_LINES = 2


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order in a list.

    Attributes:
        points: what it earned; 0 for orders worth less than a point.
        usable_from: day from which the points can be spent; a past day: they can be.
        lines: what was bought, in a few words; empty where the channel does not say.
        refunded_minor: how much of what was paid came back.
        is_cancelled: the shop cancelled the whole order.
        is_withdrawn: its import was rolled back; it counts as nothing.
        printed_number: what its buyer reads in letters, where the channel's own number is another.
    """

    id: int
    code: str
    external_id: str
    channel: str
    paid_at: datetime
    paid_minor: int
    currency: str
    state: OrderState
    points: int
    window_ends_on: date
    lines: str = ""
    refunded_minor: int = 0
    is_cancelled: bool = False
    is_withdrawn: bool = False
    printed_number: str | None = None

    @property
    def number(self) -> str:
        """Return the number that its buyer reads in letters."""
        printed = self.printed_number or ""
        is_id = printed.isdecimal() and not self.external_id.isdecimal()
        return self.external_id if is_id or not printed else printed

    @property
    def net_minor(self) -> int:
        """Return what stays paid; nothing of a cancelled or withdrawn order."""
        return 0 if self.is_void else self.paid_minor - self.refunded_minor

    @property
    def is_void(self) -> bool:
        """Return whether the order counts as nothing."""
        return self.is_cancelled or self.is_withdrawn

    @property
    def is_window_open(self) -> bool:
        """Return whether the order may still come back."""
        return not policy.is_window_over(self.window_ends_on)

    @property
    def is_pending(self) -> bool:
        """Return whether the points are still on their way."""
        return self.points > 0 and self.is_window_open

    @property
    def usable_from(self) -> date:
        """Return the first day on which the points can be spent."""
        return policy.usable_from(self.window_ends_on)


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of an order; ``name`` is the product's, or its SKU, or empty.

    Attributes:
        points: its share of what the order earns now; together they are exactly that.
    """

    name: str
    sku: str | None
    qty: int
    paid_minor: int
    line_no: int = 0
    kind: LineKind = LineKind.GOODS
    refunded_minor: int = 0
    refunded_qty: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class OrderView:
    """One order in full.

    Attributes:
        is_foreign: paid in another currency than its channel's: earns nothing by itself.
    """

    card: OrderCard
    lines: Sequence[LineView]
    return_window_days: int
    rule_version: int | None
    revision: int
    earning_minor: int = 0
    not_money_minor: int = 0
    earning_permille: int = 1000
    shipped_at: datetime | None = None
    received_at: datetime | None = None
    steps: Sequence[StepView] = ()
    is_foreign: bool = False

    @property
    def pieces(self) -> int:
        """Return how many pieces were bought."""
        return sum(line.qty for line in self.lines)


def order_columns() -> list[Any]:
    """Return what an order card needs; from :func:`order_join`."""
    return [
        Order.id,
        Order.code,
        Order.external_id,
        Order.printed_number,
        Channel.name.label("channel"),
        Channel.return_window_days,
        Channel.currency.label("home_currency"),
        Order.paid_at,
        Order.paid_minor,
        Order.currency,
        Order.state,
        Order.window_ends_on,
        Order.revision,
        Order.refunded_minor,
        Order.earning_minor,
        Order.not_money_minor,
        Order.cancelled_at,
        Order.withdrawn_at,
        Order.shipped_at,
        Order.received_at,
        OrderAward.points,
        OrderAward.rule_version,
        OrderAward.earning_permille,
    ]


def order_join() -> sa.FromClause:
    """Return orders with their channel and, where there is one, their award."""
    return (
        sa.join(Order, Channel, Channel.id == Order.channel_id)
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
    )  # fmt: skip


def card_from(row: Any, lines: Sequence[LineView] = ()) -> OrderCard:
    """Return the card of a row with :func:`order_columns`."""
    return OrderCard(
        row.id,
        row.code,
        row.external_id,
        row.channel,
        row.paid_at,
        row.paid_minor,
        row.currency,
        row.state,
        row.points or 0,
        row.window_ends_on,
        shortened(lines),
        row.refunded_minor,
        row.cancelled_at is not None,
        row.withdrawn_at is not None,
        row.printed_number,
    )


def shortened(lines: Sequence[LineView]) -> str:
    """Return the names of an order's first lines, and how many more there are."""
    names = [line.name for line in lines if line.name]
    if not names:
        return ""
    more = len(lines) - len(names[:SHOWN_LINES])
    shown = " · ".join(names[:SHOWN_LINES])
    return shown if more <= 0 else _("%(names)s and %(num)s more", names=shown, num=more)


def my_orders(member_id: int, after: str | None = None, limit: int = PAGE) -> Page[OrderCard]:
    """Return a member's orders, the newest payment first. Two statements."""
    rows = db.session.execute(
        sa.select(*order_columns())
        .select_from(order_join())
        .where(
            Order.member_id == member_id,
            Order.withdrawn_at.is_(None),
            *older_than(after, Order.paid_at, Order.id),
        )
        .order_by(Order.paid_at.desc(), Order.id.desc())
        .limit(limit + 1)
    ).all()
    shown = rows[:limit]
    lines = lines_of([row.id for row in shown])
    next_key = key_after(shown[-1].paid_at, shown[-1].id) if len(rows) > limit else None
    return Page([card_from(row, lines[row.id]) for row in shown], next_key)


def my_order(member_id: int, code: str) -> OrderView:
    """Return one of a member's orders with its story. Three statements.

    Raises:
        NotFoundError: there is none of that code, or it is somebody else's.
    """
    row = row_by_code(code, Order.member_id == member_id)
    return view_from(row, lines_of([row.id])[row.id], steps_of(row.id))


def row_by_code(
    text: str,
    *conditions: sa.ColumnElement[bool],
    source: sa.FromClause | None = None,
    columns: Sequence[Any] = (),
) -> Any:
    """Return the row of an order by its code as a person writes it.

    Args:
        text: the code.
        conditions: what else must hold.
        source: where to select from; default :func:`order_join`.
        columns: what to select besides :func:`order_columns`.

    Raises:
        NotFoundError: there is none that meets the conditions.
    """
    row = db.session.execute(
        sa.select(*order_columns(), *columns)
        .select_from(order_join() if source is None else source)
        .where(Order.code == ids.read_code(text), *conditions)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def view_from(row: Any, lines: Sequence[LineView], steps: Sequence[StepView] = ()) -> OrderView:
    """Return an order in full, with what each line earns."""
    card = card_from(row, lines)
    return OrderView(
        card,
        _with_points(lines, card.points),
        row.return_window_days,
        row.rule_version,
        row.revision,
        row.earning_minor,
        row.not_money_minor,
        row.earning_permille or 1000,
        row.shipped_at,
        row.received_at,
        steps,
        row.currency != row.home_currency,
    )


def _with_points(lines: Sequence[LineView], points: int) -> list[LineView]:
    standing = [
        LineStanding(
            line.line_no, line.kind, line.qty, line.paid_minor, line.refunded_minor,
            line.refunded_qty,
        )
        for line in lines
    ]  # fmt: skip
    shares = policy.points_by_line(standing, points)
    return [replace(line, points=shares[line.line_no]) for line in lines]


def lines_of(order_ids: Collection[int]) -> dict[int, list[LineView]]:
    """Return the lines of orders with their products' names. One statement, none for no ids."""
    found: dict[int, list[LineView]] = defaultdict(list)
    if not order_ids:
        return found
    name = Product.name_zh if i18n.locale_tag().startswith("zh") else Product.name_en
    rows = db.session.execute(
        sa.select(
            OrderLine.order_id,
            OrderLine.sku,
            OrderLine.qty,
            OrderLine.paid_minor,
            OrderLine.line_no,
            OrderLine.kind,
            OrderLine.refunded_minor,
            OrderLine.refunded_qty,
            name.label("name"),
        )
        .outerjoin(Sku, Sku.code == OrderLine.sku)
        .outerjoin(Product, Product.id == Sku.product_id)
        .where(OrderLine.order_id.in_(list(order_ids)))
        .order_by(OrderLine.order_id, OrderLine.line_no)
    )
    for row in rows:
        found[row.order_id].append(
            LineView(
                row.name or row.sku or "",
                row.sku,
                row.qty,
                row.paid_minor,
                row.line_no,
                row.kind,
                row.refunded_minor,
                row.refunded_qty,
            )
        )
    return found


def address_of(order_id: int, viewer_id: int | None, *, is_staff: bool) -> tuple[str, bool] | None:
    """Return an order's code and whether it is the viewer's own, or None if he may not know it."""
    row = db.session.execute(
        sa.select(Order.code, Order.member_id).where(Order.id == order_id)
    ).one_or_none()
    if row is None or viewer_id is None:
        return None
    is_own = row.member_id == viewer_id
    return (row.code, is_own) if is_own or is_staff else None
