"""Stored figures are what a recount gives, and ``flask verify`` names the one that is not."""

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.identity.types import MemberRow
from app.kernel.db import db, use_case
from tests.community.reading import drifts
from tests.factories.community import a_photo, a_thread


@pytest.fixture
def lively(alice: MemberRow, bob: MemberRow, boards: dict[str, int]) -> str:
    """A thread with photos, replies, likes and a follower."""
    made = a_thread(alice, photo_ids=[a_photo(alice), a_photo(alice, 90, 90)])
    for member in (alice, bob):
        service.reply(member.id, made.thread_code, "真香")
        service.like_thread(member.id, made.thread_code)
        service.like_reply(member.id, made.thread_code, 1)
    service.follow(bob.id, alice.yid)
    return made.thread_code


TAMPER: list[tuple[sa.Table, dict[str, int | None], str]] = [
    (queries.THREAD, {"reply_count": 9}, "reply_count is stored as 9, counted 2"),
    (queries.THREAD, {"last_floor": 9}, "last_floor is stored as 9, counted 2"),
    (queries.THREAD, {"last_floor": 9}, "2 replies stand on floors up to 9"),
    (queries.THREAD, {"like_count": 0}, "like_count is stored as 0, counted 2"),
    (queries.THREAD, {"photo_count": 1}, "photo_count is stored as 1, counted 2"),
    (queries.THREAD, {"cover_media_id": None}, "cover_media_id is stored as None, counted"),
    (queries.REPLY, {"like_count": 7}, "like_count is stored as 7, counted"),
    (queries.BOARD, {"thread_count": 5}, "thread_count is stored as 5, counted"),
    (queries.TALLY, {"thread_count": 5}, "thread_count is stored as 5, counted"),
    (queries.TALLY, {"reply_count": 5}, "reply_count is stored as 5, counted 1"),
    (queries.TALLY, {"like_count": 5}, "like_count is stored as 5, counted"),
    (queries.TALLY, {"follower_count": 5}, "follower_count is stored as 5, counted"),
    (queries.TALLY, {"following_count": 5}, "following_count is stored as 5, counted"),
]


def test_a_lively_place_has_no_drift(lively: str) -> None:
    assert drifts() == []


def test_every_figure_that_drifts_is_named(lively: str) -> None:
    for table, values, sentence in TAMPER:
        db.session.execute(sa.update(table).values(values))
        assert any(sentence in drift for drift in drifts("community.counters")), sentence
        db.session.rollback()
    assert drifts() == []


def test_a_gap_in_the_floors_is_named(app: Flask, lively: str) -> None:
    @use_case
    def tamper() -> None:
        table = queries.REPLY
        db.session.execute(sa.update(table).where(table.c.floor == 2).values(floor=3))
        db.session.execute(sa.update(queries.THREAD).values(last_floor=3))

    tamper()
    assert drifts("community.counters") == [f"thread {lively}: 2 replies stand on floors up to 3"]


def test_the_command_says_so_and_fails(app: Flask, lively: str) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["verify", "community.counters"]).exit_code == 0

    @use_case
    def tamper() -> None:
        db.session.execute(sa.update(queries.THREAD).values(like_count=77))

    tamper()
    failed = run(args=["verify", "community.counters"])
    assert failed.exit_code == 1
    assert "like_count is stored as 77" in failed.output
