"""What loyalty's reasons, and the ledger's own, are called in a statement."""

from app.kernel import reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.kernel.reasons import Explainer, Reason
from app.ledger.types import Reason as Ledger
from app.loyalty import policy
from app.loyalty.policy import BOOKS, CURRENT, Rule

ACTS = {
    "thread.published": Reason(_l("Thread posted"), icon="pencil"),
    "thread.with_photo": Reason(_l("Thread with a photo"), icon="photo"),
    "reply.published": Reason(_l("Reply"), icon="message-circle"),
    "like.received": Reason(_l("Somebody liked it"), icon="heart"),
    policy.CHECK_IN: Reason(_l("Check-in"), icon="calendar-check"),
    policy.MILESTONE: Reason(_l("Streak bonus"), icon="flame"),
    policy.ORDER: Reason(_l("Order"), icon="shopping-bag"),
}

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


def register() -> None:
    """Name every reason that this floor and the ledger below it post under."""
    for name, meaning in ACTS.items():
        told = Reason(meaning.label, meaning.icon, explain=_teller(name))
        reasons.register(name, told)
    for days in CURRENT.rule(policy.MILESTONE).steps:
        label = _l("Streak bonus: %(num)s days", num=days)
        step = Reason(label, icon="flame", explain=_teller(policy.MILESTONE))
        reasons.register(f"{policy.MILESTONE}.{days}", step)
    for name, meaning in LEDGER.items():
        reasons.register(name, meaning)


def _teller(action: str) -> Explainer:
    def tell(version: int | None) -> str:
        book = BOOKS.get(CURRENT.version if version is None else version, CURRENT)
        if action == policy.ORDER:
            return _("1 point for each full 1.00 paid, yours once the return window is over.")
        rule = book.rule(action)
        return _ladder(rule) if rule.steps else _amount(rule)

    return tell


def _amount(rule: Rule) -> str:
    each = ngettext("%(num)s point each time", "%(num)s points each time", rule.points)
    if rule.daily_cap is None:
        return _("%(each)s.", each=each)
    return _("%(each)s, up to %(cap)s a day.", each=each, cap=rule.daily_cap)


def _ladder(rule: Rule) -> str:
    steps = [
        _("%(days)s days: +%(points)s", days=days, points=points)
        for days, points in sorted(rule.steps.items())
    ]
    return _("For days in a row. %(steps)s.", steps=" · ".join(steps))
