"""Missions and camps follow content: tags and topics too, things handed in beside, any order."""

from typing import Any

import pytest
from flask import Flask

from app.community.service import topics
from app.community.types.reading import TopicPlan
from app.identity.types import MemberRow
from app.kernel import clock, ids, verify
from app.kernel.db import db
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import service
from app.loyalty.queries import camps as camp_queries
from app.loyalty.queries import missions as mission_queries
from app.loyalty.queries import options
from app.loyalty.service import camp_work, camps
from app.loyalty.service.camp_work import Handed
from app.loyalty.types.badges import BadgeKind
from app.loyalty.types.camps import Seat, TaskKind
from app.loyalty.types.doings import Doing, Wanted
from tests.factories.camps import (
    a_badge,
    a_camp,
    a_mission,
    a_task,
    badges_of,
    tomorrow,
)
from tests.factories.community import a_thread
from tests.loyalty.test_races import THREADS, together

NAMES = ("ledger", "loyalty.camps", "loyalty.missions", "loyalty.progress", "loyalty.badges")
TAGGED = Wanted(Doing.POST, tag="Soup")


def post(member: MemberRow, **about: Any) -> Ref:
    """Post something, as the community tells it; return what it is."""
    thread = Ref("thread", ids.next_id())
    service.reward(member.id, Doing.POST.action, source=thread, about=about)
    return thread


def seat(member: MemberRow) -> Seat:
    page = camp_queries.camp_page("dips", member.id)
    db.session.rollback()
    assert page
    assert page.seat
    return page.seat


def progress(member: MemberRow) -> list[tuple[int, bool]]:
    rows = mission_queries.missions_of(member.id)
    db.session.rollback()
    return [(row.count, row.is_done) for row in rows]


def available(member: MemberRow) -> int:
    points = ledger.balance(member.id)
    db.session.rollback()
    return points.available - points.debt


def clean() -> list[str]:
    return [drift for report in verify.run(NAMES) for drift in report.drifts]


def test_a_mission_that_asks_for_a_tag_is_lowered_with_what_is_removed(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_mission(staff, wanted=TAGGED, goal=2, points=50, takes_back=True)
    one = post(alice, tags=("soup", "winter"))
    other = post(alice, tags=("tea",))
    post(alice, tags=("soup",))
    assert progress(alice) == [(2, True)]
    service.take_back(other)
    assert progress(alice) == [(2, True)]
    service.take_back(one)
    assert progress(alice) == [(1, False)]
    service.give_back(one)
    assert (progress(alice), available(alice)) == ([(2, True)], 20 + 50)
    assert clean() == []


def test_acts_from_before_tags_were_kept_leave_their_mission_as_it_is(
    app: Flask, staff: MemberRow, alice: MemberRow, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_mission(staff, wanted=TAGGED, goal=3)
    with monkeypatch.context() as before:
        before.setattr("app.loyalty.queries.seals.kept", lambda _action, _about: None)
        old = post(alice, tags=("soup",))
    new = post(alice, tags=("soup",))
    service.take_back(new)
    assert progress(alice) == [(2, False)], "nobody knows what the older one was tagged with"
    service.take_back(old)
    assert progress(alice) == [(0, False)], "and nobody needs to, once it is gone"
    assert clean() == []


def test_a_topic_can_be_asked_for_and_a_removed_post_leaves_the_camp(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    from app.community import service as community

    today = clock.business_date()
    plan = TopicPlan("soups", "周末煲汤", "Weekend soup")
    topics.plan_topic(plan, today, today, actor_id=staff.id)
    [(topic_id, _name)] = options.options_of("topic")
    under = a_task(1, wanted=Wanted(Doing.POST, topic=int(topic_id)))
    camps.join_cohort(alice.id, "dips", a_camp(staff, under, a_task(2)))
    a_thread(alice, body="Nothing of it.")
    assert seat(alice).done_tasks == 0
    thread = a_thread(alice, body="Bones for an hour. #Weekend soup# #soups")
    assert seat(alice).done_tasks == 1
    community.remove_thread(alice.id, thread.thread_code)
    assert seat(alice).done_tasks == 0
    community.bring_back_thread(alice.id, thread.thread_code)
    assert seat(alice).done_tasks == 1
    assert clean() == []


@pytest.mark.parametrize("takes_back", [False, True])
def test_who_graduated_stays_so_unless_the_camp_takes_it_back(
    app: Flask, staff: MemberRow, alice: MemberRow, takes_back: bool
) -> None:
    a_badge(staff, "graduate", kind=BadgeKind.MANUAL)
    told: dict[str, Any] = {
        "bonus_points": 100, "badge_key": "graduate", "takes_back": takes_back,
    }  # fmt: skip
    both = [a_task(day, wanted=TAGGED) for day in (1, 2)]
    camps.join_cohort(alice.id, "dips", a_camp(staff, *both, **told))
    one = post(alice, tags=("soup",))
    tomorrow()
    post(alice, tags=("soup",))
    assert (seat(alice).done_tasks, badges_of(alice)) == (2, ["graduate"])

    service.take_back(one)
    gone = seat(alice)
    had = available(alice)
    kept = (gone.done_tasks, gone.graduated_at is not None, badges_of(alice), had)
    assert kept == ((1, False, [], 10) if takes_back else (2, True, ["graduate"], 110))

    service.give_back(one)
    service.give_back(one)
    back = seat(alice)
    assert (back.done_tasks, back.graduated_at is not None) == (2, True)
    assert (badges_of(alice), available(alice)) == (["graduate"], 120)
    assert clean() == []


def test_things_handed_in_stay_and_late_tasks_give_their_place_back(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    steps = {"text_zh": "洗", "text_en": "Wash"}
    posting = a_task(2, wanted=Wanted(Doing.POST))
    tasks = [a_task(1), a_task(1, TaskKind.STEPS, **steps), a_task(2), posting]
    camps.join_cohort(alice.id, "dips", a_camp(staff, *tasks, late_days=1, late_max=1))
    tomorrow()
    first = Ref("thread", ids.next_id())
    reply = Doing.REPLY.action
    service.reward(alice.id, reply, source=first)  # for today
    second = Ref("thread", ids.next_id())
    service.reward(alice.id, reply, source=second)  # for yesterday, late
    assert (seat(alice).done_tasks, seat(alice).late_used) == (2, 1)
    service.take_back(second)
    assert (seat(alice).done_tasks, seat(alice).late_used) == (1, 0)
    page = camp_queries.camp_page("dips", alice.id)
    assert page
    task = next(each for each in page.plan.tasks if each.draft.kind is TaskKind.STEPS)
    db.session.rollback()
    camp_work.hand_in(alice.id, "dips", task.id, Handed(ticks=frozenset({0})))
    assert (seat(alice).done_tasks, seat(alice).late_used) == (2, 1)
    service.give_back(second)  # it came first; what was handed in since stays all the same
    assert (seat(alice).done_tasks, seat(alice).late_used) == (3, 2)
    service.take_back(first, second)
    assert (seat(alice).done_tasks, seat(alice).late_used) == (1, 1)
    assert clean() == []


@pytest.mark.race
def test_acts_and_removals_at_once_leave_the_tasks_that_stand(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    task = a_task(1, wanted=TAGGED, goal=THREADS)
    camps.join_cohort(alice.id, "dips", a_camp(staff, task, bonus_points=70, takes_back=True))
    threads = [Ref("thread", ids.next_id()) for _ in range(THREADS)]

    def act(number: int) -> None:
        service.reward(
            alice.id, Doing.POST.action, source=threads[number], about={"tags": ("soup",)}
        )
        if number % 2:
            service.take_back(threads[number])

    together(app, act)
    assert seat(alice).done_tasks == 0
    service.give_back(*threads)
    assert (seat(alice).done_tasks, available(alice)) == (1, 50 + 70)
    assert clean() == []
    assert clock.business_date() <= seat(alice).cohort.closes_on
