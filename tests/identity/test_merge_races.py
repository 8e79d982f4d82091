"""Merges at once with each other and with everything else: one outcome, nothing lost."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import service as shops
from app.commerce.models import Order
from app.commerce.queries.keys import tail_digest
from app.commerce.service import Claim
from app.community import service as community
from app.community.models import Thread
from app.identity import queries, service
from app.identity.models import Member, MemberMerge
from app.identity.types import Buyer, MemberRow, MemberState, MergeCause, SeedMember
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.ledger import queries as ledger
from tests.factories.commerce import a_channel, an_order
from tests.factories.community import some_boards
from tests.factories.identity import a_member
from tests.identity.merged import differences, drifts, dump, forget_sign_out, furnish
from tests.ledger.book import earn, spend

pytestmark = pytest.mark.race


def at_once(app: Flask, works: list[Callable[[], Any]]) -> list[Any]:
    """Run every work in a thread of its own, begun together; return what came or was refused."""
    db.session.remove()
    gate = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)
    broken: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                results[number] = works[number]()
            except DomainError as error:
                results[number] = error
            except BaseException as error:  # noqa: BLE001 - told to the test
                broken.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert broken == []
    return results


def buyers(*keys: str) -> list[int]:
    found = service.resolve_buyers("tmall", [Buyer(key) for key in keys], at=clock.now())
    return [found[key] for key in keys]


def open_merges() -> int:
    counted = sa.select(sa.func.count()).select_from(MemberMerge)
    return db.session.scalar(counted.where(MemberMerge.undone_at.is_(None))) or 0


def test_one_source_goes_into_one_of_many_targets(app: Flask) -> None:
    (source,) = buyers("b")
    an_order(source, number="A-1")
    targets = service.seed_members([SeedMember(f"t{n}", clock.now()) for n in range(8)])
    results = at_once(
        app,
        [
            lambda t=t: service.merge_members(source, t.id, cause=MergeCause.CLAIM)  # type: ignore[misc]
            for t in targets
        ],
    )
    won = [result for result in results if not isinstance(result, DomainError)]
    assert len(won) == 1
    assert open_merges() == 1
    owner = db.session.scalars(sa.select(Order.member_id)).one()
    assert owner == won[0].target_id == queries.survivor_of(source)
    assert drifts() == []


def test_the_same_merge_eight_times_is_one(app: Flask, alice: MemberRow) -> None:
    (source,) = buyers("b")
    an_order(source, number="A-1")
    results = at_once(
        app, [lambda: service.merge_members(source, alice.id, cause=MergeCause.CLAIM)] * 8
    )
    assert Counter(result.is_new for result in results) == {True: 1, False: 7}
    assert len({result.id for result in results}) == 1
    assert drifts() == []


def test_two_who_are_merged_into_each_other_end_as_one(app: Flask, staff: MemberRow) -> None:
    one, two = a_member("one"), a_member("two")
    for member in (one, two):
        earn(member.id, 10)
    by = {"cause": MergeCause.STAFF, "actor_id": staff.id}
    results = at_once(
        app,
        [
            lambda: service.merge_members(one.id, two.id, **by),  # type: ignore[arg-type]
            lambda: service.merge_members(two.id, one.id, **by),  # type: ignore[arg-type]
        ]
        * 3,
    )
    assert open_merges() == 1
    assert sum(not isinstance(r, DomainError) and r.is_new for r in results) == 1
    assert sum(ledger.balance(m.id).available for m in (one, two)) == 20
    assert drifts() == []


def test_a_merge_and_its_undoing_at_once(app: Flask, staff: MemberRow) -> None:
    source, target, _other = furnish()
    before = dump()
    merge_id = service.merge_members(
        source.id, target.id, cause=MergeCause.STAFF, actor_id=staff.id
    ).id
    results = at_once(app, [lambda: service.unmerge_members(merge_id, actor_id=staff.id)] * 6)
    assert Counter(results) == {True: 1, False: 5}
    forget_sign_out(target.id)
    assert differences(before) == {}
    assert drifts() == []


def test_points_spent_while_merging_are_spent_once(app: Flask, alice: MemberRow) -> None:
    (source,) = buyers("b")
    earn(source, 40)
    earn(alice.id, 40)
    works: list[Callable[[], Any]] = [
        lambda: service.merge_members(source, alice.id, cause=MergeCause.CLAIM)
    ]
    works += [lambda: spend(source, 10), lambda: spend(alice.id, 10)] * 6
    results = at_once(app, works)
    spent = sum(not isinstance(result, DomainError) for result in results[1:])
    assert ledger.balance(alice.id).available == 80 - 10 * spent
    assert spent == 8
    assert drifts() == []


def test_posts_and_orders_written_while_merging_follow(app: Flask, staff: MemberRow) -> None:
    source, target = a_member("sue"), a_member("tom")
    channel = a_channel()
    some_boards()

    def post() -> Any:
        return community.publish_thread(source.id, "pot", "While it happens", "hm")

    def order(number: int) -> Callable[[], Any]:
        return lambda: an_order(source.id, channel=channel, number=f"A-{number}")

    works: list[Callable[[], Any]] = [
        lambda: service.merge_members(
            source.id, target.id, cause=MergeCause.STAFF, actor_id=staff.id
        )
    ]
    at_once(app, [*works, post, *(order(number) for number in range(8))])
    service.carry_late_rows()
    assert set(db.session.scalars(sa.select(Order.member_id))) == {target.id}
    assert set(db.session.scalars(sa.select(Thread.author_id))) <= {target.id}
    assert drifts() == []


def test_a_claim_and_a_proved_contact_want_the_same_buyer(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    channel = a_channel()
    (source,) = buyers("b")
    an_order(source, channel=channel, number="A-1", lines=((None, 1, 50_00),))
    db.session.execute(sa.update(Order).values(tail_digest=tail_digest(channel.id, "A-1", "8001")))
    db.session.commit()
    told = Claim(channel.id, "A-1", 50_00, "8001")
    results = at_once(
        app,
        [
            lambda: shops.claim_order(alice.id, told, address="10.0.0.1"),
            lambda: service.merge_members(source, bob.id, cause=MergeCause.CONTACT),
        ],
    )
    assert open_merges() == 1
    owner = db.session.scalars(sa.select(Order.member_id)).one()
    assert owner in {alice.id, bob.id}
    assert len(results) == 2
    assert drifts() == []


def test_an_import_and_a_merge_of_its_buyers(app: Flask) -> None:
    targets = service.seed_members([SeedMember(f"t{n}", clock.now()) for n in range(5)])
    sources = buyers(*(f"b-{n}" for n in range(5)))
    channel = a_channel()

    def bring(start: int) -> Callable[[], Any]:
        def work() -> None:
            for number in range(start, start + 6):
                an_order(channel=channel, number=f"A-{number}", buyer=f"b-{number % 5}")

        return work

    merges: list[Callable[[], Any]] = [
        lambda s=s, t=t: service.merge_members(s, t.id, cause=MergeCause.CONTACT)  # type: ignore[misc]
        for s, t in zip(sources, targets, strict=True)
    ]
    at_once(app, [*merges, *(bring(start) for start in (0, 6, 12, 18))])
    service.carry_late_rows()
    owners = Counter(db.session.scalars(sa.select(Order.member_id)))
    assert set(owners) == {target.id for target in targets}
    assert sum(owners.values()) == 24
    silent = sa.select(sa.func.count()).select_from(Member)
    assert db.session.scalar(silent.where(Member.state == MemberState.SILENT)) == 0
    assert drifts() == []


def test_late_rows_are_found_within_the_hour(app: Flask, alice: MemberRow) -> None:
    (source,) = buyers("b")
    service.merge_members(source, alice.id, cause=MergeCause.CLAIM)
    an_order(source, number="late")
    clock.tick(timedelta(minutes=5))
    assert service.carry_late_rows() > 0
    assert db.session.scalars(sa.select(Order.member_id)).one() == alice.id
