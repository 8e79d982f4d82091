"""What loyalty's reasons, and the ledger's own, are called in a statement."""

from collections.abc import Iterator, Mapping

from app.kernel import reasons
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import listed, locale_code, ngettext
from app.kernel.i18n import sentences as one_after_another
from app.kernel.reasons import Explainer, Reason
from app.ledger.types import Reason as Ledger
from app.loyalty import policy
from app.loyalty.queries import books, context
from app.loyalty.service.lapsing import REASON as CLOSED
from app.loyalty.service.referrals import ONESELF
from app.loyalty.service.reversing import GIVEN_BACK, TAKEN_BACK
from app.loyalty.types import (
    Cap,
    Compare,
    Condition,
    Expiry,
    Lapse,
    Outcome,
    Rule,
    Window,
    actions,
)
from app.loyalty.types.actions import Attribute

BUILT_IN = {
    policy.PHOTO_THREAD: Reason(_l("Thread with a photo"), icon="photo"),
    policy.MILESTONE: Reason(_l("Streak bonus"), icon="flame"),
}
"""Rules of the first book that are not called like the act they pay for."""

LEDGER = {
    Ledger.MATURED: Reason(
        _l("Now yours to spend"),
        icon="circle-check",
        explain=lambda _version: _("The wait is over: these points can be spent from now on."),
    ),
    Ledger.EXPIRED: Reason(
        _l("Points expired"),
        icon="clock",
        explain=lambda _version: _("These points had a last day, and it has passed."),
    ),
    Ledger.RELEASED: Reason(
        _l("Back from a reservation"),
        icon="arrow-back-up",
        explain=lambda _version: _("They were set aside and not needed; you have them back."),
    ),
    Ledger.HOLD_EXPIRED: Reason(
        _l("Reservation ran out"),
        icon="arrow-back-up",
        explain=lambda _version: _("They were set aside for too long; you have them back."),
    ),
    Ledger.CAPTURED: Reason(_l("Points spent"), icon="gift"),
    Ledger.DEBT_REPAID: Reason(
        _l("Owed points paid back"),
        icon="receipt-refund",
        explain=lambda _version: _("What was owed comes off new points first."),
    ),
    Ledger.REVERSED: Reason(
        _l("Undone"),
        icon="arrow-back-up",
        explain=lambda _version: _("An earlier entry was undone; both stay in your statement."),
    ),
    Ledger.CLAWED: Reason(
        _l("Points taken back"),
        icon="receipt-refund",
        explain=lambda _version: _("What had earned these points was returned or removed."),
    ),
    Ledger.ADJUSTED: Reason(
        _l("Correction by our team"),
        icon="adjustments-horizontal",
        explain=lambda _version: _("A member of our team corrected your points."),
    ),
    Ledger.MERGED: Reason(
        _l("Accounts joined"),
        icon="users",
        explain=lambda _version: _("Two accounts became one, and their points with them."),
    ),
    Ledger.UNMERGED: Reason(
        _l("Accounts parted again"),
        icon="users",
        explain=lambda _version: _("Two accounts were parted, and their points with them."),
    ),
}


OWN = {
    CLOSED: Reason(
        _l("Account closed"),
        icon="user-x",
        explain=lambda _version: _("The account was closed; what could still be spent lapsed."),
    ),
    TAKEN_BACK: Reason(
        _l("Points taken back"),
        icon="receipt-refund",
        explain=lambda _version: _("What had earned these points is gone; they went with it."),
    ),
    ONESELF: Reason(
        _l("An invitation to oneself"),
        icon="users",
        explain=lambda _version: _(
            "Whoever invited and whoever came turned out to be one member; such an invitation "
            "earns nothing."
        ),
    ),
    GIVEN_BACK: Reason(
        _l("Points given back"),
        icon="arrow-back-up",
        explain=lambda _version: _("What had earned these points is back, and so are they."),
    ),
}


def register() -> None:
    """Name every reason that this floor and the ledger below it post under."""
    for name, meaning in (*LEDGER.items(), *OWN.items()):
        reasons.register(name, meaning)
    for name, meaning in BUILT_IN.items():
        reasons.register(name, Reason(meaning.label, meaning.icon, explain=_teller(name)))
    for days in policy.V1.rule(policy.MILESTONE).steps:
        label = _l("Streak bonus: %(num)s days", num=days)
        step = Reason(label, icon="flame", explain=_teller(policy.MILESTONE))
        reasons.register(f"{policy.MILESTONE}.{days}", step)
    reasons.otherwise(_by_rule)


def _by_rule(reason: str) -> Reason | None:
    """Say what a reason means that only the rule book or an action knows."""
    rule = books.shown().rules.get(reason)
    if rule is not None and rule.names:
        action = actions.find(rule.action)
        label = named(rule.names, rule.key)
        return Reason(label, action.icon if action else "coin", explain=_teller(rule.key))
    if action := actions.find(reason):
        return Reason(action.label, action.icon, explain=_teller(reason))
    return None


def named(names: Mapping[str, str], key: str) -> str:
    """Return a name that staff gave, in the reader's language or the other one."""
    return names.get(locale_code()) or next(iter(names.values()), key)


def rule_name(rule: Rule) -> object:
    """Return what a rule is called."""
    return named(rule.names, rule.key) if rule.names else reasons.meaning_of(rule.key).label


def _teller(key: str) -> Explainer:
    def tell(version: int | None) -> str:
        if key == policy.ORDER:
            return _("1 point for each full 1.00 paid, yours once the return window is over.")
        book = books.shown() if version is None else books.get(version)
        rule = book.rules.get(key)
        return one_after_another(sentences(rule)) if rule else ""

    return tell


def sentences(rule: Rule) -> Iterator[str]:
    """Yield what a rule says, in plain words: amount, limits, conditions, waiting, expiry."""
    if rule.steps_of:
        yield _("The same steps as “%(rule)s”.", rule=reasons.meaning_of(rule.steps_of).label)
    else:
        yield _ladder(rule) if rule.steps else _amount(rule)
    if not (rule.steps or rule.steps_of or rule.amount_on) and rule.growth != rule.points:
        yield _growth(rule.growth)
    for cap in rule.caps:
        if (
            rule.amount_on
            or rule.steps
            or rule.steps_of
            or cap.window is not Window.DAY
            or cap.points is None
        ):
            yield _limit(cap)
    if rule.pair_cap:
        yield _("From one and the same person: %(limit)s", limit=_limit(rule.pair_cap))
    if rule.cooldown_minutes:
        yield ngettext(
            "Not again within %(num)s minute.",
            "Not again within %(num)s minutes.",
            rule.cooldown_minutes,
        )
    if rule.conditions:
        told = (condition_words(each, rule.action) for each in rule.conditions)
        yield _("Only if: %(conditions)s.", conditions=" · ".join(told))
    yield from _life(rule)


def _life(rule: Rule) -> Iterator[str]:
    """Yield when the points of a rule come alive, and how long they live."""
    if rule.settle_hours:
        yield ngettext(
            "They wait for %(num)s hour and can be spent from the next full hour on.",
            "They wait for %(num)s hours and can be spent from the next full hour on.",
            rule.settle_hours,
        )
    if lapse := expiry_words(rule.expiry):
        yield lapse


def _amount(rule: Rule) -> str:
    if rule.amount_on:
        return _("As many points as are named with it.")
    each = ngettext("%(num)s point each time", "%(num)s points each time", rule.points)
    if rule.daily_cap is None:
        return _("%(each)s.", each=each)
    return _("%(each)s, up to %(cap)s a day.", each=each, cap=rule.daily_cap)


def _growth(amount: int) -> str:
    if not amount:
        return _("It does not count for your tier.")
    return ngettext("Growth: %(num)s each time.", "Growth: %(num)s each time.", amount)


def _ladder(rule: Rule) -> str:
    if rule.step_on not in STREAKS:
        steps = [
            _("%(step)s: +%(points)s", step=step, points=points)
            for step, points in sorted(rule.steps.items())
        ]
        attribute = _attribute(rule.step_on, rule.action)
        what = attribute.label if attribute else rule.step_on
        return _("By %(what)s. %(steps)s.", what=what, steps=" · ".join(steps))
    steps = [
        _("%(days)s days: +%(points)s", days=days, points=points)
        for days, points in sorted(rule.steps.items())
    ]
    return _("For days in a row. %(steps)s.", steps=" · ".join(steps))


STREAKS = {"streak_days", "milestones"}  # what check-in says of days in a row

_WINDOWS = {
    Window.DAY: _l("a day"),
    Window.WEEK: _l("a week"),
    Window.MONTH: _l("a month"),
    Window.EVER: _l("in all"),
}


def window_name(window: Window) -> object:
    """Return what a window is called: "a day"."""
    return _WINDOWS[window]


def _limit(cap: Cap) -> str:
    parts = []
    if cap.points is not None:
        parts.append(ngettext("%(num)s point", "%(num)s points", cap.points))
    if cap.times is not None:
        parts.append(ngettext("%(num)s time", "%(num)s times", cap.times))
    joined = " · ".join(parts)
    return _("At most %(amount)s %(window)s.", amount=joined, window=_WINDOWS[cap.window])


def expiry_words(expiry: Expiry) -> str:
    """Return how long points live, or an empty text where they don't lapse."""
    if expiry.kind is Lapse.DAYS:
        return ngettext(
            "They can be spent for %(num)s day.",
            "They can be spent for %(num)s days.",
            expiry.length,
        )
    if expiry.kind is Lapse.DATE and expiry.on:
        return _("They can be spent until %(day)s.", day=day_name(expiry.on))
    if expiry.kind is Lapse.MONTH_END:
        return ngettext(
            "They can be spent until the end of the month %(num)s month ahead.",
            "They can be spent until the end of the month %(num)s months ahead.",
            expiry.length,
        )
    if expiry.kind is Lapse.YEAR_END:
        return ngettext(
            "They can be spent until the end of the year %(num)s year ahead.",
            "They can be spent until the end of the year %(num)s years ahead.",
            expiry.length,
        )
    return ""


def condition_words(condition: Condition, action: str) -> str:
    """Return a condition in plain words: "Length of the text at least 20"."""
    attribute = _attribute(condition.attribute, action)
    label = attribute.label if attribute else condition.attribute
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    any_of = condition.test is Compare.ANY_OF
    shown = listed((_value_words(value, attribute) for value in values), any_of=any_of)
    if isinstance(condition.value, bool):
        return str(label) if condition.value else _("not: %(what)s", what=label)
    words = {
        Compare.AT_LEAST: _l("%(what)s at least %(value)s"),
        Compare.AT_MOST: _l("%(what)s at most %(value)s"),
        Compare.NONE_OF: _l("%(what)s none of %(value)s"),
    }.get(condition.test, _l("%(what)s: %(value)s"))
    return str(words) % {"what": label, "value": shown}


def _attribute(key: str, action: str) -> Attribute | None:
    known = actions.find(action)
    own = known.attributes if known else ()
    return next((each for each in (*own, *context.attributes()) if each.key == key), None)


def _value_words(value: int | str, attribute: Attribute | None) -> str:
    if attribute and attribute.options:
        return str(dict(attribute.options()).get(value, value))
    return str(value)


OUTCOMES = {
    Outcome.GIVEN: _l("Given"),
    Outcome.CAPPED: _l("Limit reached"),
    Outcome.PAIR_CAPPED: _l("Limit for one person reached"),
    Outcome.COOLING: _l("Too soon after the last time"),
    Outcome.UNFIT: _l("Condition not met"),
    Outcome.FROZEN: _l("Waiting for our team"),
    Outcome.NO_RULE: _l("Nothing to earn here"),
}


def why(outcome: Outcome, detail: str, rule: Rule | None, action: str) -> str:
    """Return the sentence that tells why an act got what it got."""
    if rule is None or outcome is Outcome.NO_RULE:
        return _("No rule pays for this at the moment. It was welcome all the same.")
    if outcome is Outcome.FROZEN:
        return _("Our team is looking at your points. These are paid when that is settled.")
    if outcome is Outcome.COOLING:
        return ngettext(
            "The rule pays again %(num)s minute after the last time.",
            "The rule pays again %(num)s minutes after the last time.",
            rule.cooldown_minutes,
        )
    if outcome is Outcome.PAIR_CAPPED and rule.pair_cap:
        return _("From one and the same person: %(limit)s", limit=_limit(rule.pair_cap))
    if outcome is Outcome.CAPPED:
        met = next((cap for cap in rule.caps if cap.window.value == detail), None)
        return _limit(met) if met else _("A limit of this rule was reached.")
    if outcome is Outcome.UNFIT:
        missed = next((each for each in rule.conditions if each.attribute == detail), None)
        if missed:
            return _("It pays only if: %(what)s.", what=condition_words(missed, action))
    return one_after_another(sentences(rule))
