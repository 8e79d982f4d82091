"""Everything at once: buyers, staff, payment services and a merge work on the same few orders.

Whatever interleaves, only refusals come out, figures add up, points are where they belong.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import service as identity
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.ledger import queries as ledger
from app.ledger import service as points
from app.rewards import service
from app.rewards.models import ORDER
from app.rewards.policy import ENDED
from app.rewards.types import Came, Delivery, State, Told, VariantDraft
from app.seats import service as seat_service
from tests.coupons.pools import a_pool
from tests.factories import mall, seats
from tests.rewards.test_races import crowd, together

ITEMS = ("mug", "pan", "early", "code", "night")
CHECKS = (
    "rewards.stocks", "rewards.orders", "rewards.steps", "rewards.money", "coupons.counts",
    "coupons.givings", "seats.taken", "ledger",
)  # fmt: skip
EARNED = 1_000


def a_street(staff: MemberRow) -> str:
    """Put one of each on the shelf: parcel, money part, ahead, coupon, seat."""
    kinds = [VariantDraft(code="one", is_endless=True)]
    mall.an_item("mug", stock=4)
    mall.an_item("pan", stock=4, price_minor=990)
    now = clock.now()
    mall.an_item(
        "early", stock=4, deposit_points=30, rest_from=now - timedelta(hours=1),
        rest_until=now + timedelta(days=3),
    )  # fmt: skip
    pool = a_pool(staff, 4)
    mall.an_item("code", delivery=Delivery.GOODS, goods=f"coupon:{pool}", variants=kinds)
    occasion = seats.an_occasion(staff, seats=4, return_hours=0)
    seats.in_the_mall(occasion)
    return occasion


def a_job(rng: random.Random, people: list[MemberRow], staff: MemberRow, occasion: str) -> Any:
    """Return something that somebody does next; which orders there are is read when he does it."""
    who, number = rng.choice(people).id, rng.randrange(10**9)
    slug, spare = rng.choice(ITEMS), rng.random()

    def order() -> Any:
        rows = db.session.execute(sa.select(ORDER.c.code, ORDER.c.member_id)).all()
        db.session.rollback()
        return rows[int(spare * len(rows))] if rows else None

    def with_order(do: Callable[[Any], Any]) -> Any:
        found = order()
        return do(found) if found else None

    def told(code: str, reference: int) -> Told:
        minor = rng.choice((990, 990, 1))
        return Told(
            delivery_id=f"m{reference}", body_digest=f"{reference}", order_code=code, minor=minor,
            currency="CNY", paid_at=clock.now(), reference=f"bank-{reference % 5}",
        )  # fmt: skip

    came = partial(Came, minor=990, note="", request_key=f"{number % 7}" * 20)
    jobs: list[Callable[[], Any]] = [
        *[partial(mall.buy, who, slug, seen_minor=990 if slug == "pan" else 0)] * 6,
        *[lambda: with_order(lambda row: service.cancel(row.member_id, row.code))] * 3,
        lambda: with_order(lambda row: service.refund(row.code, actor_id=staff.id)),
        lambda: with_order(lambda row: service.mark_paid(row.code, actor_id=staff.id)),
        lambda: with_order(lambda row: service.pay_rest(row.member_id, row.code)),
        lambda: with_order(lambda row: service.take_payment(told(row.code, number % 9))),
        lambda: with_order(
            lambda row: service.note_late(came(order_code=row.code), actor_id=staff.id)
        ),
        lambda: service.end_all_of(who),
        lambda: points.freeze(who),
        *[lambda: points.unfreeze(who)] * 2,
        service.end_unpaid,
    ]
    if spare < 0.02:
        jobs = [lambda: seat_service.call_off(staff.id, occasion)]
    return rng.choice(jobs)


@pytest.mark.race
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_interleaves_every_figure_adds_up(app: Flask, staff: MemberRow, seed: int) -> None:
    rng = random.Random(seed)
    occasion = a_street(staff)
    people = crowd(5, EARNED)
    jobs = [a_job(rng, people, staff, occasion) for _number in range(88)]
    merge = partial(
        identity.merge_members, people[4].id, people[3].id, cause=MergeCause.STAFF,
        actor_id=staff.id,
    )  # fmt: skip
    jobs.insert(40, merge)
    got = together(app, 8, jobs)
    assert [each for each in got if isinstance(each, Exception) and not _is_refusal(each)] == []
    while seat_service.settle_called_off():
        pass
    for report in verify.run(CHECKS):
        assert not report.drifts, report
    _points_are_where_they_belong(people)
    for each in people[:4]:
        points.unfreeze(each.id)
    with clock.frozen(clock.now() + timedelta(days=9)):
        while service.end_unpaid():
            pass
        for report in verify.run(CHECKS):
            assert not report.drifts, report
        _points_are_where_they_belong(people)


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, DomainError)


def _points_are_where_they_belong(people: list[MemberRow]) -> None:
    """What was earned is available, held for an order that waits, or spent on one that lives."""
    db.session.rollback()
    ids = [each.id for each in people]
    found = ledger.balances(ids)
    rows = db.session.execute(sa.select(ORDER).where(ORDER.c.member_id.in_(ids))).all()
    alive = [row for row in rows if row.state not in ENDED]
    waiting = {State.WAITING_MONEY, State.WAITING_REST}
    held = sum(row.deposit_points or row.points for row in alive if row.state in waiting)
    spent = sum(row.points for row in alive if row.state not in waiting)
    kept = {each.id: found[each.id] for each in people if each.id in found}
    assert sum(each.held for each in kept.values()) == held
    assert sum(each.available for each in kept.values()) == len(people) * EARNED - held - spent
