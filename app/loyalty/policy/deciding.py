"""What an act gets: pure, so that a dry run decides with the same code as the real thing."""

from collections.abc import Collection, Iterator, Mapping, MutableMapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.kernel import clock
from app.kernel.types import record
from app.ledger.types import Part, first_day, full_hour
from app.loyalty.types import (
    EVER,
    Act,
    Campaign,
    Cap,
    Compare,
    Condition,
    Outcome,
    Rule,
    RuleBook,
    Value,
    Window,
)

HOUSE = 0
"""The member of counters that all members share: campaigns' budgets."""

FIRST_TIME, FROZEN, MULTIPLIER = "first_time", "is_frozen", "tier_permille"
PLAIN = 1000


@record(frozen=True, slots=True)
class Key:
    """Which counter.

    Attributes:
        name: rule and window, or the campaign: ``thread.published|day``.
        window_on: first business day of the window.
    """

    member_id: int
    name: str
    window_on: date


@record(frozen=True, slots=True)
class Used:
    """How much of something is used: whole points, times, and when last."""

    points: int = 0
    times: int = 0
    last_at: datetime | None = None

    def more(self, points: int, at: datetime) -> "Used":
        """Return it after one more time."""
        last = at if self.last_at is None else max(self.last_at, at)
        return Used(self.points + points, self.times + 1, last)


Facts = Mapping[str, Value | None]
"""What is known of who acts: tier, roles, ``first_time``, ``multiplier_permille`` …"""


@record(frozen=True, slots=True)
class Decision:
    """What one act gets by one rule.

    Attributes:
        rule: None where nothing pays for such an act.
        points: by the rule, under its limits, with the tier's multiplier; without the campaign's.
        extra: what a campaign adds.
        campaign: which one; with nothing added, one whose budget is used up.
        detail: what stood in the way: the attribute of a condition, or a window.
        counted: counters that it goes into, with their points.
    """

    act: Act
    rule: Rule | None
    points: int = 0
    growth: int = 0
    extra: int = 0
    campaign: str = ""
    outcome: Outcome = Outcome.GIVEN
    detail: str = ""
    multiplier_permille: int = PLAIN
    counted: tuple[tuple[Key, int], ...] = ()

    @property
    def total(self) -> int:
        """Return the points in all."""
        return self.points + self.extra

    @property
    def slot(self) -> str:
        """Return what the source is rewarded for once."""
        return self.rule.pays_once_for if self.rule else self.act.action

    @property
    def reason(self) -> str:
        """Return the reason in the ledger: the rule, for a ladder with its step."""
        if self.rule is None:
            return self.act.action
        steps = _steps(self.rule, self.act) if self.rule.step_on else []
        return f"{self.rule.key}.{steps[0]}" if len(steps) == 1 else self.rule.key

    @property
    def is_posted(self) -> bool:
        """Return whether points move now."""
        return self.outcome is not Outcome.FROZEN and bool(self.total or self.growth)


# --- counters ------------------------------------------------------------------------------------


def counter_name(rule: Rule, cap: Cap) -> str:
    """Return the name of a rule's counter over a window."""
    return f"{rule.key}|{cap.window}"


def pair_name(rule: Rule, window: Window, other_id: int) -> str:
    """Return the name of a rule's counter for what comes from one other member."""
    return f"{rule.key}|pair|{window}|{other_id}"


def budget_key(campaign: str) -> Key:
    """Return the counter of a campaign's budget."""
    return Key(HOUSE, f"campaign|{campaign}", EVER)


def keys_of(book: RuleBook, act: Act) -> Iterator[tuple[Key, Rule | None]]:
    """Yield every counter that may be asked about an act, with its rule."""
    day = clock.business_date(act.at)
    for rule in book.rules_of(act.action):
        for cap in rule.caps:
            name = counter_name(rule, cap)
            yield Key(act.member_id, name, cap.window.starts_on(day)), rule
        if rule.pair_cap and act.other_id is not None:
            window = rule.pair_cap.window
            name = pair_name(rule, window, act.other_id)
            yield Key(act.member_id, name, window.starts_on(day)), rule
        if rule.cooldown_minutes:
            yield _last(act, rule), rule
    for campaign in book.campaigns.values():
        if campaign.runs(act.action, act.at):
            yield budget_key(campaign.key), None


def counters_of(rule: str, member_id: int, day: date, other_id: int | None) -> Iterator[Key]:
    """Yield every counter that an award by a rule on a day may have gone into."""
    for window in Window:
        yield Key(member_id, f"{rule}|{window}", window.starts_on(day))
        if other_id is not None:
            yield Key(member_id, f"{rule}|pair|{window}|{other_id}", window.starts_on(day))
    yield Key(member_id, f"{rule}|last", EVER)


def _last(act: Act, rule: Rule) -> Key:
    return Key(act.member_id, f"{rule.key}|last", EVER)


# --- deciding ------------------------------------------------------------------------------------


def decide(
    book: RuleBook,
    act: Act,
    facts: Facts,
    used: MutableMapping[Key, Used],
    left: Mapping[Key, int],
    paid_slots: Collection[str] = (),
) -> list[Decision]:
    """Return what an act gets, slot by slot; what it uses is added to ``used``.

    Args:
        book: the rules that hold.
        act: what happened.
        facts: of who acts.
        used: what the counters say; changed.
        left: points that campaigns could still give when ``used`` was read.
        paid_slots: what the source was rewarded for before.
    """
    rules = book.rules_of(act.action)
    slots: dict[str, list[Rule]] = {}
    for rule in rules:
        slots.setdefault(rule.pays_once_for, []).append(rule)
    decisions: list[Decision] = []
    for slot, sharing in slots.items():
        if slot not in paid_slots:
            decisions += _decide_slot(book, act, sharing, facts, used, left)
    if not decisions:
        decisions.append(Decision(act, None, outcome=Outcome.NO_RULE))
    return decisions


def _decide_slot(
    book: RuleBook,
    act: Act,
    sharing: list[Rule],
    facts: Facts,
    used: MutableMapping[Key, Used],
    left: Mapping[Key, int],
) -> Iterator[Decision]:
    fitting = []
    unfit: tuple[Rule, str] | None = None
    for rule in sorted(sharing, key=lambda rule: (-worth(rule, act), rule.key)):
        if (rule.step_on or rule.amount_on) and not worth(rule, act):
            continue  # a step that the ladder does not have; an act that is worth nothing
        missing = unmet(rule.conditions, act, facts)
        if missing is None:
            fitting.append(rule)
        elif unfit is None:
            unfit = rule, missing
    if fitting:
        yield _grant(book, act, fitting[0], facts, used, left)
    elif unfit:
        yield Decision(act, unfit[0], outcome=Outcome.UNFIT, detail=unfit[1])


def worth(rule: Rule, act: Act) -> int:
    """Return what a rule gives for an act before limits and multipliers."""
    if rule.amount_on:
        amount = act.about.get(rule.amount_on)
        return amount if isinstance(amount, int) and amount > 0 else 0
    return sum(rule.steps[step] for step in _steps(rule, act)) if rule.step_on else rule.points


def _steps(rule: Rule, act: Act) -> list[int]:
    """Return the steps of a ladder that an act reached; mostly one or none."""
    reached = _many(act.about.get(rule.step_on))
    return [step for step in reached if isinstance(step, int) and step in rule.steps]


def unmet(conditions: tuple[Condition, ...], act: Act, facts: Facts) -> str | None:
    """Return the attribute of the first condition that is not met, or None."""
    for condition in conditions:
        name = condition.attribute
        value = act.about[name] if name in act.about else facts.get(name)
        if not _holds(condition, value):
            return name
    return None


def _holds(condition: Condition, value: Value | None) -> bool:
    wanted = condition.value
    if condition.test is Compare.IS:
        return bool(value) == wanted if isinstance(wanted, bool) else bool(_shared(value, wanted))
    if condition.test in (Compare.AT_LEAST, Compare.AT_MOST):
        if not isinstance(value, int) or not isinstance(wanted, int):
            return False
        return value >= wanted if condition.test is Compare.AT_LEAST else value <= wanted
    return bool(_shared(value, wanted)) is (condition.test is Compare.ANY_OF)


def _shared(value: Value | None, wanted: Value) -> set[int | str]:
    """Return what both name; words are the same however they are written, as in the act log."""
    return set(map(_folded, _many(value))) & set(map(_folded, _many(wanted)))


def _folded(word: int | str) -> int | str:
    return word.casefold() if isinstance(word, str) else word


def _many(value: Value | None) -> tuple[int | str, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def _grant(
    book: RuleBook,
    act: Act,
    rule: Rule,
    facts: Facts,
    used: MutableMapping[Key, Used],
    left: Mapping[Key, int],
) -> Decision:
    plain = worth(rule, act)
    permille = facts.get(MULTIPLIER)
    multiplier = permille if isinstance(permille, int) and permille > PLAIN else PLAIN
    if not rule.is_lifted:
        multiplier = PLAIN
    full = plain * multiplier // PLAIN
    points, outcome, detail = _under_limits(act, rule, full, used)
    growth = plain if rule.step_on or rule.amount_on else rule.growth
    if points < full:
        growth = growth * points // full
    elif outcome is not Outcome.GIVEN:
        growth = 0
    decision = Decision(
        act, rule, points, growth, outcome=outcome, detail=detail, multiplier_permille=multiplier
    )
    if outcome is Outcome.GIVEN or points:
        decision = _counted(decision, used)
        if rule.is_lifted:
            decision = _lifted(book, decision, facts, used, left)
    if facts.get(FROZEN) and (decision.total or decision.growth):
        decision = replace(decision, outcome=Outcome.FROZEN)
    return decision


def _under_limits(
    act: Act, rule: Rule, full: int, used: Mapping[Key, Used]
) -> tuple[int, Outcome, str]:
    """Return how many of ``full`` points the limits leave, what became of the act, and why."""
    day = clock.business_date(act.at)
    last = used.get(_last(act, rule), Used()).last_at
    rests = timedelta(minutes=rule.cooldown_minutes)
    if last is not None and act.at < last + rests:
        return 0, Outcome.COOLING, str(rule.cooldown_minutes)
    points, outcome, detail = full, Outcome.GIVEN, ""
    for cap in rule.caps:
        known = used.get(
            Key(act.member_id, counter_name(rule, cap), cap.window.starts_on(day)), Used()
        )
        if (fits := _fits(cap, known, full)) < points or _is_over(cap, known):
            points, outcome, detail = fits, Outcome.CAPPED, cap.window.value
    if rule.pair_cap and act.other_id is not None:
        cap = rule.pair_cap
        name = pair_name(rule, cap.window, act.other_id)
        known = used.get(Key(act.member_id, name, cap.window.starts_on(day)), Used())
        if (fits := _fits(cap, known, full)) < points or _is_over(cap, known):
            points, outcome, detail = fits, Outcome.PAIR_CAPPED, cap.window.value
    return points, outcome, detail


def _fits(cap: Cap, known: Used, points: int) -> int:
    if _is_over(cap, known):
        return 0
    return points if cap.points is None else max(0, min(points, cap.points - known.points))


def _is_over(cap: Cap, known: Used) -> bool:
    return cap.times is not None and known.times >= cap.times


def _counted(decision: Decision, used: MutableMapping[Key, Used]) -> Decision:
    act, rule = decision.act, decision.rule
    assert rule is not None  # noqa: S101 - only a rule grants
    day = clock.business_date(act.at)
    keys = [
        Key(act.member_id, counter_name(rule, cap), cap.window.starts_on(day)) for cap in rule.caps
    ]
    if rule.pair_cap and act.other_id is not None:
        window = rule.pair_cap.window
        name = pair_name(rule, window, act.other_id)
        keys.append(Key(act.member_id, name, window.starts_on(day)))
    if rule.cooldown_minutes:
        keys.append(_last(act, rule))
    for key in keys:
        used[key] = used.get(key, Used()).more(decision.points, act.at)
    return replace(decision, counted=tuple((key, decision.points) for key in keys))


def _lifted(
    book: RuleBook,
    decision: Decision,
    facts: Facts,
    used: MutableMapping[Key, Used],
    left: Mapping[Key, int],
) -> Decision:
    """Add what the best of the running campaigns gives, as far as its budget reaches.

    Where budgets alone stand in the way, the first of them is named all the same: it tells why.
    """
    act = decision.act
    best: tuple[int, Campaign] | None = None
    empty = ""
    for campaign in sorted(book.campaigns.values(), key=lambda each: each.key):
        if not campaign.runs(act.action, act.at) or unmet(campaign.conditions, act, facts):
            continue
        key = budget_key(campaign.key)
        spent = used.get(key, Used()).points
        adds = campaign.adds_to(decision.points)
        gives = max(0, min(adds, left.get(key, 0) - spent))
        if adds and not gives:
            empty = empty or campaign.key
        if gives and (best is None or gives > best[0]):
            best = gives, campaign
    if best is None:
        return replace(decision, campaign=empty) if empty else decision
    extra, campaign = best
    key = budget_key(campaign.key)
    used[key] = used.get(key, Used()).more(extra, act.at)
    counted = (*decision.counted, (key, extra))
    return replace(decision, extra=extra, campaign=campaign.key, counted=counted)


# --- posting -------------------------------------------------------------------------------------


def parts_of(decision: Decision) -> list[Part]:
    """Return what a decision posts in the ledger: one part, for a ladder one for each step."""
    act, rule = decision.act, decision.rule
    assert rule is not None  # noqa: S101 - only a rule grants
    given_on = clock.business_date(act.at)
    comes = spendable_from(rule, act)
    # Whatever the rule says, there is a whole day to use them.
    expires_on = max(rule.expiry.last_day(given_on), first_day(comes) if comes else given_on)
    shares = [(decision.reason, decision.total, decision.growth)]
    steps = _steps(rule, act) if rule.step_on else []
    if len(steps) > 1 and decision.total == decision.growth == worth(rule, act):
        shares = [(f"{rule.key}.{step}", rule.steps[step], rule.steps[step]) for step in steps]
    return [
        Part(reason, points, growth, fund=rule.fund, matures_at=comes, expires_on=expires_on)
        for reason, points, growth in shares
    ]


def spendable_from(rule: Rule, act: Act) -> datetime | None:
    """Return the moment from which points of a rule can be spent; None: at once.

    A wait of hours ends on the full hour, as the ledger keeps it.
    """
    opens = None if act.not_before is None else clock.day_start(act.not_before)
    if not rule.settle_hours:
        return opens
    ends = full_hour(act.at + timedelta(hours=rule.settle_hours))
    return max(ends, opens or ends)
