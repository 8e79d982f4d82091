"""What rules, campaigns and shelves really give to tiers and VIP types. Pure.

Promises are what staff say of tiers and types; these are what conditions and audiences make of it.
Groups stand from the least close to the closest, and nothing may get worse on the way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.loyalty.types import Campaign, Compare, Condition, Rule, RuleBook
from app.loyalty.types.closeness import Violation

TIER, VIP = "tier", "vip_type"
NOBODYS = ""
"""Who stands in no VIP type."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What each group gets of one thing.

    Attributes:
        standard: what is compared.
        thing: the keys of rules or campaigns, or an item in words.
        gets: group -> figure, from the least close to the closest; None: nothing to compare.
        sign: −1 where less is better.
    """

    standard: str
    thing: object
    gets: tuple[tuple[str, int | None], ...]
    sign: int = 1


def worse(offers: Sequence[Offer]) -> list[Violation]:
    """Return where a closer group gets something worse than the best of those before it."""
    found = []
    for offer in offers:
        best: tuple[str, int] | None = None
        for group, figure in offer.gets:
            if figure is None:
                continue
            if best is not None and offer.sign * figure < offer.sign * best[1]:
                found.append(
                    Violation(offer.standard, group, best[0], figure, best[1], thing=offer.thing)
                )
            else:
                best = group, figure
    return found


Part = TypeVar("Part", Rule, Campaign)


def of_book(book: RuleBook, attribute: str, groups: Sequence[str]) -> Iterator[Offer]:
    """Yield what rules and campaigns give to groups, where any of them asks for the group.

    Rules are compared with those of the same act that ask the same otherwise: what stands in one
    slot pays once, slots add up. Ladders and amounts that come with an act are left out.
    """
    rules = [
        rule
        for rule in book.rules.values()
        if rule.is_on and not (rule.steps or rule.steps_of or rule.amount_on)
    ]
    for alike in _alike(rules, attribute, lambda rule: rule.action):
        yield from _of_rules(alike, attribute, groups)
    campaigns = [each for each in book.campaigns.values() if each.is_on]
    for some in _alike(campaigns, attribute, lambda each: each.actions):
        yield from _of_campaigns(some, attribute, groups)


def _alike(
    parts: Sequence[Part], attribute: str, acts: Callable[[Part], object]
) -> Iterator[list[Part]]:
    """Yield what is for the same acts and asks the same otherwise, where any asks for a group."""
    found: dict[tuple[object, ...], list[Part]] = defaultdict(list)
    for part in parts:
        found[acts(part), _others(part.conditions, attribute)].append(part)
    for alike in found.values():
        if any(each.attribute == attribute for part in alike for each in part.conditions):
            yield alike


def _of_rules(rules: Sequence[Rule], attribute: str, groups: Sequence[str]) -> Iterator[Offer]:
    thing = tuple(sorted(rule.key for rule in rules))
    paying = {group: _paying(rules, attribute, group) for group in groups}
    points = tuple((group, sum(rule.points for rule in paying[group])) for group in groups)
    yield Offer("rule_points", thing, points)
    waiting = tuple(
        (group, max((rule.settle_hours for rule in paying[group]), default=None))
        for group in groups
    )
    yield Offer("rule_waiting", thing, waiting, -1)


def _paying(rules: Sequence[Rule], attribute: str, group: str) -> list[Rule]:
    best: dict[str, Rule] = {}
    for rule in rules:
        if _admits(rule.conditions, attribute, group) and rule.points:
            slot = rule.pays_once_for
            if slot not in best or rule.points > best[slot].points:
                best[slot] = rule
    return list(best.values())


def _of_campaigns(
    campaigns: Sequence[Campaign], attribute: str, groups: Sequence[str]
) -> Iterator[Offer]:
    thing = tuple(sorted(each.key for each in campaigns))
    open_to = {
        group: [each for each in campaigns if _admits(each.conditions, attribute, group)]
        for group in groups
    }
    lifted = tuple(
        (group, max((each.multiplier_permille for each in open_to[group]), default=1000))
        for group in groups
    )
    yield Offer("campaign_multiplier", thing, lifted)
    bonus = tuple(
        (group, max((each.bonus_points for each in open_to[group]), default=0)) for group in groups
    )
    yield Offer("campaign_bonus", thing, bonus)


def _others(conditions: Sequence[Condition], attribute: str) -> frozenset[str]:
    return frozenset(repr(each) for each in conditions if each.attribute != attribute)


def _admits(conditions: Sequence[Condition], attribute: str, group: str) -> bool:
    for each in conditions:
        if each.attribute != attribute:
            continue
        wanted = each.value if isinstance(each.value, tuple | list) else (each.value,)
        is_among = group in wanted
        if is_among == (each.test is Compare.NONE_OF):
            return False
    return True
