"""The plan: everything that happened in the demo community in the past twelve months.

A pure function of its arguments: no database, no clock of its own, the same plan for the same
seed. It is told in order of time and made up while it is told, so a large one needs little room.
"""

import heapq
from collections.abc import Iterator
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from app.demo.plan.crowd import FAN, Crowd
from app.demo.plan.habits import FAN_STREAK, checking_in, following, joining
from app.demo.plan.talk import talk
from app.demo.plan.trade import trade
from app.demo.plan.types import (
    CheckedIn,
    Followed,
    Happening,
    Joined,
    Liked,
    Line,
    Ordered,
    Posted,
    Refunded,
    Replied,
    Tag,
)
from app.demo.plan.year import Year

__all__ = [
    "FAN",
    "FAN_STREAK",
    "CheckedIn",
    "Followed",
    "Happening",
    "Joined",
    "Liked",
    "Line",
    "Ordered",
    "Posted",
    "Refunded",
    "Replied",
    "Tag",
    "plan",
]


def plan(
    members: int,
    threads: int,
    orders: int,
    *,
    seed: int,
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[Happening]:
    """Tell what happened in the year before ``now``, in order of time.

    Args:
        members: how many joined, exactly; the first is the demo's fan, who has checked in on each
            of the last twelve days but not today.
        threads: how many were opened, exactly; as many as there are handwritten ones come last.
        orders: how many were paid, exactly.
        seed: other seeds, other years.
        now: the end of the year; nothing happens at or after it.
        zone: the brand's time zone, for evenings, weekends and business days.

    Raises:
        ValueError: no members, a negative number, or a ``now`` without a time zone.
    """
    if members < 1 or threads < 0 or orders < 0:
        raise ValueError("a plan needs at least one member, and no negative numbers")
    year = Year(now, zone)
    crowd = Crowd(Random(f"crowd/{seed}"), year, members)  # noqa: S311 - stories, not secrets
    streams: tuple[Iterator[Happening], ...] = (
        joining(year, crowd),
        following(seed, year, crowd),
        talk(seed, year, crowd, threads),
        checking_in(seed, year, crowd),
        trade(seed, year, crowd, orders),
    )
    return heapq.merge(*streams, key=lambda happening: happening.at)
