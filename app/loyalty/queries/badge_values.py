"""How far members are with what automatic badges measure: set-wise, from the act log."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.identity.models import Member
from app.kernel.db import db
from app.loyalty.models import (
    LoyaltyAward,
    LoyaltyCamp,
    LoyaltyCampCohort,
    LoyaltyCampSeat,
    LoyaltyMissionProgress,
    LoyaltyUndone,
)
from app.loyalty.queries import measures
from app.loyalty.types.badges import Criterion, Standard

MEMBER = cast("sa.Table", Member.__table__)
ACT = cast("sa.Table", LoyaltyAward.__table__)
PROGRESS = cast("sa.Table", LoyaltyMissionProgress.__table__)
CAMP = cast("sa.Table", LoyaltyCamp.__table__)
COHORT = cast("sa.Table", LoyaltyCampCohort.__table__)
SEAT = cast("sa.Table", LoyaltyCampSeat.__table__)
UNDONE = cast("sa.Table", LoyaltyUndone.__table__)

Values = dict[Criterion, dict[int, int]]
"""Criterion -> member -> how much; who has nothing is left out."""


def values(criteria: Sequence[Criterion], members: sa.ColumnElement[bool]) -> Values:
    """Return how much members have of what some criteria measure.

    One statement for everything that is read from the act log, one each for missions, for each
    camp, and for each registered measure that is asked for. What a merged member did counts for
    whom he was merged into.

    Args:
        criteria: what is measured; ``at_least`` does not matter.
        members: a condition on the member table: some ids, or a stretch of them.
    """
    found: Values = {each: {} for each in criteria}
    families = families_of(members)
    _from_log(found, families)
    for criterion in criteria:
        statement = _statement(criterion, families, members)
        if statement is not None:
            found[criterion] = {
                row.member_id: int(row.value) for row in db.session.execute(statement) if row.value
            }
    return found


def families_of(members: sa.ColumnElement[bool]) -> sa.CTE:
    """Return (member_id, was_id): the members, each with everybody who was merged into him."""
    family = (
        sa.select(MEMBER.c.id.label("member_id"), MEMBER.c.id.label("was_id"))
        .where(members)
        .cte("family", recursive=True)
    )
    merged = MEMBER.alias("merged")
    return family.union_all(
        sa.select(family.c.member_id, merged.c.id).join(
            family, merged.c.merged_into_id == family.c.was_id
        )
    )


def _from_log(found: Values, families: sa.CTE) -> None:
    counted = [each for each in found if each.standard in {Standard.COUNT, Standard.DAYS}]
    if not counted:
        return
    actions = sorted({each.doing.action for each in counted if each.doing})
    rows = db.session.execute(
        sa.select(
            families.c.member_id,
            ACT.c.action,
            sa.func.count(ACT.c.source_id.distinct()).label("times"),
            sa.func.count(ACT.c.awarded_on.distinct()).label("days"),
        )
        .join(families, ACT.c.member_id == families.c.was_id)
        .where(ACT.c.action.in_(actions), stands())
        .group_by(families.c.member_id, ACT.c.action)
    ).all()
    for each in counted:
        action = each.doing.action if each.doing else ""
        is_days = each.standard is Standard.DAYS
        found[each] = {
            row.member_id: int(row.days if is_days else row.times)
            for row in rows
            if row.action == action
        }


def stands() -> sa.ColumnElement[bool]:
    """Return the condition under which a line of the act log counts: nobody took it back."""
    gone = sa.or_(
        sa.and_(UNDONE.c.kind == ACT.c.source_kind, UNDONE.c.ref_id == ACT.c.source_id),
        sa.and_(UNDONE.c.kind == ACT.c.cause_kind, UNDONE.c.ref_id == ACT.c.cause_id),
    )
    return ~sa.exists().where(UNDONE.c.is_undone, gone)


def _statement(
    criterion: Criterion, families: sa.CTE, members: sa.ColumnElement[bool]
) -> sa.Select[Any] | None:
    who, was = families.c.member_id, families.c.was_id
    if criterion.standard is Standard.MISSIONS:
        return (
            sa.select(who, sa.func.count().label("value"))
            .join(families, PROGRESS.c.member_id == was)
            .where(PROGRESS.c.done_at.is_not(None))
            .group_by(who)
        )
    if criterion.standard is Standard.CAMPS:
        which = [CAMP.c.slug == criterion.name] if criterion.name else []
        return (
            sa.select(who, sa.func.count(COHORT.c.camp_id.distinct()).label("value"))
            .select_from(SEAT)
            .join(families, SEAT.c.member_id == was)
            .join(COHORT, COHORT.c.id == SEAT.c.cohort_id)
            .join(CAMP, CAMP.c.id == COHORT.c.camp_id)
            .where(SEAT.c.graduated_at.is_not(None), *which)
            .group_by(who)
        )
    if criterion.standard in {Standard.MEASURE, Standard.STREAK}:
        key = criterion.name if criterion.standard is Standard.MEASURE else measures.STREAK
        measure = measures.find(key)
        if measure is None:
            return None
        value = measure.expression(MEMBER.c.id)
        return sa.select(MEMBER.c.id.label("member_id"), value.label("value")).where(members)
    return None


def is_measurable(criterion: Criterion) -> bool:
    """Return whether somebody can tell today how much members have of it."""
    if criterion.standard is Standard.STREAK:
        return measures.find(measures.STREAK) is not None
    return criterion.standard is not Standard.MEASURE or bool(measures.find(criterion.name))


def reached(
    criterion: Criterion, found: Mapping[int, int], among: Collection[int]
) -> tuple[list[int], list[int]]:
    """Return who of some members has enough, and who has not; both ascending."""
    enough = [m for m in sorted(among) if found.get(m, 0) >= criterion.at_least]
    having = set(enough)
    return enough, [m for m in sorted(among) if m not in having]
