"""The bulk doors load a community as if it had been lived: fast, and with the right figures."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.community.types import (
    SeedFollow,
    SeedLike,
    SeedReply,
    SeedThread,
    TitleMissingError,
    UnknownBoardError,
)
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.facts import FactRow
from tests.community.reading import drifts, text_of, titles
from tests.factories.community import a_painted_photo
from tests.factories.identity import Browser


def seeds(author: MemberRow, count: int, *photo_ids: int) -> list[SeedThread]:
    start = clock.now() - timedelta(days=30)
    return [
        SeedThread(
            author.id,
            "pot" if n % 3 else "dips",
            f"第 {n} 锅",
            f"今晚的锅底是**番茄**，第 {n} 次。\n\n你们家里还会放什么？",
            start + timedelta(minutes=n),
            photo_ids,
        )
        for n in range(count)
    ]


def test_everything_that_was_loaded_is_there_and_counts(
    client: Browser, alice: MemberRow, bob: MemberRow, boards: dict[str, int]
) -> None:
    photos = [a_painted_photo(alice) for _ in range(3)]
    threads = service.seed_threads(seeds(alice, 30, *photos))
    at = clock.now()
    first = threads[0]
    floors = service.seed_replies(
        [
            SeedReply(first.id, bob.id, "真香", at),
            SeedReply(threads[1].id, bob.id, "也香", at),
            SeedReply(first.id, alice.id, "谢谢", at, reply_to=1),
            SeedReply(first.id, alice.id, "到不了的楼", at, reply_to=9),
        ]
    )
    assert floors == [1, 1, 2, 3]
    assert service.seed_replies([SeedReply(first.id, bob.id, "再说", at)]) == [4]
    likes = [
        SeedLike(first.id, bob.id, at),
        SeedLike(first.id, bob.id, at),
        SeedLike(first.id, alice.id, at),
        SeedLike(first.id, bob.id, at, floor=2),
    ]
    assert [like is not None for like in service.seed_likes(likes)] == [True, False, True, True]
    assert service.seed_likes(likes) == [None] * 4
    follows = [SeedFollow(bob.id, alice.id, at), SeedFollow(bob.id, bob.id, at)]
    assert [service.seed_follows(follows) for _ in range(2)] == [1, 0]
    assert drifts() == []
    page = text_of(client.get(f"/p/{first.code}"))
    assert "<strong>番茄</strong>" in page
    assert page.count("data-pswp-width") == 3
    assert titles(client.get("/"))[0] == "第 29 锅"
    assert service.reply(bob.id, first.code, "后来").floor == 5


def test_facts_are_noted_with_their_own_day(alice: MemberRow, boards: dict[str, int]) -> None:
    (seed,) = seeds(alice, 1)
    service.seed_threads([seed])
    fact = db.session.execute(sa.select(FactRow.__table__)).one()
    assert (fact.name, fact.occurred_at) == ("thread.published", seed.at)
    assert fact.on_date == clock.business_date(seed.at)


def test_one_bad_row_loads_nothing(alice: MemberRow, boards: dict[str, int]) -> None:
    good = seeds(alice, 3)
    nowhere = SeedThread(alice.id, "nowhere", "x", "y", clock.now())
    blank = SeedThread(alice.id, "pot", " ", "y", clock.now())
    for bad, error in ((nowhere, UnknownBoardError), (blank, TitleMissingError)):
        with pytest.raises(error):
            service.seed_threads([*good, bad])
    with pytest.raises(LookupError):
        service.seed_replies([SeedReply(12345, alice.id, "x", clock.now())])
    made = service.seed_threads(good)
    with pytest.raises(LookupError):
        service.seed_likes([SeedLike(made[0].id, alice.id, clock.now(), floor=1)])
    assert db.session.scalar(sa.select(sa.func.count()).select_from(queries.THREAD)) == 3
    assert drifts() == []


def test_nothing_is_fine(app: Flask) -> None:
    assert service.seed_threads([]) == []
    assert service.seed_replies([]) == []
    assert service.seed_likes([]) == []
    assert service.seed_follows([]) == 0


def test_boards_are_loaded_in_order_and_brought_up_to_date(boards: dict[str, int]) -> None:
    from tests.factories.community import DIPS, POT

    again = service.seed_boards([DIPS, POT])
    assert again == boards
    assert {b.slug for b in queries.boards()} == {"pot", "dips"}


def test_loading_threads_is_set_wise(
    alice: MemberRow, boards: dict[str, int], count_statements: object
) -> None:
    service.seed_threads(seeds(alice, 10))
    few = many = 0
    for size in (10, 2_000):
        with count_statements() as seen:  # type: ignore[operator]
            service.seed_threads(seeds(alice, size))
        few, many = many, len(seen)
    # Threads of one moment may want one id in the search; they are asked about once, all together.
    assert few <= many <= few + 1
    assert many <= 8
