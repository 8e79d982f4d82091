"""A camp day by day: acts, things handed in, made up, graduated; and who may build one."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from app.identity.types import MemberRow
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.errors import ForbiddenError, InvalidError, NotFoundError
from app.kernel.types import Ref
from app.ledger import queries as ledger
from app.loyalty import service as loyalty
from app.loyalty.queries import camp_staff
from app.loyalty.queries import camps as queries
from app.loyalty.service import camp_editing, camp_work, camps
from app.loyalty.service.camp_work import Handed
from app.loyalty.types import Award
from app.loyalty.types.badges import BadgeKind
from app.loyalty.types.camps import (
    CampError,
    CampFrozenError,
    CampPage,
    CohortFullError,
    DecidedError,
    NotJoinableError,
    NotOpenError,
    TaskKind,
    WorkState,
)
from app.loyalty.types.doings import Doing, Wanted
from app.notify import queries as notify
from tests.factories.camps import (
    a_badge,
    a_camp,
    a_cohort,
    a_plan,
    a_task,
    an_act,
    badges_of,
    tomorrow,
)
from tests.factories.community import a_photo
from tests.factories.identity import a_member
from tests.loyalty.test_races import together

NAMES = ("loyalty.camps", "loyalty.holders", "loyalty.badges")


def page_of(member: MemberRow, slug: str = "dips") -> CampPage:
    page = queries.camp_page(slug, member.id)
    db.session.rollback()
    assert page is not None
    return page


def done(member: MemberRow) -> int:
    seat = page_of(member).seat
    assert seat is not None
    return seat.done_tasks


def has_graduated(member: MemberRow) -> bool:
    seat = page_of(member).seat
    return seat is not None and seat.graduated_at is not None


def balance(member: MemberRow) -> int:
    points = ledger.balance(member.id).available
    db.session.rollback()
    return points


def all_is_well() -> bool:
    return not any(report.drifts for report in verify.run(NAMES))


def test_two_days_two_replies_and_the_badge_and_bonus_are_his(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_badge(staff, "graduate", kind=BadgeKind.MANUAL)
    code = a_camp(staff, bonus_points=100, badge_key="graduate")
    camps.join_cohort(alice.id, "dips", code)
    camps.join_cohort(alice.id, "dips", code)
    assert done(alice) == 0
    an_act(alice)
    an_act(alice)
    assert (done(alice), has_graduated(alice)) == (1, False)
    tomorrow()
    an_act(alice)
    assert (done(alice), has_graduated(alice)) == (2, True)
    assert badges_of(alice) == ["graduate"]
    assert balance(alice) == 3 * 2 + 100
    assert all_is_well()


def test_what_he_did_on_the_day_he_joins_counts(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    code = a_camp(staff, a_task(1), a_task(2))
    an_act(alice)
    camps.join_cohort(alice.id, "dips", code)
    assert (done(alice), has_graduated(alice)) == (1, False)


def test_a_missed_task_can_be_made_up_as_far_back_and_as_often_as_the_plan_says(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    tasks = [a_task(day) for day in (1, 2, 3, 4)]
    camps.join_cohort(alice.id, "dips", a_camp(staff, *tasks, late_days=2, late_max=1))
    for _day in range(3):
        tomorrow()
    an_act(alice)  # day 4, its own task first
    assert [task for task, work in page_of(alice).works.items() if work.is_late] == []
    an_act(alice)  # then the oldest that may still be made up: day 2, not day 1
    made_up = [task for task, work in page_of(alice).works.items() if work.is_late]
    assert made_up == [page_of(alice).plan.of_day(2)[0].id]
    an_act(alice)  # one task was all
    assert (done(alice), has_graduated(alice)) == (2, False)
    assert all_is_well()


def test_with_fewer_tasks_to_pass_a_missed_day_is_forgiven(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    tasks = [a_task(1), a_task(2), a_task(3)]
    camps.join_cohort(alice.id, "dips", a_camp(staff, *tasks, pass_tasks=2, bonus_points=10))
    an_act(alice)
    tomorrow()
    tomorrow()
    an_act(alice)
    assert (done(alice), has_graduated(alice)) == (2, True)


def test_an_act_counts_for_every_task_of_the_day_that_it_fits(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    tagged = Wanted(Doing.REPLY, tag="麻酱", min_length=5)
    camps.join_cohort(
        alice.id, "dips", a_camp(staff, a_task(1), a_task(1, wanted=tagged), a_task(1, goal=3))
    )
    an_act(alice, tags=("牛油",), length=50)
    assert done(alice) == 1
    an_act(alice, tags=("麻酱",), length=4)
    assert done(alice) == 1
    an_act(alice, tags=("麻酱",), length=5)
    assert (done(alice), has_graduated(alice)) == (3, True)


def test_the_day_is_the_brands(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    camps.join_cohort(alice.id, "dips", a_camp(staff, starts_on=clock.business_date()))
    clock.tick(timedelta(hours=11, minutes=59))  # 23:59 in Shanghai
    an_act(alice)
    clock.tick(timedelta(minutes=2))
    an_act(alice)
    assert (done(alice), has_graduated(alice)) == (2, True)


# --- handing in ----------------------------------------------------------------------------------


def test_a_photo_is_looked_at_handed_back_and_accepted(
    app: Flask, staff: MemberRow, moderator: MemberRow, alice: MemberRow
) -> None:
    code = a_camp(staff, a_task(1, TaskKind.PHOTO, is_reviewed=True), bonus_points=40, late_days=2,
                  late_max=2)  # fmt: skip
    camps.join_cohort(alice.id, "dips", code)
    task_id = page_of(alice).plan.tasks[0].id
    with pytest.raises(InvalidError):
        camp_work.hand_in(alice.id, "dips", task_id, Handed())
    camp_work.hand_in(alice.id, "dips", task_id, Handed(photo_id=a_photo(alice), note="看！"))
    (waiting,) = camp_staff.waiting().items
    assert (waiting.work.note, waiting.person.id, done(alice)) == ("看！", alice.id, 0)

    camps.return_work(waiting.id, "锅在哪里？", actor_id=moderator.id)
    with pytest.raises(DecidedError):
        camps.accept_work(waiting.id, actor_id=moderator.id)
    assert page_of(alice).works[task_id].reason == "锅在哪里？"
    tomorrow()
    camp_work.hand_in(alice.id, "dips", task_id, Handed(photo_id=a_photo(alice)))
    assert page_of(alice).works[task_id].reason == ""
    with pytest.raises(ForbiddenError):
        camps.accept_work(waiting.id, actor_id=alice.id)
    assert camps.accept_work(waiting.id, actor_id=moderator.id)
    with pytest.raises(DecidedError):
        camps.accept_work(waiting.id, actor_id=staff.id)
    kinds = ("loyalty.camp_work", "loyalty.camp")
    told = [each for each in notify.notices(alice.id).items if each.kind in kinds]
    assert sorted((each.kind, each.params.get("state")) for each in told) == [
        ("loyalty.camp", None), ("loyalty.camp_work", "done"), ("loyalty.camp_work", "returned"),
    ]  # fmt: skip
    assert "锅" not in repr(told)
    assert (done(alice), balance(alice), db.session.scalar(camp_staff.counting_waiting())) == (
        1,
        40,
        0,
    )
    seat = page_of(alice).seat
    assert seat is not None
    assert seat.late_used == 0, "handed in in time: coming back costs no make-up"
    assert all_is_well()


def test_links_are_https_and_steps_are_all_ticked(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    steps = a_task(1, TaskKind.STEPS, text_zh="切\n拌", text_en="Cut\nMix")
    camps.join_cohort(alice.id, "dips", a_camp(staff, a_task(1, TaskKind.LINK), steps))
    link, list_ = (task.id for task in page_of(alice).plan.tasks)
    for bad in ("", "http://example.com/a", "https://", "https://a@b.example/", "https://x y.com/",
                "javascript:alert(1)", "https://localhost/"):  # fmt: skip
        with pytest.raises(InvalidError):
            camp_work.hand_in(alice.id, "dips", link, Handed(link=bad))
    with pytest.raises(InvalidError):
        camp_work.hand_in(alice.id, "dips", list_, Handed(ticks=frozenset({0})))
    camp_work.hand_in(alice.id, "dips", link, Handed(link="https://example.com/post/1"))
    work = camp_work.hand_in(alice.id, "dips", list_, Handed(ticks=frozenset({0, 1})))
    assert (work.state, has_graduated(alice)) == (WorkState.DONE, True)


def test_nothing_can_be_handed_in_for_another_day_or_by_who_is_not_in(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    tasks = [a_task(day, TaskKind.LINK) for day in (1, 2)]
    camps.join_cohort(alice.id, "dips", a_camp(staff, *tasks))
    first, second = (task.id for task in page_of(alice).plan.tasks)
    handed = Handed(link="https://example.com/1")
    with pytest.raises(NotOpenError):
        camp_work.hand_in(alice.id, "dips", second, handed)
    with pytest.raises(NotFoundError):
        camp_work.hand_in(bob.id, "dips", first, handed)
    tomorrow()
    with pytest.raises(NotOpenError):
        camp_work.hand_in(alice.id, "dips", first, handed)


# --- cohorts -------------------------------------------------------------------------------------


def test_one_joins_one_cohort_in_time_while_there_is_room(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    first = a_camp(staff, capacity=1)
    later = a_cohort(staff, starts_on=clock.business_date() + timedelta(days=1))
    camps.join_cohort(alice.id, "dips", first)
    with pytest.raises(CohortFullError):
        camps.join_cohort(bob.id, "dips", first)
    with pytest.raises(NotJoinableError):
        camps.join_cohort(alice.id, "dips", later)
    tomorrow()
    tomorrow()
    with pytest.raises(NotJoinableError):
        camps.join_cohort(bob.id, "dips", later)
    assert all_is_well()


@pytest.mark.race
def test_sixteen_want_the_last_three_places(app: Flask, staff: MemberRow) -> None:
    members = [a_member(f"fan{n}") for n in range(16)]
    code = a_camp(staff, capacity=3)

    def join(number: int) -> Award:
        try:
            camps.join_cohort(members[number].id, "dips", code)
        except CohortFullError:
            return Award(0, 0, capped=True, reason="full")
        return Award(0, 0, capped=False, reason="joined")

    assert [got.reason for got in together(app, join)].count("joined") == 3
    assert all_is_well()


@pytest.mark.race
def test_sixteen_acts_at_once_graduate_once(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    camps.join_cohort(alice.id, "dips", a_camp(staff, a_task(1, goal=5), bonus_points=70))
    together(app, lambda n: loyalty.reward(alice.id, "reply.published", source=Ref("reply", n + 1)))
    assert (done(alice), has_graduated(alice), balance(alice)) == (1, True, 20 + 70)
    assert all_is_well()


def test_the_bonus_comes_once_for_each_camp_and_again_for_another(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    camps.join_cohort(alice.id, "dips", a_camp(staff, a_task(1), bonus_points=50))
    an_act(alice)
    tomorrow()
    camps.join_cohort(alice.id, "dips", a_cohort(staff))
    an_act(alice)
    assert (has_graduated(alice), balance(alice)) == (True, 2 * 2 + 50)
    camps.join_cohort(alice.id, "pots", a_camp(staff, a_task(1), slug="pots", bonus_points=50))
    an_act(alice)
    assert balance(alice) == 3 * 2 + 2 * 50


def test_a_merged_member_brings_his_seat_and_a_parting_returns_it(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    from app.identity import service as identity
    from app.identity.types import MergeCause

    carla = a_member("carla")
    camps.join_cohort(carla.id, "dips", a_camp(staff))
    an_act(carla)
    merged = identity.merge_members(carla.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert done(alice) == 1
    identity.unmerge_members(merged.id, actor_id=staff.id)
    assert page_of(alice).seat is None
    assert done(carla) == 1
    assert all_is_well()


# --- building ------------------------------------------------------------------------------------


def test_what_is_published_is_frozen_and_a_new_version_is_for_new_cohorts(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    first = a_camp(staff, a_task(1))
    camps.join_cohort(alice.id, "dips", first)
    with pytest.raises(CampFrozenError):
        camp_editing.save_task("dips", a_task(1), actor_id=staff.id)
    camp_editing.new_version("dips", actor_id=staff.id)
    camp_editing.save_task("dips", a_task(1, wanted=Wanted(Doing.LIKE)), actor_id=staff.id)
    assert len(page_of(alice).plan.tasks) == 1
    camp_editing.publish_camp("dips", actor_id=staff.id)
    camps.join_cohort(bob.id, "dips", a_cohort(staff))
    assert len(page_of(alice).plan.tasks) == 1
    assert len(page_of(bob).plan.tasks) == 2
    camp_editing.close_camp("dips", actor_id=staff.id)
    assert queries.camp_page("dips", None) is None
    an_act(alice)
    assert has_graduated(alice), "who is in it finishes it"


@pytest.mark.only("sqlite")
def test_a_camp_that_nobody_could_finish_is_not_published(app: Flask, staff: MemberRow) -> None:
    def publish() -> str:
        with force_locale("en"):
            with pytest.raises(CampError) as refused:
                camp_editing.publish_camp("dips", actor_id=staff.id)
            return str(refused.value)

    camp_editing.make_camp("dips", a_plan(2, pass_tasks=9), actor_id=staff.id)
    assert "day 1 and 2" in publish()
    for day in (1, 2):
        camp_editing.save_task("dips", a_task(day), actor_id=staff.id)
    assert "Nobody could graduate" in publish()
    camp_editing.change_plan("dips", a_plan(2), actor_id=staff.id)
    camp_editing.publish_camp("dips", actor_id=staff.id)
    for field, task in (
        ("day", a_task(3)), ("goal", a_task(1, goal=0)), ("doing", a_task(1, wanted=None)),
        ("text_en", a_task(1, TaskKind.STEPS, text_zh="切", text_en="Cut\nMix")),
        ("text_zh", a_task(1, TaskKind.STEPS)), ("is_reviewed", a_task(1, is_reviewed=True)),
    ):  # fmt: skip
        camp_editing.new_version("dips", actor_id=staff.id)
        with pytest.raises(CampError) as refused:
            camp_editing.save_task("dips", task, actor_id=staff.id)
        assert refused.value.field == field
        camp_editing.publish_camp("dips", actor_id=staff.id)


def test_the_funnel_counts_who_was_still_with_it(app: Flask, staff: MemberRow) -> None:
    members = [a_member(f"fan{n}") for n in range(4)]
    code = a_camp(staff, *[a_task(day) for day in (1, 2, 3)])
    for member in members:
        camps.join_cohort(member.id, "dips", code)
    for doing in (members[:3], members[:1], members[:2]):
        for member in doing:
            an_act(member)
        tomorrow()
    (funnel,) = camp_staff.funnels("dips")
    steps = [step.members for step in funnel.steps]
    assert (funnel.joined, steps, funnel.graduated) == (4, [3, 2, 2], 1)
    rows = camp_staff.funnel_rows({"camp": "dips"}, None, 100).items
    assert [(row[2], row[3], row[5]) for row in rows] == [
        ("joined", 4, 0), ("1", 3, 1), ("2", 2, 1), ("3", 2, 0), ("graduated", 1, 1),
    ]  # fmt: skip
