"""Turn acts into points: rule, cap, ledger. Never stops the act itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.errors import ConflictError, DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Earn, Fund, Part, Posted
from app.loyalty import policy, queries
from app.loyalty.models import LoyaltyAward, LoyaltyCounter
from app.loyalty.policy import Rule
from app.loyalty.service import after
from app.loyalty.types import Act, Award, Bonus, OrderEarn

SCOPE = "loyalty"
ORDER_SCOPE = "loyalty.order"
KEEP_COUNTERS = timedelta(days=60)


@use_case
def reward(
    member_id: int,
    action: str,
    *,
    source: Ref,
    bonuses: tuple[Bonus, ...] = (),
    about: Mapping[str, Any] | None = None,
) -> Award:
    """Give the points that an act earns, now.

    Args:
        member_id: who acted.
        action: rule name, e.g. ``"thread.published"``.
        source: the thing the act made. It is rewarded once, however often this is called: the
            first award comes back.
        bonuses: ladders whose step this act reached; posted in the same ledger transaction.

    Returns:
        What was given, in whole points; ``capped`` when the business day's cap cut it short. If
        the ledger refuses, nothing was given, and the act goes on.

    Raises:
        LookupError: the rule does not exist (a slip in the calling code).
    """
    act = Act(member_id, action, source, clock.now(), bonuses, about or {})
    if action not in policy.CURRENT.rules:
        award = Award(0, 0, capped=False, reason=action)
        after.tell([act], [award])
        return award
    rule = policy.CURRENT.rule(action)
    try:
        with db.session.begin_nested():  # a refusal takes its counter back, not the caller's rows
            return _reward(act, rule)
    except DomainError:
        return Award(0, 0, capped=False, reason=action)


def _reward(act: Act, rule: Rule) -> Award:
    if rule.daily_cap is not None:
        ledger.lock_wallets([act.member_id])  # the mutex: cap and posting are decided under it
    if earlier := queries.find_award(act.action, act.source):
        return earlier
    decision = _Decision(act, rule, _take_from_cap(rule, act))
    posted = ledger.post(decision.earn()) if decision.total else None
    _remember([decision.row(posted)])
    after.tell([act], [decision.award()])
    return decision.award()


def _take_from_cap(rule: Rule, act: Act) -> int:
    """Take one act's points out of the day's cap; return how many it gave.

    Mostly one conditional upsert; three statements when the cap is nearly or wholly used.
    """
    if rule.daily_cap is None:
        return rule.points
    if _count(rule, [_counter_row(act, rule, rule.points)]):
        return rule.points
    used = queries.used_caps([act])[_counter_of(act, rule)]
    left = policy.granted(rule.points, rule.daily_cap, used)
    return left if left and _count(rule, [_counter_row(act, rule, left)]) else 0


CounterKey = tuple[int, str, date]


def _counter_of(act: Act, rule: Rule) -> CounterKey:
    return act.member_id, rule.action, clock.business_date(act.at)


def _counter_row(act: Act, rule: Rule, points: int) -> dict[str, object]:
    member_id, action, day = _counter_of(act, rule)
    return {"member_id": member_id, "action": action, "on_date": day, "points": points}


def _count(rule: Rule, rows: list[dict[str, object]]) -> bool:
    """Add to the days' counters of a rule unless that breaks its cap; return whether all did."""
    statement = insert(LoyaltyCounter.__table__)
    total = LoyaltyCounter.points + statement.excluded.points
    counted = statement.on_conflict_do_update(
        index_elements=["member_id", "action", "on_date"],
        set_={"points": total},
        where=total <= rule.daily_cap,
    )
    return changed_by_all(counted, rows) == len(rows)


@dataclass(frozen=True)  # without slots: what it comes to is worked out once
class _Decision:
    """What an act gets: ``base`` by its rule under the cap, and the ladder steps it reached."""

    act: Act
    rule: Rule
    base: int

    @cached_property
    def total(self) -> int:
        return self.base + sum(points for _reason, points, _fund in self._steps)

    @cached_property
    def _steps(self) -> list[tuple[str, int, Fund]]:
        ladders = [(policy.CURRENT.rule(bonus.action), bonus.step) for bonus in self.act.bonuses]
        return [
            (f"{ladder.action}.{step}", ladder.steps[step], ladder.fund)
            for ladder, step in ladders
            if step in ladder.steps
        ]

    def award(self) -> Award:
        is_capped = self.base < self.rule.points
        return Award(self.total, self.total, capped=is_capped, reason=self.rule.action)

    def earn(self) -> Earn:
        amounts = [(self.rule.action, self.base, self.rule.fund), *self._steps]
        return Earn(
            member_id=self.act.member_id,
            parts=tuple(
                Part(reason=reason, points=points, growth=points, fund=fund)
                for reason, points, fund in amounts
                if points
            ),
            scope=SCOPE,
            key=f"{self.rule.slot}:{self.act.source}",
            source=self.act.source,
            rule_version=policy.CURRENT.version,
            occurred_at=self.act.at,
        )

    def row(self, posted: Posted | None) -> tuple[object, ...]:
        """Return the award's row, in the order of the table's columns."""
        act = self.act
        return (
            ids.next_id(), act.member_id, self.rule.action, self.rule.slot, act.source.kind,
            act.source.id, self.total, self.total, self.total - self.base,
            self.base < self.rule.points, policy.CURRENT.version,
            posted.txn_id if posted else None, clock.business_date(act.at), act.at,
        )  # fmt: skip


def _remember(rows: list[tuple[object, ...]]) -> None:
    insert_rows(cast("sa.Table", LoyaltyAward.__table__), rows)


# --- many at once --------------------------------------------------------------------------------


@use_case
def reward_many(acts: Sequence[Act]) -> list[Award]:
    """Give the points of many acts, set-wise; the same as one by one.

    A bulk door for imports and demo data: acts carry their own moment, and the caps of their own
    business day hold.

    Args:
        acts: in the order in which they happened; at most about a thousand.

    Returns:
        One award per act, in their order.

    Raises:
        DomainError: the ledger refuses one of them; nothing was given to anybody.
        LookupError: a rule does not exist.
    """
    if not acts:
        return []
    ledger.lock_wallets(sorted({act.member_id for act in acts}))
    awards = queries.find_awards(acts)
    _recount(acts)
    used = queries.used_caps(acts)
    fresh: list[_Decision] = []
    for act in acts:
        rule = policy.CURRENT.rule(act.action)
        if (rule.slot, act.source) not in awards:
            counter = _counter_of(act, rule)
            base = policy.granted(rule.points, rule.daily_cap, used[counter])
            used[counter] += base
            decision = _Decision(act, rule, base)
            awards[rule.slot, act.source] = decision.award()
            fresh.append(decision)
    _count_all(fresh)
    _post_all(fresh)
    after.tell([d.act for d in fresh], [d.award() for d in fresh])
    return [awards[policy.CURRENT.rule(act.action).slot, act.source] for act in acts]


def _recount(acts: Sequence[Act]) -> None:
    """Bring back the counters of days so long past that they were pruned: the awards know them."""
    oldest = clock.business_date() - KEEP_COUNTERS
    if past := [act for act in acts if clock.business_date(act.at) < oldest]:
        statement = insert(LoyaltyCounter.__table__).on_conflict_do_nothing()
        changed_by_all(statement, queries.earned_on_days(past))


def _count_all(decisions: list[_Decision]) -> None:
    taken: Counter[CounterKey] = Counter()
    for decision in decisions:
        if decision.rule.daily_cap is not None and decision.base:
            taken[_counter_of(decision.act, decision.rule)] += decision.base
    for action in sorted({action for _member_id, action, _day in taken}):
        rows: list[dict[str, object]] = [
            {"member_id": member_id, "action": action, "on_date": day, "points": points}
            for (member_id, counted, day), points in taken.items()
            if counted == action
        ]
        if not _count(policy.CURRENT.rule(action), rows):
            raise ConflictError  # somebody counted without holding the wallet's lock


def _post_all(decisions: list[_Decision]) -> None:
    earning = [decision for decision in decisions if decision.total]
    posted = iter(ledger.post_many([decision.earn() for decision in earning]))
    _remember([decision.row(next(posted) if decision.total else None) for decision in decisions])


@use_case
def award_orders(orders: Sequence[OrderEarn]) -> list[Award]:
    """Give the points of paid orders, set-wise: 1 per full 1.00, rounded down per order.

    Points and growth alike; the points are on their way until the return window is over and can
    be spent from the day after, at once when that day has come. An order is paid for once: called
    again, the first award comes back. Orders worth less than a point earn and post nothing.

    Args:
        orders: at most about a thousand; the rule version is frozen in the ledger's lines.

    Returns:
        One award per order, in their order.

    Raises:
        DomainError: the ledger refuses one of them; nothing was given to anybody.
    """
    book = policy.CURRENT
    amounts = [book.order_points(order.earns_minor, order.earning_permille) for order in orders]
    ledger.post_many(
        [
            _order_earn(order, points)
            for order, points in zip(orders, amounts, strict=True)
            if points
        ]
    )
    pairs = zip(orders, amounts, strict=True)
    return [_order_award(order, points) for order, points in pairs]


def _order_award(order: OrderEarn, points: int) -> Award:
    waits = points > 0 and order.window_ends_on >= clock.business_date()
    until = order.window_ends_on if waits else None
    return Award(points, points, capped=False, reason=policy.ORDER, pending_until=until)


def _order_earn(order: OrderEarn, points: int) -> Earn:
    # The day of maturity depends on the order alone, not on today: the command of a second call
    # is the same to the letter, and the ledger answers it with the first result.
    part = Part(
        reason=policy.ORDER,
        points=points,
        growth=points,
        fund=policy.CURRENT.rule(policy.ORDER).fund,
        matures_on=order.window_ends_on + timedelta(days=1),
    )
    source = Ref("order", order.order_id)
    return Earn(
        member_id=order.member_id,
        parts=(part,),
        scope=ORDER_SCOPE,
        key=str(source),
        source=source,
        rule_version=policy.CURRENT.version,
        occurred_at=order.paid_at,
    )


@use_case
def prune_counters() -> int:
    """Forget the cap counters of days long past; the awards stay. Returns how many."""
    oldest = clock.business_date() - KEEP_COUNTERS
    return changed(sa.delete(LoyaltyCounter).where(LoyaltyCounter.on_date < oldest))
