"""Who watches a thread, board, topic or member is told what is new there: once, and no more."""

import pytest
from flask import Flask
from flask_babel import force_locale

from app.community import service
from app.community.queries.news import waiting_posts
from app.community.service import news, watching
from app.community.types import Published
from app.community.types.reading import WatchKind, WatchLevel
from app.identity.types import MemberRow
from app.kernel import jobs, verify
from app.kernel.db import db
from app.moderation.types import HideReason
from app.notify import queries
from app.notify.types import find_kind
from tests.factories.community import a_thread
from tests.factories.identity import a_member

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


def watch(
    member: MemberRow, kind: WatchKind, key: str, level: WatchLevel = WATCHING
) -> None:
    watching.set_watch(member.id, kind, key, level)


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
