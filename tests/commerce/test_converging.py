"""However the events of an order come, its points, lots and figures are the same in the end."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count, islice, pairwise, permutations
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.commerce.types import ChannelRow, RefundDraft
from app.kernel import verify
from tests.factories.commerce import a_channel
from tests.factories.deliveries import (
    POST,
    SPICY,
    TOMATO,
    Event,
    at,
    deliver,
    order,
    outcome,
    refund,
)

NUMBERS = count()
CHECKS = ("commerce.awards", "commerce.figures", "commerce.refunds", "commerce.states", "ledger")


@pytest.fixture
def shop(app: Flask) -> Iterator[ChannelRow]:
    yield a_channel()
    assert not any(report.drifts for report in verify.run(CHECKS))  # of all orders at once


def _six(number: str) -> list[Event]:
    """Return six events: an order, its correction, two refunds of a line, one of them cancelled
    later, and a refund of the whole order that is more than what is left.
    """
    return [
        order(number),
        order(number, 30, (TOMATO, replace(SPICY, paid_minor=25_00), POST), shipped_at=at(20)),
        refund(number, "a", 20_00, 10, line_ref="L1"),
        refund(number, "b", 12_50, 20, line_ref="TOMATO", qty=1),
        refund(number, "a", 20_00, 40, line_ref="L1", is_cancelled=True),
        refund(number, "c", 31_01, 50),
    ]


def _number() -> str:
    return f"N{next(NUMBERS)}"


def _after(shop: ChannelRow, number: str, batches: Sequence[Sequence[Event]]) -> dict[str, Any]:
    for batch in batches:
        deliver(shop, batch)
    return outcome(number)


def test_all_720_orders_of_six_events_come_to_the_same(shop: ChannelRow) -> None:
    number = _number()
    wanted = _after(shop, number, [[event] for event in _six(number)])
    # 75.00 of goods, less 12.50 of a line and 31.01 of the whole.
    assert (wanted["points"], wanted["growth"], wanted["award"]) == (31, 31, 31)
    assert wanted["figures"][:3] == (85_00, 43_51, 31_49)
    ways = {_number(): way for way in permutations(range(6))}
    assert len(ways) == 720
    told = {number: _six(number) for number in ways}
    for step in range(6):  # the next event of every order; each order in a way of its own
        for some in batched(ways, 240):
            deliver(shop, [told[number][ways[number][step]] for number in some])
    for number, way in ways.items():
        assert outcome(number) == wanted, way


def batched(numbers: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield so many at a time."""
    rest = iter(numbers)
    while some := list(islice(rest, size)):
        yield some


@st.composite
def _ways(draw: st.DrawFn) -> list[list[int]]:
    """Return the six events in any order, some twice, split over transactions anyhow."""
    twice = draw(st.lists(st.integers(0, 5), max_size=4))
    way = draw(st.permutations([*range(6), *twice]))
    cuts = draw(st.sets(st.integers(1, len(way) - 1)))
    edges = [0, *sorted(cuts), len(way)]
    return [way[start:end] for start, end in pairwise(edges)]


@given(way=_ways(), parts=st.lists(st.integers(1, 20_00), min_size=1, max_size=4), data=st.data())
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_duplicates_and_splits_over_transactions_and_into_parts_change_nothing(
    shop: ChannelRow, way: list[list[int]], parts: list[int], data: st.DataObject
) -> None:
    number = _number()
    wanted = _after(shop, number, [[event] for event in _six(number)])
    number = _number()
    events = _six(number)
    assert _after(shop, number, [[events[at] for at in batch] for batch in way]) == wanted
    # One refund of the sum, or several of its parts, before and after the order.
    total = sum(parts)
    whole, split = _number(), _number()
    single = _after(shop, whole, [[order(whole)], [refund(whole, "r", total, line_ref="L1")]])
    pieces: list[Event] = [
        refund(split, f"r{at}", part, line_ref=data.draw(st.sampled_from(["L1", "TOMATO"])))
        for at, part in enumerate(parts)
    ]
    told = data.draw(st.permutations([order(split), *pieces]))
    several = _after(shop, split, [[event] for event in told])
    for same in ("figures", "lines", "points", "growth", "lots", "award"):
        assert several[same] == single[same], same


MOMENTS = st.sampled_from([None, 1, 2, 3])


@st.composite
def _refund_versions(draw: st.DrawFn) -> list[dict[str, Any]]:
    version = st.fixed_dictionaries(
        {
            "name": st.sampled_from(["a", "b"]),
            "amount": st.sampled_from([0, 1_00, 25_00, 60_00]),
            "told": MOMENTS,
            "line_ref": st.sampled_from(["", "L1", "SPICY", "unknown"]),
            "is_cancelled": st.booleans(),
            "currency": st.sampled_from(["CNY", "CNY", "USD"]),
            "qty": st.integers(0, 3),
        }
    )
    return draw(st.lists(version, min_size=1, max_size=6))


SPLITS = st.sampled_from([(TOMATO, SPICY, POST), (TOMATO,), (SPICY, TOMATO), (POST,)])


@st.composite
def _order_versions(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return versions that all tell another moment."""
    version = st.fixed_dictionaries(
        {
            "lines": SPLITS,
            "is_cancelled": st.booleans(),
            "not_money_minor": st.sampled_from([0, 0, 7_77]),
            "paid_at": st.sampled_from([at(0), at(60 * 24 * 2), at(-60 * 24 * 40)]),
            "buyer": st.sampled_from(["lin", "man"]),
            "shipped_at": st.sampled_from([None, at(30), at(90)]),
        }
    )
    versions = draw(st.lists(version, min_size=1, max_size=3))
    return [{**each, "told": 10 * place} for place, each in enumerate(versions)]


@given(orders=_order_versions(), versions=_refund_versions(), data=st.data())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_versions_of_orders_and_refunds_converge_whatever_comes_first(
    shop: ChannelRow,
    orders: list[dict[str, Any]],
    versions: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    def told(number: str) -> list[Event]:
        made: list[Event] = [
            refund(number, each["name"], each["amount"], each["told"],
                   **{key: each[key] for key in ("line_ref", "is_cancelled", "currency", "qty")})
            for each in versions
        ]  # fmt: skip
        buyers = [f"{each['buyer']}-{number}" for each in orders]  # who bought nothing else
        return [
            *made,
            *(
                order(number, **{**each, "buyer": buyer})
                for each, buyer in zip(orders, buyers, strict=True)
            ),
        ]

    number, other = _number(), a_channel("jd")  # the same numbers in another shop
    for event in told(number):
        deliver(shop, [event])
    wanted = outcome(number, shop)
    way = data.draw(st.permutations(told(number)))
    for event in way:
        deliver(other, [event])
    assert outcome(number, other) == wanted
    assert 0 <= wanted["points"] <= 80


def test_a_refund_that_moves_to_another_order_takes_its_points_along(shop: ChannelRow) -> None:
    one, other = _number(), _number()
    deliver(shop, [order(one), order(other), refund(one, "x", 20_00, 1)])
    moved = replace(refund(one, "x", 20_00, 2), order_external_id=other)
    deliver(shop, [moved])
    assert (outcome(one)["points"], outcome(other)["points"]) == (80, 60)
    assert isinstance(moved, RefundDraft)
