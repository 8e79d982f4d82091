"""Reads that find signals in what members did. Each is bounded: by days, by counts, by a limit.

Acts are found by their row ids, which rise with time: a sweep reads the rows of the last days and
nothing before them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.identity.queries import Likeness
from app.kernel import clock, ids
from app.kernel.db import db, dialect_name
from app.ledger import queries as ledger
from app.loyalty.policy import fraud as policy
from app.loyalty.queries.referrals import AWARD, REFERRAL
from app.loyalty.types.fraud import FraudRules, Signal, SignalKind

MOST_EDGES = 50_000
MOST_SUSPECTS = 200
MARK_DAYS = timedelta(days=90)
PER_MS = 1 << ids.SEQUENCE_BITS
OWN_ACTS = ("thread.published", "reply.published", "like.given", "checkin.daily")
"""What a member does himself; a like received is done by somebody else."""


def _floor(moment: datetime) -> int:
    """Return the smallest id that a row written at a moment can have."""
    return max(0, (moment - ids.EPOCH) // ids.MILLISECOND) * PER_MS


def _slot(seconds: int) -> sa.ColumnElement[int]:
    """Return which slice of time an act fell into."""
    if dialect_name() == "sqlite":
        epoch = sa.cast(sa.func.strftime("%s", AWARD.c.awarded_at), sa.Integer)
    else:
        epoch = sa.cast(sa.func.floor(sa.extract("epoch", AWARD.c.awarded_at)), sa.BigInteger)
    return epoch // sa.literal_column(str(seconds))


def _recent(since: datetime) -> sa.ColumnElement[bool]:
    # Acts of the past that were brought in today have new ids: their own moment counts as well.
    return sa.and_(AWARD.c.id >= _floor(since), AWARD.c.awarded_at >= since)


def points_since(member_ids: Collection[int], since: datetime) -> dict[int, int]:
    """Return what members got for their acts since a moment. One statement."""
    rows = db.session.execute(
        sa.select(AWARD.c.member_id, sa.func.sum(AWARD.c.points))
        .where(AWARD.c.member_id.in_(list(member_ids)), AWARD.c.awarded_at >= since)
        .group_by(AWARD.c.member_id)
    )
    return {member_id: int(points) for member_id, points in rows}


# --- rings of likes ------------------------------------------------------------------------------


def like_rings(rules: FraudRules) -> list[Signal]:
    """Return members of small groups that like mostly each other. Two statements."""
    since = clock.now() - timedelta(days=rules.window_days)
    likes, given, points = _likes(since)
    found = []
    for ring in policy.rings(likes, least=2, largest=rules.ring_members):
        figures = policy.ring_figures(ring, likes, given)
        if figures.inside < rules.ring_likes or figures.share < rules.ring_share:
            continue
        evidence = {
            "members": figures.members, "inside": figures.inside, "given": figures.given,
            "share": figures.share, "days": rules.window_days,
        }  # fmt: skip
        for member_id in sorted(ring):
            got = sum(points.get((other, member_id), 0) for other in ring)
            score = min(60, 20 + figures.share // 2)
            found.append(Signal(member_id, SignalKind.LIKE_RING, score, got, evidence))
    return found


def _likes(
    since: datetime,
) -> tuple[dict[policy.Edge, int], Mapping[int, int], dict[policy.Edge, int]]:
    likes = sa.func.count(sa.distinct(AWARD.c.source_id))
    rows = db.session.execute(
        sa.select(
            AWARD.c.other_id,
            AWARD.c.member_id,
            likes.label("likes"),
            sa.func.sum(AWARD.c.points).label("points"),
        )
        .where(_recent(since), AWARD.c.action == "like.received", AWARD.c.other_id.is_not(None))
        .group_by(AWARD.c.other_id, AWARD.c.member_id)
        .order_by(likes.desc(), AWARD.c.other_id, AWARD.c.member_id)
        .limit(MOST_EDGES)
    ).all()
    now = identity.survivors_of({row.other_id for row in rows} | {row.member_id for row in rows})
    edges: dict[policy.Edge, int] = defaultdict(int)
    points: dict[policy.Edge, int] = defaultdict(int)
    given: dict[int, int] = defaultdict(int)
    for row in rows:
        edge = now[row.other_id], now[row.member_id]
        edges[edge] += row.likes
        points[edge] += int(row.points)
        given[edge[0]] += row.likes
    return edges, given, points


# --- shared devices and networks -----------------------------------------------------------------


def shared_places(rules: FraudRules) -> list[Signal]:
    """Return members who sign in on one device, or from one network. Six statements."""
    since = clock.now() - timedelta(days=rules.window_days)
    wanted = (
        (Likeness.DEVICE, SignalKind.SHARED_DEVICE, rules.device_members, 25),
        (Likeness.NETWORK, SignalKind.SHARED_NETWORK, rules.network_members, 10),
    )
    found: dict[tuple[int, SignalKind], Signal] = {}
    for likeness, kind, at_least, score in wanted:
        groups = identity.shared_marks(
            likeness, since=clock.now() - MARK_DAYS, at_least=at_least, limit=MOST_SUSPECTS
        )
        points = points_since({member_id for group in groups for member_id in group}, since)
        for group in groups:
            earning = [member_id for member_id in group if points.get(member_id)]
            if len(earning) < at_least:  # a tablet at the counter is no crime: somebody has to gain
                continue
            evidence = {"members": len(group), "earning": len(earning), "days": MARK_DAYS.days}
            weight = min(60, score + 5 * (len(earning) - at_least))
            for member_id in earning:
                signal = Signal(member_id, kind, weight, points[member_id], evidence)
                found.setdefault((member_id, kind), signal)
    return list(found.values())


# --- bursts --------------------------------------------------------------------------------------


def bursts(rules: FraudRules) -> list[Signal]:
    """Return members who did more in a minute than people do. Four statements."""
    since = clock.now() - timedelta(days=rules.window_days)
    minutes = _minutes(since)
    usual = policy.median_of(_histogram(minutes))
    floor = max(rules.burst_acts, rules.burst_factor * usual)
    peaks = db.session.execute(
        sa.select(minutes.c.member_id, sa.func.max(minutes.c.acts).label("peak"))
        .group_by(minutes.c.member_id)
        .having(sa.func.max(minutes.c.acts) >= floor)
        .order_by(sa.func.max(minutes.c.acts).desc(), minutes.c.member_id)
        .limit(MOST_SUSPECTS)
    ).all()
    if not peaks:
        return []
    members = [row.member_id for row in peaks]
    own = _own_medians(minutes, members)
    points = points_since(members, since)
    return [
        Signal(
            row.member_id,
            SignalKind.BURST,
            min(60, 20 + 2 * (row.peak - floor)),
            points.get(row.member_id, 0),
            {
                "peak": row.peak, "own": own.get(row.member_id, 0), "usual": usual,
                "days": rules.window_days,
            },
        )
        for row in peaks
    ]  # fmt: skip


def _minutes(since: datetime) -> sa.Subquery:
    minute = _slot(60).label("minute")
    return (
        sa.select(
            AWARD.c.member_id,
            minute,
            sa.func.count(sa.distinct(AWARD.c.source_id)).label("acts"),
        )
        .where(_recent(since), AWARD.c.action.in_(OWN_ACTS))
        .group_by(AWARD.c.member_id, minute)
        .subquery()
    )


def _histogram(minutes: sa.Subquery) -> dict[int, int]:
    rows = db.session.execute(sa.select(minutes.c.acts, sa.func.count()).group_by(minutes.c.acts))
    return {row[0]: row[1] for row in rows}


def _own_medians(minutes: sa.Subquery, member_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(minutes.c.member_id, minutes.c.acts, sa.func.count())
        .where(minutes.c.member_id.in_(member_ids))
        .group_by(minutes.c.member_id, minutes.c.acts)
    )
    histograms: dict[int, dict[int, int]] = defaultdict(dict)
    for member_id, acts, times in rows:
        histograms[member_id][acts] = times
    return {member_id: policy.median_of(each) for member_id, each in histograms.items()}


# --- referrals -----------------------------------------------------------------------------------


def referrals(rules: FraudRules) -> list[Signal]:
    """Return inviters and guests who look like one, or guests like each other. Three statements."""
    since = clock.now() - timedelta(days=rules.window_days)
    rows = db.session.execute(
        sa.select(REFERRAL.c.inviter_id, REFERRAL.c.member_id, REFERRAL.c.alike)
        .where(REFERRAL.c.joined_at >= since)
        .order_by(REFERRAL.c.id)
        .limit(MOST_EDGES)
    ).all()
    points = _referral_points(since)
    return [*_selves(rows, points), *_guest_rings(rows, points, rules)]


def _referral_points(since: datetime) -> dict[int, int]:
    rows = db.session.execute(
        sa.select(AWARD.c.member_id, sa.func.sum(AWARD.c.points))
        .where(_recent(since), AWARD.c.source_kind.in_(("referral", "referral_gift")))
        .group_by(AWARD.c.member_id)
    )
    return {member_id: int(points) for member_id, points in rows}


def _selves(rows: Collection[Any], points: Mapping[int, int]) -> list[Signal]:
    alike: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        kinds = set(row.alike.split(",")) - {"", Likeness.NETWORK.value}
        if kinds:  # one network alone says little: families and dormitories have one
            for member_id in (row.inviter_id, row.member_id):
                alike[member_id] += sorted(kinds)
    return [
        Signal(
            member_id,
            SignalKind.SELF_REFERRAL,
            min(60, 20 + 10 * len(set(kinds))),
            points.get(member_id, 0),
            {"guests": len(kinds), "alike": ",".join(sorted(set(kinds)))},
        )
        for member_id, kinds in sorted(alike.items())[:MOST_SUSPECTS]
    ]


def _guest_rings(
    rows: Collection[Any], points: Mapping[int, int], rules: FraudRules
) -> list[Signal]:
    guests: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        guests[row.inviter_id].append(row.member_id)
    busy = {who: each for who, each in guests.items() if len(each) >= rules.referral_guests}
    everybody = {guest for each in busy.values() for guest in each}
    marks = identity.device_marks_of(everybody, since=clock.now() - MARK_DAYS) if everybody else {}
    found = []
    for inviter_id, each in sorted(busy.items()):
        own = {guest: marks.get(guest, frozenset()) for guest in each}
        groups = policy.groups_by_mark(own, rules.referral_guests)
        if groups:
            evidence = {"guests": len(each), "same": len(groups[0]), "days": rules.window_days}
            for member_id in (inviter_id, *sorted(groups[0])):
                got = points.get(member_id, 0)
                found.append(Signal(member_id, SignalKind.REFERRAL_RING, 45, got, evidence))
    return found[:MOST_SUSPECTS]


# --- check-ins -----------------------------------------------------------------------------------


def checkin_swarms(rules: FraudRules) -> list[Signal]:
    """Return members who checked in within one second on one device or network. Four statements.

    Ten thousand at midnight are no swarm: they come from ten thousand places.
    """
    since = clock.now() - timedelta(days=rules.window_days)
    second = _slot(1)
    crowded = (
        sa.select(second.label("second"))
        .where(_recent(since), AWARD.c.action == "checkin.daily")
        .group_by(second)
        .having(sa.func.count(sa.distinct(AWARD.c.member_id)) >= rules.swarm_members)
        .limit(MOST_SUSPECTS)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(second.label("second"), AWARD.c.member_id)
        .join(crowded, crowded.c.second == second)
        .where(_recent(since), AWARD.c.action == "checkin.daily")
        .distinct()
        .limit(MOST_EDGES)
    ).all()
    if not rows:
        return []
    marks = identity.marks_of({row.member_id for row in rows}, since=clock.now() - MARK_DAYS)
    seconds: dict[int, dict[int, frozenset[str]]] = defaultdict(dict)
    for row in rows:
        seconds[row.second][row.member_id] = marks.get(row.member_id, frozenset())
    return _swarms(seconds, rules, since)


def _swarms(
    seconds: Mapping[int, Mapping[int, frozenset[str]]], rules: FraudRules, since: datetime
) -> list[Signal]:
    together: dict[int, int] = defaultdict(int)
    times: dict[int, int] = defaultdict(int)
    for held in seconds.values():
        for group in policy.groups_by_mark(held, rules.swarm_members)[:1]:
            for member_id in group:
                together[member_id] = max(together[member_id], len(group))
                times[member_id] += 1
    points = points_since(together, since) if together else {}
    return [
        Signal(
            member_id,
            SignalKind.CHECKIN_SWARM,
            min(70, 30 + 5 * times[member_id]),
            points.get(member_id, 0),
            {"members": members, "times": times[member_id], "days": rules.window_days},
        )
        for member_id, members in sorted(together.items())[:MOST_SUSPECTS]
    ]


# --- redemptions ---------------------------------------------------------------------------------


def spending(rules: FraudRules) -> list[Signal]:
    """Return members who redeem often within a day. One statement."""
    since = clock.now() - timedelta(days=1)
    found = ledger.fast_spenders(
        since, times=rules.spend_times, points=rules.spend_points, limit=MOST_SUSPECTS
    )
    return [
        Signal(
            each.member_id,
            SignalKind.SPENDING,
            min(50, 15 + 5 * (each.times - rules.spend_times)),
            each.points,
            {"times": each.times, "points": each.points},
        )
        for each in found
    ]


DETECTORS = (like_rings, shared_places, bursts, referrals, checkin_swarms, spending)
