"""How soon somebody's posts are answered, and whom he welcomed: on his profile."""

from datetime import datetime, timedelta

from flask import Flask

from app.community import service
from app.community.service import reactions
from app.identity.types import MemberRow
from app.kernel import clock, jobs
from tests.community.reading import text_of
from tests.factories.community import a_thread
from tests.factories.identity import a_member, browser

NOON = datetime.fromisoformat("2026-09-01T04:00:00+00:00")


def _profile(app: Flask, member: MemberRow) -> str:
    return text_of(browser(app).get(f"/u/{member.yid}"))


def _answered(author: MemberRow, by: MemberRow, *minutes: int) -> None:
    """Write posts of which each is liked after so many minutes."""
    for number, wait in enumerate(minutes):
        with clock.frozen(NOON + timedelta(days=number)):
            code = a_thread(author, f"锅 {number}").thread_code
        with clock.frozen(NOON + timedelta(days=number, minutes=wait)):
            service.like_thread(by.id, code)


def test_the_middle_wait_for_a_first_reaction_is_told(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    _answered(alice, bob, 12, 3, 50)
    assert "First reaction within 12 minutes" in _profile(app, alice)
    assert "First reaction" not in _profile(app, bob)


def test_two_answered_posts_are_no_figure(app: Flask, alice: MemberRow, bob: MemberRow) -> None:
    _answered(alice, bob, 12, 3)
    with clock.frozen(NOON + timedelta(days=3)):
        a_thread(alice, "没人理")
    assert "First reaction" not in _profile(app, alice)


def test_ones_own_reply_is_no_reaction_and_any_kind_of_answer_is(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    for number in range(3):
        day = NOON + timedelta(days=number)
        with clock.frozen(day):
            code = a_thread(alice, f"锅 {number}").thread_code
        with clock.frozen(day + timedelta(minutes=1)):
            service.reply(alice.id, code, "自己顶一下")
        with clock.frozen(day + timedelta(minutes=20)):
            reactions.react(bob.id, code, 0, "fire", is_on=True)
        with clock.frozen(day + timedelta(minutes=30)):
            service.reply(bob.id, code, "香")
    assert "First reaction within 20 minutes" in _profile(app, alice)


def test_slow_answers_are_not_held_up_to_anybody(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    _answered(alice, bob, 3000, 3000, 3000)
    assert "First reaction" not in _profile(app, alice)


def test_whoever_answers_first_posts_has_welcomed_newcomers(
    app: Flask, alice: MemberRow, bob: MemberRow
) -> None:
    with clock.frozen(NOON):
        codes = [a_thread(a_member(f"新人{n}"), f"第一锅 {n}").thread_code for n in range(2)]
        old = a_thread(alice, "第一锅").thread_code
        jobs.run("community.first_posts")
        second = a_thread(alice, "第二锅").thread_code
        for code in (*codes, codes[0], second):
            service.reply(bob.id, code, "欢迎")
        service.reply(alice.id, old, "谢谢自己")
    assert "2 newcomers welcomed" in _profile(app, bob)
    assert "welcomed" not in _profile(app, alice)
