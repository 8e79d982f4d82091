"""Acts and orders that were, read for a dry run; the runs themselves."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

import sqlalchemy as sa

from app.kernel.db import db
from app.kernel.types import Ref
from app.loyalty import policy
from app.loyalty.models import LoyaltyRehearsal
from app.loyalty.policy import Key, Used, rehearsing
from app.loyalty.policy.rehearsing import Given
from app.loyalty.queries.awards import AWARD, COUNTED
from app.loyalty.queries.families import former_selves, joined_at
from app.loyalty.types import EVER, Act, Outcome, RuleBook, Value, Window
from app.loyalty.types.rehearsals import OrderSeen, Rehearsal

RUN = cast("sa.Table", LoyaltyRehearsal.__table__)

OrdersSeen = Callable[[date, date, int, int], Sequence[OrderSeen]]
"""(first day, last day, after this id, at most so many) -> orders paid then, by their ids."""

OrdersOfActs = Callable[[Collection[Ref]], Mapping[Ref, OrderSeen]]

_orders: list[OrdersSeen] = []
_of_acts: list[OrdersOfActs] = []


def register_orders(seen: OrdersSeen, of_acts: OrdersOfActs) -> None:
    """Answer for orders in dry runs. Called from a manifest."""
    if seen not in _orders:
        _orders.append(seen)
        _of_acts.append(of_acts)


def orders_of(acts: Collection[Act]) -> Mapping[Ref, OrderSeen]:
    """Return the orders that some of these acts are, by the acts' sources."""
    sources = [act.source for act in acts if act.action == policy.ORDER]
    return _of_acts[0](sources) if _of_acts and sources else {}


def orders_seen(since: date, until: date, after: int, limit: int) -> Sequence[OrderSeen]:
    """Return orders that were paid in a time, by their ids."""
    return _orders[0](since, until, after, limit) if _orders else ()


# --- acts ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was, with what it got.

    Attributes:
        place: where to read on behind it.
        multiplier_permille: of the member's tier then; None: no rule granted anything.
        known: of the member then, as far as rules asked.
    """

    act: Act
    day: date
    place: int
    given: tuple[Given, ...]
    multiplier_permille: int | None
    is_first: bool
    known: Mapping[str, Value | None] = field(default_factory=dict)


_GRANTED = (Outcome.GIVEN, Outcome.CAPPED, Outcome.FROZEN)


def count_acts(since: date, until: date) -> int:
    """Return how many rows of acts there are in a time. One statement."""
    counted = sa.select(sa.func.count()).select_from(AWARD)
    return db.session.scalar(counted.where(AWARD.c.awarded_on.between(since, until))) or 0


def acts_done(
    since: date, until: date, after: tuple[date, int] | None, limit: int, firsts: Collection[str]
) -> list[Done]:
    """Return acts of a time, day by day, within a day as they were decided. Two statements.

    Args:
        since: the first business day.
        until: the last one.
        after: day and place of the act before; None: from the start.
        limit: rows; an act that several rules paid for has several, and is never cut.
        firsts: actions of which a rule asks whether it was the member's first.
    """
    query = sa.select(AWARD).where(AWARD.c.awarded_on.between(since, until))
    if after is not None:
        query = query.where(sa.tuple_(AWARD.c.awarded_on, AWARD.c.id) > sa.tuple_(*_bound(after)))
    rows = db.session.execute(query.order_by(AWARD.c.awarded_on, AWARD.c.id).limit(limit + 1)).all()
    groups = list(_grouped(rows))
    if len(rows) > limit and len(groups) > 1:
        groups.pop()  # perhaps only a part of it was read
    known = _Firsts.among({row.member_id for group in groups for row in group}, firsts)
    return [_done(group, known) for group in groups]


def _bound(after: tuple[date, int]) -> tuple[sa.BindParameter[Any], ...]:
    day, place = after
    return sa.literal(day, AWARD.c.awarded_on.type), sa.literal(place, AWARD.c.id.type)


def _grouped(rows: Sequence[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    for row in rows:
        if group and _act_of(group[0]) != _act_of(row):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _act_of(row: Any) -> tuple[str, str, int, int]:
    return row.action, row.source_kind, row.source_id, row.member_id


def _done(group: Sequence[Any], firsts: "_Firsts") -> Done:
    row = group[0]
    about = _about(row)
    cause = Ref(row.cause_kind, row.cause_id) if row.cause_kind else None
    source = Ref(row.source_kind, row.source_id)
    act = Act(row.member_id, row.action, source, row.awarded_at, about, row.other_id, cause)
    multipliers = [r.multiplier_permille for r in group if r.rule and r.outcome in _GRANTED]
    return Done(
        act,
        row.awarded_on,
        group[-1].id,
        tuple(Given(r.rule, r.points, r.bonus_points, r.campaign) for r in group),
        max(multipliers, default=None),
        firsts.has(group),
        _plain(row.known),
    )


def abouts_of(sources: Sequence[Ref]) -> dict[Ref, dict[str, Value]]:
    """Return what is kept of acts about things of one kind. One statement, none for none."""
    if not sources:
        return {}
    rows = db.session.execute(
        sa.select(AWARD.c.source_kind, AWARD.c.source_id, AWARD.c.about).where(
            AWARD.c.source_kind == sources[0].kind,
            AWARD.c.source_id.in_([source.id for source in sources]),
        )
    )
    return {Ref(row.source_kind, row.source_id): _about(row) for row in rows}


def _about(row: Any) -> dict[str, Value]:
    return _plain(row.about)


def _plain(kept: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in (kept or {}).items()
    }


@dataclass(frozen=True, slots=True)
class _Firsts:
    """Which acts were a member's first, as it was asked when they happened.

    Attributes:
        own: (member, action) -> the id of his first award.
        kin: member -> those who were merged into him, and since when.
    """

    own: Mapping[tuple[int, str], int]
    kin: Mapping[int, Sequence[tuple[int, datetime]]]

    @classmethod
    def among(cls, member_ids: Collection[int], asked: Collection[str]) -> "_Firsts":
        """Read them; no statement where nothing is asked."""
        if not asked or not member_ids:
            return cls({}, {})
        former = former_selves(member_ids)
        kin: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
        for source, at in joined_at(former).items():
            kin[former[source]].append((source, at))
        rows = db.session.execute(
            sa.select(AWARD.c.member_id, AWARD.c.action, sa.func.min(AWARD.c.id))
            .where(AWARD.c.member_id.in_({*member_ids, *former}), AWARD.c.action.in_(asked))
            .group_by(AWARD.c.member_id, AWARD.c.action)
        )
        return cls({(member_id, action): first for member_id, action, first in rows}, kin)

    def has(self, group: Sequence[Any]) -> bool:
        """Return whether an act was the first of its member, and of whom he had been by then."""
        row = group[0]
        mine = self.own.get((row.member_id, row.action))
        if mine is None or mine not in {each.id for each in group}:
            return False
        earlier = (
            self.own.get((source, row.action))
            for source, since in self.kin.get(row.member_id, ())
            if since <= row.awarded_at
        )
        return not any(first is not None and first < mine for first in earlier)


def used_before(book: RuleBook, member_ids: Collection[int], since: date) -> dict[Key, Used]:
    """Return how much of limits that reach back before a day was used by then. One statement.

    What was given before under a rule of the same name counts, as it does when it is published.
    """
    reaching = {
        rule.key
        for rule in book.rules.values()
        if rule.is_on
        and (
            rule.cooldown_minutes
            or any(
                cap.window.starts_on(since) < since for cap in (*rule.caps, rule.pair_cap) if cap
            )
        )
    }
    if not reaching or not member_ids:
        return {}
    rows = db.session.execute(
        sa.select(
            AWARD.c.member_id,
            AWARD.c.rule,
            AWARD.c.awarded_on,
            AWARD.c.other_id,
            sa.func.sum(AWARD.c.points - AWARD.c.bonus_points).label("points"),
            sa.func.count().label("times"),
            sa.func.max(AWARD.c.awarded_at).label("last_at"),
        )
        .where(
            AWARD.c.member_id.in_(member_ids),
            AWARD.c.rule.in_(reaching),
            AWARD.c.awarded_on < since,
            COUNTED,
        )
        .group_by(AWARD.c.member_id, AWARD.c.rule, AWARD.c.awarded_on, AWARD.c.other_id)
    )
    opens = {window: window.starts_on(since) for window in Window}
    found: dict[Key, Used] = {}
    for row in rows:
        for key in policy.counters_of(row.rule, row.member_id, row.awarded_on, row.other_id):
            if key.window_on == EVER or key.window_on in opens.values():
                known = found.get(key, Used())
                last = max(moment for moment in (known.last_at, row.last_at) if moment)
                found[key] = Used(known.points + int(row.points), known.times + row.times, last)
    return found


# --- runs ----------------------------------------------------------------------------------------


def run_from(row: Any) -> Rehearsal:
    """Return a dry run from its row."""
    return Rehearsal(
        row.id,
        policy.read_book(row.based_on, row.body),
        row.digest,
        row.since_on,
        row.until_on,
        row.moves_campaigns,
        row.acts_total,
        row.acts_done,
        row.asked_by,
        row.asked_at,
        row.finished_at,
        rehearsing.read_outlook(row.outlook) if row.outlook else None,
        row.error,
    )


def rehearsal(run_id: int) -> Rehearsal | None:
    """Return a dry run. One statement."""
    row = db.session.execute(sa.select(RUN).where(RUN.c.id == run_id)).one_or_none()
    return run_from(row) if row else None


def last_rehearsal(digest: str | None = None) -> Rehearsal | None:
    """Return the latest dry run, or the latest of a book. One statement."""
    query = sa.select(RUN).order_by(RUN.c.id.desc()).limit(1)
    if digest is not None:
        query = query.where(RUN.c.digest == digest)
    row = db.session.execute(query).one_or_none()
    return run_from(row) if row else None
