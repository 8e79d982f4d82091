"""Several who edit the catalogue at once: one wins, the others are told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import Barrier

import pytest
from flask import Flask

from app.commerce.queries.channel_settings import settings_of
from app.commerce.service import catalogue as service
from app.commerce.service.channel_settings import change_channel
from app.commerce.types.catalogue import CatalogueError, ChannelChangedError, ProductChangedError
from app.identity.types import MemberRow
from app.kernel.db import db
from app.kernel.errors import DomainError
from tests.factories.catalogue import a_product, a_sku, stored
from tests.factories.commerce import a_channel

pytestmark = pytest.mark.race

THREADS = 4


def _at_once(app: Flask, works: list[Callable[[], object]]) -> list[object]:
    """Run every work in a thread of its own, begun together; return what came or was raised."""
    db.session.remove()
    gate = Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        with app.app_context():
            gate.wait()
            try:
                return work()
            except DomainError as error:
                return type(error)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_of_many_who_save_one_version_one_wins(app: Flask, staff: MemberRow) -> None:
    draft = a_product(skus=(a_sku("S-1", 100),)).draft
    works: list[Callable[[], object]] = [
        partial(
            service.change_product,
            replace(draft, name_en=f"Name {n}", skus=(a_sku("S-1", 200 + n),)),
            version=1,
            actor_id=staff.id,
        )
        for n in range(THREADS)
    ]
    results = _at_once(app, works)
    assert results.count(True) == 1
    assert results.count(ProductChangedError) == THREADS - 1
    winner = results.index(True)
    state = stored("sesame-dip")
    assert (state.version, state.draft.name_en) == (2, f"Name {winner}")
    assert state.draft.skus[0].price_minor == 200 + winner


def test_an_address_is_taken_by_one(app: Flask, staff: MemberRow) -> None:
    other = a_product("other").draft
    works: list[Callable[[], object]] = [
        partial(
            service.make_product,
            replace(other, slug="new-one", skus=(a_sku(f"N-{n}"),)),
            actor_id=staff.id,
        )
        for n in range(THREADS)
    ]
    results = _at_once(app, works)
    assert results.count(None) == 1
    assert results.count(CatalogueError) == THREADS - 1
    assert len(stored("new-one").draft.skus) == 1


def test_a_sku_code_is_taken_by_one_product(app: Flask, staff: MemberRow) -> None:
    other = a_product("other").draft
    works: list[Callable[[], object]] = [
        partial(
            service.make_product,
            replace(other, slug=f"new-{n}", skus=(a_sku("ONE"),)),
            actor_id=staff.id,
        )
        for n in range(THREADS)
    ]
    results = _at_once(app, works)
    assert results.count(None) == 1
    assert results.count(CatalogueError) == THREADS - 1


def test_of_many_who_save_a_channel_one_wins(app: Flask, staff: MemberRow) -> None:
    a_channel("tmall")
    _, seen = settings_of("tmall")
    works: list[Callable[[], object]] = [
        partial(
            change_channel,
            replace(seen, earning_permille=1100 + n),
            seen=seen.mark,
            actor_id=staff.id,
        )
        for n in range(THREADS)
    ]
    results = _at_once(app, works)
    assert results.count(True) == 1
    assert results.count(ChannelChangedError) == THREADS - 1
