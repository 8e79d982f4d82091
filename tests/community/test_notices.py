"""What the community tells: who is told of what, in which words, and of what no longer."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app.community import service
from app.community.service import telling
from app.community.types import Published
from app.identity.types import MemberRow
from app.kernel import clock, jobs
from app.kernel.db import db
from app.kernel.types import Ref
from app.moderation.types import HideReason
from app.notify import queries
from app.notify import service as notify
from app.notify.types import Link, Tell, find_kind
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def thread(alice: MemberRow) -> Published:
    return a_thread(alice, "番茄牛腩锅")


def run() -> int:
    return jobs.run("community.tell").handled


def told(member: MemberRow) -> list[tuple[str, str, int]]:
    """Kind, title in words, people of his notices, the newest first."""
    found = []
    with force_locale("en"):
        for each in queries.notices(member.id).items:
            kind = find_kind(each.kind)
            assert kind is not None
            found.append((each.kind, str(kind.words(each.params).title), each.people))
    db.session.rollback()
    return found


def test_replies_gather_and_the_answered_hears_of_the_answer(
    alice: MemberRow, bob: MemberRow, thread: Published
) -> None:
    cleo = a_member("Cleo")
    service.reply(bob.id, thread.thread_code, "first")
    service.reply(cleo.id, thread.thread_code, "second", reply_to=1)
    service.reply(alice.id, thread.thread_code, "thanks", reply_to=1)
    assert run() == 4
    assert run() == 0

    assert told(alice) == [("community.reply", "Cleo and bob replied to your post", 2)]
    assert told(bob) == [("community.answer", "alice and Cleo answered you", 2)]
    assert told(cleo) == []


def test_a_reply_that_is_gone_is_told_no_more_and_comes_back(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, thread: Published
) -> None:
    made = service.reply(bob.id, thread.thread_code, "first")
    run()
    service.remove_reply(bob.id, thread.thread_code, 1)
    assert run() == 1
    assert told(alice) == []
    service.bring_back_reply(bob.id, thread.thread_code, 1)
    run()
    assert len(told(alice)) == 1
    service.hide_reply(moderator.id, made.reply_id, HideReason.RUDE)
    run()
    assert told(alice) == []
    assert [kind for kind, _title, _n in told(bob)] == ["community.hidden"]


def test_what_is_removed_before_anybody_looked_is_told_to_nobody(
    alice: MemberRow, bob: MemberRow, thread: Published
) -> None:
    service.reply(bob.id, thread.thread_code, "first")
    service.like_thread(bob.id, thread.thread_code)
    service.remove_reply(bob.id, thread.thread_code, 1)
    service.unlike_thread(bob.id, thread.thread_code)
    assert run() == 0
    assert told(alice) == []


def test_likes_and_follows_count_people(
    alice: MemberRow, bob: MemberRow, thread: Published
) -> None:
    cleo = a_member("Cleo")
    for who in (bob, cleo, alice):
        service.like_thread(who.id, thread.thread_code)
    service.follow(bob.id, alice.yid)
    run()
    assert sorted(told(alice)) == [
        ("community.follow", "bob started following you", 1),
        ("community.like", "Cleo and bob liked your post", 2),
    ]
    service.unlike_thread(cleo.id, thread.thread_code)
    service.unfollow(bob.id, alice.yid)
    run()
    assert told(alice) == [("community.like", "bob liked your post", 1)]


def test_the_team_says_why_it_hid_a_post(
    alice: MemberRow, moderator: MemberRow, thread: Published, alice_client: Browser
) -> None:
    service.hide_thread(None, thread.thread_id, None)  # held until somebody looks
    service.restore_thread(moderator.id, thread.thread_id)
    service.hide_thread(moderator.id, thread.thread_id, HideReason.ADVERT)
    service.restore_thread(moderator.id, thread.thread_id)
    assert run() == 4
    assert sorted(kind for kind, _title, _n in told(alice)) == [
        "community.hidden", "community.hidden", "community.restored", "community.restored",
    ]  # fmt: skip
    page = alice_client.get("/notices?type=team&lang=en").text
    assert "it advertises something else" in page
    assert "somebody of the team has to look at it first" in page
    assert "番茄牛腩锅" in page


def test_a_hidden_thread_is_named_in_no_notice(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, alice_client: Browser
) -> None:
    secret = a_thread(bob, "秘密配方")
    service.tell_mentions(bob.id, [alice.id], Ref("thread", secret.thread_id), secret.thread_id)
    assert "秘密配方" in alice_client.get("/notices").text
    service.hide_thread(moderator.id, secret.thread_id, HideReason.OTHER)
    page = alice_client.get("/notices").text
    assert "秘密配方" not in page
    assert "is-unread" not in page


def test_naming_somebody_again_by_an_edit_tells_nobody_twice(
    alice: MemberRow, bob: MemberRow, thread: Published
) -> None:
    post = Ref("thread", thread.thread_id)
    for _ in range(2):
        service.tell_mentions(alice.id, [bob.id, alice.id], post, thread.thread_id)
    assert [title for _kind, title, _n in told(bob)] == ["alice mentioned you"]
    assert told(alice) == []


def test_a_crowd_is_called_by_its_name(
    alice: MemberRow, moderator: MemberRow, thread: Published
) -> None:
    post = Ref("thread", thread.thread_id)
    service.tell_crowds(alice.id, ["moderators", "nobody"], post, thread.thread_id)
    assert told(moderator) == [("community.group_mention", "alice called the team", 1)]


def test_history_that_is_loaded_is_no_news(alice: MemberRow, bob: MemberRow) -> None:
    from app.community.types import SeedLike, SeedThread

    at = clock.now() - timedelta(days=30)
    (seeded,) = service.seed_threads([SeedThread(alice.id, _board(), "旧帖", "x", at)])
    service.seed_likes([SeedLike(seeded.id, bob.id, at)])
    assert run() == 0


def _board() -> str:
    from tests.factories.community import some_boards

    return next(iter(some_boards()))


def test_acting_costs_no_statement_more(
    alice: MemberRow, bob: MemberRow, thread: Published, count_statements: Counting
) -> None:
    with count_statements() as seen:
        service.like_thread(bob.id, thread.thread_code)
    assert not [each for each in seen if "notice" in each]


@pytest.mark.parametrize("many", [3, 40])
def test_looking_again_is_cheap_however_much_was_told(
    alice: MemberRow, thread: Published, count_statements: Counting, many: int
) -> None:
    for n in range(many // 3 + 1):
        fan = a_member(f"fan {n}", password=None)
        service.like_thread(fan.id, thread.thread_code)
        service.follow(fan.id, alice.yid)
    run()
    with count_statements() as seen:
        service_run = jobs.get_sweep("community.tell").work()
    assert service_run == 0
    assert len(seen) <= 6, "\n".join(seen)


@pytest.mark.parametrize("many", [1, 20])
def test_a_page_of_everything_runs_five_statements(
    app: Flask,
    alice: MemberRow,
    bob: MemberRow,
    alice_client: Browser,
    count_statements: Counting,
    many: int,
) -> None:
    tells: list[Tell] = []
    for n in range(many):
        made: Any = a_thread(bob if n else alice, f"Thread {n}").thread_id
        tells += [
            Tell(alice.id, telling.LIKED, f"l{n}", {"on": "thread", "thread": made},
                 Link.to(Ref("thread", made)), actor_id=bob.id, subject=f"thread:{made}"),
            Tell(alice.id, telling.MENTIONED, f"m{n}", {"thread": made}, actor_id=bob.id),
            Tell(alice.id, "loyalty.badge", f"b{n}", {"badge": n + 1, "what": "granted"}),
            Tell(alice.id, "loyalty.camp", f"c{n}", {"camp": n + 1, "points": 5}),
            Tell(alice.id, "loyalty.tier", f"t{n}",
                 {"what": "reached", "tier": "taster", "ladder": 1}),
            Tell(alice.id, "loyalty.expiring", f"e{n}", {"on": "2026-09-08", "points": 5}),
        ]  # fmt: skip
    for start in range(0, len(tells), 6):
        notify.tell_many(tells[start : start + 6])
    alice_client.get("/notices")
    with count_statements() as seen:
        assert alice_client.get("/notices").status_code == 200
    assert len(seen) <= 5, "\n".join(seen)


def test_what_a_person_of_the_team_says_is_the_brands_answer(
    alice: MemberRow, bob: MemberRow, operator: MemberRow, thread: Published
) -> None:
    service.reply(bob.id, thread.thread_code, "which pot?")
    service.reply(operator.id, thread.thread_code, "the big one", reply_to=1)
    run()
    assert told(bob) == [("community.official", "oscar from the brand answered you", 1)]
    assert sorted(kind for kind, _title, _n in told(alice)) == [
        "community.official", "community.reply",
    ]  # fmt: skip


def test_who_cooks_after_a_post_is_told_to_its_author(
    alice: MemberRow, bob: MemberRow, thread: Published
) -> None:
    from app.community.types.kinds import ThreadKind
    from app.community.types.writing import Extras

    remix = Extras(kind=ThreadKind.REMIX, origin_code=thread.thread_code)
    made = a_thread(bob, "我的版本", extras=remix)
    run()
    assert told(alice) == [("community.remix", "bob cooked after your post", 1)]
    service.remove_thread(bob.id, made.thread_code)
    run()
    assert told(alice) == []


def test_the_brands_thanks_are_told_until_they_are_taken_back(
    alice: MemberRow, bob: MemberRow, moderator: MemberRow, thread: Published
) -> None:
    from app.community.service import reactions

    service.reply(bob.id, thread.thread_code, "mine")
    for floor in (0, 1):
        for _ in range(2):
            reactions.react(
                moderator.id, thread.thread_code, floor, "thanks", is_on=True, is_staff=True
            )
    assert told(alice) == [("community.thanked", "The brand thanks you for your post", 1)]
    assert told(bob) == [("community.thanked", "The brand thanks you for your reply", 1)]
    reactions.react(moderator.id, thread.thread_code, 0, "thanks", is_on=False, is_staff=True)
    assert told(alice) == []


def test_a_muted_thread_is_silent_for_its_author_too(
    alice: MemberRow, bob: MemberRow, thread: Published
) -> None:
    from app.community.service import watching
    from app.community.types.reading import WatchKind, WatchLevel

    watching.set_watch(alice.id, WatchKind.THREAD, thread.thread_code, WatchLevel.MUTED)
    service.reply(bob.id, thread.thread_code, f"hello @{alice.yid}")
    service.like_thread(bob.id, thread.thread_code)
    jobs.run("community.texts")
    run()
    assert told(alice) == []
