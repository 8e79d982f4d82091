"""What is wrong with one earning rule, and with rules that pay each other. Pure."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import pairwise

from app.kernel import clock
from app.loyalty.policy import checking_conditions
from app.loyalty.policy.checking_conditions import Vocabulary
from app.loyalty.types import BOTH, Cap, Expiry, Lapse, Rule, RuleBook, Window
from app.loyalty.types.actions import Action, AttributeKind
from app.loyalty.types.drafts import Finding, Part, Problem

WIDER = (Window.DAY, Window.WEEK, Window.MONTH, Window.EVER)


def of_rule(rule: Rule, book: RuleBook, vocabulary: Vocabulary, now: datetime) -> Iterator[Finding]:
    """Yield what is wrong with a rule."""
    action = vocabulary.actions.get(rule.action)
    found = list(_own(rule, action))
    found += _limits(rule, action)
    if rule.amount_on:
        found += _carried(rule, action)
    elif rule.steps_of:
        found += _shared(rule, book)
    elif rule.steps or rule.step_on:
        found += _ladder(rule, action)
    found += [(problem, "expiry_length", {}) for problem in of_expiry(rule.expiry, now)]
    for problem, field, values in found:
        yield Finding(problem, Part.RULE, rule.key, field, values)
    if action is not None:
        yield from checking_conditions.of_rule(rule, vocabulary)
    yield from _beaten(rule, book)


Found = tuple[Problem, str, dict[str, object]]


def _own(rule: Rule, action: Action | None) -> Iterator[Found]:
    if rule.names and not all(rule.names.get(code, "").strip() for code in BOTH):
        yield Problem.NO_NAME, "name_zh", {}
    if action is None:
        yield Problem.UNKNOWN_ACTION, "action", {"action": rule.action}
    if rule.points < 0 or rule.growth < 0:
        yield Problem.NEGATIVE, "points" if rule.points < 0 else "growth", {}
    if rule.settle_hours < 0 or rule.cooldown_minutes < 0:
        field = "settle_hours" if rule.settle_hours < 0 else "cooldown_minutes"
        yield Problem.NEGATIVE, field, {}
    says_more = rule.steps or rule.step_on or rule.amount_on
    if not says_more and rule.points == 0 and rule.growth == 0:
        yield Problem.NOTHING, "points", {}


def _limits(rule: Rule, action: Action | None) -> Iterator[Found]:
    amount = max([rule.points, *rule.steps.values()])
    for cap, field in [*((cap, "caps") for cap in rule.caps), (rule.pair_cap, "pair_points")]:
        if cap is not None:
            yield from _cap(cap, field, amount)
    windows = [cap.window for cap in rule.caps]
    if len(set(windows)) < len(windows):
        yield Problem.CAP_TWICE, "caps", {}
    else:
        yield from _idle(rule)
    if rule.pair_cap and action is not None and not action.has_other:
        yield Problem.NO_PAIR, "pair_points", {}
    if action is not None and action.is_one_sided and not rule.caps and not rule.pair_cap:
        unlimited = not rule.cooldown_minutes and not rule.steps
        if action.has_other:
            yield Problem.PAYS_ITSELF, "caps", {}
        elif unlimited:
            yield Problem.NO_LIMIT, "caps", {}


def _cap(cap: Cap, field: str, amount: int) -> Iterator[Found]:
    if cap.points is None and cap.times is None:
        yield Problem.EMPTY_CAP, field, {}
    if (cap.points is not None and cap.points < 0) or (cap.times is not None and cap.times < 0):
        yield Problem.NEGATIVE, field, {}
    elif cap.times == 0:
        yield Problem.EMPTY_CAP, field, {}
    elif cap.points is not None and cap.points < amount:
        yield Problem.CAP_BELOW_AMOUNT, field, {"cap": cap.points, "points": amount}


def _idle(rule: Rule) -> Iterator[Found]:
    """Yield limits that a limit over a longer time makes idle: 50 a day, but 30 a week."""
    for what in ("points", "times"):
        caps = {cap.window: getattr(cap, what) for cap in rule.caps if getattr(cap, what)}
        ordered = [window for window in WIDER if window in caps]
        for shorter, longer in pairwise(ordered):
            if caps[shorter] > caps[longer]:
                yield Problem.CAP_IDLE, "caps", {"shorter": shorter, "longer": longer}


def _ladder(rule: Rule, action: Action | None) -> Iterator[Found]:
    numbers = {
        each.key for each in (action.attributes if action else ())
        if each.kind is AttributeKind.NUMBER
    }  # fmt: skip
    if not rule.steps or not rule.step_on:
        yield Problem.EMPTY_LADDER, "steps" if rule.step_on else "step_on", {}
        return
    if rule.step_on not in numbers:
        yield Problem.UNKNOWN_ATTRIBUTE, "step_on", {"attribute": rule.step_on}
    ordered = [points for _step, points in sorted(rule.steps.items())]
    if min(rule.steps) <= 0 or min(ordered) < 0:
        yield Problem.NEGATIVE, "steps", {}
    elif any(later <= earlier for earlier, later in pairwise(ordered)):
        yield Problem.STEPS_NOT_RISING, "steps", {}


def _carried(rule: Rule, action: Action | None) -> Iterator[Found]:
    """Yield what is wrong with a rule whose amount comes with the act."""
    amounts = {each.key for each in (action.attributes if action else ()) if each.is_amount}
    if rule.amount_on not in amounts:
        yield Problem.UNKNOWN_ATTRIBUTE, "amount_on", {"attribute": rule.amount_on}
    if rule.step_on:
        yield Problem.TWO_AMOUNTS, "amount_on", {}


def _shared(rule: Rule, book: RuleBook) -> Iterator[Found]:
    """Yield what is wrong with a rule that climbs by another one's steps."""
    other = book.rules.get(rule.steps_of)
    if other is None or not other.steps or not rule.step_on:
        yield Problem.EMPTY_LADDER, "step_on", {}


def of_expiry(expiry: Expiry, now: datetime) -> Iterator[Problem]:
    """Yield what is wrong with how long points live."""
    if expiry.kind is Lapse.DATE:
        if expiry.on is None:
            yield Problem.EXPIRY_LENGTH
        elif expiry.on < clock.business_date(now):
            yield Problem.EXPIRY_PAST
    elif expiry.length < (1 if expiry.kind is Lapse.DAYS else 0):
        yield Problem.EXPIRY_LENGTH


def _beaten(rule: Rule, book: RuleBook) -> Iterator[Finding]:
    """Yield a rule that always stands behind another one of its slot."""
    if rule.step_on or rule.amount_on or not rule.is_on:
        return
    for other in book.rules_of(rule.action):
        if (
            other.key == rule.key
            or other.step_on
            or other.amount_on
            or other.pays_once_for != rule.pays_once_for
        ):
            continue
        better = (-other.points, other.key) < (-rule.points, rule.key)
        if better and set(other.conditions) <= set(rule.conditions):
            values = {"other": other.key}
            yield Finding(Problem.NEVER_WINS, Part.RULE, rule.key, "slot", values)
            return


def cycles(book: RuleBook, actions: Mapping[str, Action]) -> Iterator[Finding]:
    """Yield rules whose pay leads, by what their act gives rise to, back to themselves."""
    paying: dict[str, str] = {}
    for rule in sorted(book.rules.values(), key=lambda each: each.key):
        if rule.is_on:
            paying.setdefault(rule.action, rule.key)
    for start, key in paying.items():
        if path := _way_back(start, paying, actions):
            values = {"path": path}
            yield Finding(Problem.CYCLE, Part.RULE, key, "action", values)


def _way_back(
    start: str, paying: Mapping[str, str], actions: Mapping[str, Action]
) -> tuple[str, ...]:
    """Return the acts on the way from an act back to itself, or nothing."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen = set[str]()
    while ways:
        way = ways.pop()
        action = actions.get(way[-1])
        for following in action.gives if action else ():
            if following == start:
                return (*way, start)
            if following in paying and following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()
