"""Midnight: a town checks in at once, against as many plain postings of the ledger.

Every member checks in once in the first moment of a business day, a few threads at a time, as the
workers of a site would. In turns with it the same threads post one award each for the same members
by the ledger alone: that much of a check-in is the points. What differs is the check-in itself:
reading and deciding, the streak, the day, shields, the milestone, the fact. In the end everybody
has his day, three have the honour, and every streak and stock adds up.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from app.checkin import service as checkin
from app.checkin.models import CheckIn, CheckInHonour
from app.checkin.types import SeedCheckIn
from app.config import Config
from app.identity import service as identity
from app.identity.types import SeedMember
from app.kernel import clock, verify
from app.kernel.db import db
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part
from bench.community import opened, settings
from bench.stores import Store
from bench.table import Figure

THREADS = 8
TURN = 500  # members before it is the other one's turn
DAYS = 9  # of a streak that most of them bring: many reach the tenth day and its shield
POSTED, TAPPED = "ledger.service.post", "checkin.service.check_in"
LOADED = 1_000  # members made at once


@dataclass(slots=True)
class _Took:
    times: list[float] = field(default_factory=list)
    spent: float = 0.0


def measure(store: Store, folder: Path, members: int) -> list[Figure]:
    """Return the rates of plain postings and of check-ins.

    Raises:
        RuntimeError: somebody has no day, or not three have the honour, or something drifts.
    """
    url = store.make("midnight")
    config = Config.from_env({**settings(folder, 8000), "POTLUCK_DATABASE_URL": url})
    with opened(config) as app:
        db.create_all()
        town = _town(members)
        posted, tapped = _Took(), _Took()
        with clock.frozen(clock.day_start(clock.business_date() + timedelta(days=1))):
            for start in range(0, members, TURN):
                some = town[start : start + TURN]
                _rush(app, some, posted, lambda member_id: ledger.post(_award(member_id)))
                _rush(app, some, tapped, checkin.check_in)
            _check(members)
    return [
        Figure(name, took.times, took.spent) for name, took in ((POSTED, posted), (TAPPED, tapped))
    ]


def _town(members: int) -> list[int]:
    """Make the members; two of three bring a streak of nine days."""
    town: list[int] = []
    for start in range(0, members, LOADED):
        count = min(LOADED, members - start)
        joined = clock.now() - timedelta(days=30)
        seeds = [SeedMember(f"m{start + n}", joined_at=joined) for n in range(count)]
        made = [row.id for row in identity.seed_members(seeds)]
        checkin.seed_check_ins(
            [
                SeedCheckIn(member_id, clock.now() - timedelta(days=ago))
                for member_id in made
                if member_id % 3
                for ago in range(DAYS)
            ]
        )
        town += made
    return town


def _award(member_id: int) -> Earn:
    part = Part("bench.daily", 10, 10, fund=Fund.CHECKIN)
    return Earn(member_id=member_id, parts=(part,), scope="bench", key=f"midnight.{member_id}")


def _rush(app: Flask, members: Sequence[int], took: _Took, act: Callable[[int], object]) -> None:
    def one(member_id: int) -> float:
        with app.app_context():
            before = time.perf_counter()
            act(member_id)
            spent = time.perf_counter() - before
            db.session.remove()
            return spent

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        took.times += pool.map(one, members)
    took.spent += time.perf_counter() - started


def _check(members: int) -> None:
    today = clock.business_date()
    count = sa.select(sa.func.count())
    days = db.session.scalar(count.where(CheckIn.on_date == today))
    places = db.session.scalar(count.where(CheckInHonour.on_date == today))
    names = ("checkin.streaks", "checkin.stocks")
    drifts = [drift for report in verify.run(names) for drift in report.drifts]
    if (days, places) != (members, 3) or drifts:
        message = f"{days} days, {places} honours, drifts: {drifts[:3]}"
        raise RuntimeError(message)
