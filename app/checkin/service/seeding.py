"""Check-ins of the past, set-wise, for demo data and imports: the same as tap by tap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa

from app.checkin import policy, queries
from app.checkin.events import DayCheckedIn
from app.checkin.queries.reading import honour, streak
from app.checkin.service import paying, stocking
from app.checkin.service.counting import FIGURES
from app.checkin.service.tapping import PLACES, day_rows, movements, write_days
from app.checkin.types import Movement, SeedCheckIn, Streak, Tap
from app.kernel import clock, facts, ids
from app.kernel.db import changed_by_all, db, insert, use_case
from app.kernel.errors import ConflictError
from app.kernel.types import Ref
from app.loyalty.types import Award

BATCH = 500


@dataclass(frozen=True, slots=True)
class _Seed:
    """A check-in that is written: its day's row, and the rows of days that shields saved."""

    member_id: int
    at: datetime
    check_in_id: int
    tap: Tap
    rows: list[tuple[object, ...]]
    moves: list[Movement]

    @property
    def on(self) -> date:
        return self.tap.streak.last_on


@use_case
def seed_check_ins(check_ins: Sequence[SeedCheckIn], *, with_points: bool = True) -> int:
    """Write check-ins of the past, set-wise; for demo data and imports.

    Days up to a member's last known check-in are passed over, so the same list again changes
    nothing; what is new must come in the order of days over several calls.

    Args:
        check_ins: any order, any number; several in one business day are one.
        with_points: also post what they earn, at their own moment.

    Returns:
        How many were written.
    """
    members = {each.member_id for each in check_ins}
    streaks, shields = queries.streaks_of(members), queries.shields_of(members)
    rules, steps = queries.rules(), queries.milestone_steps()
    seeds: list[_Seed] = []
    for each in sorted(check_ins, key=lambda each: (each.member_id, each.at)):
        member_id, day = each.member_id, clock.business_date(each.at)
        before, held = streaks.get(member_id), shields.get(member_id, 0)
        if before is not None and day <= before.last_on:
            continue
        tap = policy.tap(before, held, day, rules, steps)
        streaks[member_id] = tap.streak
        shields[member_id] = held - len(tap.saved) + tap.earns_shield
        check_in_id, rows = day_rows(member_id, tap, each.at)
        moves = movements(member_id, check_in_id, tap, each.at)
        seeds.append(_Seed(member_id, each.at, check_in_id, tap, rows, moves))
    for start in range(0, len(seeds), BATCH):
        _write(seeds[start : start + BATCH], with_points=with_points)
    _honour(seeds)
    touched = sorted({seed.member_id for seed in seeds})
    _write_streaks({member_id: streaks[member_id] for member_id in touched})
    return len(seeds)


def _write(seeds: list[_Seed], *, with_points: bool) -> None:
    write_days([row for seed in seeds for row in seed.rows])
    stocking.move([each for seed in seeds for each in seed.moves])
    awards: Sequence[Award | None] = [None] * len(seeds)
    if with_points:
        awards = paying.pay_all(
            [
                paying.Tapped(
                    seed.member_id,
                    seed.check_in_id,
                    seed.at,
                    seed.tap.streak.current_days,
                    seed.tap.due,
                )
                for seed in seeds
            ]
        )
    facts.publish_many(
        [
            facts.Note(
                DayCheckedIn(
                    seed.check_in_id,
                    seed.tap.streak.current_days,
                    seed.tap.streak.total_days,
                    award.points if award else 0,
                    len(seed.tap.saved),
                ),
                actor_id=seed.member_id,
                subject=Ref("checkin", seed.check_in_id),
                at=seed.at,
            )
            for seed, award in zip(seeds, awards, strict=True)
        ]
    )


def _honour(seeds: list[_Seed]) -> None:
    """Give the places of days that still have some free, by the moment."""
    if not seeds:
        return
    ranked = sorted(seeds, key=lambda seed: (seed.on, seed.at, seed.member_id))
    given = db.session.execute(
        sa.select(honour.c.on_date, sa.func.max(honour.c.place).label("place"))
        .where(honour.c.on_date.between(ranked[0].on, ranked[-1].on))
        .group_by(honour.c.on_date)
    )
    taken = {row.on_date: row.place for row in given}
    rows = []
    for day, some in groupby(ranked, key=lambda seed: seed.on):
        free = range(taken.get(day, 0) + 1, PLACES + 1)
        for place, seed in zip(free, some, strict=False):
            rows.append(
                {
                    "id": ids.next_id(),
                    "on_date": day,
                    "place": place,
                    "member_id": seed.member_id,
                    "at": seed.at,
                }
            )
    changed_by_all(insert(honour), rows)


def _write_streaks(streaks: dict[int, Streak]) -> None:
    rows = [
        {"member_id": member_id, **{name: getattr(kept, name) for name in FIGURES}}
        for member_id, kept in streaks.items()
    ]
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        statement = insert(streak)
        later = statement.on_conflict_do_update(
            index_elements=["member_id"],
            set_={name: statement.excluded[name] for name in FIGURES},
            where=streak.c.last_on < statement.excluded.last_on,
        )
        if changed_by_all(later, batch) != len(batch):
            raise ConflictError  # somebody checked in meanwhile
