"""Missions move on by acts and pay once in their period."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, facts, verify
from app.kernel.db import db, use_case
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import service as loyalty
from app.loyalty.queries import missions as queries
from app.loyalty.service import missions as service
from app.loyalty.types import Act
from app.loyalty.types.doings import Doing, Wanted
from app.loyalty.types.missions import MissionError, MissionFrozenError, Period
from tests.factories.camps import POST, a_mission, an_act, tomorrow
from tests.factories.community import a_photo, a_thread, some_boards
from tests.factories.identity import a_member
from tests.loyalty.test_races import together

NAMES = ("loyalty.missions", "loyalty.progress")


def available(member: MemberRow) -> int:
    points = ledger.balance(member.id).available
    db.session.rollback()
    return points


def progress(member: MemberRow) -> list[tuple[int, bool]]:
    rows = queries.missions_of(member.id)
    db.session.rollback()
    return [(row.count, row.is_done) for row in rows]


def test_a_reply_finishes_a_mission_and_its_points_come_once_a_day(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_mission(staff, points=7)
    thread = a_thread(bob)

    community.reply(alice.id, thread.thread_code, "好吃！")
    assert (available(alice), progress(alice)) == (2 + 7, [(1, True)])
    community.reply(alice.id, thread.thread_code, "再来一碗。")
    assert available(alice) == 2 + 2 + 7

    tomorrow()
    assert progress(alice) == [(0, False)]
    community.reply(alice.id, thread.thread_code, "第二天。")
    assert available(alice) == 3 * 2 + 2 * 7
    done = facts.count_by_name(
        ["mission.done"], since=clock.business_date() - timedelta(days=9),
        until=clock.business_date() + timedelta(days=9),
    )  # fmt: skip
    assert done == {"mission.done": 2}
    assert not any(report.drifts for report in verify.run(NAMES))


def test_a_mission_of_three_counts_to_three_within_the_week(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, goal=3, period=Period.WEEK)
    an_act(alice)
    tomorrow()
    an_act(alice)
    assert progress(alice) == [(2, False)]
    for _day in range(7):
        tomorrow()
    an_act(alice)
    assert progress(alice) == [(1, False)], "a new week begins at Monday"
    an_act(alice)
    an_act(alice)
    assert progress(alice) == [(3, True)]


def test_only_acts_that_fit_count(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    boards = some_boards()
    wanted = Wanted(Doing.POST, board=boards["dips"], has_photo=True, tag="辣")
    a_mission(staff, wanted=wanted, points=50)
    photo = [a_photo(alice)]

    a_thread(alice, board="dips", body="没有照片 #辣")
    a_thread(alice, board="pot", body="#辣", photo_ids=photo)
    assert progress(alice) == [(0, False)]
    a_thread(alice, board="dips", body="今天的蘸料 #辣", photo_ids=[a_photo(alice)])
    assert progress(alice) == [(1, True)]


def test_a_profile_is_completed_once(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    from app.identity import service as identity

    a_mission(staff, wanted=Wanted(Doing.PROFILE), period=Period.ONCE, points=30)
    identity.edit_profile(alice.id, name="alice", bio="爱吃辣")
    facts.deliver()
    assert progress(alice) == [(0, False)], "a face is missing"
    identity.set_avatar(alice.id, a_photo(alice), "0" * 64)
    facts.deliver()
    identity.edit_profile(alice.id, name="alice", bio="更爱吃辣")
    facts.deliver()
    assert (progress(alice), available(alice)) == ([(1, True)], 30)


def test_acts_outside_a_missions_days_or_audience_do_not_count(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    today = clock.business_date()
    a_mission(staff, starts_on=today + timedelta(days=1))
    a_mission(staff, audience="segment:42")
    a_mission(staff, is_open=False)
    an_act(alice)
    assert progress(alice) == []
    assert available(alice) == 2


def test_what_members_count_on_stays(app: Flask, staff: MemberRow) -> None:
    code = a_mission(staff)
    found = queries.find_mission(code)
    assert found is not None
    renamed = service.save_mission(
        found.draft.__class__(
            **{n: getattr(found.draft, n) for n in found.draft.__slots__} | {"title_en": "Answer"}
        ),
        actor_id=staff.id,
        code=code,
    )
    assert renamed == code
    dearer = {n: getattr(found.draft, n) for n in found.draft.__slots__} | {"points": 500}
    with pytest.raises(MissionFrozenError):
        service.save_mission(found.draft.__class__(**dearer), actor_id=staff.id, code=code)


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("goal", {"goal": 0}),
        ("goal", {"goal": 2, "wanted": Wanted(Doing.CHECK_IN)}),
        ("points", {"points": -1}),
        ("ends_on", {"ends_on": clock.business_date() - timedelta(days=40_000)}),
        ("period", {"wanted": Wanted(Doing.PROFILE)}),
        ("audience", {"audience": "everybody"}),
    ],
)
@pytest.mark.only("sqlite")
def test_a_mission_that_makes_no_sense_is_refused_at_its_field(
    app: Flask, staff: MemberRow, field: str, more: dict[str, Any]
) -> None:
    with pytest.raises(MissionError) as refused:
        a_mission(staff, **more)
    assert refused.value.field == field


def test_a_bulk_of_acts_is_the_same_as_one_by_one(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_mission(staff, wanted=POST, goal=2, points=11)
    acts = [
        Act(who.id, Doing.POST.action, Ref("thread", n * 10 + k), clock.now())
        for k, who in enumerate((alice, bob))
        for n in range(1, 4)
    ]
    loyalty.reward_many(acts)
    loyalty.reward_many(acts)
    assert [progress(who) for who in (alice, bob)] == [[(2, True)], [(2, True)]]
    assert available(alice) == 3 * 10 + 11
    assert not any(report.drifts for report in verify.run(NAMES))


@pytest.mark.race
def test_sixty_four_acts_at_once_pay_a_mission_once(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, goal=3, points=9)
    together(
        app,
        lambda n: loyalty.reward(alice.id, "reply.published", source=Ref("reply", n + 1)),
        crowd=64,
    )
    assert progress(alice) == [(3, True)]
    assert available(alice) == 20 + 9, "the day's limit of replies, and the mission"
    assert not any(report.drifts for report in verify.run(NAMES))


def test_an_act_that_is_rolled_back_leaves_no_trace(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff)

    @use_case
    def fail_late() -> None:
        loyalty.reward(alice.id, "reply.published", source=Ref("reply", 1))
        raise LookupError

    with pytest.raises(LookupError):
        fail_late()
    assert (progress(alice), available(alice)) == ([(0, False)], 0)


def test_a_merged_member_brings_his_missions(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    from app.identity import service as identity
    from app.identity.types import MergeCause

    other = a_member("carla")
    a_mission(staff, goal=5, period=Period.WEEK)
    an_act(other)
    identity.merge_members(other.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert progress(alice) == [(1, False)]
    an_act(alice)
    assert progress(alice) == [(2, False)]
    assert not any(report.drifts for report in verify.run(NAMES))
