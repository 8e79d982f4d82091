"""Missions, camps and badges for tests."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import camps as camp_queries
from app.loyalty.service import badges, camp_editing, missions
from app.loyalty.types.badges import BadgeDraft, BadgeKind, Criterion, Standard
from app.loyalty.types.camps import CohortDraft, PlanDraft, TaskDraft, TaskKind
from app.loyalty.types.doings import Doing, Wanted
from app.loyalty.types.missions import MissionDraft, Period

REPLY = Wanted(Doing.REPLY)
POST = Wanted(Doing.POST)


def an_act(member: MemberRow, doing: Doing = Doing.REPLY, **about: Any) -> None:
    """Let a member do something, now, as the domain that knows it would tell."""
    loyalty.reward(member.id, doing.action, source=Ref("thing", ids.next_id()), about=about)


def a_mission(staff: MemberRow, *, is_open: bool = True, **more: Any) -> str:
    """Make a mission; return its code."""
    values: dict[str, Any] = {
        "title_zh": "回一帖", "title_en": "Reply once", "wanted": REPLY, "goal": 1,
        "period": Period.DAY, "points": 5, "starts_on": clock.business_date(),
    }  # fmt: skip
    code = missions.save_mission(MissionDraft(**{**values, **more}), actor_id=staff.id)
    if is_open:
        missions.set_mission_open(code, is_open=True, actor_id=staff.id)
    return code


def a_plan(days: int = 2, **more: Any) -> PlanDraft:
    """Return what a camp says."""
    texts = ("蘸料训练营", "Dip camp", "每天一点", "A little every day")
    return PlanDraft(*texts, days, **more)


def a_task(day: int = 1, kind: TaskKind = TaskKind.ACT, **more: Any) -> TaskDraft:
    """Return a task; an act unless it says otherwise."""
    wanted = more.pop("wanted", REPLY) if kind is TaskKind.ACT else None
    return TaskDraft(day, kind, f"第 {day} 天", f"Task of day {day}", wanted=wanted, **more)


def a_camp(
    staff: MemberRow,
    *tasks: TaskDraft,
    slug: str = "dips",
    starts_on: date | None = None,
    capacity: int | None = None,
    **more: Any,
) -> str:
    """Publish a camp with one cohort that begins today; return the cohort's code."""
    told = tasks or (a_task(1), a_task(2))
    camp_editing.make_camp(slug, a_plan(max(t.day for t in told), **more), actor_id=staff.id)
    for task in told:
        camp_editing.save_task(slug, task, actor_id=staff.id)
    camp_editing.publish_camp(slug, actor_id=staff.id)
    return a_cohort(staff, slug, starts_on=starts_on, capacity=capacity)


def a_cohort(
    staff: MemberRow,
    slug: str = "dips",
    *,
    starts_on: date | None = None,
    capacity: int | None = None,
) -> str:
    """Open a cohort; return its code."""
    first = starts_on or clock.business_date()
    camp_editing.add_cohort(slug, CohortDraft(first, first, capacity), actor_id=staff.id)
    newest = sa.select(camp_queries.COHORT.c.code).order_by(camp_queries.COHORT.c.id.desc())
    code = db.session.scalars(newest.limit(1)).one()
    db.session.rollback()
    return str(code)


def a_badge(
    staff: MemberRow,
    key: str = "talker",
    *,
    kind: BadgeKind = BadgeKind.AUTOMATIC,
    criterion: Criterion | None = None,
    is_active: bool = True,
    **more: Any,
) -> None:
    """Make a badge; an automatic one for two replies unless it says otherwise."""
    told = criterion or Criterion(Standard.COUNT, 2, Doing.REPLY)
    draft = BadgeDraft(
        key, "话匣子", key.title(), "回帖两次", "Replied twice", "award", more.pop("level", 1),
        kind, told if kind is BadgeKind.AUTOMATIC else None, **more,
    )  # fmt: skip
    badges.save_badge(draft, actor_id=staff.id, is_new=True)
    if is_active:
        badges.set_badge_active(key, is_active=True, actor_id=staff.id)


def badges_of(member: MemberRow) -> list[str]:
    """Return the keys of the badges that a member has, by key."""
    held = badge_queries.badges_of(member.id)
    db.session.rollback()
    return sorted(row.badge.draft.key for row in held if row.is_held)


def tomorrow() -> None:
    """Move the frozen clock on by a day."""
    clock.tick(timedelta(days=1))
