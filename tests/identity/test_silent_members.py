"""Buyers become silent members, each once, in bulk."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity import queries, service
from app.identity.models import Member
from app.identity.types import MemberState
from app.kernel import clock
from app.kernel.db import db

Counting = Callable[[], AbstractContextManager[list[str]]]


def _buyers(numbers: range, channel: str = "shop") -> list[tuple[str, str]]:
    return [(channel, f"buyer-{number}") for number in numbers]


def _members() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Member)) or 0


def test_every_buyer_becomes_one_silent_member_with_a_yid_of_his_own(app: Flask) -> None:
    made = service.create_silent_members(_buyers(range(500)) * 2, at=clock.now())
    again = service.create_silent_members(_buyers(range(500)), at=clock.now())
    assert made == again
    assert len(set(made.values())) == 500
    assert _members() == 500
    someone = queries.get_member(made[("shop", "buyer-7")])
    assert someone.state is MemberState.SILENT
    assert queries.find_member_by_yid(someone.yid.lower()) == someone


def test_the_same_number_in_two_channels_is_two_people(app: Flask) -> None:
    made = service.create_silent_members([("a", "1"), ("b", "1")], at=clock.now())
    assert made[("a", "1")] != made[("b", "1")]


def test_a_chunk_of_500_buyers_costs_three_statements_and_one_when_they_are_known(
    app: Flask, count_statements: Counting
) -> None:
    with count_statements() as first:
        service.create_silent_members(_buyers(range(500)), at=clock.now())
    with count_statements() as second:
        service.create_silent_members(_buyers(range(500)), at=clock.now())
    assert len(first) == 3, first
    assert len(second) == 1


@pytest.mark.race
def test_imports_at_once_agree_on_who_a_buyer_is(app: Flask) -> None:
    """Eight importers meet over overlapping buyers: one member each, no orphans."""
    barrier, results = Barrier(8), {}

    def run(worker: int) -> None:
        with app.app_context():
            barrier.wait()
            buyers = _buyers(range(worker * 10, worker * 10 + 100))
            results[worker] = service.create_silent_members(buyers, at=clock.now())

    threads = [Thread(target=run, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 8
    agreed: dict[tuple[str, str], int] = {}
    for made in results.values():
        for identity, member_id in made.items():
            assert agreed.setdefault(identity, member_id) == member_id
    assert len(agreed) == 170
    assert _members() == 170
