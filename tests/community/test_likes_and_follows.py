"""Likes count once, reward once; follows fill a feed."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service
from app.community.models import Thread
from app.community.types import OwnProfileError
from app.identity import service as identity
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.facts import FactRow
from app.ledger import queries as ledger
from tests.community.reading import drifts, text_of, titles
from tests.factories.community import a_thread, some_boards
from tests.factories.identity import Browser, a_member, browser, sign_in

EN = {"Accept-Language": "en"}
HTMX = {"HX-Request": "true"}


@pytest.fixture
def code(bob: MemberRow) -> str:
    """A thread of Bob's."""
    return a_thread(bob).thread_code


def points(member: MemberRow) -> int:
    return ledger.balance(member.id).available


def likes() -> int:
    return int(db.session.scalar(sa.select(sa.func.sum(Thread.like_count))) or 0)


def fact_names() -> list[str]:
    names = db.session.scalars(sa.select(FactRow.name).order_by(FactRow.id))
    return [name for name in names if "like" in name or "follow" in name]


# --- likes ---------------------------------------------------------------------------------------


def test_a_tap_likes_in_place(alice_client: Browser, bob: MemberRow, code: str) -> None:
    before = points(bob)
    answer = alice_client.post(f"/p/{code}/like", headers=HTMX)
    fragment = text_of(answer)
    assert answer.status_code == 200
    assert fragment.lstrip().startswith(f'<form class="like-form" id="like-{code}"')
    assert 'aria-pressed="true"' in fragment
    assert f'hx-post="/p/{code}/unlike"' in fragment
    assert likes() == 1
    assert points(bob) == before + 1
    bar = text_of(alice_client.post(f"/p/{code}/unlike?at=bar", headers=HTMX))
    assert f'id="like-t{code}"' in bar
    assert "like-lg" in bar
    assert 'aria-pressed="false"' in bar
    assert likes() == 0
    assert drifts() == []


def test_without_javascript_a_like_leads_back(alice_client: Browser, code: str) -> None:
    home = "http://localhost/?after=abc#top"
    answer = alice_client.post(f"/p/{code}/like", headers={"Referer": home})
    assert (answer.status_code, answer.location) == (303, f"/?after=abc#like-{code}")
    away = {"Referer": "https://evil.example/x"}
    assert alice_client.post(f"/p/{code}/unlike", headers=away).location == f"/p/{code}#like-{code}"
    assert alice_client.post(f"/p/{code}/like?at=bar").location == f"/p/{code}"


def test_liking_twice_is_liking_once(alice: MemberRow, code: str) -> None:
    assert service.like_thread(alice.id, code).changed is True
    again = service.like_thread(alice.id, code)
    assert (again.changed, again.is_liked, again.count) == (False, True, 1)
    assert service.unlike_thread(alice.id, code).changed is True
    assert service.unlike_thread(alice.id, code).changed is False
    assert drifts() == []


def test_taking_a_like_back_and_giving_it_again_earns_nothing(
    alice: MemberRow, bob: MemberRow, code: str
) -> None:
    service.like_thread(alice.id, code)
    earned = points(bob)
    for _ in range(3):
        service.unlike_thread(alice.id, code)
        service.like_thread(alice.id, code)
    assert points(bob) == earned
    assert likes() == 1
    assert fact_names() == ["thread.liked", *(["thread.unliked", "thread.liked"] * 3)]
    assert drifts() == []


def test_ones_own_like_counts_but_earns_nothing(bob: MemberRow, code: str) -> None:
    before = points(bob)
    assert service.like_thread(bob.id, code).count == 1
    assert points(bob) == before


def test_a_reply_is_liked_on_its_floor(
    alice_client: Browser, alice: MemberRow, bob: MemberRow, code: str
) -> None:
    service.reply(bob.id, code, "谢谢")
    before = points(bob)
    fragment = text_of(alice_client.post(f"/p/{code}/f/1/like", headers=HTMX))
    assert 'id="like-f1"' in fragment
    assert f'hx-post="/p/{code}/f/1/unlike"' in fragment
    assert points(bob) == before + 1
    page = text_of(alice_client.get(f"/p/{code}"))
    assert 'id="like-f1-b" type="submit" aria-pressed="true"' in page
    assert f'id="like-t{code}-b" type="submit" aria-pressed="false"' in page
    assert alice_client.post(f"/p/{code}/f/1/unlike").location == f"/p/{code}#f-1"
    assert drifts() == []


def test_what_is_gone_cannot_be_liked(alice_client: Browser, bob: MemberRow, code: str) -> None:
    service.reply(bob.id, code, "谢谢")
    service.remove_reply(bob.id, code, 1)
    assert alice_client.post(f"/p/{code}/f/1/like").status_code == 410
    assert alice_client.post(f"/p/{code}/f/9/like").status_code == 404
    service.remove_thread(bob.id, code)
    answer = alice_client.post(f"/p/{code}/like", headers=HTMX)
    assert answer.status_code == 410
    assert "toast" in answer.headers["HX-Trigger"]
    assert alice_client.post("/p/0000000000000/like").status_code == 404
    assert likes() == 0


def test_a_guest_is_led_to_sign_in(client: Browser, code: str) -> None:
    page = text_of(client.get("/"))
    assert "<form" not in page[page.index('class="feed"') :].partition("</ul>")[0]


def test_a_like_takes_at_most_twenty_statements(
    app: Flask, alice_client: Browser, count_statements: Any
) -> None:
    some_boards()
    author = a_member("Nora")
    code = a_thread(author).thread_code
    with count_statements() as seen:
        alice_client.post(f"/p/{code}/like", headers=HTMX)
    assert len(seen) <= 20, "\n".join(seen)
    with count_statements() as seen:
        alice_client.post(f"/p/{code}/unlike", headers=HTMX)
    assert len(seen) <= 8, "\n".join(seen)


# --- follows -------------------------------------------------------------------------------------


def test_following_somebody_fills_the_following_tab(
    alice_client: Browser, bob: MemberRow, code: str
) -> None:
    empty = text_of(alice_client.get("/?tab=following", headers=EN))
    assert "Follow a few good cooks and this fills up" in empty
    assert "bob" in empty
    answer = alice_client.post(f"/u/{bob.yid}/follow", headers=HTMX)
    assert f'hx-post="/u/{bob.yid}/unfollow"' in text_of(answer)
    assert titles(alice_client.get("/?tab=following")) == ["番茄牛腩锅"]
    profile = text_of(alice_client.get(f"/u/{bob.yid}", headers=EN))
    assert 'aria-pressed="true"' in profile[profile.index("follow-form") :]
    plain = alice_client.post(
        f"/u/{bob.yid}/unfollow", headers={"Referer": f"http://localhost/p/{code}"}
    )
    assert (plain.status_code, plain.location) == (303, f"/p/{code}")
    assert titles(alice_client.get("/?tab=following")) == []
    assert fact_names() == ["member.followed", "member.unfollowed"]
    assert drifts() == []


def test_who_follows_silent_people_is_told_so(
    alice_client: Browser, bob: MemberRow, boards: dict[str, int]
) -> None:
    alice_client.post(f"/u/{bob.yid}/follow")
    page = text_of(alice_client.get("/?tab=following", headers=EN))
    assert "Nobody you follow has posted yet" in page


def test_following_twice_counts_once(alice: MemberRow, bob: MemberRow) -> None:
    assert [service.follow(alice.id, bob.yid) for _ in range(2)] == [True, False]
    assert drifts() == []
    assert [service.unfollow(alice.id, bob.yid) for _ in range(2)] == [True, False]
    assert drifts() == []


def test_nobody_follows_himself_or_a_stranger(
    app: Flask, alice: MemberRow, alice_client: Browser
) -> None:
    with pytest.raises(OwnProfileError):
        service.follow(alice.id, alice.yid)
    with pytest.raises(NotFoundError):
        service.follow(alice.id, "0000000000000")
    ids = identity.create_silent_members([("tmall", "b1")], at=clock.now())
    from app.identity import queries

    silent = queries.get_member(next(iter(ids.values())))
    assert alice_client.post(f"/u/{silent.yid}/follow").status_code == 404
    assert alice_client.get(f"/u/{silent.yid}").status_code == 404


def test_the_feed_of_one_is_not_the_feed_of_another(
    app: Flask, alice: MemberRow, bob: MemberRow, code: str
) -> None:
    service.follow(alice.id, bob.yid)
    other = browser(app)
    sign_in(other, bob)
    assert titles(other.get("/?tab=following")) == []
