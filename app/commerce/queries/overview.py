"""What each channel sold in a period, what came back, who bought, and what it earned.

Every figure is about the orders *paid* in the period: a refund counts with its order, whenever it
happened. Orders of a rolled-back import count nowhere. Four statements, whatever the data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.commerce.models import Channel, Order, OrderAward, OrderLine, OrderStep, Refund, Sku
from app.commerce.types import LineKind, RefundPhase, RefundState
from app.identity.models import Member
from app.identity.queries import SIGNED_UP, link_proofs, proof_of
from app.identity.types import LinkProof
from app.kernel import clock
from app.kernel.db import db

SORTS = ("net", "gross", "orders", "returns", "match")
PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back in one phase: money that counts, and orders it came back from."""

    minor: int = 0
    orders: int = 0


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    """A channel's figures in one currency; money in minor units.

    Attributes:
        refunded_minor: what came back of the orders' money, whenever it did.
        cancelled_minor: what was left of orders that the channel cancelled as a whole.
        returned_orders: orders of which anything came back.
        buyers: different members; whoever buys in two channels counts in both.
        matched: orders whose buyer has signed up.
        matched_by: the same, by how his identity in the channel was linked; None: not linked.
        given: points of orders whose return window is over; ``pending``: of the others.
        taken_back: points that went back again for refunds, cancellations and corrections.
        below_floor: orders with a line of goods below the channel's price floor.
        floor_permille: that floor, in thousandths of the list price; None: there is none.
    """

    code: str
    name: str
    currency: str
    orders: int = 0
    lines: int = 0
    buyers: int = 0
    gross_minor: int = 0
    refunded_minor: int = 0
    cancelled_minor: int = 0
    returned_orders: int = 0
    matched: int = 0
    given: int = 0
    pending: int = 0
    taken_back: int = 0
    below_floor: int = 0
    floor_permille: int | None = None
    phases: Mapping[RefundPhase, Returned] = field(default_factory=dict)
    matched_by: Mapping[LinkProof | None, int] = field(default_factory=dict)

    @property
    def net_minor(self) -> int:
        """Return gross less what came back and what was cancelled."""
        return self.gross_minor - self.refunded_minor - self.cancelled_minor

    @property
    def return_rate(self) -> float:
        """Return the share of the money that came back."""
        return _share(self.refunded_minor, self.gross_minor)

    @property
    def returned_share(self) -> float:
        """Return the share of orders of which anything came back."""
        return _share(self.returned_orders, self.orders)

    @property
    def match_rate(self) -> float:
        """Return the share of orders whose buyer has signed up."""
        return _share(self.matched, self.orders)

    def phase(self, phase: RefundPhase) -> Returned:
        """Return what came back in a phase."""
        return self.phases.get(phase, Returned())

    def phase_rate(self, phase: RefundPhase) -> float:
        """Return the share of the money that came back in a phase."""
        return _share(self.phase(phase).minor, self.gross_minor)

    def phase_share(self, phase: RefundPhase) -> float:
        """Return the share of orders of which something came back in a phase."""
        return _share(self.phase(phase).orders, self.orders)


@dataclass(frozen=True, slots=True)
class Overview:
    """Channels of a period, and their totals: one for each currency, the largest first."""

    channels: Sequence[ChannelFigures]
    totals: Sequence[ChannelFigures]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def overview(first: date, last: date, sort: str = "net") -> Overview:
    """Return the figures of orders paid from ``first`` to ``last``, both included."""
    period = (
        Order.paid_at >= clock.day_start(first),
        Order.paid_at < clock.day_end(last),
        Order.withdrawn_at.is_(None),
    )
    lines, phases, proofs = _lines(period), _phases(period), _proofs(period)
    figures = []
    for row in _orders(period):
        key = (row.id, row.currency)
        line_count, below_floor = lines.get(key, (0, 0))
        figures.append(
            ChannelFigures(
                row.code,
                row.name,
                row.currency,
                row.orders,
                line_count,
                row.buyers,
                int(row.gross),
                int(row.refunded),
                int(row.cancelled),
                int(row.returned_orders),
                int(row.matched),
                int(row.given),
                int(row.pending),
                int(row.taken_back),
                below_floor,
                row.price_floor_permille,
                phases.get(key, {}),
                proofs.get(key, {}),
            )
        )
    return Overview(_sorted(figures, sort), _totals(figures))


def _orders(period: Sequence[sa.ColumnElement[bool]]) -> Sequence[Any]:
    """Return every channel with the sums of its orders, one row a currency; empty ones too."""
    taken = (
        sa.select(OrderStep.order_id, (-sa.func.sum(OrderStep.moved_points)).label("points"))
        .join(Order, Order.id == OrderStep.order_id)
        .where(*period, OrderStep.moved_points < 0)
        .group_by(OrderStep.order_id)
        .subquery("taken")
    )
    is_over = Order.window_ends_on < clock.business_date()
    points = sa.func.coalesce(OrderAward.points, 0)
    currency = sa.func.coalesce(Order.currency, Channel.currency)
    return db.session.execute(
        sa.select(
            Channel.id,
            Channel.code,
            Channel.name,
            Channel.price_floor_permille,
            currency.label("currency"),
            sa.func.count(Order.id).label("orders"),
            sa.func.count(sa.distinct(Order.member_id)).label("buyers"),
            _sum(Order.paid_minor, "gross"),
            _sum(Order.refunded_minor, "refunded"),
            _sum_if(
                Order.cancelled_at.is_not(None),
                Order.paid_minor - Order.refunded_minor,
                "cancelled",
            ),
            _sum_if(Order.refunded_minor > 0, 1, "returned_orders"),
            _sum_if(Member.state.in_(SIGNED_UP), 1, "matched"),
            _sum_if(is_over, points, "given"),
            _sum_if(sa.not_(is_over), points, "pending"),
            _sum(taken.c.points, "taken_back"),
        )
        .select_from(Channel)
        .outerjoin(Order, sa.and_(Order.channel_id == Channel.id, *period))
        .outerjoin(Member, Member.id == Order.member_id)
        .outerjoin(OrderAward, OrderAward.order_id == Order.id)
        .outerjoin(taken, taken.c.order_id == Order.id)
        .group_by(Channel.id, Channel.code, Channel.name, Channel.price_floor_permille, currency)
        .order_by(Channel.name, currency)
    ).all()


def _sum(what: Any, name: str) -> Any:
    return sa.func.coalesce(sa.func.sum(what), 0).label(name)


def _sum_if(condition: sa.ColumnElement[bool], what: Any, name: str) -> Any:
    return _sum(sa.case((condition, what), else_=0), name)


Key = tuple[int, str]


def _lines(period: Sequence[sa.ColumnElement[bool]]) -> dict[Key, tuple[int, int]]:
    """Return how many lines there are, and how many orders have one below the floor."""
    is_below = sa.and_(
        OrderLine.kind == LineKind.GOODS,
        Sku.currency == Order.currency,
        OrderLine.paid_minor * PERMILLE
        < Channel.price_floor_permille * Sku.price_minor * OrderLine.qty,
    )
    rows = db.session.execute(
        sa.select(
            Order.channel_id,
            Order.currency,
            sa.func.count().label("lines"),
            sa.func.count(sa.distinct(sa.case((is_below, Order.id)))).label("below"),
        )
        .select_from(Order)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .join(Channel, Channel.id == Order.channel_id)
        .outerjoin(Sku, Sku.code == OrderLine.sku)
        .where(*period)
        .group_by(Order.channel_id, Order.currency)
    )
    return {(row.channel_id, row.currency): (row.lines, row.below) for row in rows}


def _phases(period: Sequence[sa.ColumnElement[bool]]) -> dict[Key, dict[RefundPhase, Returned]]:
    rows = db.session.execute(
        sa.select(
            Order.channel_id,
            Order.currency,
            Refund.phase,
            _sum(Refund.effective_minor, "minor"),
            sa.func.count(sa.distinct(Order.id)).label("orders"),
        )
        .select_from(Order)
        .join(Refund, Refund.order_id == Order.id)
        .where(*period, Refund.state == RefundState.ACTIVE, Refund.effective_minor > 0)
        .group_by(Order.channel_id, Order.currency, Refund.phase)
    )
    found: dict[Key, dict[RefundPhase, Returned]] = {}
    for row in rows:
        phases = found.setdefault((row.channel_id, row.currency), {})
        phases[row.phase] = Returned(int(row.minor), row.orders)
    return found


def _proofs(period: Sequence[sa.ColumnElement[bool]]) -> dict[Key, dict[LinkProof | None, int]]:
    proofs = link_proofs()
    rows = db.session.execute(
        sa.select(
            Order.channel_id, Order.currency, proofs.c.strength, sa.func.count().label("orders")
        )
        .select_from(Order)
        .join(Channel, Channel.id == Order.channel_id)
        .join(Member, Member.id == Order.member_id)
        .outerjoin(
            proofs,
            sa.and_(proofs.c.member_id == Order.member_id, proofs.c.channel == Channel.code),
        )
        .where(*period, Member.state.in_(SIGNED_UP))
        .group_by(Order.channel_id, Order.currency, proofs.c.strength)
    )
    found: dict[Key, dict[LinkProof | None, int]] = {}
    for row in rows:
        by_proof = found.setdefault((row.channel_id, row.currency), {})
        by_proof[proof_of(row.strength)] = row.orders
    return found


def _sorted(figures: Sequence[ChannelFigures], sort: str) -> list[ChannelFigures]:
    keys = {
        "net": lambda each: each.net_minor,
        "gross": lambda each: each.gross_minor,
        "orders": lambda each: each.orders,
        "returns": lambda each: each.return_rate,
        "match": lambda each: each.match_rate,
    }
    return sorted(figures, key=keys.get(sort, keys["net"]), reverse=True)


SUMMED = (
    "orders", "lines", "buyers", "gross_minor", "refunded_minor", "cancelled_minor",
    "returned_orders", "matched", "given", "pending", "taken_back", "below_floor",
)  # fmt: skip


def _totals(figures: Sequence[ChannelFigures]) -> list[ChannelFigures]:
    """Return one total for each currency that has orders."""
    found: dict[str, ChannelFigures] = {}
    for each in figures:
        if each.orders:
            so_far = found.get(each.currency, ChannelFigures("", "", each.currency))
            found[each.currency] = _plus(so_far, each)
    return sorted(found.values(), key=lambda each: each.gross_minor, reverse=True)


def _plus(one: ChannelFigures, other: ChannelFigures) -> ChannelFigures:
    sums = {name: getattr(one, name) + getattr(other, name) for name in SUMMED}
    phases = {
        phase: Returned(
            one.phase(phase).minor + other.phase(phase).minor,
            one.phase(phase).orders + other.phase(phase).orders,
        )
        for phase in RefundPhase
    }
    proofs: dict[LinkProof | None, int] = {}
    for proof in (None, *LinkProof):
        proofs[proof] = one.matched_by.get(proof, 0) + other.matched_by.get(proof, 0)
    return replace(one, **sums, phases=phases, matched_by=proofs)
