"""Tiers, publications and invitations hold when many come at once."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import verify
from app.kernel.db import db
from app.kernel.errors import DomainError
from app.loyalty.models.supers import SuperStep
from app.loyalty.queries import counted, tier_pages
from app.loyalty.queries.ladders import ladders
from app.loyalty.service import ladders as ladder_service
from app.loyalty.service import supers
from app.loyalty.service import tiers as service
from tests.factories.tiers import grow

THREADS = 6


def together(app: Flask, act: Callable[[int], object]) -> list[object]:
    """Run ``act(0)`` … at one moment; return what came of each, refusals included."""
    start, got = threading.Barrier(THREADS), list[object]()

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                got.append(act(number))
            except DomainError as refused:
                got.append(refused)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


@pytest.mark.race
def test_growth_and_sweeps_at_once_make_one_history(app: Flask, alice: MemberRow) -> None:
    def act(number: int) -> object:
        if number % 2:
            return service.catch_up([alice.id])
        return grow(alice.id, 250)

    assert len(together(app, act)) == THREADS
    service.catch_up([alice.id])
    db.session.rollback()
    assert len(tier_pages.history(alice.id).items) == 1
    assert verify.run(("loyalty.tiers",))[0].drifts == ()


@pytest.mark.race
def test_one_draft_is_published_once(app: Flask, staff: MemberRow) -> None:
    draft_id = ladder_service.begin_draft(1, actor_id=staff.id)
    got = together(
        app, lambda _n: ladder_service.publish_draft(draft_id, seen=1, actor_id=staff.id)
    )
    assert sum(isinstance(each, DomainError) for each in got) == THREADS - 1
    db.session.rollback()
    assert [ladder.number for ladder in ladders()] == [1, 2]


@pytest.mark.race
def test_several_drafts_published_at_once_get_numbers_of_their_own(
    app: Flask, staff: MemberRow
) -> None:
    drafts = [ladder_service.begin_draft(1, actor_id=staff.id) for _n in range(THREADS)]
    together(app, lambda n: ladder_service.publish_draft(drafts[n], seen=1, actor_id=staff.id))
    db.session.rollback()
    numbers = [ladder.number for ladder in ladders()]
    moments = [ladder.effective_at for ladder in ladders()]
    assert numbers == sorted(set(numbers))
    assert moments == sorted(set(moments))


@pytest.mark.race
def test_the_sweep_in_two_workers_invites_once(
    app: Flask, alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(counted._readers, "net_spend", lambda _m, _w: {alice.id: 5_000_00})
    together(app, lambda _n: supers.review_all())
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SuperStep)) == 1
