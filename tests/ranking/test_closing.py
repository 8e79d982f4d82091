"""A period ends once: frozen, looked at, settled, every prize handed over exactly once."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity import service as members
from app.identity.types import MemberRow, MergeCause
from app.kernel import clock, goods
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.goods import Given, Giving, GoodsGoneError, Thing
from app.ranking import queries, service
from app.ranking.models import RankingAward, RankingPeriod, RankingScore, RankingStanding
from app.ranking.queries.awards import awards_of
from app.ranking.types import AwardState, FieldError, PeriodState, Preference, Prize, Ties
from tests.factories.community import a_thread
from tests.factories.identity import Browser
from tests.factories.ranking import a_board, settle

MONDAY = date(2026, 8, 31)  # tests run on Tuesday, 1 September
LADLE = Thing("ladle", "gold")


@pytest.fixture
def given() -> Iterator[Counter[str]]:
    """Hand ladles over: what was given by which key."""
    handed: Counter[str] = Counter()

    def give(giving: Giving) -> Given:
        if handed["left"] <= 0:
            raise GoodsGoneError
        is_new = giving.key not in handed
        handed[giving.key] += 1
        return Given(is_new)

    handed["left"] = 1
    before = dict(goods._kinds)
    goods.register(goods.Kind("ladle", "Ladle", choices=lambda: [("gold", "Gold")], give=give))
    yield handed
    goods._kinds.clear()
    goods._kinds.update(before)


def period_of(slug: str = "week") -> int:
    board = queries.find_board(slug)
    assert board
    period = queries.find_period(board.id, MONDAY)
    db.session.rollback()
    assert period
    return period.id


def state_of(period_id: int) -> PeriodState:
    found = queries.period_by_id(period_id)
    db.session.rollback()
    assert found
    return found.state


def end_the_week() -> None:
    clock.tick(timedelta(days=7))
    settle()


PRIZES = (Prize(1, 1, LADLE), Prize(2, 3, LADLE))


def test_a_week_is_frozen_waits_and_is_awarded_once(
    app: Flask, client: Browser, alice: MemberRow, bob: MemberRow, given: Counter[str]
) -> None:
    a_board(prizes=PRIZES, wait_hours=24)
    thread = a_thread(alice)
    community.reply(bob.id, thread.thread_code, "好吃")
    settle()
    assert service.freeze_due() == 0  # the week is not over
    end_the_week()
    period_id = period_of()
    assert [service.freeze_due(), service.freeze_due()] == [1, 0]
    assert state_of(period_id) is PeriodState.FROZEN
    community.unlike_thread(bob.id, thread.thread_code)
    assert service.settle_due() == 0  # it waits for its day
    clock.tick(timedelta(hours=24))
    assert [service.settle_due(), service.settle_due()] == [1, 0]
    for _again in range(2):
        service.award_due()
    assert service.finish_done() == 1
    assert state_of(period_id) is PeriodState.DONE
    assert sorted(line.rank for line in awards_of(period_id)) == [1, 2]
    assert {line.state for line in awards_of(period_id)} == {AwardState.GIVEN}
    assert [count for key, count in given.items() if key.startswith("rank:")] == [1, 1]
    page = client.get(f"/rank/week/{MONDAY.isoformat()}").get_data(as_text=True)
    assert page.index("alice") < page.index("bob")
    assert "alice" in client.get("/rank/week/hall").get_data(as_text=True)
    service.open_periods()
    assert "Last time they were in front" in client.get("/rank?board=week").get_data(as_text=True)


def test_nothing_freezes_while_something_waits_to_be_scored(app: Flask, alice: MemberRow) -> None:
    a_board()
    a_thread(alice)
    clock.tick(timedelta(days=7))
    assert service.freeze_due() == 0
    service.gather()
    assert service.freeze_due() == 0
    settle()
    assert service.freeze_due() == 1


def test_equal_scores_share_a_rank_and_its_prize_or_the_earlier_one_is_first(
    app: Flask, alice: MemberRow, bob: MemberRow, koc: MemberRow, given: Counter[str]
) -> None:
    a_board("shared", prizes=PRIZES, wait_hours=0)
    a_board("earlier", prizes=PRIZES, wait_hours=0, ties=Ties.EARLIER)
    for member in (alice, bob, koc):
        a_thread(member, f"{member.name} 的锅")
        clock.tick(timedelta(minutes=1))
    end_the_week()
    service.freeze_due()
    service.settle_due()
    shared = [(line.rank, line.shown.person.name) for line in awards_of(period_of("shared"))]
    assert sorted(shared) == [(1, "alice"), (1, "bob"), (1, "kora")]
    earlier = [(line.rank, line.shown.person.name) for line in awards_of(period_of("earlier"))]
    assert earlier == [(1, "alice"), (2, "bob"), (3, "kora")]


def test_below_the_minimum_there_is_no_place_and_no_prize(
    app: Flask, alice: MemberRow, bob: MemberRow, given: Counter[str]
) -> None:
    a_board(prizes=PRIZES, wait_hours=0, minimum=10)
    thread = a_thread(alice)
    community.reply(bob.id, thread.thread_code, "好吃")
    end_the_week()
    service.freeze_due()
    service.settle_due()
    assert [place.shown.person.name for place in queries.standing(period_of())] == ["alice"]
    assert len(awards_of(period_of())) == 1


def test_whom_staff_leave_out_gets_nothing_and_the_others_move_up(
    app: Flask, alice: MemberRow, bob: MemberRow, staff: MemberRow, given: Counter[str]
) -> None:
    a_board(prizes=(Prize(1, 1, LADLE),), wait_hours=24)
    thread = a_thread(alice)
    community.reply(bob.id, thread.thread_code, "好吃")
    end_the_week()
    period_id = period_of()
    with pytest.raises(NotFoundError):
        service.exclude(staff.id, period_id, alice.id, "too early")
    service.freeze_due()
    with pytest.raises(FieldError):
        service.exclude(staff.id, period_id, alice.id, "  ")
    service.exclude(staff.id, period_id, alice.id, "bought likes")
    service.include_again(staff.id, period_id, alice.id)
    service.exclude(staff.id, period_id, alice.id, "bought likes")
    clock.tick(timedelta(hours=24))
    service.settle_due()
    (award,) = awards_of(period_id)
    assert (award.rank, award.shown.person.name) == (1, "bob")
    with pytest.raises(NotFoundError):
        service.exclude(staff.id, period_id, bob.id, "too late")


def test_a_prize_that_is_gone_waits_for_staff(
    app: Flask, alice: MemberRow, staff: MemberRow, given: Counter[str]
) -> None:
    a_board(prizes=(Prize(1, 1, LADLE),), wait_hours=0)
    a_thread(alice)
    end_the_week()
    service.freeze_due()
    service.settle_due()
    given["left"] = 0
    assert service.award_due() == 1
    (award,) = awards_of(period_of())
    assert award.state is AwardState.STUCK
    assert service.finish_done() == 0
    assert service.award_due() == 0
    given["left"] = 1
    with pytest.raises(FieldError):
        service.try_again(staff.id, award.id, Thing("nothing", "at-all"))
    service.try_again(staff.id, award.id)
    assert service.award_due() == 1
    assert awards_of(period_of())[0].state is AwardState.GIVEN
    with pytest.raises(NotFoundError):
        service.try_again(staff.id, award.id)


def test_a_winner_who_was_merged_gets_his_prize_once_and_who_left_gets_none(
    app: Flask, alice: MemberRow, bob: MemberRow, koc: MemberRow, staff: MemberRow,
    given: Counter[str],
) -> None:  # fmt: skip
    a_board(prizes=PRIZES, wait_hours=24)
    for number in range(3):
        a_thread(alice, f"第{number}锅")
    a_thread(bob, "菌菇锅")
    a_thread(koc, "清汤锅")
    end_the_week()
    service.freeze_due()
    members.merge_members(alice.id, bob.id, cause=MergeCause.STAFF, actor_id=staff.id)
    service.prefer(koc.id, Preference(is_hidden=True))
    clock.tick(timedelta(hours=24))
    service.settle_due()
    service.award_due()
    assert [(a.rank, a.shown.person.name) for a in awards_of(period_of())] == [(1, "bob")]


def test_a_crash_between_the_steps_changes_nothing(
    app: Flask, alice: MemberRow, given: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.ranking.service import awarding, closing

    a_board(prizes=(Prize(1, 1, LADLE),), wait_hours=0)
    a_thread(alice)
    end_the_week()
    service.freeze_due()

    def killed(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    for module, name, step in (
        (closing, "_tell", service.settle_due),
        (awarding, "_tell", service.award_due),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, killed)
            with pytest.raises(KeyboardInterrupt):
                step()
        assert step() == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RankingStanding)) == 1
    assert awards_of(period_of())[0].state is AwardState.GIVEN


@pytest.mark.only("postgres", "sqlite")
def test_two_workers_close_a_period_exactly_once(
    app: Flask, alice: MemberRow, bob: MemberRow, given: Counter[str]
) -> None:
    a_board(prizes=PRIZES, wait_hours=0)
    thread = a_thread(alice)
    community.reply(bob.id, thread.thread_code, "好吃")
    end_the_week()
    db.session.remove()
    gate = threading.Barrier(2)
    done: list[tuple[int, ...]] = []
    moment = clock.now()

    def work() -> None:
        with app.app_context(), clock.frozen(moment):
            gate.wait(timeout=30)
            done.append(
                (
                    service.freeze_due(), service.settle_due(),
                    service.award_due(), service.finish_done(),
                )
            )  # fmt: skip
            db.session.remove()

    workers = [threading.Thread(target=work) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    service.finish_done()
    assert [sum(each) for each in zip(*done, strict=True)][:3] == [1, 1, 2]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RankingAward)) == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RankingStanding)) == 2
    assert sorted(n for key, n in given.items() if key.startswith("rank:")) == [1, 1]
    states = set(db.session.scalars(sa.select(RankingPeriod.state)))
    assert PeriodState.DONE in states
    assert db.session.scalar(sa.select(sa.func.count()).select_from(RankingScore)) == 2
