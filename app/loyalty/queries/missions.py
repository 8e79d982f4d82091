"""Reads of missions: what runs, how far a member is, figures for staff, drift."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import audience, clock
from app.kernel.db import db
from app.kernel.types import Page
from app.loyalty import policy
from app.loyalty.models import LoyaltyMission, LoyaltyMissionProgress
from app.loyalty.queries import seals
from app.loyalty.queries.awards import is_gone
from app.loyalty.queries.badge_values import ACT, MEMBER, families_of
from app.loyalty.types.doings import wanted_from
from app.loyalty.types.missions import (
    Mission,
    MissionDraft,
    MissionFigures,
    MissionRow,
    MissionState,
)

MISSION = cast("sa.Table", LoyaltyMission.__table__)
PROGRESS = cast("sa.Table", LoyaltyMissionProgress.__table__)
LIST_ROWS = 50
SHOWN = 60


def mission_from(row: Any) -> Mission:
    """Return a mission as it is stored."""
    return Mission(
        row.id,
        row.code,
        row.state,
        MissionDraft(
            row.title_zh,
            row.title_en,
            wanted_from(row.wanted),
            row.goal,
            row.period,
            row.points,
            row.starts_on,
            row.ends_on,
            row.audience,
            row.position,
            row.takes_back,
        ),
    )


def any_open(_member_id: Any) -> sa.ColumnElement[bool]:
    """Return whether any mission is open: the same for every member, so that it costs little."""
    return sa.exists().where(MISSION.c.state == MissionState.OPEN)


def running(actions: Collection[str]) -> list[Mission]:
    """Return the open missions that ask for one of these acts. One statement."""
    rows = db.session.execute(
        sa.select(MISSION)
        .where(MISSION.c.state == MissionState.OPEN, MISSION.c.action.in_(sorted(actions)))
        .order_by(MISSION.c.id)
    )
    return [mission_from(row) for row in rows]


def asking_for(actions: Collection[str]) -> list[Mission]:
    """Return missions, open or closed, that ask for one of these acts. One statement at most."""
    if not actions:
        return []
    rows = db.session.execute(
        sa.select(MISSION)
        .where(MISSION.c.state != MissionState.DRAFT, MISSION.c.action.in_(sorted(actions)))
        .order_by(MISSION.c.id)
    )
    return [mission_from(row) for row in rows]


def find_mission(code: str) -> Mission | None:
    """Return a mission by its code, or None. One statement."""
    row = db.session.execute(sa.select(MISSION).where(MISSION.c.code == code)).one_or_none()
    return mission_from(row) if row else None


def missions_of(member_id: int | None, today: date | None = None) -> list[MissionRow]:
    """Return the missions that run today, with how far a member is. One statement.

    What is done stands at the end. A guest (None) sees what is for everybody.
    """
    day = today or clock.business_date()
    conditions = [
        MISSION.c.state == MissionState.OPEN,
        MISSION.c.starts_on <= day,
        sa.or_(MISSION.c.ends_on.is_(None), MISSION.c.ends_on >= day),
    ]
    his = sa.and_(
        PROGRESS.c.mission_id == MISSION.c.id,
        PROGRESS.c.member_id == (member_id or 0),
        PROGRESS.c.period_on == _period_start(day),
    )
    rows = db.session.execute(
        sa.select(MISSION, PROGRESS.c.times.label("done"), PROGRESS.c.done_at)
        .outerjoin(PROGRESS, his)
        .where(*conditions)
        .order_by(MISSION.c.position, MISSION.c.id)
        .limit(SHOWN)
    ).all()
    found = [
        MissionRow(mission_from(row), row.done or 0, row.done_at is not None)
        for row in rows
        if is_for(row.audience, member_id)
    ]
    return sorted(found, key=lambda row: row.is_done)


def is_for(told: str, member_id: int | None) -> bool:
    """Return whether a mission's audience includes a member; a guest sees those for all."""
    if told == "all":
        return True
    if member_id is None:
        return False
    try:
        return audience.includes(told, member_id)
    except audience.UnknownAudienceError:
        return False


def fits_nobody(told: str) -> bool:
    """Return whether an audience has no member at the moment. One statement at most."""
    if told == "all":
        return False
    try:
        belongs = audience.condition(told, MEMBER.c.id)
    except audience.UnknownAudienceError:
        return True
    somebody = sa.select(MEMBER.c.id).where(belongs, MEMBER.c.merged_into_id.is_(None)).limit(1)
    return db.session.scalar(somebody) is None


def _period_start(day: date) -> sa.ColumnElement[date]:
    """Return, per mission, the first day of the period that a business day falls into."""
    from app.loyalty.types.missions import Period

    return sa.case(
        *((MISSION.c.period == each, sa.literal(each.starts_on(day))) for each in Period),
        else_=sa.literal(day),
    )


# --- staff ---------------------------------------------------------------------------------------


def staff_missions(after: str | None = None, limit: int = LIST_ROWS) -> Page[MissionFigures]:
    """Return all missions, the newest first, with their figures. Two statements."""
    conditions = []
    if after and after.isascii() and after.isdecimal() and len(after) < 19:  # noqa: PLR2004 - below 2**63
        conditions.append(MISSION.c.id < int(after))
    rows = db.session.execute(
        sa.select(MISSION).where(*conditions).order_by(MISSION.c.id.desc()).limit(limit + 1)
    ).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    kept = rows[:limit]
    counted = _figures([row.id for row in kept])
    return Page(
        [MissionFigures(mission_from(row), *counted.get(row.id, (0, 0, 0))) for row in kept],
        next_key,
    )


def _figures(mission_ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    if not mission_ids:
        return {}
    rows = db.session.execute(
        sa.select(
            PROGRESS.c.mission_id,
            sa.func.count().label("begun"),
            sa.func.count(PROGRESS.c.done_at).label("done"),
            sa.func.sum(PROGRESS.c.points).label("points"),
        )
        .where(PROGRESS.c.mission_id.in_(mission_ids))
        .group_by(PROGRESS.c.mission_id)
    )
    return {row.mission_id: (row.begun, row.done, int(row.points or 0)) for row in rows}


# --- verification --------------------------------------------------------------------------------


def unpaid_missions() -> Iterator[str]:
    """Yield one sentence for every finished mission that paid other than it promised, or nothing.

    What the rules gave stands in the act log; before missions stood there, they paid what they
    promise. What the ledger refused waits (None).
    """
    is_its = sa.and_(
        ACT.c.action == policy.MISSION,
        ACT.c.source_kind == "mission",
        ACT.c.source_id == PROGRESS.c.id,
    )
    promised = sa.func.coalesce(ACT.c.points, MISSION.c.points)
    rows = db.session.execute(
        sa.select(PROGRESS.c.id, PROGRESS.c.points, promised.label("promised"))
        .join(MISSION, MISSION.c.id == PROGRESS.c.mission_id)
        .outerjoin(ACT, is_its)
        .where(
            sa.or_(
                sa.and_(PROGRESS.c.done_at.is_(None), PROGRESS.c.points.is_distinct_from(0)),
                sa.and_(PROGRESS.c.done_at.is_not(None), PROGRESS.c.points != promised),
            )
        )
        .order_by(PROGRESS.c.id)
    )
    for row in rows:
        yield f"mission progress {row.id} paid {row.points}, its mission promises {row.promised}"


CHECKED = 5_000


def drifting_progress() -> Iterator[str]:
    """Count the act log anew for every mission; yield one sentence per counter that differs.

    Where acts are older than the digests of their tags, missions that ask for one are passed over.
    """
    for row in db.session.execute(sa.select(MISSION).order_by(MISSION.c.id)).all():
        mission = mission_from(row)
        if mission.state is not MissionState.DRAFT:
            yield from _drifting_of(mission)


def _drifting_of(mission: Mission) -> Iterator[str]:
    after = (0, date.min)
    behind = sa.tuple_(PROGRESS.c.member_id, PROGRESS.c.period_on)
    while True:
        kept = db.session.execute(
            sa.select(PROGRESS.c.member_id, PROGRESS.c.period_on, PROGRESS.c.times)
            .where(PROGRESS.c.mission_id == mission.id, behind > sa.tuple_(*after))
            .order_by(PROGRESS.c.member_id, PROGRESS.c.period_on)
            .limit(CHECKED)
        ).all()
        if not kept:
            return
        after = (kept[-1].member_id, kept[-1].period_on)
        acts = counted(mission, sorted({row.member_id for row in kept}), with_gone=True)
        for row in kept:
            place = row.member_id, row.period_on
            should = min(acts.times[place], mission.draft.goal)
            if row.times > should and place not in acts.unknown:
                yield (
                    f"mission {mission.code} of member {row.member_id} from {row.period_on} says "
                    f"{row.times}, the acts say {should}"
                )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many acts count, by member and period.

    Attributes:
        unknown: places where it can't be told: acts older than the digests of their tags.
    """

    times: Counter[tuple[int, date]]
    unknown: set[tuple[int, date]]


def counted(mission: Mission, member_ids: Sequence[int], *, with_gone: bool = False) -> Counted:
    """Return how many acts of some members count, by period; those of a family for its head.

    One statement. Acts whose content is gone don't count, unless asked for.
    """
    told = mission.draft
    families = families_of(MEMBER.c.id.in_(member_ids))
    query = (
        sa.select(
            families.c.member_id, ACT.c.awarded_on, ACT.c.source_kind, ACT.c.source_id, ACT.c.about
        )
        .join(families, ACT.c.member_id == families.c.was_id)
        .where(ACT.c.action == told.wanted.doing.action, ACT.c.awarded_on >= told.starts_on)
    )
    rows = db.session.execute(query if with_gone else query.where(sa.not_(is_gone(ACT))))
    found = Counted(Counter(), set())
    seen = set()
    for row in rows:
        source = (row.member_id, row.source_kind, row.source_id)
        if source in seen or not mission.runs_on(row.awarded_on):
            continue
        seen.add(source)
        place = row.member_id, told.period.starts_on(row.awarded_on)
        fits = seals.fits(told.wanted, told.wanted.doing.action, row.about or {})
        if fits is None:
            found.unknown.add(place)
        found.times[place] += bool(fits)
    return found
