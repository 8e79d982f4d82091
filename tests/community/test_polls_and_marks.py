"""Polls, reactions, bookmarks, and how closely one follows."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import queries, service
from app.community.policy.polls import ranking
from app.community.queries.tables_reading import BALLOT, BOOKMARK, POLL, REACTION, WATCH
from app.community.service import bookmarks, polls
from app.community.types.reading import PollClosedError, PollDraft, PollKind
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db, use_case
from tests.community.reading import drifts, text_of, titles, toasts, value_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member

EN = {"Accept-Language": "en"}


def a_poll(alice: MemberRow, kind: PollKind = PollKind.SINGLE, **more: Any) -> str:
    """Return the code of a thread with a poll of three answers."""
    made = a_thread(alice)
    draft = PollDraft("哪种蘸料？", kind, ("麻酱", "油碟", "干碟"), **more)
    use_case(polls.add_poll)(made.thread_id, draft)
    return made.thread_code


def view(code: str, member: MemberRow | None = None) -> queries.PollView:
    thread = queries.find_thread(code, None)
    assert thread is not None
    found = queries.find_poll(thread.id, member.id if member else None)
    assert found is not None
    db.session.rollback()
    return found


def votes(code: str, member: MemberRow | None = None) -> list[int]:
    return [option.votes for option in view(code, member).options]


# --- polls ---------------------------------------------------------------------------------------


def test_a_poll_comes_with_its_post_and_takes_votes(
    alice_client: Browser, client: Browser, boards: dict[str, int]
) -> None:
    form = {
        "title": "投一票", "body": "帮我选", "board": "pot",
        "request_key": value_of(alice_client.get("/compose"), "request_key"),
        "poll_question": "今晚吃啥？", "poll_options": "火锅\n烤鱼\n火锅\n", "poll_days": "3",
    }  # fmt: skip
    bad = alice_client.post("/compose", data={**form, "poll_options": "火锅"}, headers=EN)
    assert bad.status_code == 422
    assert "two to ten different answers" in text_of(bad)
    assert "今晚吃啥？" in text_of(bad)
    url = alice_client.post("/compose", data=form).location
    assert "Sign in to vote" in text_of(client.get(url, headers=EN))
    voted = alice_client.post(f"{url}/vote", data={"option": "1"}, headers=EN)
    page = alice_client.get(voted.location, headers=EN)
    assert toasts(page) == ["Your vote is in"]
    assert "Change my vote" in text_of(page)
    assert "1 vote" in text_of(page)
    none = alice_client.post(f"{url}/vote", data={}, headers=EN)
    assert toasts(alice_client.get(none.location, headers=EN)) == ["Choose one of the answers."]


def test_a_vote_may_be_changed_and_counts_once(alice: MemberRow, bob: MemberRow) -> None:
    code = a_poll(alice)
    assert polls.vote(bob.id, code, [0])
    assert not polls.vote(bob.id, code, [2])
    assert not polls.vote(bob.id, code, [2])
    assert votes(code) == [0, 0, 1]
    many = a_poll(alice, PollKind.MULTIPLE)
    polls.vote(bob.id, many, [2, 0])
    polls.vote(alice.id, many, [2])
    assert votes(many) == [1, 0, 2]
    assert drifts("community.reading") == []


@pytest.mark.parametrize("choice", [[], [3], [-1], [0, 0], [0, 1]])
def test_a_choice_that_makes_no_sense_is_refused(alice: MemberRow, choice: Sequence[int]) -> None:
    from app.community.types.reading import ChoiceError

    code = a_poll(alice)
    with pytest.raises(ChoiceError):
        polls.vote(alice.id, code, choice)
    assert votes(code) == [0, 0, 0]


def test_a_closed_poll_says_so_and_counts_nothing(alice_client: Browser, alice: MemberRow) -> None:
    code = a_poll(alice, days=1)
    clock.tick(timedelta(days=1))
    with pytest.raises(PollClosedError):
        polls.vote(alice.id, code, [0])
    answer = alice_client.post(f"/p/{code}/vote", data={"option": "0"}, headers=EN)
    assert "This poll is closed" in toasts(alice_client.get(answer.location, headers=EN))[0]
    assert "/vote" not in text_of(alice_client.get(f"/p/{code}"))


def test_a_hidden_result_shows_after_ones_vote(
    alice_client: Browser, client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_poll(alice, is_hidden_until_vote=True, is_public=True)
    polls.vote(bob.id, code, [0])
    assert votes(code) == [0, 0, 0]
    assert client.get(f"/p/{code}/votes").status_code == 404
    assert "<progress" not in text_of(alice_client.get(f"/p/{code}"))
    alice_client.post(f"/p/{code}/vote", data={"option": "0"})
    assert "<progress" in text_of(alice_client.get(f"/p/{code}"))
    assert "bob" in text_of(alice_client.get(f"/p/{code}/votes"))


def test_secret_votes_are_shown_to_nobody(
    staff_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_poll(alice)
    polls.vote(bob.id, code, [0])
    assert staff_client.get(f"/p/{code}/votes").status_code == 404


def test_a_ranked_poll_is_decided_by_schulze(alice_client: Browser, alice: MemberRow) -> None:
    code = a_poll(alice, PollKind.RANKED)
    for choice in ([0, 1], [1, 2], [1, 0], [2, 1]):  # nobody's first choice wins outright
        polls.vote(a_member(f"m{choice}").id, code, choice)
    ranks = {option.text: option.rank for option in view(code).options}
    assert ranks["油碟"] == 1
    bad = alice_client.post(f"/p/{code}/vote", data={"rank-0": "1", "rank-1": "1"}, headers=EN)
    assert "Give every place to one answer only." in toasts(
        alice_client.get(bad.location, headers=EN)
    )
    alice_client.post(f"/p/{code}/vote", data={"rank-2": "1", "rank-0": "2"})
    assert [option.place for option in view(code, alice).options] == [2, 0, 1]


def test_schulze_agrees_with_the_example_of_its_paper() -> None:
    """Example 1 of the paper: 45 ballots over five options; the ranking is E A C B D."""
    ballots = {
        "ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7,
        "EBADC": 8,
    }  # fmt: skip
    pairs = [[0] * 5 for _ in range(5)]
    for ballot, count in ballots.items():
        for place, better in enumerate(ballot):
            for worse in ballot[place + 1 :]:
                pairs["ABCDE".index(better)]["ABCDE".index(worse)] += count
    assert "".join("ABCDE"[n] for n in ranking(pairs)) == "EACBD"


@pytest.mark.only("postgres")
def test_sixty_four_votes_at_once_are_one_ballot(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_poll(alice)

    def votes_at_once(number: int) -> None:
        with app.app_context():
            polls.vote(bob.id, code, [number % 3])

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(votes_at_once, range(64)))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BALLOT)) == 1
    poll = db.session.execute(sa.select(POLL)).one()
    assert poll.ballot_count == sum(poll.tally["votes"]) == 1


# --- reactions -----------------------------------------------------------------------------------


def test_a_reaction_is_given_and_taken_back(
    alice_client: Browser, client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(bob).thread_code
    service.reply(bob.id, code, "香")
    for floor in ("", "?floor=1"):
        for _ in range(2):
            assert alice_client.post(f"/p/{code}/react/fire{floor}").status_code == 303
    assert db.session.scalar(sa.select(sa.func.count()).select_from(REACTION)) == 2
    assert text_of(client.get(f"/p/{code}")).count("🔥") == 2
    who = text_of(client.get(f"/p/{code}/likes"))
    assert "alice" in who
    assert who.count("🔥") == 2, "once with its count, once beside alice"
    assert drifts("community.reading", "community.counters") == []
    alice_client.post(f"/p/{code}/react/fire", data={"off": "1"})
    assert text_of(client.get(f"/p/{code}")).count("🔥") == 1
    assert alice_client.post(f"/p/{code}/react/nonsense").status_code == 404
    assert alice_client.post(f"/p/{code}/react/fire?floor=9").status_code == 404
    assert drifts("community.reading") == []


def test_the_brands_thanks_come_from_the_team_alone(
    alice_client: Browser, staff_client: Browser, client: Browser, bob: MemberRow
) -> None:
    code = a_thread(bob).thread_code
    assert alice_client.post(f"/p/{code}/react/thanks").status_code == 403
    assert staff_client.post(f"/p/{code}/react/thanks").status_code == 303
    page = text_of(client.get(f"/p/{code}", headers=EN))
    assert "react is-brand" in page
    assert "Thanks from the team" in page


def test_the_brand_chooses_its_reactions(
    alice_client: Browser, staff_client: Browser, bob: MemberRow
) -> None:
    code = a_thread(bob).thread_code
    form = {"glyph": "🥢", "name_zh": "开动", "name_en": "Dig in", "is_on": "y"}
    assert staff_client.post("/staff/reactions/new", data=form).status_code == 303
    assert "🥢" in text_of(alice_client.get(f"/p/{code}"))
    off = {"glyph": "🔥", "name_zh": "够味", "name_en": "Fire"}
    assert staff_client.post("/staff/reactions/fire", data=off).status_code == 303
    page = text_of(alice_client.get(f"/p/{code}"))
    assert "🔥" not in page
    assert "😋" in page
    assert alice_client.post(f"/p/{code}/react/fire").status_code == 404
    assert staff_client.post("/staff/reactions/new", data={**form, "glyph": ""}).status_code == 422
    assert staff_client.get("/staff/reactions/none").status_code == 404


# --- bookmarks -----------------------------------------------------------------------------------


def test_bookmarks_lie_in_folders(alice_client: Browser, alice: MemberRow, bob: MemberRow) -> None:
    first, second = a_thread(bob, "第一锅").thread_code, a_thread(bob, "第二锅").thread_code
    made = alice_client.post("/me/bookmarks/folders", data={"name": "周末"})
    folder = made.location.partition("folder=")[2]
    alice_client.post(f"/p/{first}/keep")
    clock.tick(timedelta(minutes=1))
    alice_client.post(f"/p/{second}/keep", data={"folder": folder})
    assert titles(alice_client.get("/me/bookmarks")) == ["第二锅", "第一锅"]
    assert titles(alice_client.get(f"/me/bookmarks?folder={folder}")) == ["第二锅"]
    assert alice_client.get("/me/bookmarks?folder=12").status_code == 404
    assert alice_client.post("/me/bookmarks/folders", data={"name": ""}).status_code == 422
    service.remove_thread(bob.id, first)
    assert titles(alice_client.get("/me/bookmarks")) == ["第二锅"]
    alice_client.post(f"/me/bookmarks/folders/{folder}/drop")
    assert titles(alice_client.get("/me/bookmarks")) == ["第二锅"]
    alice_client.post(f"/p/{second}/let-go")
    assert "Nothing kept here yet" in text_of(alice_client.get("/me/bookmarks", headers=EN))


def test_nobody_reaches_into_anothers_folder(alice: MemberRow, bob: MemberRow) -> None:
    from app.kernel.errors import NotFoundError

    folder_id = bookmarks.make_folder(bob.id, "我的")
    code = a_thread(bob).thread_code
    with pytest.raises(NotFoundError):
        bookmarks.keep(alice.id, code, folder_id)
    with pytest.raises(NotFoundError):
        bookmarks.drop_folder(alice.id, folder_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BOOKMARK)) == 0


# --- how closely ---------------------------------------------------------------------------------


def test_one_follows_boards_topics_threads_and_people_at_four_levels(
    alice_client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    code = a_thread(bob, "料", board="dips").thread_code
    for kind, key in (("board", "dips"), ("thread", code), ("member", bob.yid)):
        for level in ("muted", "tracking", "watching", "normal"):
            answer = alice_client.post(f"/watch/{kind}/{key}", data={"level": level})
            assert answer.status_code == 303, (kind, level)
            shown = [titles(alice_client.get(url)) for url in ("/", "/?tab=latest")]
            assert shown == [[], []] if level == "muted" else [["料"], ["料"]], (kind, level)
            following = titles(alice_client.get("/?tab=following"))
            is_close = kind in {"board", "member"} and level in {"tracking", "watching"}
            assert following == (["料"] if is_close else []), (kind, level)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WATCH)) == 0
    for url, level in (("/watch/board/none", "muted"), ("/watch/what/dips", "muted")):
        assert alice_client.post(url, data={"level": level}).status_code == 404
    assert alice_client.post("/watch/board/dips", data={"level": "x"}).status_code == 422
    own = alice_client.post(f"/watch/member/{alice.yid}", data={"level": "muted"})
    assert own.status_code == 409
