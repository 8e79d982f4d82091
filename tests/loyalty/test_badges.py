"""Badges: earned at once, given to all who earned them long ago, given and taken by hand."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow, SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.queries import badges as queries
from app.loyalty.queries import measures
from app.loyalty.queries.badges import BADGE, TURN
from app.loyalty.queries.measures import Measure
from app.loyalty.service import badge_earning, badges, camps
from app.loyalty.types import Act
from app.loyalty.types.badges import (
    BadgeDraft,
    BadgeError,
    BadgeKind,
    Criterion,
    Granted,
    Standard,
    Turn,
)
from app.loyalty.types.doings import Doing
from tests.factories.camps import (
    a_badge,
    a_camp,
    a_mission,
    a_task,
    an_act,
    badges_of,
    tomorrow,
)
from tests.factories.community import a_thread
from tests.factories.identity import a_member
from tests.loyalty.test_races import together

NAMES = ("loyalty.holders", "loyalty.badges")


def all_is_well() -> bool:
    return not any(report.drifts for report in verify.run(NAMES))


def sweep(stretch: int = 2) -> None:
    while badge_earning.sweep_some(stretch):
        pass


def holders(key: str) -> int:
    found = queries.find_badge(key, with_drafts=True)
    db.session.rollback()
    assert found is not None
    return found.holders


def test_the_second_reply_brings_the_badge_at_once(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_badge(staff)
    an_act(alice)
    assert badges_of(alice) == []
    an_act(alice)
    an_act(alice)
    assert (badges_of(alice), badges_of(bob), holders("talker")) == (["talker"], [], 1)
    assert all_is_well()


def test_days_streaks_missions_and_camps_are_measured(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_badge(staff, "two-days", criterion=Criterion(Standard.DAYS, 2, Doing.REPLY))
    a_badge(staff, "week", criterion=Criterion(Standard.STREAK, 7))
    a_badge(staff, "doer", criterion=Criterion(Standard.MISSIONS, 2))
    a_badge(staff, "camper", criterion=Criterion(Standard.CAMPS, 1, name="dips"))
    a_badge(staff, "other-camper", criterion=Criterion(Standard.CAMPS, 1, name="pots"))
    a_mission(staff)
    camps.join_cohort(alice.id, "dips", a_camp(staff, a_task(1)))

    an_act(alice)
    an_act(alice)
    assert badges_of(alice) == ["camper"]
    an_act(alice, Doing.CHECK_IN, streak_days=6)
    tomorrow()
    an_act(alice)
    an_act(alice, Doing.CHECK_IN, streak_days=7)
    assert badges_of(alice) == ["camper", "doer", "two-days", "week"]
    assert all_is_well()


def test_a_new_badge_reaches_who_earned_it_long_ago_stretch_by_stretch(
    app: Flask, staff: MemberRow
) -> None:
    from app.identity import service as identity

    members = identity.seed_members(
        [SeedMember(f"fan{n}", joined_at=clock.now()) for n in range(7)]
    )
    acts = [
        Act(member.id, "reply.published", Ref("reply", n * 10 + k), clock.now())
        for n, member in enumerate(members)
        for k in range(n % 3)
    ]
    loyalty.reward_many(acts)
    a_badge(staff)
    assert holders("talker") == 0
    badge_earning.sweep_some(3)
    swept = db.session.execute(sa.select(BADGE.c.swept_members, BADGE.c.swept_to)).one()
    assert (swept.swept_members, swept.swept_to is not None) == (3, True)
    sweep()
    assert [badges_of(member) for member in members] == [[], [], ["talker"], [], [], ["talker"], []]
    assert badge_earning.begin_sweeps() == 1
    sweep()
    assert holders("talker") == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TURN)) == 2
    assert all_is_well()


def test_what_was_removed_counts_no_longer_and_the_badge_goes_if_it_says_so(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    two = Criterion(Standard.COUNT, 2, Doing.POST)
    a_badge(staff, "stays", criterion=two)
    a_badge(staff, "goes", criterion=two, auto_revoke=True)
    threads = [a_thread(alice, title=f"锅 {n}") for n in range(2)]
    assert badges_of(alice) == ["goes", "stays"]
    community.remove_thread(alice.id, threads[0].thread_code)
    badge_earning.begin_sweeps()
    sweep()
    assert badges_of(alice) == ["stays"]
    community.bring_back_thread(alice.id, threads[0].thread_code)
    badge_earning.begin_sweeps()
    sweep()
    assert badges_of(alice) == ["goes", "stays"]
    turns = [turn.turn for turn in queries.history_of(alice.id) if turn.badge.draft.key == "goes"]
    assert turns == [Turn.RETURNED, Turn.REVOKED, Turn.GRANTED]
    assert all_is_well()


def test_a_registered_measure_can_be_asked_for(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    measures.register(Measure("test.rank", "Rank", lambda _member: sa.literal(3)))
    a_badge(staff, "ranked", criterion=Criterion(Standard.MEASURE, 3, name="test.rank"))
    a_badge(staff, "high", criterion=Criterion(Standard.MEASURE, 4, name="test.rank"))
    sweep(100)
    assert badges_of(alice) == ["ranked"]
    with pytest.raises(BadgeError):
        a_badge(staff, "odd", criterion=Criterion(Standard.MEASURE, 1, name="nobody.knows"))


def test_what_a_merged_member_did_counts_and_a_person_has_a_badge_once(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    from app.identity import service as identity
    from app.identity.types import MergeCause

    a_badge(staff)
    a_badge(staff, "four", criterion=Criterion(Standard.COUNT, 4, Doing.REPLY))
    carla = a_member("carla")
    for who in (alice, carla):
        an_act(who)
        an_act(who)
    assert holders("talker") == 2
    merged = identity.merge_members(carla.id, alice.id, cause=MergeCause.STAFF, actor_id=staff.id)
    assert (holders("talker"), badges_of(alice)) == (1, ["talker"])
    badge_earning.begin_sweeps()
    sweep()
    assert badges_of(alice) == ["four", "talker"]
    assert all_is_well()
    identity.unmerge_members(merged.id, actor_id=staff.id)
    assert (holders("talker"), badges_of(carla)) == (2, ["talker"])
    assert all_is_well()


# --- by hand -------------------------------------------------------------------------------------


def test_an_honour_goes_to_many_with_its_citation_and_unknown_yids_are_told(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_badge(staff, "cook", kind=BadgeKind.HONOUR)
    yids = [alice.yid, bob.yid.lower(), alice.yid, "NOBODY"]
    done = badges.grant_badge("cook", yids, "年夜饭掌勺", actor_id=staff.id)
    assert done == Granted(2, 0, ("NOBODY",))
    again = badges.grant_badge("cook", [alice.yid], "再来", actor_id=staff.id)
    assert again == Granted(0, 1)
    found = queries.find_badge("cook")
    assert found is not None
    wall = queries.latest(badge_id=found.id).items
    assert {line.person.id: line.citation for line in wall} == {
        alice.id: "年夜饭掌勺", bob.id: "年夜饭掌勺",
    }  # fmt: skip
    with pytest.raises(InvalidError):
        badges.grant_badge("cook", [alice.yid], "", actor_id=staff.id)


def test_what_staff_took_comes_back_by_staff_only(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_badge(staff)
    an_act(alice)
    an_act(alice)
    with pytest.raises(InvalidError):
        badges.grant_badge("talker", [bob.yid], "友情", actor_id=staff.id)
    assert badges.revoke_badge("talker", alice.yid, "刷帖", actor_id=staff.id)
    assert not badges.revoke_badge("talker", alice.yid, "刷帖", actor_id=staff.id)
    an_act(alice)
    badge_earning.begin_sweeps()
    sweep()
    assert badges_of(alice) == []
    assert badges.grant_badge("talker", [alice.yid], "误会", actor_id=staff.id) == Granted(1, 0)
    told = [(turn.turn, turn.reason) for turn in queries.history_of(alice.id)]
    assert told == [(Turn.RETURNED, "误会"), (Turn.REVOKED, "刷帖"), (Turn.GRANTED, "")]
    assert all_is_well()


def test_a_retired_badge_is_kept_and_given_no_more(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_badge(staff)
    an_act(alice)
    an_act(alice)
    badges.set_badge_active("talker", is_active=False, actor_id=staff.id)
    an_act(bob)
    an_act(bob)
    assert (badges_of(alice), badges_of(bob)) == (["talker"], [])
    with pytest.raises(NotFoundError):
        badges.grant_badge("talker", [bob.yid], "为什么", actor_id=staff.id)


def test_a_showcase_holds_six_of_ones_own(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    keys = [f"m{n}" for n in range(8)]
    for key in keys:
        a_badge(staff, key, kind=BadgeKind.MANUAL)
        if key != "m7":
            badges.grant_badge(key, [alice.yid], "好", actor_id=staff.id)
    for wrong in (keys[:7], ["m7"], ["unheard-of"]):
        with pytest.raises(InvalidError):
            badges.set_showcase(alice.id, wrong)
    badges.set_showcase(alice.id, ["m3", "m1"])
    shown = queries.showcase_of([alice.id])[alice.id]
    placed = sorted((row.place, row.badge.draft.key) for row in shown if row.place)
    assert placed == [(1, "m3"), (2, "m1")]
    db.session.rollback()
    badges.revoke_badge("m3", alice.yid, "收回", actor_id=staff.id)
    shown = queries.showcase_of([alice.id])[alice.id]
    assert [row.badge.draft.key for row in shown if row.place] == ["m1"]


@pytest.mark.only("sqlite")
def test_a_badge_that_makes_no_sense_is_refused_at_its_field(app: Flask, staff: MemberRow) -> None:
    def refused(kind: BadgeKind, criterion: Criterion | None, *, auto: bool = False) -> str:
        draft = BadgeDraft("x", "x", "x", "x", "x", "award", 1, kind, criterion, auto)
        with pytest.raises(BadgeError) as found:
            badges.save_badge(draft, actor_id=staff.id, is_new=True)
        return found.value.field

    automatic = BadgeKind.AUTOMATIC
    assert refused(automatic, None) == "standard"
    assert refused(automatic, Criterion(Standard.COUNT, 0, Doing.POST)) == "at_least"
    assert refused(automatic, Criterion(Standard.COUNT, 1)) == "doing"
    assert refused(automatic, Criterion(Standard.STREAK, 7), auto=True) == "auto_revoke"
    assert refused(BadgeKind.HONOUR, None, auto=True) == "auto_revoke"
    a_badge(staff)
    with pytest.raises(BadgeError):
        a_badge(staff)


@pytest.mark.race
def test_sixty_four_acts_at_once_bring_a_badge_once(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    a_badge(staff)
    together(
        app,
        lambda n: loyalty.reward(alice.id, "reply.published", source=Ref("reply", n + 1)),
        crowd=64,
    )
    assert (badges_of(alice), holders("talker")) == (["talker"], 1)
    assert len(queries.history_of(alice.id)) == 1
    assert all_is_well()


def test_the_wall_pages_from_the_newest(app: Flask, staff: MemberRow) -> None:
    a_badge(staff, "cook", kind=BadgeKind.MANUAL)
    members = [a_member(f"fan{n}") for n in range(23)]
    for member in members:
        badges.grant_badge("cook", [member.yid], "好", actor_id=staff.id)
        clock.tick(timedelta(seconds=1))
    first = queries.latest()
    second = queries.latest(first.next_key)
    shown = [line.person.id for page in (first, second) for line in page.items]
    assert shown == [member.id for member in reversed(members)]
