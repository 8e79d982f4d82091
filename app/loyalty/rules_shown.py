"""Rules and campaigns as pages print them: plain values for macros."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.kernel import charts, clock
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import number
from app.loyalty import rules_words, words
from app.loyalty.queries import budgets
from app.loyalty.types import Campaign, Rule, RuleBook, actions
from app.loyalty.types.budgets import Standing
from app.loyalty.types.drafts import Finding, Part

STATES: Mapping[str, tuple[object, str]] = {
    "running": (_l("running"), "ok"),
    "planned": (_l("planned"), "info"),
    "over": (_l("over"), ""),
    "off": (_l("off"), ""),
}
"""How a campaign stands, and the badge for it."""

STATE_ORDER = ("running", "planned", "off", "over")


@dataclass(frozen=True, slots=True)
class RuleShown:
    """A rule on a page."""

    key: str
    name: object
    icon: str
    points: str
    sentences: tuple[str, ...]
    is_on: bool
    findings: tuple[tuple[str, bool], ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rules of one act; ``action`` is its key."""

    action: str
    name: object
    icon: str
    rules: tuple[RuleShown, ...]


@dataclass(frozen=True, slots=True)
class CampaignShown:
    """A campaign on a page; ``percent`` of its budget is spent."""

    key: str
    name: object
    lift: str
    state: str
    state_name: object
    state_kind: str
    sentences: tuple[str, ...]
    spent: int
    budget: int
    percent: float
    times: int
    findings: tuple[tuple[str, bool], ...] = ()
    mark: str = ""

    @property
    def left(self) -> int:
        """Return what it can still add."""
        return max(0, self.budget - self.spent)


def groups(
    book: RuleBook,
    *,
    for_staff: bool = True,
    findings: Sequence[Finding] = (),
    marks: Mapping[tuple[Part, str], str] | None = None,
) -> list[Group]:
    """Return a book's rules by act; members are shown those that are on.

    First what has a figure of its own, then what pays as much as something else promises.
    """
    by_action: dict[str, list[Rule]] = {}
    for _key, rule in sorted(book.rules.items(), key=lambda each: (_is_promised(each[1]), each[0])):
        if rule.is_on or for_staff:
            by_action.setdefault(rule.action, []).append(rule)
    return [
        Group(
            action,
            rules_words.action_name(action),
            rules_words.action_icon(action),
            tuple(_rule(rule, book, findings, marks or {}, for_staff=for_staff) for rule in rules),
        )
        for action, rules in by_action.items()
    ]


def _is_promised(rule: Rule) -> bool:
    return bool(rule.amount_on or rule.steps_of)


def _rule(
    rule: Rule,
    book: RuleBook,
    findings: Sequence[Finding],
    marks: Mapping[tuple[Part, str], str],
    *,
    for_staff: bool,
) -> RuleShown:
    told = rules_words.staff_sentences(rule, book) if for_staff else words.sentences(rule)
    return RuleShown(
        rule.key,
        words.rule_name(rule),
        rules_words.action_icon(rule.action),
        _gives(rule, book),
        tuple(told),
        rule.is_on,
        tuple(told_findings(findings, book, Part.RULE, rule.key)),
        marks.get((Part.RULE, rule.key), ""),
    )


def _gives(rule: Rule, book: RuleBook) -> str:
    """Return what a rule gives at most; nothing where each act says that itself."""
    if rule.amount_on:
        return _("varies")
    ladder = book.rules.get(rule.steps_of, rule)
    if ladder.steps:
        return _("up to +%(points)s", points=number(max(ladder.steps.values())))
    return f"+{number(rule.points)}"


def told_findings(
    findings: Iterable[Finding], book: RuleBook, part: Part, key: str
) -> list[tuple[str, bool]]:
    """Return the sentences about one part, each with whether it is an error."""
    return [
        (rules_words.finding_words(each, book), each.is_error)
        for each in findings
        if (each.part, each.key) == (part, key)
    ]


def campaigns(
    book: RuleBook,
    spent: Mapping[str, Standing],
    *,
    for_staff: bool = True,
    findings: Sequence[Finding] = (),
    marks: Mapping[tuple[Part, str], str] | None = None,
) -> list[CampaignShown]:
    """Return a book's campaigns: those that run, then planned ones, then what was."""
    shown = [
        campaign_shown(each, spent.get(key), book, findings, (marks or {}), for_staff=for_staff)
        for key, each in book.campaigns.items()
    ]
    return sorted(shown, key=lambda each: (STATE_ORDER.index(each.state), each.key))


def campaign_shown(
    campaign: Campaign,
    spent: Standing | None,
    book: RuleBook,
    findings: Sequence[Finding] = (),
    marks: Mapping[tuple[Part, str], str] | None = None,
    *,
    for_staff: bool = True,
) -> CampaignShown:
    """Return a campaign as a page prints it."""
    state = rules_words.state_of(campaign)
    name, kind = STATES[state]
    used = spent or Standing(0, 0, 0)
    return CampaignShown(
        campaign.key,
        words.named(campaign.names, campaign.key),
        rules_words.lift_words(campaign),
        state,
        name,
        kind,
        tuple(rules_words.campaign_sentences(campaign, for_staff=for_staff)),
        used.spent,
        campaign.budget_points,
        charts.share(used.spent, campaign.budget_points),
        used.times,
        tuple(told_findings(findings, book, Part.CAMPAIGN, campaign.key)),
        (marks or {}).get((Part.CAMPAIGN, campaign.key), ""),
    )


def burn_down(campaign: Campaign) -> charts.LineChart:
    """Return the chart of what a campaign has left, day by day, against an even pace."""
    spent = budgets.spent_by_day(campaign)
    left, lefts = campaign.budget_points, [campaign.budget_points]  # whole on the eve
    for _day, points in spent:
        left -= points
        lefts.append(max(0, left))
    first, last = clock.business_date(campaign.starts_at), clock.business_date(campaign.ends_at)
    days = max(1, (last - first).days)
    even = [max(0, campaign.budget_points * (days - n) // days) for n in range(len(lefts))]
    shown = [first - clock.ONE_DAY, *(day for day, _points in spent)]
    return charts.line(lefts, [day_name(day) for day in shown], before=even)


def pace(campaign: Campaign, spent: int) -> str:
    """Return one sentence on how long a budget will last."""
    now = clock.now()
    if rules_words.state_of(campaign) != "running" or not spent:
        return ""
    gone = int((now - campaign.starts_at).total_seconds())
    if gone < clock.ONE_DAY.total_seconds():
        return ""  # a day tells little enough
    rest = int((campaign.ends_at - now).total_seconds())
    left = campaign.budget_points - spent
    if left <= 0:
        return _("The budget is spent. Acts go on earning what their rules give.")
    if spent * rest > left * gone:
        ends_on = clock.business_date(now + (now - campaign.starts_at) * left / spent)
        return _("At this pace the budget lasts until %(day)s, not to the end.",
                 day=day_name(ends_on))  # fmt: skip
    return _("At this pace %(points)s points are left at the end.",
             points=number(left - spent * rest // gone))  # fmt: skip


def known_actions() -> list[tuple[str, object, str]]:
    """Return every act that a rule can pay for: key, name, icon."""
    return [(each.key, each.label, each.icon) for each in actions.known()]


def outlook_rows(costs: Mapping[str, Any], book: RuleBook) -> list[dict[str, Any]]:
    """Return costs by rule or campaign, the dearest first."""
    rows = [
        {
            "key": key,
            "name": rules_words.label_of(key, book) if key else _("No rule"),
            "cost": cost,
        }
        for key, cost in costs.items()
        if cost.points or cost.given
    ]
    return sorted(rows, key=lambda row: (-row["cost"].points, -row["cost"].given, row["key"]))


def not_noted(times: Mapping[str, int], book: RuleBook) -> list[str]:
    """Return rules and campaigns with the number of acts of which too little is known."""
    return [
        _("%(name)s (%(acts)s acts)", name=rules_words.label_of(key, book), acts=number(count))
        if count
        else str(rules_words.label_of(key, book))
        for key, count in times.items()
    ]
