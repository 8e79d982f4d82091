"""What the ledger should do, said with single points: slow, simple, and written apart from it.

A member holds a list of points, each with its own days, fund and perhaps the hold that pins it.
There are no lots, no transfers, no balances to keep: everything is counted when asked.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from app.ledger.types import BY_DAY, GRACE_DAYS, NEVER, Fund

Key = tuple[date, datetime, Fund]


class RefusedError(Exception):
    """The rules say no."""


@dataclass(eq=False)
class Point:
    expires: date
    matures: datetime  # BY_DAY once it has matured
    fund: Fund
    hold: int | None = None

    @property
    def key(self) -> Key:
        return self.expires, self.matures, self.fund


@dataclass
class Member:
    points: list[Point] = field(default_factory=list)
    debt: int = 0
    growth: int = 0
    growth_debt: int = 0
    into: int | None = None
    first_seen: dict[Key, int] = field(default_factory=dict)  # of points alike, older kinds first

    def give(self, keys: Iterable[Key]) -> None:
        for key in keys:
            self.first_seen.setdefault(key, len(self.first_seen))
            self.points.append(Point(*key))

    def place(self, point: Point) -> tuple[date, int]:
        return point.expires, self.first_seen[point.key]

    def spendable(self) -> list[Point]:
        free = [p for p in self.points if p.hold is None and p.matures == BY_DAY]
        return sorted(free, key=self.place)

    def take(self, points: Iterable[Point]) -> list[Key]:
        taken = list(points)
        for point in taken:
            self.points.remove(point)
        return [point.key for point in taken]

    def settle(self) -> tuple[list[Key], int]:
        """Pay debts; return the points and the growth that went."""
        paying = self.spendable()[: self.debt]
        self.debt -= len(paying)
        growth = min(self.growth, self.growth_debt)
        self.growth -= growth
        self.growth_debt -= growth
        return self.take(paying), growth

    def lapse(self, today: date) -> None:
        self.take([p for p in self.spendable() if p.expires < today])

    def refresh(self, now: datetime, today: date) -> None:
        due = [p for p in self.points if BY_DAY < p.matures <= now]
        for point in sorted(due, key=self.place):
            self.points.remove(point)
            self.give([(point.expires, BY_DAY, point.fund)])
        self.lapse(today)
        self.settle()

    def preferring(self, fund: Fund) -> list[Point]:
        return sorted(self.spendable(), key=lambda p: (p.fund is not fund, *self.place(p)))

    def buckets(self) -> tuple[int, int, int, int]:
        pending = sum(p.matures != BY_DAY for p in self.points)
        held = sum(p.hold is not None for p in self.points)
        return pending, len(self.points) - pending - held, held, self.debt

    def lots(self) -> list[tuple[Any, ...]]:
        free = Counter(p.key for p in self.points if p.hold is None)
        held = Counter(p.key for p in self.points if p.hold is not None)
        return sorted((*key, free[key], held[key]) for key in {*free, *held})


@dataclass
class Txn:
    """What a reversal must know."""

    member: int
    issued: list[Key] = field(default_factory=list)
    taken: list[Key] = field(default_factory=list)
    growth: int = 0
    points_undone: int = 0
    growth_undone: int = 0
    source: int | None = None


@dataclass
class Source:
    """What something earned: how much of it is left, and what was taken from its own kind."""

    member: int
    key: Key | None
    points: int
    growth: int
    left: int
    growth_left: int
    from_own: int = 0


@dataclass
class Hold:
    member: int
    expires_at: datetime
    pinned: list[Key]
    state: str = "open"
    captured: list[Key] = field(default_factory=list)
    graced: list[Key] = field(default_factory=list)  # came anew for what had lapsed
    placed_by: int = 0  # whose points they were when it was placed


@dataclass
class Merge:
    target: int
    free: list[Key]
    holds: list[int]
    repaid: list[Key]
    debt: int
    growth: int
    growth_debt: int
    growth_settled: int
    corrections: list["Correction"] = field(default_factory=list)


@dataclass
class Correction:
    """What was taken back from, or given back to, one who was merged."""

    lost: list[Key] = field(default_factory=list)
    owed: int = 0
    gained: list[Key] = field(default_factory=list)
    growth: int = 0


class Model:
    def __init__(self, now: datetime, today: date) -> None:
        self.now, self.today = now, today
        self.members: dict[int, Member] = {}
        self.txns: dict[int, Txn] = {}
        self.sources: dict[int, Source] = {}
        self.holds: dict[int, Hold] = {}
        self.merges: dict[int, Merge] = {}

    def own(self, member: int) -> Member:
        return self.members.setdefault(member, Member())

    def resolve(self, member: int) -> int:
        while (into := self.own(member).into) is not None:
            member = into
        return member

    def correct(self, member: int, correction: Correction) -> None:
        """Note a correction of a member's own dealings in every merge that he is under."""
        while (into := self.own(member).into) is not None:
            self.merges[member].corrections.append(correction)
            member = into

    def find(self, member: int) -> Member:
        found = self.own(self.resolve(member))
        found.refresh(self.now, self.today)
        return found

    # --- direct commands ---

    def earn(self, member: int, points: int, growth: int, key: Key, source: int | None) -> Txn:
        someone = self.find(member)
        someone.give([key] * points)
        someone.growth += growth
        someone.settle()
        if source is not None:
            self.sources[source] = Source(
                self.resolve(member), key if points else None, points, growth, points, growth
            )
        return Txn(self.resolve(member), issued=[key] * points, growth=growth, source=source)

    def earn_parts(self, member: int, parts: Iterable[tuple[int, Key]]) -> None:
        someone = self.find(member)
        for points, key in parts:
            someone.give([key] * points)
        someone.settle()

    def spend(self, member: int, points: int) -> Txn:
        someone = self.own(self.resolve(member))
        trial = sum(
            p.hold is None and p.matures <= self.now and p.expires >= self.today
            for p in someone.points
        )
        if trial - min(trial, someone.debt) < points:
            raise RefusedError
        someone.refresh(self.now, self.today)
        return Txn(self.resolve(member), taken=someone.take(someone.spendable()[:points]))

    def adjust(self, member: int, points: int, growth: int) -> Txn:
        someone = self.own(self.resolve(member))
        if growth < 0 and someone.growth < -growth:
            raise RefusedError
        txn = Txn(self.resolve(member), growth=growth)
        if points < 0:
            txn.taken = self.spend(member, -points).taken
        else:
            key = (NEVER, BY_DAY, Fund.ADJUST)
            if points:
                someone = self.find(member)
            someone.give([key] * points)
            txn.issued = [key] * points
        someone.growth += growth
        someone.settle()
        return txn

    # --- holds ---

    def hold(self, hold_id: int, member: int, points: int, expires_at: datetime) -> None:
        keys = self.spend(member, points).taken
        owner = self.resolve(member)
        someone = self.own(owner)
        someone.points += [Point(*key, hold=hold_id) for key in keys]
        self.holds[hold_id] = Hold(owner, expires_at, keys, placed_by=owner)

    def _settle_hold(
        self, hold_id: int, captured: int, state: str, grace: int | None = None
    ) -> list[Key]:
        hold = self.holds[hold_id]
        someone = self.own(hold.member)
        someone.refresh(self.now, self.today)
        pinned = sorted((p for p in someone.points if p.hold == hold_id), key=someone.place)
        hold.captured = someone.take(pinned[:captured])
        for point in pinned[captured:]:
            point.hold = None
        if grace is not None:
            late = sum(point.expires < self.today for point in pinned[captured:])
            hold.graced = [(self.today + timedelta(days=grace), BY_DAY, Fund.RESTORED)] * late
        someone.lapse(self.today)
        someone.give(hold.graced)
        someone.settle()
        hold.state = state
        return hold.captured

    def capture(self, hold_id: int, points: int | None) -> Txn:
        hold = self.holds[hold_id]
        wanted = len(hold.pinned) if points is None else points
        if hold.state != "open" or hold.expires_at <= self.now or wanted > len(hold.pinned):
            raise RefusedError
        return Txn(hold.placed_by, taken=self._settle_hold(hold_id, wanted, "captured"))

    def release(self, hold_id: int, grace: int | None = None) -> None:
        if self.holds[hold_id].state != "open":
            raise RefusedError
        self._settle_hold(hold_id, 0, "released", grace)

    def release_expired(self) -> None:
        for hold_id, hold in self.holds.items():
            if hold.state == "open" and hold.expires_at <= self.now:
                self._settle_hold(hold_id, 0, "expired", GRACE_DAYS)

    # --- taking back ---

    def _take_back(self, someone: Member, points: int, fund: Fund, own: list[Point]) -> list[Key]:
        chosen = own[:points]
        others = [p for p in someone.preferring(fund) if p not in chosen]
        chosen += others[: points - len(chosen)]
        someone.debt += points - len(chosen)
        return someone.take(chosen)

    def _own_points(self, someone: Member, key: Key, most: int) -> list[Point]:
        for wanted in (key, (key[0], BY_DAY, key[2])):
            alike = [p for p in someone.points if p.key == wanted and p.hold is None]
            if alike:
                return alike[:most]
        return []

    def _take_growth(self, someone: Member, growth: int) -> None:
        there = min(someone.growth, growth)
        someone.growth -= there
        someone.growth_debt += growth - there

    def claw(self, source_id: int, points: int, growth: int, fund: Fund) -> None:
        source = self.sources[source_id]
        if points > source.left or growth > source.growth_left:
            raise RefusedError
        someone = self.own(self.resolve(source.member))
        correction = Correction(growth=-growth)
        if points:
            someone.refresh(self.now, self.today)
            assert source.key is not None
            own = self._own_points(someone, source.key, source.points - source.from_own)
            gone = self._take_back(someone, points, fund, own)
            source.from_own += gone.count(source.key)
            correction.lost, correction.owed = gone, points - len(gone)
        self._take_growth(someone, growth)
        self.correct(source.member, correction)
        source.left -= points
        source.growth_left -= growth

    def reverse(self, txn_id: int, points: int | None, growth: int | None, grace: int) -> None:
        txn = self.txns[txn_id]
        source = self.sources[txn.source] if txn.source is not None else None
        points_left = len(txn.issued) + len(txn.taken) - txn.points_undone
        growth_left = abs(txn.growth) - txn.growth_undone
        if source is not None:
            points_left = min(points_left, source.left)
            growth_left = min(growth_left, source.growth_left)
        points = points_left if points is None else points
        growth = growth_left if growth is None else growth
        if points > points_left or growth > growth_left or not points + growth:
            raise RefusedError
        someone = self.find(txn.member) if points else self.own(self.resolve(txn.member))
        correction = Correction(growth=growth if txn.growth < 0 else -growth)
        if txn.issued:
            key = txn.issued[0]
            own = self._own_points(someone, key, points)
            gone = self._take_back(someone, points, key[2], own)
            correction.lost, correction.owed = gone, points - len(gone)
            if source is not None:
                source.from_own += gone.count(key)
        else:
            correction.gained = self._give_back(someone, txn, points, grace)
        if txn.growth > 0:
            self._take_growth(someone, growth)
        else:
            someone.growth += growth
        someone.settle()
        self.correct(txn.member, correction)
        txn.points_undone += points
        txn.growth_undone += growth
        if source is not None:
            source.left -= points
            source.growth_left -= growth

    def _give_back(self, someone: Member, txn: Txn, points: int, grace: int) -> list[Key]:
        end = len(txn.taken) - txn.points_undone
        lapsed = (self.today + timedelta(days=grace), BY_DAY, Fund.RESTORED)
        given = [
            lapsed if expires < self.today else (expires, BY_DAY, fund)
            for expires, _, fund in reversed(txn.taken[end - points : end])
        ]
        someone.give(given)
        return given

    # --- merging ---

    def merge(self, source_id: int, target_id: int) -> None:
        source, target = self.own(source_id), self.own(target_id)
        if source is target or source.into is not None or target.into is not None:
            raise RefusedError
        source.refresh(self.now, self.today)
        target.refresh(self.now, self.today)
        for key in sorted({p.key for p in source.points},
                          key=lambda key: (key[0], source.first_seen[key])):  # fmt: skip
            target.first_seen.setdefault(key, len(target.first_seen))
        free = [p.key for p in source.points if p.hold is None]
        holds = [n for n, h in self.holds.items() if h.member == source_id and h.state == "open"]
        target.points += source.points
        debt, growth, growth_debt = source.debt, source.growth, source.growth_debt
        target.debt += debt
        target.growth += growth
        target.growth_debt += growth_debt
        source.points, source.debt, source.growth, source.growth_debt = [], 0, 0, 0
        source.into = target_id
        for hold_id in holds:
            self.holds[hold_id].member = target_id
        repaid, settled = target.settle()
        self.merges[source_id] = Merge(
            target_id, free, holds, repaid, debt, growth, growth_debt, settled
        )

    def unmerge(self, source_id: int) -> None:
        merge = self.merges.get(source_id)
        if merge is None or self.own(merge.target).into is not None:
            raise RefusedError
        del self.merges[source_id]
        source, target = self.own(source_id), self.own(merge.target)
        source.into = None
        target.refresh(self.now, self.today)
        target.give(sorted(merge.repaid))
        target.debt += len(merge.repaid)
        target.growth += merge.growth_settled
        target.growth_debt += merge.growth_settled
        target.lapse(self.today)
        wanted = list(merge.free) + self._return_holds(source_id, merge, source, target)
        for correction in merge.corrections:
            wanted += correction.gained
            merge.growth += correction.growth
        merge.debt += self._bear_losses(merge, wanted)
        merge.growth_debt += max(0, -merge.growth)
        merge.growth = max(0, merge.growth)
        self._return_debt(merge, source, target)
        self._return_points(wanted, source, target)
        there = min(merge.growth, target.growth)
        target.growth -= there
        target.growth_debt += merge.growth - there
        source.growth += merge.growth
        target.settle()
        source.settle()

    def _return_holds(
        self, source_id: int, merge: Merge, source: Member, target: Member
    ) -> list[Key]:
        """Carry open holds back; return what settled ones gave back."""
        freed: list[Key] = []
        for hold_id in merge.holds:
            hold = self.holds[hold_id]
            if hold.state == "open":
                pinned = [p for p in target.points if p.hold == hold_id]
                target.take(pinned)
                source.give([p.key for p in pinned])
                for point in source.points[len(source.points) - len(pinned) :]:
                    point.hold = hold_id
                hold.member = source_id
            else:
                freed += (Counter(hold.pinned) - Counter(hold.captured)).elements()
                freed += hold.graced
        return freed

    def _bear_losses(self, merge: Merge, wanted: list[Key]) -> int:
        """Take what the source lost meanwhile out of what he gets; return what is missing."""
        lost = Counter(key for correction in merge.corrections for key in correction.lost)
        owed: list[tuple[Fund | None, int]] = [
            (None, sum(correction.owed for correction in merge.corrections))
        ]
        for (expires, matures, fund), amount in sorted(lost.items()):
            alike = [key for key in wanted if (key[0], key[2]) == (expires, fund)]
            alike.sort(key=lambda key: (key[1] != matures, key))
            for key in alike[:amount]:
                wanted.remove(key)
            owed.append((fund, amount - len(alike[:amount])))
        missing = 0
        for fund_, amount in owed:
            live = sorted(
                (key for key in wanted if key[0] >= self.today),
                key=lambda key: (key[2] is not fund_, key),
            )
            for key in live[:amount]:
                wanted.remove(key)
            missing += amount - len(live[:amount])
        return missing

    def _return_debt(self, merge: Merge, source: Member, target: Member) -> None:
        open_, growth_open = (
            min(merge.debt, target.debt),
            min(merge.growth_debt, target.growth_debt),
        )
        target.debt -= open_
        target.growth_debt -= growth_open
        target.give([(NEVER, BY_DAY, Fund.RESTORED)] * (merge.debt - open_))
        target.growth += merge.growth_debt - growth_open
        source.debt += merge.debt
        source.growth_debt += merge.growth_debt

    def _return_points(self, wanted: list[Key], source: Member, target: Member) -> None:
        short = []
        for key in sorted(key for key in wanted if key[0] >= self.today):
            alike = self._own_points(target, key, 1)
            if alike:
                target.take(alike)
                source.give([key])
            else:
                short.append(key)
        for key in short:
            if others := target.preferring(key[2]):
                target.take(others[:1])
            else:
                target.debt += 1
            source.give([key])
