"""Missions: staff open and close them; acts move them on; the reward is paid once a period."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.events import MissionDone
from app.loyalty.queries import missions as queries
from app.loyalty.queries.missions import MISSION, PROGRESS
from app.loyalty.service import badge_earning
from app.loyalty.service.paying import pay
from app.loyalty.service.reversing import give_back, is_taken
from app.loyalty.types import Act, Award
from app.loyalty.types.doings import Doing
from app.loyalty.types.missions import (
    MAX_GOAL,
    MAX_POINTS,
    Mission,
    MissionDraft,
    MissionError,
    MissionFrozenError,
    MissionState,
    Period,
)

REASON = policy.MISSION
TAKEN = "progress"
"""On whose account the reward of a mission is taken back when what was done is removed."""
CHUNK = 200
ONE_A_DAY = {Doing.CHECK_IN}
ONE_EVER = {Doing.PROFILE}
DONE_BY = {doing.action for doing in Doing}


# --- staff ---------------------------------------------------------------------------------------


@use_case
def save_mission(draft: MissionDraft, *, actor_id: int, code: str | None = None) -> str:
    """Make a mission, or change one; return its code.

    Once it was open, only titles, place and last day change.

    Raises:
        MissionError: it can't be; the message says why.
        MissionFrozenError: members count on what it asks and pays.
        NotFoundError: there is no such mission.
    """
    _check(draft)
    if code is None:
        mission_id, code = ids.next_id(), ids.new_code()
        db.session.execute(
            sa.insert(MISSION).values(
                id=mission_id,
                code=code,
                state=MissionState.DRAFT,
                created_at=clock.now(),
                **_columns(draft),
            )
        )
        audit.note(actor_id, "mission.made", Ref("mission", mission_id))
        return code
    found = _get(code)
    if found.state is not MissionState.DRAFT and _promise(found.draft) != _promise(draft):
        raise MissionFrozenError
    changed(sa.update(MISSION).where(MISSION.c.id == found.id).values(**_columns(draft)))
    audit.note(actor_id, "mission.changed", Ref("mission", found.id))
    return code


@use_case
def set_mission_open(code: str, *, is_open: bool, actor_id: int) -> None:
    """Open a mission, or close it; what is begun stays, and can go on when it is opened again.

    Raises:
        NotFoundError: there is no such mission.
        MissionError: its last day has passed.
    """
    found = _get(code)
    if is_open and found.draft.ends_on is not None and found.draft.ends_on < clock.business_date():
        raise MissionError("ends_on", _l("Its last day has passed. Choose a later one first."))
    state = MissionState.OPEN if is_open else MissionState.CLOSED
    if changed(
        sa.update(MISSION)
        .where(MISSION.c.id == found.id, MISSION.c.state != state)
        .values(state=state)
    ):
        audit.note(actor_id, f"mission.{state.value}", Ref("mission", found.id))


def _get(code: str) -> Mission:
    found = queries.find_mission(code)
    if found is None:
        raise NotFoundError
    return found


def _check(draft: MissionDraft) -> None:
    """Refuse a mission that nobody could do, or that pays out of all proportion.

    Raises:
        MissionError: with what is wrong.
    """
    doing = draft.wanted.doing
    if not (draft.title_zh and draft.title_en):
        raise MissionError("title_zh", _l("Write its title in both languages."))
    if not 1 <= draft.goal <= MAX_GOAL:
        raise MissionError("goal", _l("From 1 to %(most)s times.", most=MAX_GOAL))
    if not 0 <= draft.points <= MAX_POINTS:
        raise MissionError("points", _l("From 0 to %(most)s points.", most=MAX_POINTS))
    if draft.ends_on is not None and draft.ends_on < draft.starts_on:
        raise MissionError("ends_on", _l("It ends before it begins."))
    if doing in ONE_EVER and (draft.period is not Period.ONCE or draft.goal > 1):
        raise MissionError("period", _l("A profile is completed once, and only once."))
    if doing in ONE_A_DAY and draft.goal > {Period.DAY: 1, Period.WEEK: 7}.get(
        draft.period, MAX_GOAL
    ):
        raise MissionError("goal", _l("One checks in once a day: nobody could do it that often."))
    if draft.audience != "all" and ":" not in draft.audience:
        raise MissionError("audience", _l("Write all, or a kind and a name, such as tier:gold."))


def _promise(draft: MissionDraft) -> tuple[Any, ...]:
    """Return what members count on."""
    return (
        draft.wanted, draft.goal, draft.period, draft.points, draft.audience, draft.starts_on,
        draft.takes_back,
    )  # fmt: skip


def _columns(draft: MissionDraft) -> dict[str, Any]:
    return {
        "title_zh": draft.title_zh,
        "title_en": draft.title_en,
        "action": draft.wanted.doing.action,
        "wanted": draft.wanted.stored(),
        "goal": draft.goal,
        "period": draft.period,
        "points": draft.points,
        "audience": draft.audience,
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "position": draft.position,
        "takes_back": draft.takes_back,
    }


# --- acts ----------------------------------------------------------------------------------------

Key = tuple[int, int, date]
"""Member, mission, first day of the period."""


def note_acts(acts: Sequence[Act], _awards: Sequence[Award]) -> None:
    """Move missions on by acts that have just been rewarded, in their transaction.

    One statement where no mission asks for them; two more where one does, and the posting where
    it is done. The upsert decides: of many acts at once one reaches the goal.
    """
    asked = {act.action for act in acts} & DONE_BY
    running = queries.running(asked) if asked else []
    if not running:
        return
    moved: Counter[Key] = Counter()
    for act in acts:
        day = clock.business_date(act.at)
        for mission in running:
            told = mission.draft
            if (
                told.wanted.fits(act.action, act.about)
                and mission.runs_on(day)
                and queries.is_for(told.audience, act.member_id)
            ):
                moved[act.member_id, mission.id, told.period.starts_on(day)] += 1
    by_id = {mission.id: mission for mission in running}
    for start in range(0, len(moved), CHUNK):
        chunk = dict(sorted(moved.items())[start : start + CHUNK])
        for row in _move(chunk, by_id):
            pay_done(row, by_id[row.mission_id])


def _move(moved: dict[Key, int], missions: dict[int, Mission]) -> list[Any]:
    """Count acts in; return the rows that have just reached their goal. One statement."""
    now = clock.now()
    rows = []
    for (member_id, mission_id, period_on), count in moved.items():
        goal = missions[mission_id].draft.goal
        rows.append(
            {
                "id": ids.next_id(),
                "mission_id": mission_id,
                "member_id": member_id,
                "period_on": period_on,
                "times": min(count, goal),
                "goal": goal,
                "done_at": now if count >= goal else None,
                "points": 0,
            }
        )
    statement = insert(PROGRESS).values(rows)
    total = PROGRESS.c.times + statement.excluded.times
    is_done = total >= PROGRESS.c.goal
    touched = db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id", "mission_id", "period_on"],
            set_={
                "times": sa.case((is_done, PROGRESS.c.goal), else_=total),
                "done_at": sa.case((is_done, sa.literal(now, PROGRESS.c.done_at.type))),
            },
            where=PROGRESS.c.done_at.is_(None),
        ).returning(PROGRESS.c.id, PROGRESS.c.mission_id, PROGRESS.c.member_id, PROGRESS.c.done_at)
    ).all()
    return [row for row in touched if row.done_at is not None]


def pay_done(row: Any, mission: Mission) -> None:
    """Pay a mission that has just been done; one that was taken back is given back."""
    points = _post(row.member_id, row.id, mission.id, mission.draft.points)
    if points != 0:
        changed(sa.update(PROGRESS).where(PROGRESS.c.id == row.id).values(points=points))
    source = Ref("mission", row.id)
    if mission.draft.takes_back and is_taken(source, TAKEN):
        give_back(source, on_account=TAKEN)
        return
    facts.publish(
        MissionDone(mission.id, points or 0),
        actor_id=row.member_id,
        concerns_id=row.member_id,
        subject=source,
    )
    if points is None:  # else the act has done that
        badge_earning.weigh([row.member_id], {REASON})


@use_case
def pay_waiting(limit: int = 500) -> int:
    """Pay missions that were done while their member could not be paid; return how many.

    Twice is once: the ledger knows what it has posted.
    """
    rows = db.session.execute(
        sa.select(PROGRESS.c.id, PROGRESS.c.mission_id, PROGRESS.c.member_id, MISSION.c.points)
        .join(MISSION, MISSION.c.id == PROGRESS.c.mission_id)
        .where(PROGRESS.c.points.is_(None))
        .order_by(PROGRESS.c.member_id)
        .limit(limit)
    ).all()
    paid = 0
    for row in rows:
        points = _post(row.member_id, row.id, row.mission_id, row.points)
        if points is not None:
            changed(sa.update(PROGRESS).where(PROGRESS.c.id == row.id).values(points=points))
            paid += 1
    return paid


def _post(member_id: int, progress_id: int, mission_id: int, points: int) -> int | None:
    source = Ref("mission", progress_id)
    return pay(member_id, REASON, points, source=source, about={"mission": mission_id})
