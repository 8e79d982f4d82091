"""A day granted to a whole town after an outage, and taken back: the worker's chunks one by one.

Every member has kept the day before the outage; the grant is worth ten points, which go through the
rules. In the end everybody has the day and the points, then neither, and everything adds up.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app.checkin import service as checkin
from app.checkin.models import CheckIn
from app.checkin.types import DayKind, Scope, SeedCheckIn
from app.config import Config
from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from bench.community import opened, settings
from bench.stores import Store

LOADED = 1_000
SECOND = timedelta(seconds=1)
POINTS = 10
CHECKED = ("checkin.streaks", "checkin.stocks", "loyalty.caps", "loyalty.counters", "ledger")


@dataclass(frozen=True, slots=True)
class Took:
    """How long a town took.

    Attributes:
        granted_s, undone_s: seconds of wall time.
        granted_cpu_s, undone_cpu_s: of this process's processor time.
        longest_s: the longest chunk, of either: so long a member waits at most.
    """

    members: int
    granted_s: float
    granted_cpu_s: float
    undone_s: float
    undone_cpu_s: float
    longest_s: float

    def told(self) -> str:
        """Return it in words."""
        return (
            f"{self.members:,} members: granted in {self.granted_s:.0f} s "
            f"({self.granted_cpu_s:.0f} s of processor time), taken back in {self.undone_s:.0f} s "
            f"({self.undone_cpu_s:.0f} s); the longest chunk took {self.longest_s:.2f} s"
        )


def measure(store: Store, folder: Path, members: int) -> Took:
    """Return how long granting a day and taking it back took.

    Raises:
        RuntimeError: somebody has no day, or has one too many, or something drifts.
    """
    config = Config.from_env(
        {**settings(folder, 8000), "POTLUCK_DATABASE_URL": store.make("granting")}
    )
    with opened(config):
        db.create_all()
        day = clock.business_date() - timedelta(days=1)
        actor_id = _town(members)
        asked = checkin.grant_day(
            day, Scope.ALIVE, points=POINTS, reason="outage", actor_id=actor_id
        )
        granted = _until_done(checkin.grant_some)
        _check(members)
        checkin.ask_undo(asked.code, actor_id=actor_id)
        undone = _until_done(checkin.undo_some)
        _check(0)
    return Took(members, *granted[:2], *undone[:2], max(granted[2], undone[2]))


def _town(members: int) -> int:
    """Make the members, each with the day before the outage; return the first one's id."""
    first = 0
    at = clock.now() - timedelta(days=2)
    for start in range(0, members, LOADED):
        numbers = range(start, min(start + LOADED, members))
        seeds = [SeedMember(f"m{n}", joined_at=at - n * SECOND) for n in numbers]
        made = [row.id for row in identity.seed_members(seeds)]
        checkin.seed_check_ins([SeedCheckIn(each, at) for each in made], with_points=False)
        first = first or made[0]
    return first


def _until_done(some: Callable[[], int]) -> tuple[float, float, float]:
    longest, started, spent = 0.0, time.perf_counter(), time.process_time()
    more = 1
    while more:
        before = time.perf_counter()
        more = some()
        longest = max(longest, time.perf_counter() - before)
        db.session.remove()
    return time.perf_counter() - started, time.process_time() - spent, longest


def _check(members: int) -> None:
    days = sa.select(sa.func.count()).where(CheckIn.kind == DayKind.GRANTED)
    found = db.session.scalar(days)
    drifts = [drift for report in verify.run(CHECKED) for drift in report.drifts]
    if found != members or drifts:
        message = f"{found} granted days, drifts: {drifts[:3]}"
        raise RuntimeError(message)
