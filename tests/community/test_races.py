"""Many at once, on both databases: floors without gaps, one thread per form, one like per pair."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.community.service import replies, threads
from app.identity import service as identity
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import TooManyError
from app.ledger import queries as ledger
from tests.community.reading import drifts
from tests.factories.community import a_thread

THREADS = 12


def together(app: Flask, act: Callable[[int], Any]) -> list[Any]:
    """Run ``act(0)`` … ``act(11)`` in threads that start at one moment; return what they got."""
    start = threading.Barrier(THREADS)
    got: list[Any] = []
    errors: list[BaseException] = []

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                got.append(act(number))
            except BaseException as error:  # noqa: BLE001 - told to the test
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()  # let go of what was read before
    assert errors == []
    return got


@pytest.fixture
def fans(app: Flask) -> list[MemberRow]:
    """As many members as there are threads."""
    return identity.seed_members([SeedMember(f"fan{n}", clock.now()) for n in range(THREADS)])


@pytest.mark.race
def test_replies_at_once_stand_on_floors_without_gaps(
    app: Flask, alice: MemberRow, fans: list[MemberRow]
) -> None:
    code = a_thread(alice).thread_code
    sent = together(app, lambda n: [service.reply(fans[n].id, code, f"{i}") for i in range(3)])
    floors = sorted(reply.floor for many in sent for reply in many)
    assert floors == list(range(1, 3 * THREADS + 1))
    assert drifts() == []


@pytest.mark.race
def test_many_at_one_instant_keep_the_pace_of_one(
    app: Flask, alice: MemberRow, bob: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "PACE", queries.Pace(5, timedelta(hours=1)))
    monkeypatch.setattr(replies, "PACE", queries.Pace(5, timedelta(minutes=10)))
    code = a_thread(alice, "一").thread_code  # one of the five is written already

    def post(number: int) -> bool:
        try:
            if number % 2:
                a_thread(alice, f"{number}")
            else:
                service.reply(bob.id, code, f"{number}")
        except TooManyError:
            return False
        return True

    done = together(app, lambda n: [post(n), post(n)])
    assert sum(map(sum, done)) == 4 + 5
    assert drifts() == []


@pytest.mark.race
def test_replies_of_one_member_at_once_are_all_there(app: Flask, alice: MemberRow) -> None:
    code = a_thread(alice).thread_code
    sent = together(app, lambda n: service.reply(alice.id, code, f"{n}"))
    assert sorted(reply.floor for reply in sent) == list(range(1, THREADS + 1))
    assert drifts() == []


@pytest.mark.race
def test_one_form_sent_many_times_at_once_publishes_once(
    app: Flask, alice: MemberRow, boards: dict[str, int]
) -> None:
    sent = together(
        app, lambda _n: service.publish_thread(alice.id, "pot", "锅", "真香", (), "k" * 20)
    )
    assert len({made.thread_code for made in sent}) == 1
    assert sum(made.is_new for made in sent) == 1
    assert ledger.balance(alice.id).available == 10
    assert drifts() == []


@pytest.mark.race
def test_one_reply_form_sent_many_times_at_once_replies_once(app: Flask, alice: MemberRow) -> None:
    code = a_thread(alice).thread_code
    sent = together(app, lambda _n: service.reply(alice.id, code, "真香", request_key="k" * 20))
    assert {reply.floor for reply in sent} == {1}
    assert sum(reply.is_new for reply in sent) == 1
    assert drifts() == []


@pytest.mark.race
def test_likes_at_once_count_and_earn_once_for_each(
    app: Flask, alice: MemberRow, fans: list[MemberRow]
) -> None:
    code = a_thread(alice).thread_code
    before = ledger.balance(alice.id).available
    together(app, lambda n: [service.like_thread(fans[n].id, code) for _ in range(3)])
    count = db.session.scalar(sa.select(queries.THREAD.c.like_count))
    assert count == THREADS
    assert ledger.balance(alice.id).available == before + THREADS
    assert drifts() == []


@pytest.mark.race
def test_one_member_tapping_wildly_leaves_one_like_or_none(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(alice).thread_code
    before = ledger.balance(alice.id).available
    acts = (service.like_thread, service.unlike_thread)
    together(app, lambda n: [acts[(n + i) % 2](bob.id, code) for i in range(4)])
    assert db.session.scalar(sa.select(queries.THREAD.c.like_count)) in {0, 1}
    assert ledger.balance(alice.id).available == before + 1
    assert drifts() == []


@pytest.mark.race
def test_two_who_follow_each_other_at_once_do_not_wait_for_ever(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    pair = (alice, bob)
    acts = (service.follow, service.unfollow)
    together(app, lambda n: [acts[i % 2](pair[n % 2].id, pair[1 - n % 2].yid) for i in range(4)])
    assert drifts() == []


@pytest.mark.race
def test_taking_down_and_bringing_back_at_once_keeps_the_figures(
    app: Flask, alice: MemberRow, fans: list[MemberRow]
) -> None:
    code = a_thread(alice).thread_code
    acts = (service.remove_thread, service.bring_back_thread)
    together(app, lambda n: [acts[(n + i) % 2](alice.id, code) for i in range(4)])
    assert drifts() == []
