"""Deliveries and what goes back: after a live show much of it, elsewhere a little."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from app.demo.plan.crowd import FAN
from app.demo.plan.types import Ordered, Refunded
from app.demo.plan.year import Year

FAN_REFUNDED = 0.72  # how far in the year's orders the one stands that the fan sends back
LIVE = "douyin"  # the channel where people buy in a live show, and think better of it
_OFTEN, _SELDOM = 0.4, 0.1
_AT_ONCE = {True: 0.6, False: 0.35}  # share of refunds before shipping, after a show or not
_WHOLE = 0.6  # share of refunds after receipt that are for everything
_HOUR, _DAY = 3600, 86_400


class Returns:
    """Draws when orders arrive, and what of them goes back. Has chance of its own."""

    def __init__(self, seed: int, year: Year) -> None:
        """Prepare for the orders of a year, to be asked for in their order."""
        self._rng = Random(f"returns/{seed}")  # noqa: S311 - stories, not secrets
        self._year = year

    def deliver(self, order: Ordered) -> Ordered:
        """Return the order with the moments when it was shipped and received, if it was by now."""
        paid = int(order.at.timestamp())
        shipped = paid + self._rng.randint(6 * _HOUR, 40 * _HOUR)
        received = shipped + self._rng.randint(_DAY, 4 * _DAY)
        end = self._year.end
        return replace(
            order,
            shipped_at=self._year.moment(shipped) if shipped < end else None,
            received_at=self._year.moment(received) if received < end else None,
        )

    def of(self, order: Ordered, *, is_certain: bool = False) -> Iterator[Refunded]:
        """Yield the refunds of an order, within its return window and this year.

        Args:
            order: as :meth:`deliver` gives it.
            is_certain: it is the one that the fan sends back: first a part, then the rest.
        """
        if is_certain:
            yield from self._in_two(order)
            return
        is_live = order.channel.code == LIVE
        drawn, at_once = self._rng.random(), self._rng.random() < _AT_ONCE[is_live]
        if order.member == FAN or drawn >= (_OFTEN if is_live else _SELDOM):
            return
        paid = int(order.at.timestamp())
        if at_once or order.received_at is None:
            second = paid + self._rng.randint(600, 5 * _HOUR)
            found = [self._whole(order, second)]
        else:
            last = paid + order.channel.return_days * _DAY
            arrived = int(order.received_at.timestamp())
            second = min(last, arrived + self._rng.randint(2 * _HOUR, 4 * _DAY))
            found = [self._some(order, second)]
        yield from (refund for refund in found if int(refund.at.timestamp()) < self._year.end)

    def _whole(self, order: Ordered, second: int) -> Refunded:
        pieces = sum(line.quantity for line in order.lines)
        came_back = pieces if order.received_at and second > order.received_at.timestamp() else 0
        return Refunded(
            self._year.moment(second), order, f"{order.number}-R1", order.total_minor,
            quantity=came_back,
        )  # fmt: skip

    def _some(self, order: Ordered, second: int) -> Refunded:
        """Return a refund of everything, of a line, or of one piece of it."""
        if self._rng.random() < _WHOLE:
            return self._whole(order, second)
        line = self._rng.choice(order.lines)
        pieces = self._rng.randint(1, line.quantity)
        return Refunded(
            self._year.moment(second), order, f"{order.number}-R1",
            line.product.price_minor * pieces, line.product.sku, pieces,
        )  # fmt: skip

    def _in_two(self, order: Ordered) -> Iterator[Refunded]:
        """Yield the fan's: one piece had thawed, then he sent everything back."""
        if order.received_at is None:
            return
        first, arrived = order.lines[0], int(order.received_at.timestamp())
        piece = first.product.price_minor
        parts = [(3 * _HOUR, piece, first.product.sku, 1)]
        parts.append((20 * _HOUR, order.total_minor - piece, "", 0))
        for turn, (later, amount, sku, pieces) in enumerate(parts, start=1):
            if arrived + later < self._year.end:
                at = self._year.moment(arrived + later)
                yield Refunded(at, order, f"{order.number}-R{turn}", amount, sku, pieces)
