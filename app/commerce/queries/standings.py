"""Orders' current rows, and where they stand by them. Set-wise, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from app.commerce import policy
from app.commerce.models import Channel, Order, OrderAward, OrderLine, Refund
from app.commerce.types import (
    LineFigures,
    OrderFigures,
    RefundFigures,
    RefundState,
    Standing,
)
from app.kernel.db import db, is_one_of
from app.loyalty import queries as rules

ORDERS = cast("sa.Table", Order.__table__)
LINES = cast("sa.Table", OrderLine.__table__)
REFUNDS = cast("sa.Table", Refund.__table__)
AWARDS = cast("sa.Table", OrderAward.__table__)
HOME_CURRENCY = (
    sa.select(Channel.currency)
    .where(Channel.id == ORDERS.c.channel_id)
    .scalar_subquery()
    .label("home_currency")
)
"""The currency of an order's channel, beside its row."""


class _Award(NamedTuple):
    """What of a row of ``order_award`` decides points and their postings."""

    rule_version: int
    member_id: int
    points: int
    moves: int
    earning_permille: int
    campaign: str
    lifted_points: int
    plain_permille: int | None


@dataclass(frozen=True, slots=True)
class OrderRows:
    """An order as it is stored, and where it stands by its rows.

    Attributes:
        order: its row of ``sales_order``, with ``home_currency``, its channel's.
        award: what its row of ``order_award`` says, or None.
        lifted: what its campaign's budget pays for it; None: as its award says.
    """

    order: Any
    lines: Sequence[Any]
    refunds: Sequence[Any]
    award: Any
    standing: Standing
    lifted: int | None = None

    @property
    def rule_version(self) -> int:
        """Return the rules its points are computed under: those of its first award."""
        return self.award.rule_version if self.award else rules.shown_version()

    @property
    def earning_permille(self) -> int:
        """Return what its channel earned against the rules at its first award."""
        return self.award.earning_permille if self.award else 1000

    @property
    def target(self) -> int:
        """Return the points that its figures make."""
        return self.points_of(self.standing.earning_minor)

    @property
    def is_gone(self) -> bool:
        """Return whether nothing of it earns any more."""
        return _is_void(self.order) or self.standing.earning_minor <= 0

    def points_of(self, earning_minor: int) -> int:
        """Return the points that so much would make; 0 for an order that counts as nothing."""
        if _is_void(self.order) or _is_foreign(self.order):
            return 0
        if not self.is_lifted:
            return self._worth(earning_minor, self.earning_permille)
        plain = self._worth(earning_minor, self.award.plain_permille)
        return plain + min(self.lifted_points, self.lift_of(earning_minor))

    def _worth(self, earning_minor: int, permille: int) -> int:
        return rules.order_points(earning_minor, permille=permille, rule_version=self.rule_version)

    @property
    def is_lifted(self) -> bool:
        """Return whether a campaign lifted it whose budget follows what stays of it."""
        return bool(self.award and self.award.campaign and self.award.plain_permille is not None)

    @property
    def lifted_points(self) -> int:
        """Return what its campaign's budget pays for it."""
        if self.lifted is not None:
            return self.lifted
        return int(self.award.lifted_points) if self.award else 0

    @property
    def lift(self) -> int:
        """Return what its campaign should pay for it by its figures, if the budget allows."""
        return self.lift_of(self.standing.earning_minor)

    def lift_of(self, earning_minor: int) -> int:
        """Return what its campaign adds to so much; 0 for an order that counts as nothing."""
        if not self.is_lifted or _is_void(self.order) or _is_foreign(self.order):
            return 0
        lifted = self._worth(earning_minor, self.earning_permille)
        return lifted - self._worth(earning_minor, self.award.plain_permille)


def lock_orders(*which: sa.ColumnElement[bool]) -> Sequence[Any]:
    """Lock orders until the transaction ends, in ascending id; return their rows as they are then.

    One statement. The rows are those that :func:`rows_of` takes.
    """
    query = sa.select(ORDERS, HOME_CURRENCY).where(*which).order_by(ORDERS.c.id)
    return db.session.execute(query.with_for_update(of=ORDERS)).all()


def locked_rows(order_ids: Collection[int], locked: Sequence[Any] = ()) -> list[OrderRows]:
    """Return orders, locked, with everything that decides their points, in ascending id.

    Three statements, two where all of them are locked already.

    Args:
        order_ids: at most about a thousand; unknown ones are left out.
        locked: rows that :func:`lock_orders` returned in this transaction, not written since.
    """
    wanted = set(order_ids)
    known = [row for row in locked if row.id in wanted]
    if missing := wanted - {row.id for row in known}:
        known += lock_orders(is_one_of(ORDERS.c.id, missing))
    return rows_of(sorted(known, key=lambda row: row.id)) if known else []


def rows_of(orders: Sequence[Any]) -> list[OrderRows]:
    """Return orders with everything that decides their points. Two statements.

    Args:
        orders: rows of ``sales_order`` with HOME_CURRENCY.
    """
    order_ids = [order.id for order in orders]
    lines, awards = _lines_and_awards(order_ids)
    refunds = _refunds(order_ids)
    return [
        OrderRows(
            order,
            lines[order.id],
            refunds[order.id],
            awards.get(order.id),
            _standing(order, lines[order.id], refunds[order.id]),
        )
        for order in orders
    ]


def _lines_and_awards(
    order_ids: Collection[int],
) -> tuple[Mapping[int, list[Any]], Mapping[int, Any]]:
    """Return orders' lines, and their awards: each row of lines carries its order's award."""
    rows = db.session.execute(
        sa.select(*LINES.c, ORDERS.c.id, *(AWARDS.c[name] for name in _Award._fields))
        .select_from(ORDERS)
        .outerjoin(AWARDS, AWARDS.c.order_id == ORDERS.c.id)
        .outerjoin(LINES, LINES.c.order_id == ORDERS.c.id)
        .where(is_one_of(ORDERS.c.id, order_ids))
        .order_by(ORDERS.c.id, LINES.c.line_no)
    )
    lines: dict[int, list[Any]] = defaultdict(list)
    awards: dict[int, Any] = {}
    width = len(LINES.c)
    for row in rows:
        order_id = row[width]
        if row.line_no is not None:
            lines[order_id].append(row)
        if order_id not in awards and row[width + 1] is not None:
            awards[order_id] = _Award(*row[width + 1 :])
    return lines, awards


def _refunds(order_ids: Collection[int]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(REFUNDS)
        .where(is_one_of(REFUNDS.c.order_id, order_ids))
        .order_by(REFUNDS.c.order_id, REFUNDS.c.id)
    )
    for row in rows:
        found[row.order_id].append(row)
    return found


def _standing(order: Any, lines: Sequence[Any], refunds: Sequence[Any]) -> Standing:
    return policy.order_standing(
        OrderFigures(
            order.paid_minor,
            order.currency,
            order.not_money_minor,
            _is_void(order),
            _is_foreign(order),
        ),
        [line_figures(line) for line in lines],
        [_refund_figures(refund) for refund in refunds],
    )


def _is_void(order: Any) -> bool:
    return order.cancelled_at is not None or order.withdrawn_at is not None


def _is_foreign(order: Any) -> bool:
    return bool(order.currency != order.home_currency)


def line_figures(row: Any) -> LineFigures:
    """Return what of a row of ``sales_line`` decides points."""
    return LineFigures(row.line_no, row.sku, row.external_id, row.qty, row.paid_minor, row.kind)


def _refund_figures(row: Any) -> RefundFigures:
    return RefundFigures(
        row.id,
        row.external_id,
        row.amount_minor,
        row.currency,
        row.line_ref,
        row.qty,
        row.refunded_at,
        row.state is RefundState.ACTIVE,
    )
