"""Whom a member has blocked: no reply, no name, no like, no follow, in words that don't say why."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from app.community import queries as queries_of_community
from app.community import service
from app.community.queries import named
from app.community.service import polls, reactions, watching, writing
from app.community.types import BarredError, NamesBarredError, OwnBlockError, Published
from app.community.types.kinds import ThreadKind
from app.community.types.reading import PollDraft, PollKind, WatchKind, WatchLevel
from app.community.types.writing import Extras, OriginGoneError
from app.identity.types import MemberRow
from app.kernel import jobs
from app.kernel.db import db, use_case
from app.notify import queries
from tests.community.reading import text_of, value_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
NEUTRAL = "That doesn&#39;t work here"


@pytest.fixture
def thread(alice: MemberRow) -> Published:
    return a_thread(alice, "番茄牛腩锅")


@pytest.fixture
def bob_client(app: Flask, bob: MemberRow) -> Browser:
    made = browser(app)
    sign_in(made, bob)
    return made


@pytest.fixture
def blocked(alice: MemberRow, bob: MemberRow, thread: Published) -> Published:
    """Alice's thread; bob replied to it before she blocked him."""
    service.reply(bob.id, thread.thread_code, "烦人的话")
    watching.block(alice.id, bob.yid)
    return thread


def test_he_cannot_reply_and_what_he_typed_is_kept(blocked: Published, bob_client: Browser) -> None:
    url = f"/p/{blocked.thread_code}"
    key = value_of(bob_client.get(url), "request_key")
    answer = bob_client.post(
        f"{url}/reply?lang=en", data={"body": "once more, at length", "request_key": key}
    )
    assert answer.status_code == 403
    page = text_of(answer)
    assert NEUTRAL in page
    assert "once more, at length" in page
    assert "blocked" not in re.sub(r"<[^>]*>", "", page).lower()


def test_he_cannot_change_what_he_said_there_but_may_take_it_down(
    bob: MemberRow, blocked: Published
) -> None:
    with pytest.raises(BarredError):
        service.edit_reply(bob.id, blocked.thread_code, 1, "ruder")
    service.remove_reply(bob.id, blocked.thread_code, 1)


def test_he_cannot_like_react_or_follow(
    alice: MemberRow, bob: MemberRow, blocked: Published, bob_client: Browser
) -> None:
    service.reply(alice.id, blocked.thread_code, "mine")
    code = blocked.thread_code
    for refused in (
        lambda: service.like_thread(bob.id, code),
        lambda: service.like_reply(bob.id, code, 2),
        lambda: reactions.react(bob.id, code, 0, "fire", is_on=True),
        lambda: reactions.react(bob.id, code, 2, "fire", is_on=True),
        lambda: service.follow(bob.id, alice.yid),
        lambda: watching.set_watch(bob.id, WatchKind.MEMBER, alice.yid, WatchLevel.WATCHING),
    ):
        with pytest.raises(BarredError) as caught:
            refused()
        assert not isinstance(caught.value, OwnBlockError)
    assert bob_client.post(f"/p/{code}/like").status_code == 403
    assert bob_client.post(f"/u/{alice.yid}/follow").status_code == 403


def test_he_cannot_vote_in_her_poll_and_what_he_voted_before_stands(
    alice: MemberRow, bob: MemberRow, thread: Published, bob_client: Browser
) -> None:
    draft = PollDraft("哪种蘸料？", PollKind.SINGLE, ("麻酱", "油碟"))
    use_case(polls.add_poll)(thread.thread_id, draft)
    polls.vote(bob.id, thread.thread_code, [0])
    watching.block(alice.id, bob.yid)
    answer = bob_client.post(f"/p/{thread.thread_code}/vote?lang=en", data={"option": "1"})
    assert answer.status_code == 403
    assert NEUTRAL in text_of(answer)
    poll = queries_of_community.find_poll(thread.thread_id, bob.id)
    assert poll is not None
    assert [option.votes for option in poll.options] == [1, 0]
    watching.unblock(alice.id, bob.yid)
    watching.block(bob.id, alice.yid)
    with pytest.raises(OwnBlockError):
        polls.vote(bob.id, thread.thread_code, [1])


def test_he_cannot_remix_her_post(bob: MemberRow, blocked: Published) -> None:
    remix = Extras(kind=ThreadKind.REMIX, origin_code=blocked.thread_code)
    with pytest.raises(OriginGoneError):
        a_thread(bob, "我的版本", extras=remix)


def test_a_like_given_before_can_be_taken_back(alice: MemberRow, bob: MemberRow) -> None:
    thread = a_thread(alice)
    service.like_thread(bob.id, thread.thread_code)
    watching.block(alice.id, bob.yid)
    assert service.unlike_thread(bob.id, thread.thread_code).changed


def test_he_cannot_name_her_and_the_draft_is_kept(
    alice: MemberRow, bob: MemberRow, blocked: Published, bob_client: Browser
) -> None:
    page = bob_client.get("/compose")
    answer = bob_client.post(
        "/compose?lang=en",
        data={
            "board": "pot", "title": "我的锅", "body": "look here @alice",
            "request_key": value_of(page, "request_key"),
        },
    )  # fmt: skip
    assert answer.status_code == 403
    shown = text_of(answer)
    assert "alice can&#39;t be named by you" in shown
    assert "look here @alice" in shown
    with pytest.raises(NamesBarredError):
        service.reply(bob.id, a_thread(bob).thread_code, f"@{alice.yid} hm")
    assert named.suggest_people(bob.id, "ali") == []
    assert writing.previewed(bob.id, ["@alice"])  # a preview only shows


def test_the_other_way_round_she_is_told_to_unblock_first(
    alice: MemberRow, bob: MemberRow, blocked: Published
) -> None:
    his = a_thread(bob, "他的锅")
    for refused in (
        lambda: service.reply(alice.id, his.thread_code, "hm"),
        lambda: service.like_thread(alice.id, his.thread_code),
        lambda: service.follow(alice.id, bob.yid),
    ):
        with pytest.raises(OwnBlockError):
            refused()
    watching.unblock(alice.id, bob.yid)
    service.reply(alice.id, his.thread_code, "hm")
    service.reply(bob.id, blocked.thread_code, "sorry")


def test_in_a_third_place_both_may_write_and_neither_hears_of_the_other(
    alice: MemberRow, bob: MemberRow, blocked: Published
) -> None:
    third = a_thread(a_member("Cleo"), "第三锅")
    watching.set_watch(alice.id, WatchKind.THREAD, third.thread_code, WatchLevel.WATCHING)
    watching.set_watch(bob.id, WatchKind.THREAD, third.thread_code, WatchLevel.WATCHING)
    service.reply(alice.id, third.thread_code, "first")
    service.reply(bob.id, third.thread_code, "second", reply_to=1)
    service.reply(alice.id, third.thread_code, f"third @{bob.yid}")
    for sweep in ("community.texts", "community.tell", "community.watched"):
        jobs.run(sweep)
    kinds = [{each.kind for each in queries.notices(who.id).items} for who in (alice, bob)]
    db.session.rollback()
    assert "community.new_reply" not in kinds[0] | kinds[1]
    assert "community.answer" not in kinds[0]
    assert "community.mention" not in kinds[1]


def test_to_hear_of_him_as_usual_is_no_unblocking(alice: MemberRow, bob: MemberRow) -> None:
    watching.block(alice.id, bob.yid)
    watching.set_watch(alice.id, WatchKind.MEMBER, bob.yid, WatchLevel.NORMAL)
    thread = a_thread(alice)
    with pytest.raises(BarredError):
        service.reply(bob.id, thread.thread_code, "hm")


def test_muting_keeps_nobody_from_writing(alice: MemberRow, bob: MemberRow) -> None:
    watching.mute(alice.id, bob.yid)
    thread = a_thread(alice)
    assert service.reply(bob.id, thread.thread_code, "hello").is_new
    assert service.like_thread(bob.id, thread.thread_code).is_liked


def test_his_posts_are_not_shown_to_her(
    alice: MemberRow, bob: MemberRow, blocked: Published, alice_client: Browser, client: Browser
) -> None:
    a_thread(bob, "布布的锅")
    assert "布布的锅" in client.get("/").text
    assert "布布的锅" not in alice_client.get("/").text
    assert "烦人的话" in client.get(f"/p/{blocked.thread_code}").text
    assert "烦人的话" not in alice_client.get(f"/p/{blocked.thread_code}").text


def test_it_costs_no_statement(
    bob: MemberRow, thread: Published, count_statements: Counting
) -> None:
    with count_statements() as seen:
        service.reply(bob.id, thread.thread_code, "hello")
    asked = [each for each in seen if "member_block" in each]
    assert len(asked) == 1
    assert "thread" in asked[0]


def test_a_profile_says_that_its_person_is_out_of_sight(
    alice: MemberRow, bob: MemberRow, bob_client: Browser
) -> None:
    page = bob_client.get(f"/u/{alice.yid}").text
    assert f"/u/{alice.yid}/follow" in page
    assert "You have" not in page
    for hide, words in ((watching.mute, "You have muted"), (watching.block, "You have blocked")):
        hide(bob.id, alice.yid)
        page = bob_client.get(f"/u/{alice.yid}").text
        assert f"{words} {alice.name}." in page
        assert f"/u/{alice.yid}/follow" not in page  # it would be refused, or change what is hidden
        assert page.count(f"/u/{alice.yid}/unblock") == 2
        watching.unblock(bob.id, alice.yid)
