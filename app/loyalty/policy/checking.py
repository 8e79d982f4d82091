"""What is wrong with rules before they hold. Pure: what only a database knows is passed in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from app.kernel import clock
from app.loyalty.policy import checking_conditions, checking_rules
from app.loyalty.policy.book import ORDER
from app.loyalty.policy.checking_conditions import Vocabulary
from app.loyalty.types import BOTH, Campaign, RuleBook
from app.loyalty.types.actions import Action
from app.loyalty.types.drafts import Finding, Part, Problem

__all__ = ["Vocabulary", "World", "check"]

PLAIN = 1000


@dataclass(frozen=True, slots=True)
class World:
    """What a check must know besides the book.

    Attributes:
        now: the moment; windows that are over are refused in what is new.
        vocabulary: what conditions may ask.
        before: the version that holds; what is as it was is not refused for being over.
        spent: points out of campaigns' budgets so far.
        audiences: how many members a rule's or campaign's conditions fit, by (part, key); left out
            where they ask nothing of members.
    """

    now: datetime
    vocabulary: Vocabulary
    before: RuleBook
    spent: Mapping[str, int] = field(default_factory=dict)
    audiences: Mapping[tuple[Part, str], int] = field(default_factory=dict)

    @property
    def actions(self) -> Mapping[str, Action]:
        """Return what can be rewarded."""
        return self.vocabulary.actions


def check(book: RuleBook, world: World) -> list[Finding]:
    """Return everything that is wrong or doubtful, errors first."""
    found: list[Finding] = []
    for rule in book.rules.values():
        if rule.is_on:
            found += checking_rules.of_rule(rule, book, world.vocabulary, world.now)
    found += checking_rules.cycles(book, world.actions)
    for campaign in book.campaigns.values():
        if campaign.is_on:
            found += _of_campaign(campaign, world)
            found += _lifts_nothing(campaign, book)
    found += _overlaps(list(book.campaigns.values()), world.now)
    found += _orders(book, world.now)
    found += _audiences(book, world)
    return sorted(found, key=lambda each: not each.is_error)


def _of_campaign(campaign: Campaign, world: World) -> Iterator[Finding]:
    def problem(what: Problem, field_: str, **values: object) -> Finding:
        return Finding(what, Part.CAMPAIGN, campaign.key, field_, values)

    if not all(campaign.names.get(code, "").strip() for code in BOTH):
        yield problem(Problem.NO_NAME, "name_zh")
    if not campaign.actions:
        yield problem(Problem.NO_ACTIONS, "actions")
    for action in campaign.actions:
        if action not in world.actions:
            yield problem(Problem.UNKNOWN_ACTION, "actions", action=action)
    yield from _amounts(campaign, world)
    if campaign.ends_at <= campaign.starts_at:
        yield problem(Problem.WINDOW_REVERSED, "ends_at")
    elif campaign.ends_at <= world.now and world.before.campaigns.get(campaign.key) != campaign:
        yield problem(Problem.WINDOW_PAST, "ends_at", day=clock.business_date(campaign.ends_at))
    yield from checking_conditions.of_campaign(campaign, world.vocabulary)


def _lifts_nothing(campaign: Campaign, book: RuleBook) -> Iterator[Finding]:
    """Yield acts whose rules all say that no campaign adds to them."""
    for action in campaign.actions:
        rules = book.rules_of(action)
        if rules and action != ORDER and not any(rule.is_lifted for rule in rules):
            values: dict[str, object] = {"action": action}
            yield Finding(Problem.NOT_LIFTED, Part.CAMPAIGN, campaign.key, "actions", values)


def _amounts(campaign: Campaign, world: World) -> Iterator[Finding]:
    def problem(what: Problem, field_: str, **values: object) -> Finding:
        return Finding(what, Part.CAMPAIGN, campaign.key, field_, values)

    if campaign.bonus_points < 0:
        yield problem(Problem.NEGATIVE, "bonus_points")
    if campaign.multiplier_permille < PLAIN:
        yield problem(Problem.MULTIPLIER_LOW, "multiplier")
    elif campaign.multiplier_permille == PLAIN and campaign.bonus_points == 0:
        yield problem(Problem.NOTHING_ADDED, "multiplier")
    if campaign.budget_points <= 0:
        yield problem(Problem.NO_BUDGET, "budget_points")
    elif (spent := world.spent.get(campaign.key, 0)) > campaign.budget_points:
        yield problem(Problem.BUDGET_BELOW_SPENT, "budget_points", spent=spent)


def _overlaps(campaigns: Sequence[Campaign], now: datetime) -> Iterator[Finding]:
    """Yield campaigns that lift the same act at the same time: the better one counts."""
    alive = [each for each in campaigns if each.is_on and each.ends_at > now]
    for one, other in combinations(sorted(alive, key=lambda each: each.key), 2):
        shared = sorted(set(one.actions) & set(other.actions))
        if shared and one.starts_at < other.ends_at and other.starts_at < one.ends_at:
            values = {"other": other.key, "action": shared[0]}
            yield Finding(Problem.OVERLAP, Part.CAMPAIGN, one.key, "starts_at", values)


def _orders(book: RuleBook, now: datetime) -> Iterator[Finding]:
    if book.minor_per_point <= 0:
        yield Finding(Problem.NO_RATE, Part.ORDERS, "", "minor_per_point")
    for problem in checking_rules.of_expiry(book.order_expiry, now):
        yield Finding(problem, Part.ORDERS, "", "expiry_length")


def _audiences(book: RuleBook, world: World) -> Iterator[Finding]:
    on = {(Part.RULE, rule.key) for rule in book.rules.values() if rule.is_on}
    on |= {(Part.CAMPAIGN, each.key) for each in book.campaigns.values() if each.is_on}
    for (part, key), members in world.audiences.items():
        if members == 0 and (part, key) in on:
            yield Finding(Problem.MATCHES_NOBODY, part, key, "conditions", {"members": members})
