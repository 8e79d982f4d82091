"""Turn acts into points: rules, limits, campaigns, ledger. Never stops the act itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import sqlalchemy as sa

from app.kernel import clock, ids
from app.kernel.bulk import insert_rows
from app.kernel.db import db, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import Earn, Part, Posted
from app.loyalty import policy, queries
from app.loyalty.models import LoyaltyAward
from app.loyalty.policy import HOUSE, Decision, Key
from app.loyalty.queries import books, context, seals
from app.loyalty.service import after, counting
from app.loyalty.types import NOTHING, Act, Award, Outcome, RuleBook, Value, actions

SCOPE = "loyalty"
TRIES = 4
GRACE = timedelta(days=7)
"""So long live points of what is told after their last day."""

AWARD = cast("sa.Table", LoyaltyAward.__table__)


class _NewRulesError(Exception):
    """Rules were published after the version was read, and before nobody could any more."""


@use_case
def reward(
    member_id: int,
    action: str,
    *,
    source: Ref,
    about: Mapping[str, Value] = NOTHING,
    other_id: int | None = None,
    cause: Ref | None = None,
) -> Award:
    """Give what an act earns, now.

    Args:
        member_id: who acted.
        action: its registered name, e.g. ``"thread.published"``.
        source: the thing the act made. It is rewarded once, however often this is called: the
            first award comes back.
        about: what the action's attributes say of it.
        other_id: the other member, where two are concerned.
        cause: the content it hangs on; default: the source.

    Returns:
        What was given, in whole points; ``outcome`` says what stood in the way. If the ledger
        refuses, nothing was given, and the act goes on.

    Raises:
        LookupError: nobody registered the action (a slip in the calling code).
    """
    act = Act(member_id, action, source, clock.now(), about, other_id, cause)
    return reward_one(act) or Award(0, 0, capped=False, reason=action)


@use_case
def reward_one(act: Act) -> Award | None:
    """Give what one act earns; None where the ledger refuses: nothing is remembered of it then.

    Raises:
        LookupError: nobody registered the action.
    """
    member_id, action, source = act.member_id, act.action, act.source
    _check_action(action)
    known = context.of_act(member_id, action, source)
    if earlier := _paid_for(known, act):
        return queries.award_from(earlier)
    book = books.get(known.version)
    keys = {key for key, _rule in policy.keys_of(book, act)}
    # The mutex: limits and posting are decided under it.
    locked = ledger.lock_wallets([member_id]) if keys else None
    try:
        awards = _try_to_reward([act], _Ground(book, known, keys, locked))
    except DomainError:
        return None
    after.follow([act], awards, known)
    return awards[0]


_Firsts = Mapping[tuple[str, Ref], bool]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What acts are decided on.

    Attributes:
        keys: counters that may be asked.
        locked: the wallets, where they are locked already.
        firsts: whether acts are their member's first, where a rule asks and many come at once.
    """

    book: RuleBook
    known: context.Context
    keys: set[Key]
    locked: ledger.Locked | None
    firsts: _Firsts = field(default_factory=dict)

    def under(self, book: RuleBook, acts: Sequence[Act]) -> "_Ground":
        """Return the same under other rules, with all that they may ask.

        Who may meet a limit now is locked.
        """
        facts = context.of_members({act.member_id for act in acts})
        before = self.known.facts
        merged = {who: {**before.get(who, {}), **known} for who, known in facts.items()}
        asked = [(key, rule) for act in acts for key, rule in policy.keys_of(book, act)]
        counted = sorted({key.member_id for key, rule in asked if rule})
        return replace(
            self,
            book=book,
            known=replace(self.known, version=book.version, facts=merged),
            keys={key for key, _rule in asked},
            locked=ledger.lock_wallets(counted) if counted else self.locked,
            firsts=_first_times(book, acts),
        )

    def facts_of(self, act: Act) -> policy.Facts:
        facts = self.known.facts.get(act.member_id, {})
        is_first = self.firsts.get((act.action, act.source))
        return facts if is_first is None else {**facts, policy.FIRST_TIME: is_first}

    def kept_of(self, act: Act) -> policy.Facts | None:
        """Return what stays with an act of what was known of its member; None for nothing."""
        facts = self.known.facts.get(act.member_id, {})
        return {name: facts[name] for name in context.kept() if name in facts} or None

    def paid_slots(self, act: Act) -> set[str]:
        return {row.slot for row in self.known.earlier.get(act.source, ())}


def _try_to_reward(acts: Sequence[Act], ground: _Ground) -> list[Award]:
    """Reward in a savepoint, again where a budget was lost in a race; at last without any."""
    for attempt in range(1, TRIES + 1):
        try:
            with db.session.begin_nested():  # a refusal takes the counters back, not the act
                return _reward(acts, ground, lifts=attempt < TRIES)
        except counting.BudgetLostError:
            continue
        except _NewRulesError:
            ground = ground.under(books.current(), acts)
    raise AssertionError("unreachable: nothing can be lost without a budget")


def _check_action(action: str) -> None:
    if actions.find(action) is None:
        message = f"no action {action!r} that can be rewarded; register it"
        raise LookupError(message)


def _paid_for(known: context.Context, act: Act) -> list[Any]:
    rows = known.earlier.get(act.source, ())
    return [row for row in rows if row.action == act.action]


def _reward(acts: Sequence[Act], ground: _Ground, *, lifts: bool) -> list[Award]:
    """Decide, count, post and remember; return what each act got."""
    book = ground.book
    keys = ground.keys if lifts else {key for key in ground.keys if key.member_id != HOUSE}
    used, left, version = queries.used(keys)
    if version not in {None, book.version}:
        raise _NewRulesError
    before = dict(used)
    decided = [
        policy.decide(book, act, ground.facts_of(act), used, left, ground.paid_slots(act))
        for act in acts
    ]
    counting.count(used, before)
    _post_all(ground, decided)
    return [_award(act, decisions) for act, decisions in zip(acts, decided, strict=True)]


# --- posting -------------------------------------------------------------------------------------


def _post_all(ground: _Ground, decided: Sequence[Sequence[Decision]]) -> None:
    book = ground.book
    paying = [decisions for decisions in decided if any(each.is_posted for each in decisions)]
    earns = [_earn(book, decisions) for decisions in paying]
    # An act that was posted has an award, and nobody comes here with an act that has one.
    posted = iter(ledger.post_many(earns, locked=ground.locked, are_new=True))
    rows: list[tuple[object, ...]] = []
    row_ids = iter(ids.next_ids(sum(map(len, decided))))
    for decisions in decided:
        pays = any(each.is_posted for each in decisions)
        txn = next(posted) if pays else None
        known = ground.kept_of(decisions[0].act) if decisions else None
        rows += [_row(next(row_ids), book, decision, txn, known) for decision in decisions]
    insert_rows(AWARD, rows)


def _earn(book: RuleBook, decisions: Sequence[Decision]) -> Earn:
    act = decisions[0].act
    return Earn(
        member_id=act.member_id,
        parts=tuple(
            _alive(part) for each in decisions if each.is_posted for part in policy.parts_of(each)
        ),
        scope=SCOPE,
        key=f"{act.action}:{act.source}",
        source=act.source,
        rule_version=book.version,
        occurred_at=act.at,
    )


def _alive(part: Part) -> Part:
    """Return a part that can still be used: some acts are told long after they happened."""
    today = clock.business_date()
    return part if part.expires_on >= today else replace(part, expires_on=today + GRACE)


_CAPS = {Outcome.CAPPED, Outcome.PAIR_CAPPED, Outcome.COOLING}


def _row(
    row_id: int, book: RuleBook, decision: Decision, txn: Posted | None, known: policy.Facts | None
) -> tuple[object, ...]:
    """Return an award's row, in the order of the table's columns."""
    act, rule = decision.act, decision.rule
    cause = act.hangs_on
    return (
        row_id, act.member_id, rule.key if rule else "", decision.slot, act.source.kind,
        act.source.id, decision.total, decision.growth, decision.extra,
        decision.outcome in _CAPS, book.version,
        txn.txn_id if txn and decision.is_posted else None,
        clock.business_date(act.at), act.at, act.action, decision.reason, decision.outcome.value,
        decision.detail, seals.kept(act.action, act.about), act.other_id, cause.kind, cause.id,
        decision.campaign, rule.fund.value if rule else "", decision.multiplier_permille,
        known,
    )  # fmt: skip


def _award(act: Act, decisions: Sequence[Decision]) -> Award:
    if not decisions:
        return Award(0, 0, capped=False, reason=act.action)
    if decisions[0].rule is None:  # nothing pays for such an act: it is the only decision
        return Award(0, 0, capped=False, reason=act.action, outcome=decisions[0].outcome)
    main = max(decisions, key=lambda each: (each.total, each.growth))
    waits = [
        comes
        for each in decisions
        if each.rule and each.total and each.is_posted
        if (comes := policy.spendable_from(each.rule, act)) and comes > clock.now()
    ]
    return Award(
        sum(each.total for each in decisions),
        sum(each.growth for each in decisions),
        capped=any(each.outcome in _CAPS for each in decisions),
        reason=main.reason,
        pending_until=max(waits, default=None),
        outcome=main.outcome,
        by_rule={each.rule.key: each.total for each in decisions if each.rule},
    )


@use_case
def reward_together(acts: Sequence[Act]) -> list[Award]:
    """Give what several sides of one thing earn (who likes, who is liked), now.

    As :func:`reward` for each of them: if the ledger refuses, nothing was given to anybody, and
    the act goes on.

    Raises:
        LookupError: nobody registered one of the actions.
    """
    try:
        with db.session.begin_nested():
            return reward_many(acts)
    except DomainError:
        return [Award(0, 0, capped=False, reason=act.action) for act in acts]


# --- many at once --------------------------------------------------------------------------------


@use_case
def reward_many(acts: Sequence[Act]) -> list[Award]:
    """Give the points of many acts, set-wise; the same as one by one.

    A bulk door for imports and demo data: acts carry their own moment, and the limits of their own
    business day hold.

    Args:
        acts: in the order in which they happened; at most about a thousand.

    Returns:
        One award per act, in their order.

    Raises:
        DomainError: the ledger refuses one of them; nothing was given to anybody.
        LookupError: nobody registered the action.
    """
    if not acts:
        return []
    done = {act.action for act in acts}
    for action in done:
        _check_action(action)
    members = {act.member_id for act in acts}
    known = context.of_acts(members, done, [act.source for act in acts])
    book = books.get(known.version)
    awards: dict[tuple[str, Ref], Award] = {}
    fresh: dict[tuple[str, Ref], Act] = {}
    for act in acts:
        place = act.action, act.source
        if earlier := _paid_for(known, act):
            awards[place] = queries.award_from(earlier)
        else:
            fresh.setdefault(place, act)
    waiting = list(fresh.values())
    awards |= zip(fresh, _reward_fresh(waiting, book, known), strict=True)
    return [awards[act.action, act.source] for act in acts]


def _reward_fresh(acts: Sequence[Act], book: RuleBook, known: context.Context) -> list[Award]:
    asked = [(key, rule) for act in acts for key, rule in policy.keys_of(book, act)]
    # The mutex: limits and posting are decided under it, whosever limit may be met.
    counted = {key.member_id for key, rule in asked if rule}
    locked = ledger.lock_wallets(sorted(counted)) if counted else None
    counting.bring_back(acts, asked)
    firsts = _first_times(book, acts)
    ground = _Ground(book, known, {key for key, _rule in asked}, locked, firsts)
    awards = _try_to_reward(acts, ground)
    after.follow(acts, awards, known)
    return awards


def _first_times(book: RuleBook, acts: Sequence[Act]) -> dict[tuple[str, Ref], bool]:
    """Return which acts are their member's first of the kind; only where a rule asks."""
    actions = {act.action for act in acts}
    asking = {
        action
        for action in actions
        if policy.FIRST_TIME in context.asked(book, [action], of_hooks=False)
    }
    if not asking:
        return {}
    done = context.done_before({act.member_id for act in acts}, asking)
    firsts = {}
    for act in acts:
        firsts[act.action, act.source] = (act.member_id, act.action) not in done
        done.add((act.member_id, act.action))
    return firsts
