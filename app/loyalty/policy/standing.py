"""Where a member stands: a pure function of how he grew and of the ladders, up to a moment.

It is a fold over moments: a movement of growth, a reading of net spend, a new ladder, and the dawns
on which something is due (warning, end of the year, end of grace). Going on from a stored standing
gives the same as starting anew (a test and ``flask verify loyalty.tiers`` hold that). Moments of
growth are taken in the order of their numbers, so a clock that stepped back changes nothing.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.kernel import clock
from app.loyalty.policy.tiers import MONTHS_A_YEAR, months_after, months_before
from app.loyalty.types.tiers import (
    EVER,
    NEVER_REACHED,
    Change,
    ChangeKind,
    Course,
    GrowthPoint,
    Ladder,
    Measure,
    Reading,
    Standing,
)

Event = Ladder | GrowthPoint | Reading
DAY = timedelta(days=1)
SETTLE_LAG = timedelta(minutes=2)
"""How long after a moment nothing that was posted before it can still come in: a transaction is
never open that long. A new ladder waits as long before it holds."""


def follow(
    standing: Standing | None, course: Course, until: datetime
) -> tuple[Standing, list[Change]]:
    """Return where a member stands at a moment, and what changed on the way.

    Args:
        standing: how far it was computed before; None: from the beginning.
        course: everything it is a function of.
        until: dawns and ladders up to this moment are counted; growth and readings all are.
    """
    return _Way(standing, course).walk(until)


def due_on(standing: Standing, ladder: Ladder) -> date | None:
    """Return the next day on which something happens by itself, or None."""
    if standing.valid_until is None:
        return None
    if standing.grace_until is not None:
        return standing.grace_until + DAY
    if standing.warned_on is None:
        return standing.valid_until - timedelta(days=ladder.warn_days)
    return standing.valid_until + DAY


def value_at(ladder: Ladder, course: Course, at: datetime, balance: int) -> int:
    """Return what a ladder's measure says at a moment, when growth stands at ``balance``."""
    if ladder.measure is Measure.NET_SPEND:
        return next((read.value for read in reversed(course.readings) if read.at <= at), 0)
    if ladder.measure is Measure.GROWTH_EVER:
        return balance
    return max(0, balance - grown_before(course, window_start(ladder, at), balance))


def window_start(ladder: Ladder, at: datetime) -> datetime:
    """Return the moment from which a ladder's window counts."""
    return clock.day_start(months_before(clock.business_date(at), ladder.window_months))


def grown_before(course: Course, start: datetime, balance: int) -> int:
    """Return the growth before a moment; ``balance`` where no movement is known since."""
    if not course.growth:
        return balance
    place = bisect_right([point.at for point in course.growth], start)
    if place:
        return course.growth[place - 1].balance
    first = course.growth[0]
    return first.balance - first.delta


def wants_growth(standing: Standing, ladder: Ladder, course: Course, at: datetime) -> int:
    """Return the growth below which nothing can lift this member, for a quick look.

    In grace it is what keeps his tier, else what reaches the next one.
    """
    rank = ladder.rank_of(standing.key) or 0
    wanted = rank if standing.grace_until is not None else rank + 1
    if ladder.measure is Measure.NET_SPEND or wanted >= len(ladder.tiers):
        return NEVER_REACHED
    threshold = ladder.tiers[wanted].threshold
    if ladder.measure is Measure.GROWTH_EVER:
        return threshold
    return threshold + grown_before(course, window_start(ladder, at), standing.balance)


def surviving_rank(old: Ladder, new: Ladder, key: str) -> int:
    """Return the place in a new ladder of a tier, or of the nearest one below that it still has."""
    rank = old.rank_of(key) or 0
    kept = (new.rank_of(tier.key) for tier in reversed(old.tiers[: rank + 1]))
    return next((place for place in kept if place is not None), 0)


class _Way:
    """One walk: the standing so far, and what changed."""

    def __init__(self, standing: Standing | None, course: Course) -> None:
        self.course = replace(course, growth=tuple(_in_order(course.growth, standing)))
        self.ladders = {ladder.number: ladder for ladder in course.ladders}
        self.changes: list[Change] = []
        self._state = standing

    def walk(self, until: datetime) -> tuple[Standing, list[Change]]:
        for at, event in self._events(until):
            if self._state is None:
                self._begin(at)
            self._dawns(at)
            if isinstance(event, GrowthPoint):
                self._grow(event)
            elif isinstance(event, Reading):
                self._read(event)
            else:
                self._climb_over(event)
        if self._state is None:
            self._begin(until)
        self._dawns(until)
        return self.state, self.changes

    @property
    def state(self) -> Standing:
        assert self._state is not None  # noqa: S101 - walk() begins before it asks
        return self._state

    @state.setter
    def state(self, standing: Standing) -> None:
        self._state = standing

    @property
    def ladder(self) -> Ladder:
        return self.ladders[self.state.ladder]

    def _begin(self, at: datetime) -> None:
        ladder = [each for each in self.course.ladders if each.effective_at <= at][-1]
        self.state = Standing(ladder.number, ladder.base.key, EVER.date())

    def _events(self, until: datetime) -> list[tuple[datetime, Event]]:
        """Return what happened, in order; at one moment a ladder comes first, growth last."""
        seen_seq, read_at = (
            (self._state.seen_seq, self._state.read_at) if self._state else (0, EVER)
        )
        growth = [(point.at, 2, point) for point in self.course.growth if point.seq > seen_seq]
        readings = [(read.at, 1, read) for read in self.course.readings if read.at > read_at]
        moments = [at for at, _order, _event in (*growth, *readings)]
        begins, ends = min([until, *moments]), max([until, *moments])
        ladders = [
            (ladder.effective_at, 0, ladder)
            for ladder in self.course.ladders
            if ladder.effective_at <= ends and self._is_new(ladder, begins)
        ]
        found: Sequence[tuple[datetime, int, Event]] = [*ladders, *readings, *growth]
        return [(at, event) for at, _order, event in sorted(found, key=lambda each: each[:2])]

    def _is_new(self, ladder: Ladder, begins: datetime) -> bool:
        """Return whether a ladder comes after the one he stands on, or will begin on."""
        if self._state is None:
            return ladder.effective_at > begins
        return ladder.number > self._state.ladder

    # --- what may happen -------------------------------------------------------------------------

    def _grow(self, point: GrowthPoint) -> None:
        before = value_at(self.ladder, self.course, point.at, self.state.balance)
        self.state = replace(
            self.state, seen_seq=point.seq, seen_at=point.at, balance=point.balance
        )
        if self.ladder.measure is Measure.NET_SPEND:
            return
        value = value_at(self.ladder, self.course, point.at, point.balance)
        if self._lift(point.at, value):
            return
        mark = self.ladder.tier(self.state.key).threshold
        if value < mark <= before and self.state.grace_until is None:
            day = clock.business_date(point.at)
            grace_until = day + timedelta(days=self.ladder.grace_days)
            self._note(point.at, ChangeKind.TAKEN_BACK, value, grace_until=grace_until)

    def _read(self, read: Reading) -> None:
        self.state = replace(self.state, read_at=read.at)
        if self.ladder.measure is Measure.NET_SPEND:
            self._lift(read.at, read.value)

    def _lift(self, at: datetime, value: int) -> bool:
        """Raise him to what he has reached, or keep him where grace ran; return whether either."""
        rank, target = self._rank, self.ladder.rank_for(value)
        day = clock.business_date(at)
        if target > rank:
            self._move(at, ChangeKind.UPGRADED, value, target, since_on=day)
            return True
        if self.state.grace_until is not None and target >= rank:
            self._move(at, ChangeKind.RENEWED, value, rank, since_on=self.state.since_on)
            return True
        return False

    def _climb_over(self, new: Ladder) -> None:
        """Go over to a new ladder: nobody is lowered by it."""
        if self._has_seen_nothing:
            # Whoever has not begun begins on the newest ladder, whether somebody looked or not.
            self.state = replace(self.state, ladder=new.number, key=new.base.key)
            return
        at, old, key, rank = new.effective_at, self.ladder, self.state.key, self._rank
        kept = surviving_rank(old, new, key)
        self.state = replace(
            self.state,
            ladder=new.number,
            valid_until=self._validity(at, kept),
            grace_until=self.state.grace_until if kept else None,
        )
        value = value_at(new, self.course, at, self.state.balance)
        target = new.rank_for(value)
        if target > kept:
            self._move(at, ChangeKind.LADDER, value, target, since_on=clock.business_date(at))
        elif not rank and not kept:
            self.state = replace(self.state, key=new.base.key)  # from base to base: no news
        elif new.tiers[kept].key != key:
            self._move(at, ChangeKind.LADDER, value, kept, since_on=self.state.since_on)

    @property
    def _has_seen_nothing(self) -> bool:
        return self.state.seen_seq == 0 and self.state.read_at == EVER

    def _validity(self, at: datetime, rank: int) -> date | None:
        """Return until when a place holds on a new ladder: as before, where both have an end."""
        if not rank:
            return None
        return self.state.valid_until or months_after(clock.business_date(at), MONTHS_A_YEAR)

    def _dawns(self, at: datetime) -> None:
        """Let happen what was due up to a moment."""
        while (day := due_on(self.state, self.ladder)) and clock.day_start(day) <= at:
            self._dawn(day)

    def _dawn(self, day: date) -> None:
        at, state = clock.day_start(day), self.state
        assert state.valid_until is not None  # noqa: S101 - nothing is due in the base tier
        warns = state.grace_until is None and state.warned_on is None and day <= state.valid_until
        value = self._value_on(state.valid_until + DAY if warns else day)
        qualifies = self.ladder.rank_for(value) >= self._rank
        if warns:
            self.state = replace(state, warned_on=day)
            if not qualifies:
                self._note(at, ChangeKind.WARNED, value)
        elif qualifies:
            self._move(at, ChangeKind.RENEWED, value, self._rank, since_on=state.since_on)
        elif state.grace_until is not None:
            self._move(at, ChangeKind.LOWERED, value, self._rank - 1, since_on=day)
        else:
            grace_until = state.valid_until + timedelta(days=self.ladder.grace_days)
            self._note(at, ChangeKind.GRACE, value, grace_until=grace_until)

    def _value_on(self, day: date) -> int:
        """Return what the measure says at a dawn if nothing more is added until then."""
        return value_at(self.ladder, self.course, clock.day_start(day), self.state.balance)

    # --- how it is written -----------------------------------------------------------------------

    @property
    def _rank(self) -> int:
        return self.ladder.rank_of(self.state.key) or 0

    def _move(
        self, at: datetime, kind: ChangeKind, value: int, rank: int, *, since_on: date
    ) -> None:
        """Put him on a place for a year from that day; the base tier holds for ever."""
        former, day = self.state.key, clock.business_date(at)
        self.state = replace(
            self.state,
            key=self.ladder.tiers[rank].key,
            since_on=since_on,
            valid_until=months_after(day, MONTHS_A_YEAR) if rank else None,
            grace_until=None,
            warned_on=None,
        )
        self._write(at, kind, former, value)

    def _note(
        self, at: datetime, kind: ChangeKind, value: int, *, grace_until: date | None = None
    ) -> None:
        """Note something that leaves him where he is."""
        if grace_until is not None:
            self.state = replace(self.state, grace_until=grace_until)
        self._write(at, kind, self.state.key, value)

    def _write(self, at: datetime, kind: ChangeKind, former: str, value: int) -> None:
        state = self.state
        self.changes.append(
            Change(
                at, kind, former, state.key, state.ladder, value,
                state.valid_until, state.grace_until,
            )
        )  # fmt: skip


def _in_order(growth: Sequence[GrowthPoint], standing: Standing | None) -> Iterator[GrowthPoint]:
    """Yield movements with moments that never go back: what counts is their number."""
    seen_seq, seen_at = (standing.seen_seq, standing.seen_at) if standing else (0, EVER)
    latest = EVER
    for point in growth:
        latest = max(point.at, latest, seen_at if point.seq > seen_seq else EVER)
        yield point if latest == point.at else replace(point, at=latest)
