"""What is wrong with conditions. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.loyalty.types import Campaign, Compare, Condition, Rule
from app.loyalty.types.actions import Action, Attribute, AttributeKind
from app.loyalty.types.drafts import Finding, Part, Problem

TESTS: Mapping[AttributeKind, tuple[Compare, ...]] = {
    AttributeKind.FLAG: (Compare.IS,),
    AttributeKind.NUMBER: (Compare.AT_LEAST, Compare.AT_MOST, Compare.IS),
    AttributeKind.CHOICE: (Compare.ANY_OF, Compare.NONE_OF, Compare.IS),
}
"""How each kind of attribute can be compared, the usual way first."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What conditions may ask, and what there is to choose from now.

    Attributes:
        actions: by key.
        of_members: what is known of who acts.
        options: values by attribute; an attribute that is not in it takes any word.
    """

    actions: Mapping[str, Action]
    of_members: Sequence[Attribute]
    options: Mapping[str, Collection[int | str]] = field(default_factory=dict)

    def attributes(self, action: str) -> dict[str, Attribute]:
        """Return what may be asked about an action, its own attributes first."""
        known = self.actions.get(action)
        own = known.attributes if known else ()
        return {each.key: each for each in (*self.of_members, *own)}


def of_rule(rule: Rule, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what is wrong with a rule's conditions."""
    known = vocabulary.attributes(rule.action)
    for problem, values in _of(rule.conditions, known, vocabulary):
        yield Finding(problem, Part.RULE, rule.key, "conditions", values)


def of_campaign(campaign: Campaign, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Yield what is wrong with a campaign's conditions.

    What only some of its actions can answer is never true of the others.
    """
    known: dict[str, Attribute] = {}
    for action in campaign.actions:
        known |= vocabulary.attributes(action)
    for problem, values in _of(campaign.conditions, known, vocabulary):
        yield Finding(problem, Part.CAMPAIGN, campaign.key, "conditions", values)
    for condition in campaign.conditions:
        silent = [
            action
            for action in campaign.actions
            if condition.attribute not in vocabulary.attributes(action)
        ]
        if condition.attribute in known and silent:
            values = {"attribute": condition.attribute, "action": silent[0]}
            yield Finding(Problem.NOT_FOR_ALL, Part.CAMPAIGN, campaign.key, "conditions", values)


Found = tuple[Problem, dict[str, object]]


def _of(
    conditions: Sequence[Condition], known: Mapping[str, Attribute], vocabulary: Vocabulary
) -> Iterator[Found]:
    for condition in conditions:
        attribute = known.get(condition.attribute)
        told: dict[str, object] = {"attribute": condition.attribute}
        if attribute is None:
            yield Problem.UNKNOWN_ATTRIBUTE, told
        elif not _fits(condition, attribute.kind):
            yield Problem.BAD_TEST, told
        elif missing := _unknown_options(condition, vocabulary.options.get(condition.attribute)):
            yield Problem.UNKNOWN_OPTION, {**told, "option": missing[0]}
    yield from _contradictions(conditions)


def _fits(condition: Condition, kind: AttributeKind) -> bool:
    value = condition.value
    if condition.test not in TESTS[kind]:
        return False
    if kind is AttributeKind.FLAG:
        return isinstance(value, bool)
    if kind is AttributeKind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and value >= 0
    if condition.test is Compare.IS:
        return isinstance(value, int | str) and not isinstance(value, bool)
    return isinstance(value, tuple) and bool(value)


def _unknown_options(
    condition: Condition, options: Collection[int | str] | None
) -> list[int | str]:
    if options is None or isinstance(condition.value, bool):
        return []
    value = condition.value
    chosen: tuple[int | str, ...] = value if isinstance(value, tuple) else (value,)
    return [each for each in chosen if each not in options]


def _contradictions(conditions: Sequence[Condition]) -> Iterator[Found]:
    """Yield attributes of which two conditions can't be true together."""
    least: dict[str, int] = {}
    most: dict[str, int] = {}
    for condition in conditions:
        value, name = condition.value, condition.attribute
        if not isinstance(value, int):  # yes and no are 1 and 0
            continue
        if condition.test in {Compare.AT_LEAST, Compare.IS}:
            least[name] = max(value, least.get(name, value))
        if condition.test in {Compare.AT_MOST, Compare.IS}:
            most[name] = min(value, most.get(name, value))
    for name in sorted(set(least) & set(most)):
        if least[name] > most[name]:
            yield Problem.NEVER_TRUE, {"attribute": name}
