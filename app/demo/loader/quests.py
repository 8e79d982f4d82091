"""Missions, badges and a running camp with two cohorts: made at the end of the demo's year."""

from datetime import datetime, timedelta

from app.demo.accounts import ACCOUNTS, HOUSE
from app.demo.content import quests as content
from app.demo.loader.roll import Roll
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import use_case
from app.loyalty.queries import camps as camp_queries
from app.loyalty.service import badge_earning, badges, camp_editing, camp_work, camps, missions
from app.loyalty.service.camp_work import Handed
from app.loyalty.types.camps import CohortDraft, TaskKind
from app.loyalty.types.missions import MissionDraft

BEGAN = timedelta(days=4)  # before the year's end
JOINED, LATER = 14, 5


def set_up(roll: Roll, ends_at: datetime) -> None:
    """Make what is not there yet, and give the badges that the year has earned.

    The camp began some days before the end of the year; who joined has done since what the year
    tells of him. What is made is made whole or not at all; the sweep of badges goes on where it
    stopped.
    """
    staff_id = roll.members[HOUSE]
    if not camp_queries.versions_of(content.SLUG):
        _make(roll, staff_id, ends_at)
    while badge_earning.sweep_some():
        pass


@use_case
def _make(roll: Roll, staff_id: int, ends_at: datetime) -> None:
    fans = [roll.members[n] for n in sorted(roll.members) if n == 0 or n >= len(ACCOUNTS)]
    with clock.frozen(ends_at - BEGAN):
        _define(staff_id)
        _open_cohorts(staff_id)
        running, _later = _codes()
        for member_id in fans[:JOINED]:
            camps.join_cohort(member_id, content.SLUG, running)
    _running, later = _codes()
    for member_id in fans[JOINED : JOINED + LATER]:
        camps.join_cohort(member_id, content.SLUG, later)
    camp_work.catch_up(fans[:JOINED])
    _hand_in(fans[1:3])
    people = identity.people(fans[:2])
    badges.grant_badge(
        content.HONOUR,
        [people[member_id].yid for member_id in fans[:2]],
        content.CITATION,
        actor_id=staff_id,
    )


def _define(staff_id: int) -> None:
    today = clock.business_date()
    for place, (zh, en, wanted, goal, period, points) in enumerate(content.MISSIONS):
        draft = MissionDraft(zh, en, wanted, goal, period, points, today, position=place)
        code = missions.save_mission(draft, actor_id=staff_id)
        missions.set_mission_open(code, is_open=True, actor_id=staff_id)
    for badge in content.BADGES:
        badges.save_badge(badge, actor_id=staff_id, is_new=True)
        badges.set_badge_active(badge.key, is_active=True, actor_id=staff_id)
    camp_editing.make_camp(content.SLUG, content.PLAN, actor_id=staff_id)
    for task in content.TASKS:
        camp_editing.save_task(content.SLUG, task, actor_id=staff_id)
    camp_editing.publish_camp(content.SLUG, actor_id=staff_id)


def _open_cohorts(staff_id: int) -> None:
    today = clock.business_date()
    for first in (today, today + timedelta(days=7)):
        draft = CohortDraft(first, first + timedelta(days=1), 200)
        camp_editing.add_cohort(content.SLUG, draft, actor_id=staff_id)


def _codes() -> tuple[str, str]:
    """Return the codes of the two cohorts, the running one first."""
    first, second = camp_queries.codes_of(content.SLUG)
    return first, second


def _hand_in(members: list[int]) -> None:
    """Let some members hand in their links: staff have something to look at."""
    plan = camp_queries.versions_of(content.SLUG)[0]
    link = next(task for task in plan.tasks if task.draft.kind is TaskKind.LINK)
    for member_id, address in zip(members, content.LINKS, strict=False):
        camp_work.hand_in(member_id, content.SLUG, link.id, Handed(link=address))
