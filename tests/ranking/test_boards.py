"""A board follows what happens: posts, likes, replies; and what is taken back is gone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.types import Ref
from app.moderation.types import HideReason
from app.ranking import queries, service
from app.ranking.models import RankingActivity, RankingScore
from app.ranking.types import Preference
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member
from tests.factories.ranking import a_board, settle

Counting = Callable[[], AbstractContextManager[list[str]]]


def score_of(member: MemberRow) -> int:
    """Return the member's score on the only board."""
    settle()
    found = db.session.scalar(
        sa.select(RankingScore.score).where(RankingScore.member_id == member.id)
    )
    db.session.rollback()
    return int(found or 0)


def nothing_drifts() -> None:
    """Fail if lines or scores differ from a full recomputation."""
    for report in verify.run(("ranking.lines", "ranking.scores")):
        assert report.drifts == ()
    db.session.rollback()


def test_posts_likes_and_replies_count_by_the_formula(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    a_board()
    thread = a_thread(alice)
    community.like_thread(bob.id, thread.thread_code)
    community.reply(bob.id, thread.thread_code, "好吃")
    assert score_of(alice) == 12
    assert score_of(bob) == 4
    community.like_reply(alice.id, thread.thread_code, 1)
    assert score_of(bob) == 6
    nothing_drifts()


def test_nobody_scores_by_liking_or_answering_himself(app: Flask, alice: MemberRow) -> None:
    a_board()
    thread = a_thread(alice)
    community.like_thread(alice.id, thread.thread_code)
    community.reply(alice.id, thread.thread_code, "自己顶一下")
    assert score_of(alice) == 10


def test_a_like_that_is_taken_back_counts_no_more(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    a_board()
    thread = a_thread(alice)
    for _again in range(2):
        community.like_thread(bob.id, thread.thread_code)
        assert score_of(alice) == 12
        community.unlike_thread(bob.id, thread.thread_code)
        assert score_of(alice) == 10
    nothing_drifts()


def test_a_removed_post_takes_its_likes_and_replies_along_and_brings_them_back(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    a_board()
    thread = a_thread(alice)
    community.like_thread(bob.id, thread.thread_code)
    community.reply(bob.id, thread.thread_code, "好吃")
    assert (score_of(alice), score_of(bob)) == (12, 4)
    community.remove_thread(alice.id, thread.thread_code)
    assert (score_of(alice), score_of(bob)) == (0, 0)
    nothing_drifts()
    community.bring_back_thread(alice.id, thread.thread_code)
    assert (score_of(alice), score_of(bob)) == (12, 4)
    nothing_drifts()


def test_what_the_team_hides_counts_no_more(
    app: Flask, alice: MemberRow, bob: MemberRow, moderator: MemberRow
) -> None:
    a_board()
    thread = a_thread(alice)
    community.reply(bob.id, thread.thread_code, "看我主页")
    assert score_of(bob) == 4
    reply_id = db.session.scalar(
        sa.select(RankingActivity.source_id).where(RankingActivity.act == "reply")
    )
    db.session.rollback()
    assert reply_id
    community.hide_reply(moderator.id, reply_id, HideReason.ADVERT)
    assert score_of(bob) == 0
    community.restore_reply(moderator.id, reply_id)
    assert score_of(bob) == 4
    community.hide_thread(moderator.id, thread.thread_id, HideReason.ADVERT)
    assert (score_of(alice), score_of(bob)) == (0, 0)
    nothing_drifts()


def test_flagged_content_counts_nothing_until_somebody_has_looked(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    a_board()
    early = a_thread(alice)
    ref = Ref("thread", early.thread_id)
    service.set_flagged([ref], is_flagged=True)  # before its line is there
    community.like_thread(bob.id, early.thread_code)
    assert score_of(alice) == 0
    nothing_drifts()
    service.set_flagged([ref], is_flagged=False)
    assert score_of(alice) == 12
    service.set_flagged([ref], is_flagged=True)
    assert score_of(alice) == 0


def test_facts_that_are_read_twice_change_nothing(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    a_board()
    thread = a_thread(alice)
    community.like_thread(bob.id, thread.thread_code)
    settle()
    for _again in range(3):
        assert service.gather() == 0  # read again within the seconds that are not settled
        assert service.rescore() == 0
    clock.tick(timedelta(minutes=1))
    service.gather()

    assert score_of(alice) == 12


def test_a_board_opened_in_the_middle_of_its_week_knows_what_was(
    app: Flask, alice: MemberRow
) -> None:
    a_thread(alice)
    settle()
    a_board()
    assert score_of(alice) == 10


def test_staff_and_who_hides_stand_on_no_board(
    app: Flask, client: Browser, alice: MemberRow, staff: MemberRow
) -> None:
    a_board()
    a_thread(alice, "番茄牛腩锅")
    a_thread(staff, "今日公告")
    settle()
    page = client.get("/rank").get_data(as_text=True)
    assert "alice" in page
    assert staff.name not in page
    service.prefer(alice.id, Preference(is_hidden=True))
    assert "alice" not in client.get("/rank").get_data(as_text=True)
    nothing_drifts()
    service.prefer(alice.id, Preference(alias="辣椒小姐"))
    settle()
    page = client.get("/rank").get_data(as_text=True)
    assert "辣椒小姐" in page
    assert "alice" not in page
    assert alice.yid not in page
    nothing_drifts()


def test_ranks_are_shared_and_ones_own_place_knows_its_neighbours(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow, koc: MemberRow
) -> None:
    a_board()
    threads = [a_thread(koc, f"第{n}锅") for n in range(2)]
    a_thread(alice, "牛油锅")
    a_thread(bob, "菌菇锅")
    settle()
    now = queries.boards_now()[0]
    assert now.period
    page = queries.top(now.period.id, now.board.draft.ties)
    assert [place.rank for place in page.items] == [1, 2, 2]
    around = queries.around(now.period.id, alice.id, now.board.draft.ties)
    db.session.rollback()
    assert around.mine
    assert around.mine.rank == 2
    shown = alice_client.get("/rank").get_data(as_text=True)
    assert "Why am I here?" in shown
    community.like_thread(alice.id, threads[0].thread_code)
    settle()
    assert "13 points to pass kora" in alice_client.get("/rank").get_data(as_text=True)


def test_the_board_takes_five_statements_with_few_and_with_many(
    app: Flask, alice_client: Browser, alice: MemberRow, count_statements: Counting
) -> None:
    a_board()
    a_thread(alice)
    settle()
    alice_client.get("/rank?board=week")
    with count_statements() as few:
        assert alice_client.get("/rank?board=week").status_code == 200
    for n in range(60):
        a_thread(a_member(f"fan{n}"), f"锅 {n}")
    settle()
    with count_statements() as many:
        page = alice_client.get("/rank?board=week").get_data(as_text=True)
    assert len(few) == len(many) <= 5
    after = page.partition("&amp;after=")[2].partition('"')[0]
    assert after
    assert alice_client.get(f"/rank?board=week&after={after}").status_code == 200
    with count_statements() as own:
        assert alice_client.get("/rank/week/me").status_code == 200
    assert len(own) <= 9


@pytest.mark.parametrize("address", ["/rank?board=nowhere", "/rank/nowhere/hall", "/rank/week/x"])
def test_a_board_that_is_not_there_is_a_404(client: Browser, address: str) -> None:
    assert client.get(address).status_code == 404


def test_without_boards_the_page_says_what_comes(client: Browser) -> None:
    assert "No board runs now" in client.get("/rank").get_data(as_text=True)


def test_the_breakdown_says_what_counted_and_what_did_not(
    app: Flask, alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    a_board()
    thread = a_thread(alice)
    community.like_thread(bob.id, thread.thread_code)
    service.set_flagged([Ref("thread", thread.thread_id)], is_flagged=True)
    second = a_thread(alice, "第二锅")
    settle()
    page = alice_client.get("/rank/week/me").get_data(as_text=True)
    assert "Being looked at" in page
    assert "10" in page
    assert f"/go/thread/{second.thread_id}" in page
