"""Who watches a thread, board, topic or member is told what is new there: once, and no more."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_babel import force_locale

from app.community import service
from app.community.queries.news import waiting_posts
from app.community.queries.tables_reading import NEWS
from app.community.service import news, topics, watching
from app.community.types import Published
from app.community.types.reading import NewsState, TopicPlan, WatchKind, WatchLevel
from app.identity.types import MemberRow
from app.kernel import clock, jobs, tails, verify
from app.kernel.db import db
from app.moderation.types import HideReason
from app.notify import queries
from app.notify.service import spreading
from app.notify.types import find_kind
from tests.factories.community import a_thread
from tests.factories.identity import a_member

Counting = Callable[[], AbstractContextManager[list[str]]]
WATCHING, TRACKING, MUTED = WatchLevel.WATCHING, WatchLevel.TRACKING, WatchLevel.MUTED


def run() -> int:
    return jobs.run("community.watched").handled


def told(member: MemberRow, locale: str = "en") -> list[tuple[str, str]]:
    """Title and text of his notices, the newest first."""
    found = []
    with force_locale(locale):
        for each in queries.notices(member.id).items:
            kind = find_kind(each.kind)
            assert kind is not None
            said = kind.words(each.params)
            found.append((str(said.title), said.text))
    db.session.rollback()
    return found


def no_drift() -> bool:
    db.session.rollback()
    return not [drift for report in verify.run(("notify.people",)) for drift in report.drifts]


def watch(member: MemberRow, kind: WatchKind, key: str, level: WatchLevel = WATCHING) -> None:
    watching.set_watch(member.id, kind, key, level)


def a_topic(staff: MemberRow) -> None:
    today = clock.business_date()
    plan = TopicPlan("winter", "冬天的锅", "Winter pots")
    topics.plan_topic(plan, today, today, actor_id=staff.id)


@pytest.fixture
def thread(alice: MemberRow) -> Published:
    return a_thread(alice, "番茄牛腩锅")


@pytest.fixture
def cleo(app: Flask) -> MemberRow:
    return a_member("Cleo")


def test_new_replies_of_a_watched_thread_gather(
    alice: MemberRow, bob: MemberRow, cleo: MemberRow, thread: Published
) -> None:
    watch(cleo, WatchKind.THREAD, thread.thread_code)
    service.reply(bob.id, thread.thread_code, "first")
    run()
    assert told(cleo) == [("bob replied in a post you watch", "番茄牛腩锅")]
    service.reply(alice.id, thread.thread_code, "second")
    service.reply(bob.id, thread.thread_code, "third")
    run()
    assert told(cleo) == [("3 new replies in a post you watch", "番茄牛腩锅")]
    assert run() == 0
    assert no_drift()


def test_new_threads_of_a_board_gather(
    bob: MemberRow, cleo: MemberRow, boards: dict[str, int]
) -> None:
    watch(cleo, WatchKind.BOARD, "pot")
    a_thread(bob, "一")
    run()
    assert told(cleo) == [("bob posted in Pot of the day", "一")]
    a_thread(bob, "二")
    a_thread(bob, "蘸料", board="dips")
    run()
    assert told(cleo) == [("2 new posts in Pot of the day", "By bob")]
    assert no_drift()


def test_a_topic_and_a_member_are_watched_too_and_each_post_is_told_once(
    bob: MemberRow, cleo: MemberRow, staff: MemberRow, boards: dict[str, int]
) -> None:
    a_topic(staff)
    watch(cleo, WatchKind.BOARD, "pot")
    watch(cleo, WatchKind.TOPIC, "winter")
    a_thread(bob, "一", "#winter# 冷")
    run()
    assert told(cleo) == [("bob posted in #Winter pots#", "一")]
    watch(cleo, WatchKind.MEMBER, bob.yid)
    a_thread(bob, "二", "#winter# 冷")
    run()
    assert told(cleo) == [("bob has a new post", "二"), ("bob posted in #Winter pots#", "一")]
    a_thread(bob, "三")
    run()
    assert told(cleo)[0] == ("2 new posts by bob", "")
    assert run() == 0


def test_tracking_and_normal_tell_nothing(
    alice: MemberRow, bob: MemberRow, cleo: MemberRow, thread: Published
) -> None:
    watch(cleo, WatchKind.THREAD, thread.thread_code, TRACKING)
    watch(cleo, WatchKind.BOARD, "pot", TRACKING)
    watch(cleo, WatchKind.MEMBER, bob.yid, TRACKING)
    service.follow(cleo.id, bob.yid)
    service.reply(bob.id, thread.thread_code, "first")
    a_thread(bob, "一")
    run()
    assert told(cleo) == []
    assert waiting_posts() == []
    db.session.rollback()


def test_nobody_is_told_of_what_he_muted_or_of_himself(
    alice: MemberRow, bob: MemberRow, cleo: MemberRow, staff: MemberRow, boards: dict[str, int]
) -> None:
    a_topic(staff)
    watch(cleo, WatchKind.TOPIC, "winter")
    watch(cleo, WatchKind.BOARD, "pot", MUTED)
    watch(bob, WatchKind.BOARD, "pot")
    watch(bob, WatchKind.TOPIC, "winter", MUTED)
    a_thread(bob, "一", "#winter# 冷")
    a_thread(alice, "二", "#winter# 冷")
    watching.mute(bob.id, alice.yid)
    a_thread(alice, "三")
    run()
    assert told(cleo) == []
    assert told(bob) == []


def test_who_hears_of_a_reply_anyhow_hears_once(
    alice: MemberRow, bob: MemberRow, cleo: MemberRow, thread: Published
) -> None:
    service.reply(cleo.id, thread.thread_code, "mine")
    dora = a_member("Dora")
    clock.tick(timedelta(seconds=1))
    for who in (alice, bob, cleo, dora):
        watch(who, WatchKind.THREAD, thread.thread_code)
    service.reply(bob.id, thread.thread_code, "to you, and to @Dora", reply_to=1)
    assert run() >= 0  # whom it names is not known yet: nobody is told in a hurry
    assert told(dora) == []
    jobs.run("community.texts")
    jobs.run("community.tell")
    run()
    assert [title for title, _ in told(alice)] == ["bob and Cleo replied to your post"]
    assert [title for title, _ in told(cleo)] == ["bob answered you"]
    assert [title for title, _ in told(dora)] == ["bob mentioned you"]
    assert told(bob) == []


def test_who_watches_since_later_is_not_told_of_old_posts(
    bob: MemberRow, cleo: MemberRow, thread: Published
) -> None:
    dora = a_member("Dora")
    watch(dora, WatchKind.THREAD, thread.thread_code)
    service.reply(bob.id, thread.thread_code, "first")
    clock.tick(timedelta(seconds=1))
    watch(cleo, WatchKind.THREAD, thread.thread_code)
    run()
    assert told(cleo) == []
    assert len(told(dora)) == 1


def test_what_is_held_or_hidden_is_told_to_nobody_until_it_is_back(
    bob: MemberRow, cleo: MemberRow, moderator: MemberRow, boards: dict[str, int]
) -> None:
    watch(cleo, WatchKind.BOARD, "pot")
    held = a_thread(bob, "一")
    service.hide_thread(None, held.thread_id, None)
    run()
    assert told(cleo) == []
    service.restore_thread(moderator.id, held.thread_id)
    run()
    assert told(cleo) == [("bob posted in Pot of the day", "一")]
    second = a_thread(bob, "二")
    run()
    service.hide_thread(moderator.id, second.thread_id, HideReason.ADVERT)
    run()
    assert told(cleo) == [("bob posted in Pot of the day", "一")]
    service.remove_thread(bob.id, held.thread_code)
    run()
    assert told(cleo) == []
    service.bring_back_thread(bob.id, held.thread_code)
    run()
    assert len(told(cleo)) == 1
    assert run() == 0
    assert no_drift()


def test_hidden_in_the_very_moment_of_telling_it_is_taken_back(
    bob: MemberRow, moderator: MemberRow, boards: dict[str, int]
) -> None:
    fans = some_fans(3)
    post = a_thread(bob, "一")
    note()
    news.tell_batch(2)
    service.hide_thread(moderator.id, post.thread_id, HideReason.ADVERT)
    while news.tell_batch(2):
        pass
    assert [told(fan) for fan in fans] == [[], [], []]
    assert no_drift()


# --- attacks -------------------------------------------------------------------------------------


def some_fans(count: int) -> list[MemberRow]:
    fans = [a_member(f"fan {n}", password=None) for n in range(count)]
    for fan in fans:
        watch(fan, WatchKind.BOARD, "pot")
    return fans


def note() -> None:
    tails.follow("community.watched", service.NEWS_HEARD, service.note_news)


def test_a_board_with_many_watchers_is_told_in_batches(
    bob: MemberRow, boards: dict[str, int]
) -> None:
    fans = some_fans(7)
    a_thread(bob, "一")
    note()
    batches = 0
    while news.tell_batch(3):
        batches += 1
        reached = [fan for fan in fans if told(fan)]
        assert reached == fans[: 3 * batches]
    assert batches == 3
    assert [len(told(fan)) for fan in fans] == [1] * 7


def test_a_sweep_that_dies_forgets_nobody_and_tells_nobody_twice(
    bob: MemberRow, boards: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    fans = some_fans(5)
    a_thread(bob, "一")
    note()
    assert news.tell_batch(2)
    move = news._move

    def dies(*_args: object, **_values: object) -> None:
        message = "the power went"
        raise RuntimeError(message)

    monkeypatch.setattr(news, "_move", dies)
    with pytest.raises(RuntimeError):
        news.tell_batch(2)
    assert [len(told(fan)) for fan in fans] == [1, 1, 0, 0, 0]
    monkeypatch.setattr(news, "_move", move)
    run()
    assert [told(fan) for fan in fans] == [[("bob posted in Pot of the day", "一")]] * 5
    assert no_drift()


def test_a_sweep_that_is_played_again_from_the_start_tells_nobody_twice(
    bob: MemberRow, boards: dict[str, int]
) -> None:
    fans = some_fans(3)
    a_thread(bob, "一")
    run()
    db.session.execute(sa.update(NEWS).values(state=NewsState.TELL, told_up_to=0))
    db.session.execute(sa.delete(tails.MARK))
    db.session.commit()
    run()
    assert [told(fan) for fan in fans] == [[("bob posted in Pot of the day", "一")]] * 3
    db.session.execute(sa.delete(NEWS))
    db.session.commit()
    run()
    assert [len(told(fan)) for fan in fans] == [1] * 3
    assert no_drift()


def at_once(app: Flask, act: Callable[[], object]) -> None:
    """Let two workers do the same at once; neither may fail."""
    db.session.remove()
    start = threading.Barrier(2)
    problems: list[Exception] = []

    def work() -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except Exception as problem:  # noqa: BLE001 - shown below
                problems.append(problem)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []


def test_two_workers_at_once_tell_everybody_once(
    app: Flask, bob: MemberRow, boards: dict[str, int]
) -> None:
    fans = some_fans(6)
    for n in range(3):
        a_thread(bob, f"第{n}锅")

    def work() -> None:
        note()
        while news.tell_batch(2):
            pass

    at_once(app, work)
    assert [told(fan) for fan in fans] == [[("3 new posts in Pot of the day", "By bob")]] * 6
    assert no_drift()


@pytest.mark.parametrize("many", [2, 60])
def test_a_batch_takes_the_same_statements_however_many_watch(
    bob: MemberRow, boards: dict[str, int], count_statements: Counting, many: int
) -> None:
    some_fans(many)
    a_thread(bob, "一")
    note()
    with count_statements() as seen:
        assert news.tell_batch(500)
    assert len(seen) <= 9, "\n".join(seen)


def test_publishing_costs_no_statement_more(
    bob: MemberRow, boards: dict[str, int], count_statements: Counting
) -> None:
    some_fans(3)
    with count_statements() as seen:
        a_thread(bob, "一")
    assert not [each for each in seen if "notice" in each or "community_news" in each]


def test_who_never_reads_is_told_of_a_hundred_at_most(
    bob: MemberRow, cleo: MemberRow, boards: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spreading, "MOST_THINGS", 2)
    watch(cleo, WatchKind.BOARD, "pot")
    for n in range(4):
        a_thread(bob, f"第{n}锅")
    run()
    assert told(cleo) == [("2 new posts in Pot of the day", "By bob")]
    assert run() == 0
    assert no_drift()


def test_what_was_told_is_forgotten_after_days(
    bob: MemberRow, cleo: MemberRow, boards: dict[str, int]
) -> None:
    watch(cleo, WatchKind.BOARD, "pot")
    a_thread(bob, "一")
    note()
    clock.tick(timedelta(days=4))
    assert jobs.run("community.prune_news").handled == 0  # nobody is told yet
    news.tell_batch()
    assert jobs.run("community.prune_news").handled == 1
    assert len(told(cleo)) == 1


def test_taking_one_back_while_another_is_told_counts_right(
    app: Flask, bob: MemberRow, moderator: MemberRow, boards: dict[str, int]
) -> None:
    fans = some_fans(6)
    first = a_thread(bob, "一")
    run()
    service.hide_thread(moderator.id, first.thread_id, HideReason.ADVERT)
    a_thread(bob, "二")
    note()
    at_once(app, lambda: [None for _ in range(9) if news.tell_batch(2)])
    titles = [[title for title, _text in told(fan)] for fan in fans]
    assert titles == [["bob posted in Pot of the day"]] * 6
    assert no_drift()
