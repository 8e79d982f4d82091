"""Rules and campaigns, their differences and what is wrong with them, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.kernel import clock, reasons
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed, moment, ngettext, number
from app.ledger.types import Fund
from app.loyalty import words
from app.loyalty.policy import comparing
from app.loyalty.queries import drafts
from app.loyalty.types import Campaign, Rule, RuleBook, Window, actions
from app.loyalty.types.drafts import Change, Finding, Part, Problem

FUNDS: Mapping[Fund, object] = {
    Fund.ORDER: _l("Orders"),
    Fund.CONTENT: _l("Posts, replies, likes"),
    Fund.CHECKIN: _l("Check-in"),
    Fund.ADJUST: _l("Corrections"),
    Fund.PRIZE: _l("Prizes"),
    Fund.GIFT: _l("Gifts"),
}
"""Purses that a rule may pay from; the ledger keeps others for itself."""

PLAIN = 1000


def action_name(key: str) -> object:
    """Return what an act is called."""
    action = actions.find(key)
    return action.label if action else key


def action_icon(key: str) -> str:
    """Return an act's icon."""
    action = actions.find(key)
    return action.icon if action else "coin"


def name_of(part: Rule | Campaign) -> object:
    """Return what a rule or campaign is called."""
    if isinstance(part, Rule):
        return words.rule_name(part)
    return words.named(part.names, part.key)


def names_in(book: RuleBook) -> dict[str, object]:
    """Return what everything in a book is called, by key."""
    parts: list[Rule | Campaign] = [*book.rules.values(), *book.campaigns.values()]
    return {part.key: name_of(part) for part in parts}


def label_of(key: str, book: RuleBook) -> object:
    """Return what a rule or campaign is called, also one that the book does not have."""
    part = book.rules.get(key) or book.campaigns.get(key)
    return name_of(part) if part else reasons.meaning_of(key).label


# --- sentences -----------------------------------------------------------------------------------


def staff_sentences(rule: Rule, book: RuleBook) -> Iterator[str]:
    """Yield what a rule of a book says, and what only staff want to know: slot and purse."""
    yield from words.sentences(rule)
    if rivals := [
        words.rule_name(other)
        for other in book.rules.values()
        if other.key != rule.key and other.pays_once_for == rule.pays_once_for
    ]:
        yield _("Pays once together with %(rules)s: whichever gives more.", rules=listed(rivals))
    action = actions.find(rule.action)
    if action is None or rule.fund is not action.fund:
        yield _("From the purse: %(fund)s.", fund=FUNDS.get(rule.fund, rule.fund.value))
    if not rule.is_lifted:
        yield _("Neither tiers nor campaigns add to it.")
    if not rule.is_on:
        yield _("Turned off: it pays nothing.")


def lift_words(campaign: Campaign) -> str:
    """Return what a campaign adds: "×2 and 5 points on top"."""
    times = times_words(campaign.multiplier_permille)
    bonus = ngettext("%(num)s point on top", "%(num)s points on top", campaign.bonus_points)
    if campaign.multiplier_permille <= PLAIN:
        return bonus
    if not campaign.bonus_points:
        return times
    return _("%(times)s and %(bonus)s", times=times, bonus=bonus)


def times_words(permille: int) -> str:
    """Return a multiplier: "×1.5"."""
    whole, rest = divmod(permille, PLAIN)
    decimals = f"{rest:03d}".rstrip("0")
    return f"×{whole}.{decimals}" if decimals else f"×{whole}"


def campaign_sentences(campaign: Campaign, *, for_staff: bool = True) -> Iterator[str]:
    """Yield what a campaign says, in plain words."""
    acts = listed(action_name(key) for key in campaign.actions)
    yield _("%(acts)s: %(lift)s.", acts=acts, lift=lift_words(campaign))
    yield _(
        "From %(start)s to %(end)s.", start=moment(campaign.starts_at), end=moment(campaign.ends_at)
    )
    if campaign.conditions:
        action = campaign.actions[0] if campaign.actions else ""
        told = " · ".join(words.condition_words(each, action) for each in campaign.conditions)
        yield _("Only if: %(conditions)s.", conditions=told)
    if for_staff:
        yield _("Budget: %(points)s points.", points=number(campaign.budget_points))
    else:
        yield _("As long as its budget of %(points)s points lasts.",
                points=number(campaign.budget_points))  # fmt: skip
    if not campaign.is_on:
        yield _("Turned off: it adds nothing.")


def order_sentences(book: RuleBook) -> Iterator[str]:
    """Yield what orders earn."""
    money = number_of_money(book.minor_per_point)
    yield _("1 point for each full %(money)s paid, rounded down for each order.", money=money)
    yield _("Yours once the return window is over.")
    if lapse := words.expiry_words(book.order_expiry):
        yield lapse


def number_of_money(minor: int) -> str:
    """Return minor units as a plain amount: 1.00."""
    return f"{minor // 100}.{minor % 100:02d}"


# --- differences ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """A change in words.

    Attributes:
        kind: ``new``, ``gone`` or ``changed``.
        removed, added: sentences that hold no more, and those that hold now.
    """

    part: Part
    key: str
    title: object
    kind: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


def told(change: Change, old: RuleBook, new: RuleBook) -> Told:
    """Return a change from one book to another in words."""
    before, after = _says(change.before, old), _says(change.after, new)
    kind = "changed"
    if change.part is not Part.ORDERS:
        kind = "new" if change.before is None else ("gone" if change.after is None else kind)
    title = _("Orders")
    named = change.after or change.before
    if isinstance(named, Rule | Campaign):
        title = str(name_of(named))
    return Told(
        change.part,
        change.key,
        title,
        kind,
        tuple(each for each in before if each not in after),
        tuple(each for each in after if each not in before),
    )


def _says(part: Rule | Campaign | RuleBook | None, book: RuleBook) -> list[str]:
    if part is None:
        return []
    if isinstance(part, RuleBook):
        return list(order_sentences(part))
    told_of = staff_sentences(part, book) if isinstance(part, Rule) else campaign_sentences(part)
    said = list(told_of)
    names = " / ".join(part.names.values())
    return [*said, _("Called: %(names)s", names=names)] if names else said


def differences(before: RuleBook, after: RuleBook) -> list[Told]:
    """Return what differs between two books, in words."""
    return [told(change, before, after) for change in comparing.changes(before, after)]


# --- findings ------------------------------------------------------------------------------------

SAYS: Mapping[Problem, object] = {
    Problem.NO_NAME: _l("Write its name in both languages."),
    Problem.UNKNOWN_ACTION: _l("Nobody knows the act “%(action)s” any more. Turn this off."),
    Problem.NEGATIVE: _l("Points and limits can't be negative. To take points, use a correction."),
    Problem.NOTHING: _l("It gives nothing. Acts are counted all the same."),
    Problem.EMPTY_CAP: _l(
        "A limit needs points or times, at least 1. Or leave the whole line empty."
    ),
    Problem.CAP_TWICE: _l("Two limits over the same time. Keep one of them."),
    Problem.CAP_BELOW_AMOUNT: _l(
        "The limit of %(cap)s is smaller than the %(points)s points of one act. "
        "Raise the limit or lower the points."
    ),
    Problem.CAP_IDLE: _l("The limit %(shorter)s is never reached: the one %(longer)s is smaller."),
    Problem.NO_PAIR: _l("Only one member is concerned here; a limit for one person means nothing."),
    Problem.NO_LIMIT: _l(
        "A member can do this alone and as often as he likes. Give it a limit, such as a day's."
    ),
    Problem.PAYS_ITSELF: _l(
        "Two members could pay each other without end. Give it a limit a day or for one person."
    ),
    Problem.CYCLE: _l("It would pay itself: %(path)s. Turn off one of the rules on this way."),
    Problem.NEVER_WINS: _l(
        "“%(other)s” always pays instead of it: it gives as much, and asks less."
    ),
    Problem.EMPTY_LADDER: _l("A ladder needs a number to climb by and at least one step."),
    Problem.TWO_AMOUNTS: _l("Either the act says how much, or a ladder does. Choose one."),
    Problem.STEPS_NOT_RISING: _l("Each step must give more than the one before."),
    Problem.UNKNOWN_ATTRIBUTE: _l(
        "Nothing is known of “%(attribute)s” here. Take that condition out."
    ),
    Problem.BAD_TEST: _l("“%(attribute)s” can't be compared like that. Choose a value again."),
    Problem.UNKNOWN_OPTION: _l("“%(attribute)s” has no “%(option)s” any more. Choose again."),
    Problem.NEVER_TRUE: _l("The conditions on “%(attribute)s” can't both be true: it never pays."),
    Problem.NOT_FOR_ALL: _l(
        "“%(action)s” says nothing of “%(attribute)s”: this campaign never lifts it."
    ),
    Problem.MATCHES_NOBODY: _l("No member fits these conditions at the moment."),
    Problem.EXPIRY_PAST: _l("The last day of these points is over already."),
    Problem.EXPIRY_LENGTH: _l("Say how long the points live: at least a day, or a last day."),
    Problem.NOT_LIFTED: _l(
        "The rules for “%(action)s” let no campaign add to them: this one adds nothing there."
    ),
    Problem.NO_ACTIONS: _l("Choose at least one act that it lifts."),
    Problem.MULTIPLIER_LOW: _l("A campaign never gives less: the multiplier is 1 or more."),
    Problem.NOTHING_ADDED: _l("×1 and no points on top: it adds nothing."),
    Problem.WINDOW_REVERSED: _l("It ends before it begins. Change one of the two."),
    Problem.WINDOW_PAST: _l("It would be over already: its end was on %(day)s."),
    Problem.OVERLAP: _l(
        "“%(other)s” lifts “%(action)s” at the same time. The better of the two counts, never both."
    ),
    Problem.NO_BUDGET: _l("Give it a budget of at least 1 point."),
    Problem.BUDGET_BELOW_SPENT: _l(
        "%(spent)s points of it are spent already; the budget can't be less."
    ),
    Problem.NO_RATE: _l("An amount of money for one point, above 0."),
}


def finding_words(finding: Finding, book: RuleBook) -> str:
    """Return what is wrong and what to do, in a sentence."""
    values: dict[str, Any] = {
        name: _value_words(name, value, book, finding) for name, value in finding.values.items()
    }
    return str(SAYS[finding.problem]) % values


def _value_words(name: str, value: object, book: RuleBook, finding: Finding) -> object:
    if name == "other":
        return label_of(str(value), book)
    if name == "action":
        return action_name(str(value))
    if name == "attribute":
        return _attribute_name(str(value), finding, book)
    if name == "path" and isinstance(value, tuple):
        return " → ".join(str(action_name(each)) for each in value)
    if isinstance(value, date):
        return day_name(value)
    if isinstance(value, Window):
        return words.window_name(value)
    return number(value) if isinstance(value, int) else value


def _attribute_name(key: str, finding: Finding, book: RuleBook) -> object:
    part = (book.rules if finding.part is Part.RULE else book.campaigns).get(finding.key)
    acts = (part.action,) if isinstance(part, Rule) else (part.actions if part else ())
    attribute = drafts.attributes_of(*acts).get(key)
    return attribute.label if attribute else key


def state_of(campaign: Campaign, at: datetime | None = None) -> str:
    """Return ``off``, ``planned``, ``running`` or ``over``."""
    now = at or clock.now()
    if not campaign.is_on:
        return "off"
    if now < campaign.starts_at:
        return "planned"
    return "running" if now < campaign.ends_at else "over"
