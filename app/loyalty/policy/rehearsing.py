"""A dry run: acts that were, decided again with :func:`deciding.decide` and counters of its own.

Pure: it is fed with acts day by day, in the order in which they were decided, and can be written
down and taken up again between any two of them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from app.kernel import clock
from app.loyalty.policy.book import ORDER
from app.loyalty.policy.deciding import (
    FIRST_TIME,
    HOUSE,
    PLAIN,
    Facts,
    Key,
    Used,
    budget_key,
    decide,
    unmet,
)
from app.loyalty.types import EVER, Act, Campaign, Condition, Outcome, Rule, RuleBook
from app.loyalty.types.rehearsals import Cost, OrderSeen, Outlook, Shift

TOP = 10
LIMITED = {Outcome.CAPPED, Outcome.PAIR_CAPPED, Outcome.COOLING}
UNKNOWN, AS_TODAY = "unknown|", "today|"
Asked = Mapping[str, Sequence[tuple[Rule | Campaign, frozenset[str]]]]
"""By action: a rule or campaign, and the names of what it asks."""

KEPT_DAYS = timedelta(days=32)  # windows end within a month


@dataclass(slots=True)
class Run:
    """What a dry run has counted so far.

    Attributes:
        used: its counters: members' limits, and what campaigns have spent.
        by_rule: points, points really given, acts.
        by_member: points, points really given.
    """

    used: dict[Key, Used] = field(default_factory=dict)
    by_rule: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    by_campaign: dict[str, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0, 0])
    )
    by_member: dict[int, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Given:
    """What an act really got by one rule; of ``points``, ``bonus_points`` by a campaign."""

    rule: str
    points: int
    bonus_points: int
    campaign: str


def left_of(book: RuleBook, spent_before: Mapping[str, int]) -> dict[Key, int]:
    """Return what campaigns could give when the time began."""
    return {
        budget_key(key): max(0, each.budget_points - spent_before.get(key, 0))
        for key, each in book.campaigns.items()
    }


def moved(book: RuleBook, since: date, until: date) -> RuleBook:
    """Return a book whose campaigns begin with a period, where none of their time falls into it."""
    starts, ends = clock.day_start(since), clock.day_end(until)

    def into(campaign: Campaign) -> Campaign:
        if campaign.starts_at < ends and campaign.ends_at > starts:
            return campaign
        length = campaign.ends_at - campaign.starts_at
        return replace(campaign, starts_at=starts, ends_at=starts + length)

    campaigns = {key: into(each) for key, each in book.campaigns.items()}
    return replace(book, campaigns=MappingProxyType(campaigns))


def replay(
    run: Run,
    book: RuleBook,
    act: Act,
    facts: Facts,
    left: Mapping[Key, int],
    given: Sequence[Given],
) -> None:
    """Decide an act again, and count it."""
    member = run.by_member[act.member_id]
    decisions = decide(book, act, facts, run.used, left)
    for decision in decisions:
        name = decision.rule.key if decision.rule else ""
        counted = run.by_rule[name]
        counted[0] += decision.points
        counted[2] += 1
        member[0] += decision.total
        if decision.extra:
            lifted = run.by_campaign[decision.campaign]
            lifted[0] += decision.extra
            lifted[2] += 1
    run.counts["capped"] += any(decision.outcome in LIMITED for decision in decisions)
    run.counts["acts"] += 1
    for each in given:
        run.by_rule[each.rule][1] += each.points - each.bonus_points
        if each.campaign:
            run.by_campaign[each.campaign][1] += each.bonus_points
        member[1] += each.points


def replay_order(
    run: Run, book: RuleBook, order: OrderSeen, act: Act, facts: Facts, left: Mapping[Key, int]
) -> None:
    """Rate an order again, and count it; the same as :mod:`service.ordering` does."""
    plain = book.order_points(order.earning_minor, order.earning_permille)
    best: tuple[int, str] = (0, "")
    for campaign in book.campaigns.values():
        if not campaign.runs(ORDER, act.at) or unmet(campaign.conditions, act, facts):
            continue
        lifted = order.earning_permille * campaign.multiplier_permille // PLAIN
        extra = book.order_points(order.earning_minor, lifted) - plain
        if extra > best[0]:
            best = extra, campaign.key
    extra, key = best
    if key:
        counter = budget_key(key)
        known = run.used.get(counter, Used())
        if extra > left.get(counter, 0) - known.points:
            extra = 0
        else:
            run.used[counter] = known.more(extra, act.at)
            run.by_campaign[key][0] += extra
            run.by_campaign[key][2] += 1
    counted, member = run.by_rule[ORDER], run.by_member[order.member_id]
    counted[0] += plain
    counted[1] += order.given_points
    counted[2] += 1
    member[0] += plain + extra
    member[1] += order.given_points + order.lifted_points
    if order.campaign:
        run.by_campaign[order.campaign][1] += order.lifted_points
    run.counts["orders"] += 1


def asked_by(book: RuleBook) -> Asked:
    """Return what a book's rules and campaigns ask, by action."""
    asked: dict[str, list[tuple[Rule | Campaign, frozenset[str]]]] = defaultdict(list)
    for rule in book.rules.values():
        if rule.is_on:
            asked[rule.action].append((rule, _names(rule.conditions)))
    for campaign in book.campaigns.values():
        if campaign.is_on:
            for action in campaign.actions:
                asked[action].append((campaign, _names(campaign.conditions)))
    return {action: [each for each in some if each[1]] for action, some in asked.items()}


def _names(conditions: Sequence[Condition]) -> frozenset[str]:
    return frozenset(each.attribute for each in conditions) - {FIRST_TIME}


def note_unknown(
    run: Run, asked: Asked, act: Act, known: Collection[str], of_members: Collection[str]
) -> None:
    """Count who asks about an act what nobody noted then.

    Args:
        run: counts it.
        asked: see :func:`asked_by`.
        act: an act that was.
        known: names of what was noted of its member.
        of_members: names of all that may be asked about members: that can be asked today.
    """
    for part, names in asked.get(act.action, ()):
        if isinstance(part, Campaign) and not part.runs(act.action, act.at):
            continue
        missing = names - set(act.about) - set(known)
        if missing - set(of_members):
            run.counts[f"{UNKNOWN}{part.key}"] += 1
        elif missing:
            run.counts[f"{AS_TODAY}{part.key}"] += 1


def _counted(run: Run, kind: str) -> dict[str, int]:
    return {
        name.removeprefix(kind): times
        for name, times in sorted(run.counts.items())
        if name.startswith(kind)
    }


def outlook(run: Run) -> Outlook:
    """Return what a dry run has found."""
    by_rule = {key: Cost(*values) for key, values in sorted(run.by_rule.items())}
    by_campaign = {key: Cost(*values) for key, values in sorted(run.by_campaign.items())}
    members = [Shift(member_id, *values) for member_id, values in sorted(run.by_member.items())]
    up = sorted((each for each in members if each.difference > 0), key=lambda s: -s.difference)
    down = sorted((each for each in members if each.difference < 0), key=lambda s: s.difference)
    everything = [*by_rule.values(), *by_campaign.values()]
    return Outlook(
        total=Cost(
            sum(cost.points for cost in everything),
            sum(cost.given for cost in everything),
            run.counts["acts"] + run.counts["orders"],
        ),
        by_rule=by_rule,
        by_campaign=by_campaign,
        acts=run.counts["acts"],
        orders=run.counts["orders"],
        capped=run.counts["capped"],
        gainers=len(up),
        losers=len(down),
        top_gainers=tuple(up[:TOP]),
        top_losers=tuple(down[:TOP]),
        unknown=_counted(run, UNKNOWN),
        as_today=_counted(run, AS_TODAY),
    )


# --- written down between two acts ---------------------------------------------------------------


def written_run(run: Run, day: date) -> dict[str, Any]:
    """Return a dry run as plain data; counters of windows that ended before ``day`` are dropped."""
    oldest = day - KEPT_DAYS
    return {
        "used": [
            [key.member_id, key.name, key.window_on.isoformat(), now.points, now.times,
             now.last_at.isoformat() if now.last_at else None]
            for key, now in run.used.items()
            if key.member_id == HOUSE or key.window_on == EVER or _is_open(key, day, oldest)
        ],
        "by_rule": dict(run.by_rule),
        "by_campaign": dict(run.by_campaign),
        "by_member": {str(key): values for key, values in run.by_member.items()},
        "counts": dict(run.counts),
    }  # fmt: skip


def _is_open(key: Key, day: date, oldest: date) -> bool:
    if "|day" in key.name:
        return key.window_on >= day
    return key.window_on >= oldest


def read_run(body: Mapping[str, Any]) -> Run:
    """Return the dry run that :func:`written_run` wrote."""
    run = Run()
    for member_id, name, window_on, points, times, last_at in body["used"]:
        last = datetime.fromisoformat(last_at) if last_at else None
        run.used[Key(member_id, name, date.fromisoformat(window_on))] = Used(points, times, last)
    run.by_rule.update(body["by_rule"])
    run.by_campaign.update(body["by_campaign"])
    run.by_member.update({int(key): values for key, values in body["by_member"].items()})
    run.counts.update(body["counts"])
    return run


def written_outlook(found: Outlook) -> dict[str, Any]:
    """Return a result as plain data."""
    return {
        "total": _cost(found.total),
        "by_rule": {key: _cost(cost) for key, cost in found.by_rule.items()},
        "by_campaign": {key: _cost(cost) for key, cost in found.by_campaign.items()},
        "acts": found.acts,
        "orders": found.orders,
        "capped": found.capped,
        "gainers": found.gainers,
        "losers": found.losers,
        "top_gainers": [[s.member_id, s.points, s.given] for s in found.top_gainers],
        "top_losers": [[s.member_id, s.points, s.given] for s in found.top_losers],
        "unknown": dict(found.unknown),
        "as_today": dict(found.as_today),
    }


def _cost(cost: Cost) -> list[int]:
    return [cost.points, cost.given, cost.acts]


def read_outlook(body: Mapping[str, Any]) -> Outlook:
    """Return the result that :func:`written_outlook` wrote."""
    return Outlook(
        total=Cost(*body["total"]),
        by_rule={key: Cost(*values) for key, values in body["by_rule"].items()},
        by_campaign={key: Cost(*values) for key, values in body["by_campaign"].items()},
        acts=body["acts"],
        orders=body["orders"],
        capped=body["capped"],
        gainers=body["gainers"],
        losers=body["losers"],
        top_gainers=tuple(Shift(*values) for values in body["top_gainers"]),
        top_losers=tuple(Shift(*values) for values in body["top_losers"]),
        unknown=_times(body["unknown"]),
        as_today=_times(body.get("as_today", {})),
    )


def _times(body: Mapping[str, int] | Sequence[str]) -> Mapping[str, int]:
    """Return counts; a list of names is what older versions wrote."""
    return body if isinstance(body, Mapping) else dict.fromkeys(body, 0)
