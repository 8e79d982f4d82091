"""What is withdrawn leaves scores, ranks and breakdowns with its own commit, without a worker."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Ref
from app.kernel.withdrawals import Why
from app.moderation.types import HideReason
from app.ranking import queries, service
from app.ranking.queries import lines, sources
from app.ranking.queries.tables import ACTIVITY, SCORE
from app.ranking.queries.verifying import drifting_buckets
from app.ranking.service import scoring, withdrawing
from app.ranking.types import Period, PeriodState, Ties
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member
from tests.factories.originality import POT
from tests.factories.originality import work as look_at_posts
from tests.factories.ranking import PLAIN, a_board, settle
from tests.ranking.test_boards import Counting, nothing_drifts, score_of
from tests.ranking.test_scoring import STRICT, kept


def now_score(member: MemberRow) -> int:
    """Return what a page would show now, whatever waits for the worker."""
    found = db.session.scalar(sa.select(SCORE.c.score).where(SCORE.c.member_id == member.id))
    db.session.rollback()
    return int(found or 0)


class Scene:
    """Alice's pot, which Bob likes and answers; Carol has a pot of her own."""

    def __init__(self, alice: MemberRow, bob: MemberRow, team: MemberRow) -> None:
        a_board()
        self.alice, self.bob, self.team = alice, bob, team
        self.carol = a_member("carol")
        self.pot = a_thread(alice)
        community.like_thread(bob.id, self.pot.thread_code)
        community.reply(bob.id, self.pot.thread_code, "好吃")
        community.like_reply(alice.id, self.pot.thread_code, 1)
        a_thread(self.carol, "另一锅")
        settle()
        assert self.now() == (12, 6, 10)

    def now(self) -> tuple[int, ...]:
        return tuple(now_score(each) for each in (self.alice, self.bob, self.carol))

    @property
    def reply_id(self) -> int:
        found = db.session.scalar(sa.select(ACTIVITY.c.source_id).where(ACTIVITY.c.act == "reply"))
        db.session.rollback()
        return int(found or 0)


@pytest.fixture
def scene(alice: MemberRow, bob: MemberRow, moderator: MemberRow) -> Scene:
    return Scene(alice, bob, moderator)


WAYS: dict[str, tuple[Callable[[Scene], object], Callable[[Scene], object], tuple[int, int]]] = {
    "a post taken down": (
        lambda s: community.remove_thread(s.alice.id, s.pot.thread_code),
        lambda s: community.bring_back_thread(s.alice.id, s.pot.thread_code),
        (0, 0),
    ),
    "a post hidden": (
        lambda s: community.hide_thread(s.team.id, s.pot.thread_id, HideReason.ADVERT),
        lambda s: community.restore_thread(s.team.id, s.pot.thread_id),
        (0, 0),
    ),
    "a reply taken down": (
        lambda s: community.remove_reply(s.bob.id, s.pot.thread_code, 1),
        lambda s: community.bring_back_reply(s.bob.id, s.pot.thread_code, 1),
        (12, 0),
    ),
    "a reply hidden": (
        lambda s: community.hide_reply(s.team.id, s.reply_id, HideReason.RUDE),
        lambda s: community.restore_reply(s.team.id, s.reply_id),
        (12, 0),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_it_counts_no_more_with_its_own_commit(scene: Scene, way: str) -> None:
    withdraw, bring_back, left = WAYS[way]
    withdraw(scene)
    assert scene.now() == (*left, 10)
    nothing_drifts()
    settle()
    assert scene.now() == (*left, 10)
    bring_back(scene)
    settle()
    assert scene.now() == (12, 6, 10)
    nothing_drifts()


def test_pages_read_after_it_show_neither_points_nor_place_nor_line(
    scene: Scene, client: Browser, alice_client: Browser
) -> None:
    assert "alice" in client.get("/rank").text
    assert f"/go/thread/{scene.pot.thread_id}" in alice_client.get("/rank/week/me").text
    community.remove_thread(scene.alice.id, scene.pot.thread_code)
    page = client.get("/rank").text
    assert "carol" in page
    assert "alice" not in page
    assert "bob" not in page
    mine = alice_client.get("/rank/week/me").text
    assert f"/go/thread/{scene.pot.thread_id}" not in mine
    now = queries.boards_now()[0]
    assert now.period
    around = queries.around(now.period.id, scene.carol.id, now.board.draft.ties)
    assert around.mine
    assert (around.mine.rank, around.above) == (1, None)


def test_a_copy_counts_nothing_with_the_commit_that_finds_it(
    alice: MemberRow, bob: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_board()
    a_thread(alice, "我的", POT)
    a_thread(bob, "也是我的", POT)
    settle()
    assert (now_score(alice), now_score(bob)) == (10, 10)
    monkeypatch.setattr("app.kernel.facts.deliver", lambda *_a, **_k: 0)  # the worker sleeps
    look_at_posts()
    assert (now_score(alice), now_score(bob)) == (10, 0)
    nothing_drifts()


def test_a_post_hidden_before_its_line_is_there_never_counts(
    alice: MemberRow, moderator: MemberRow
) -> None:
    a_board()
    pot = a_thread(alice)
    community.hide_thread(moderator.id, pot.thread_id, HideReason.ADVERT)
    assert score_of(alice) == 0
    nothing_drifts()


def test_who_gave_most_is_counted_at_once_and_the_many_by_the_sweep(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawing, "AT_ONCE", 1)
    community.remove_thread(scene.alice.id, scene.pot.thread_code)
    assert scene.now() == (0, 6, 10)  # alice's three lines before bob's two
    nothing_drifts()  # bob is marked
    settle()
    assert scene.now() == (0, 0, 10)


def test_a_frozen_standing_stays_as_it_was_frozen(scene: Scene) -> None:
    clock.tick(timedelta(days=8))
    settle()
    service.open_periods()
    assert service.freeze_due() == 1
    community.remove_thread(scene.alice.id, scene.pot.thread_code)
    assert scene.now()[0] == 12


def test_taking_down_costs_two_statements_more_without_lines_and_few_with_them(
    alice: MemberRow, bob: MemberRow, count_statements: Counting
) -> None:
    for number in range(4):
        a_board(f"week{number}")
    pots = [a_thread(alice, f"锅 {n}") for n in range(3)]
    for pot in pots[1:]:
        community.like_thread(bob.id, pot.thread_code)
    with count_statements() as none:
        community.remove_thread(alice.id, pots[0].thread_code)
    assert sum("ranking_" in each for each in none) == 2
    settle()
    with count_statements() as some:
        community.remove_thread(alice.id, pots[1].thread_code)
    assert sum("ranking_" in each for each in some) <= 8 + 4, "\n".join(some)  # one each board
    nothing_drifts()


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["post", "post", "reply", "like", "like", "answer_like", "remove", "bring_back",
             "hide", "show", "flag", "later"]
        ),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    min_size=5,
    max_size=24,
)  # fmt: skip


@pytest.mark.only("sqlite")
@given(ACTS)
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_read_at_once_it_is_what_a_full_recomputation_gives(
    app: Flask, acts: list[tuple[str, int, int]]
) -> None:
    name = clock.milliseconds()
    people = [a_member(f"w{name}x{n}") for n in range(3)]
    team = a_member(f"w{name}team")
    if not queries.all_boards():
        a_board("week", STRICT)
        a_board("day", PLAIN, period=Period.DAY, ties=Ties.EARLIER)
    threads: list[tuple[MemberRow, str, int]] = []
    for what, who, which in acts:
        _play(what, people[who], team, threads, which)
        if what in {"remove", "hide", "flag"}:
            _is_as_recomputed()
        settle()
    clock.tick(timedelta(seconds=1))
    _is_as_recomputed()


def _play(
    what: str,
    member: MemberRow,
    team: MemberRow,
    threads: list[tuple[MemberRow, str, int]],
    which: int,
) -> None:
    if what == "post":
        made = a_thread(member, f"锅 {len(threads)}")
        threads.append((member, made.thread_code, made.thread_id))
    elif what == "later":
        clock.tick(timedelta(hours=5))
    elif threads:
        author, code, thread_id = threads[which % len(threads)]
        acts: dict[str, Callable[[], object]] = {
            "reply": lambda: community.reply(member.id, code, "好吃"),
            "like": lambda: community.like_thread(member.id, code),
            "answer_like": lambda: community.like_reply(member.id, code, 1),
            "remove": lambda: community.remove_thread(author.id, code),
            "bring_back": lambda: community.bring_back_thread(author.id, code),
            "hide": lambda: community.hide_thread(team.id, thread_id, HideReason.ADVERT),
            "show": lambda: community.restore_thread(team.id, thread_id),
            "flag": lambda: _doubt(thread_id),
        }
        try:
            acts[what]()
        except Exception as error:  # a removed thread can't be liked, a reply comes too fast
            if type(error).__module__.startswith("sqlalchemy"):
                raise


def _doubt(thread_id: int) -> None:
    from app.kernel import withdrawals
    from app.kernel.db import use_case

    use_case(withdrawals.tell)(Ref("thread", thread_id), Why.DOUBTED)


def _is_as_recomputed() -> None:
    for period in queries.periods_in(PeriodState.OPEN):
        board = queries.board_by_id(period.board_id)
        assert board
        members = {m for chunk in queries.lines_by_chunks(board.draft, period.span) for m in chunk}
        assert kept(period.id) == scoring.scores_of(board, period, members)
        assert list(drifting_buckets(period.id)) == []
    assert list(queries.drifting_lines()) == []
    db.session.rollback()


@pytest.mark.only("postgres")
@pytest.mark.parametrize(
    ("module", "name", "step"),
    [(sources, "lines", service.gather), (lines, "lines_of", service.rescore)],
)
def test_who_read_before_it_writes_nothing_down_after_it(
    app: Flask, alice: MemberRow, bob: MemberRow,
    monkeypatch: pytest.MonkeyPatch, module: object, name: str, step: Callable[[], int],
) -> None:  # fmt: skip
    a_board()
    pot = a_thread(alice)
    settle()
    community.like_thread(bob.id, pot.thread_code)
    if step is service.rescore:
        service.gather()
    db.session.remove()
    moment, has_read, is_gone = clock.now(), threading.Event(), threading.Event()
    read = getattr(module, name)

    def reading(*args: object) -> object:
        found = read(*args)
        if threading.current_thread() is worker:
            has_read.set()
            is_gone.wait(1)  # whoever takes down waits for us, or this would be old news
        return found

    def work() -> None:
        with app.app_context(), clock.frozen(moment):
            step()
            db.session.remove()

    monkeypatch.setattr(module, name, reading)
    worker = threading.Thread(target=work)
    worker.start()
    assert has_read.wait(30)
    community.remove_thread(alice.id, pot.thread_code)
    is_gone.set()
    worker.join(30)
    stands = ACTIVITY.c.thread_id == pot.thread_id, ACTIVITY.c.is_void.is_(False)
    assert db.session.scalar(sa.select(sa.func.count()).where(*stands)) == 0
    assert now_score(alice) == 0
    nothing_drifts()
