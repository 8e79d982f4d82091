"""Orders: who buys what, where, and who comes back."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from app.demo.content import CHANNELS, PRODUCTS
from app.demo.content.types import Channel, Product
from app.demo.plan.crowd import FAN, Crowd
from app.demo.plan.refunding import FAN_REFUNDED, Returns
from app.demo.plan.types import Line, Ordered, Refunded
from app.demo.plan.year import DAYS, Year

_SEASON = (1.5, 1.15, 0.95, 0.8, 0.75, 0.9, 0.7, 0.75, 0.95, 1.1, 1.45, 1.6)  # hot-pots like cold
_FEASTS = {(11, 11): 6.0, (11, 10): 2.0, (6, 18): 3.5, (12, 12): 2.2, (12, 21): 1.8, (1, 1): 1.5}
_RETURNING = 0.58  # share of orders that come from somebody who has bought before
_MEMBERS = 0.55  # share of new buyers who are members
_REST = 9 * 86_400  # seconds: hardly anyone orders again within nine days
_LOYAL = 0.86  # share of repeat orders in the same channel as before
_FAVOURITE = 0.6  # share of repeat orders with the same main product
# The fan's own orders: how far in the year's they stand, and what is in them. One goes back, one
# holds a pack for trying, the last one may still go back. He has half of what can be collected.
_FANS = {
    0.35: {"SH-B02": 2, "SH-D01": 1},
    0.55: {"SH-B03": 1, "SH-N01": 1, "SH-S02": 1},
    FAN_REFUNDED: {"SH-S01": 2, "SH-B04": 1},
    0.84: {"SH-B09": 1, "SH-D02": 1},
    0.93: {"SH-B02": 1, "SH-T01": 1},
    1.0: {"SH-B03": 1, "SH-S03": 2},
}
_LATEST = 2 * 86_400  # seconds before the year's end: the last order is no older
_BY_SKU = {product.sku: product for product in PRODUCTS}


@dataclass(slots=True)
class _Buyer:
    number: int
    member: int | None
    channel: Channel
    favourite: Product
    last: int = 0
    bought: int = field(default=0)


def seasonal(day: date, place: int) -> float:
    """Return how well hot-pots sell on a day, in a business that grows."""
    growth = 0.7 + 0.6 * place / DAYS
    return growth * _SEASON[day.month - 1] * _FEASTS.get((day.month, day.day), 1.0)


def trade(seed: int, year: Year, crowd: Crowd, orders: int) -> Iterator[Ordered | Refunded]:
    """Yield orders and their refunds in the order they happen.

    Only refunds that are still to come are held in memory.
    """
    returns = Returns(seed, year)
    pending: list[tuple[datetime, int, Refunded]] = []
    serial = 0
    for paid, is_his_return in _orders(seed, year, crowd, orders):
        order = returns.deliver(paid)
        while pending and pending[0][0] <= order.at:
            yield heapq.heappop(pending)[2]
        yield order
        for refund in returns.of(order, is_certain=is_his_return):
            serial += 1
            heapq.heappush(pending, (refund.at, serial, refund))
    while pending:
        yield heapq.heappop(pending)[2]


def _orders(seed: int, year: Year, crowd: Crowd, orders: int) -> Iterator[tuple[Ordered, bool]]:
    """Yield orders in the order they are paid, and whether it is the one the fan sends back.

    Whoever has bought often is likelier to buy again: a few buyers make many orders, most one or
    two, the way shops know it. The demo's fan comes back all year, and lately, too.
    """
    rng = Random(f"trade/{seed}")  # noqa: S311 - stories, not secrets
    buyers: list[_Buyer] = []
    history: list[int] = []  # buyer of every order so far: drawing from it favours the frequent
    members = [member for member in range(len(crowd)) if member != FAN]
    rng.shuffle(members)
    fan = _Buyer(0, FAN, _channel(rng), _product(rng))
    buyers.append(fan)
    fans = {min(orders - 1, int(orders * share)): share for share in _FANS}
    for order, arrival in enumerate(year.arrivals(rng, orders, seasonal)):
        second = max(arrival, year.end - _LATEST) if order == orders - 1 else arrival
        buyer = fan if order in fans else _back_again(rng, buyers, history, second)
        if buyer is None:
            buyer = _newcomer(rng, crowd, members, (len(buyers), second))
            buyers.append(buyer)
        history.append(buyer.number)
        lines = _his(fans[order]) if order in fans else _basket(rng, buyer)
        buyer.favourite, buyer.last = lines[0].product, second
        buyer.bought += 1
        stamp = year.day_of(second).strftime("%y%m%d")
        number = f"{buyer.channel.prefix}{stamp}{order:07d}"
        at = year.moment(second)
        paid = Ordered(at, order, number, buyer.channel, buyer.number, buyer.member, lines)
        yield paid, fans.get(order) == FAN_REFUNDED


def _his(share: float) -> tuple[Line, ...]:
    return tuple(Line(_BY_SKU[sku], quantity) for sku, quantity in _FANS[share].items())


def _back_again(
    rng: Random, buyers: list[_Buyer], history: list[int], second: int
) -> _Buyer | None:
    if not history or rng.random() >= _RETURNING:
        return None
    for _ in range(4):
        buyer = buyers[rng.choice(history)]
        if buyer.member != FAN and second - buyer.last > _REST:
            if rng.random() >= _LOYAL:
                buyer.channel = _channel(rng)
            return buyer
    return None


def _newcomer(rng: Random, crowd: Crowd, members: list[int], place: tuple[int, int]) -> _Buyer:
    number, second = place
    member = None
    if members and rng.random() < _MEMBERS and crowd.joined[members[-1]] <= second:
        member = members.pop()
    elif members:
        members.insert(0, members.pop())  # not yet there: let somebody else be asked next time
    return _Buyer(number, member, _channel(rng), _product(rng))


def _channel(rng: Random) -> Channel:
    return rng.choices(CHANNELS, [channel.share for channel in CHANNELS])[0]


def _product(rng: Random) -> Product:
    return rng.choices(PRODUCTS, [product.demand for product in PRODUCTS])[0]


def _basket(rng: Random, buyer: _Buyer) -> tuple[Line, ...]:
    """Return one to four lines, the main product first."""
    main = buyer.favourite if buyer.bought and rng.random() < _FAVOURITE else _product(rng)
    wanted = {main.sku: main}
    for _ in range(rng.choices((0, 1, 2, 3), (42, 30, 18, 10))[0]):
        extra = _product(rng)
        wanted.setdefault(extra.sku, extra)
    return tuple(
        Line(product, 1 if product.category == "set" else rng.choices((1, 2, 3), (70, 23, 7))[0])
        for product in wanted.values()
    )
