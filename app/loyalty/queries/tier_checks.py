"""``flask verify loyalty.tiers``: every stored standing and history, computed anew."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.kernel.db import db
from app.loyalty.policy.standing import due_on, follow
from app.loyalty.queries.ladders import ladders
from app.loyalty.queries.tiers import CHANGE, ROW, courses_of, given_to, standing_from
from app.loyalty.types.tiers import Change, ChangeKind, Course, Ladder

BATCH = 100
BY_STAFF = (ChangeKind.GRANTED, ChangeKind.GRANT_ENDED, ChangeKind.GRANT_UNDONE)


def drifting_tiers() -> Iterator[str]:
    """Replay every member from his first growth on; yield one sentence per difference."""
    known, last = ladders(), 0
    while True:
        rows = db.session.execute(
            sa.select(ROW).where(ROW.c.member_id > last).order_by(ROW.c.member_id).limit(BATCH)
        ).all()
        if not rows:
            return
        last = rows[-1].member_id
        member_ids = [row.member_id for row in rows]
        courses = courses_of({}, member_ids, known)
        histories = _histories(member_ids)
        given = given_to(member_ids)
        for row in rows:
            course = _as_far_as(row, courses[row.member_id])
            yield from _drifts(row, course, histories[row.member_id])
            yield from _shown(row, known, given.get(row.member_id, []))


def _as_far_as(row: Any, course: Course) -> Course:
    """Leave out what the row has not counted in yet."""
    return Course(
        tuple(point for point in course.growth if point.seq <= row.seen_seq),
        tuple(read for read in course.readings if read.at <= row.read_at),
        tuple(each for each in course.ladders if each.number <= row.ladder_number),
    )


def _histories(member_ids: list[int]) -> dict[int, list[Change]]:
    found: dict[int, list[Change]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(CHANGE)
        .where(CHANGE.c.member_id.in_(member_ids), CHANGE.c.kind.not_in(BY_STAFF))
        .order_by(CHANGE.c.member_id, CHANGE.c.id)
    )
    for row in rows:
        found[row.member_id].append(
            Change(
                row.at, ChangeKind(row.kind), row.from_key, row.to_key, row.ladder_number,
                row.value, row.valid_until, row.grace_until,
            )
        )  # fmt: skip
    return found


def _drifts(row: Any, course: Course, stored: list[Change]) -> Iterator[str]:
    standing, changes = follow(None, course, row.settled_at)
    if standing != standing_from(row):
        yield (
            f"member {row.member_id} stands in {row.earned_key} until {row.valid_until}, "
            f"his growth says {standing.key} until {standing.valid_until}"
        )
    if changes != stored:
        yield (
            f"member {row.member_id} has {len(stored)} lines of tier history, "
            f"his growth makes {len(changes)}"
        )
    ladder = next(each for each in course.ladders if each.number == row.ladder_number)
    if row.due_on != due_on(standing, ladder):
        yield f"member {row.member_id} is looked at on {row.due_on}, not when something is due"


def _shown(row: Any, known: tuple[Ladder, ...], given: list[str]) -> Iterator[str]:
    ladder = next(each for each in known if each.number == row.ladder_number)
    ranks = [ladder.rank_of(key) or 0 for key in (row.earned_key, *given)]
    tier = ladder.tiers[max(ranks)]
    kept = (row.tier_key, row.tier_rank, row.multiplier_permille)
    if kept != (tier.key, max(ranks), tier.perks.multiplier_permille):
        yield f"member {row.member_id} is shown as {row.tier_key}, earned and given say {tier.key}"
