"""What an order earned and why that changed, in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.commerce import policy
from app.commerce.queries.orders import OrderCard, OrderView
from app.commerce.queries.stories import StepView
from app.commerce.types import LineKind, OrderState, RefundPhase, StepKind
from app.kernel import i18n, reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.kernel.reasons import Reason

FULL_RATE = 1000


# --- what it earns -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Story:
    """What an order earned, in one line, and why in another."""

    headline: str
    because: str
    is_pending: bool


def points_story(order: OrderView) -> Story:
    """Tell what an order earned and when it can be spent."""
    card = order.card
    if card.points == 0:
        return Story(_("No points from this order"), _nothing(order), is_pending=False)
    rule = _rule(order)
    number = i18n.number(card.points)
    if not card.is_pending:
        headline = ngettext(
            "%(figure)s point, yours to spend",
            "%(figure)s points, yours to spend",
            card.points,
            figure=number,
        )
        return Story(headline, rule, is_pending=False)
    headline = ngettext(
        "%(figure)s point, pending until %(day)s",
        "%(figure)s points, pending until %(day)s",
        card.points,
        figure=number,
        day=i18n.day(card.window_ends_on),
    )
    window = ngettext(
        "Returns are open for %(num)s day, until %(last)s; the points are yours from %(first)s.",
        "Returns are open for %(num)s days, until %(last)s; the points are yours from %(first)s.",
        order.return_window_days,
        last=i18n.day(card.window_ends_on),
        first=i18n.day(card.usable_from),
    )
    return Story(headline, f"{rule} {window}", is_pending=True)


def _nothing(order: OrderView) -> str:
    """Tell why an order earns nothing."""
    card = order.card
    if card.is_cancelled:
        return _("The shop cancelled it, so nothing of it counts.")
    if card.is_withdrawn:
        return _("It was entered by mistake and counts as nothing.")
    if card.refunded_minor and card.net_minor == 0:
        return _("Everything you paid came back to you.")
    if order.is_foreign:
        return _(
            "It was paid in another currency than this shop's, so no points are counted. Our team "
            "looks at it."
        )
    return _("Points begin at %(amount)s paid.", amount=i18n.money(100, card.currency))


def _rule(order: OrderView) -> str:
    """Tell the rule, and what it counts."""
    card = order.card
    unit = i18n.money(100, card.currency)
    if order.earning_minor == card.paid_minor:
        rule = _(
            "1 point for each full %(unit)s of the %(paid)s you paid.",
            unit=unit,
            paid=i18n.money(card.paid_minor, card.currency),
        )
    else:
        rule = _(
            "1 point for each full %(unit)s of the %(counts)s that count: goods you kept and paid "
            "with money.",
            unit=unit,
            counts=i18n.money(order.earning_minor, card.currency),
        )
    if order.earning_permille != FULL_RATE:
        times = f"{order.earning_permille / FULL_RATE:g}"
        return f"{rule} {_('This shop gives %(times)s times the points.', times=times)}"
    return str(rule)


# --- its way -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's way, for ``order_timeline``."""

    title: str
    text: str
    state: str
    at: datetime | None = None


def way_of(order: OrderView) -> list[Step]:
    """Return the way from payment to points."""
    card = order.card
    paid = Step(_("Paid"), _("at %(channel)s", channel=card.channel), "done", card.paid_at)
    if card.is_void:
        return [paid, Step(_("Cancelled") if card.is_cancelled else _("Taken out"), "", "done")]
    if card.refunded_minor and card.net_minor == 0:
        return [paid, Step(_("Refunded in full"), "", "done")]
    is_over = policy.is_window_over(card.window_ends_on)
    steps = [
        paid,
        Step(
            _("Return window over") if is_over else _("Return window"),
            _("until %(day)s", day=i18n.day(card.window_ends_on)),
            "done" if is_over else "now",
        ),
    ]
    if card.state is OrderState.DISPUTED:
        steps.append(
            Step(
                _("Being checked"),
                _("The shop sent other figures for this order; our team looks at them."),
                "now",
            )
        )
    if card.points:
        steps.append(
            Step(
                _("Points to spend"),
                _("from %(day)s", day=i18n.day(card.usable_from)),
                "done" if is_over else "todo",
            )
        )
    return steps


# --- why it changed ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """One step of an order's story in words, for ``statement_row``.

    Attributes:
        is_nothing: it changed nothing, and is of interest to staff only.
    """

    title: str
    icon: str
    moved_points: int
    points: int
    at: datetime
    note: str
    is_nothing: bool = False


ICONS = {
    StepKind.PLACED: "shopping-bag",
    StepKind.REFUNDED: "receipt-refund",
    StepKind.REFUND_CANCELLED: "arrow-back-up",
    StepKind.REFUND_CHANGED: "receipt-refund",
    StepKind.CORRECTED: "pencil",
    StepKind.CANCELLED: "x",
    StepKind.REVIVED: "refresh",
    StepKind.WITHDRAWN: "trash",
}


def steps(order: OrderView) -> list[Told]:
    """Return why an order's points are what they are, the latest step first."""
    names = {line.line_no: line.name for line in order.lines}
    return [
        Told(
            _title(order.card, step, names.get(step.line_no or 0, "")),
            ICONS[step.kind],
            step.moved_points,
            step.points,
            order.card.paid_at if step.kind is StepKind.PLACED else step.at,
            _("by our team") if step.is_by_staff else "",
            step.kind in REFUND_TITLES and not step.amount_minor and not step.moved_points,
        )
        for step in order.steps
    ]


def _title(card: OrderCard, step: StepView, name: str) -> str:
    amount = i18n.money(abs(step.amount_minor), card.currency)
    if step.kind in REFUND_TITLES and not step.amount_minor:
        return str(_("A refund that counts as nothing"))
    if step.kind in REFUND_TITLES:
        with_name, plain = REFUND_TITLES[step.kind]
        return with_name(amount, name) if name else plain(amount)
    return str(TITLES[step.kind](amount))


REFUND_TITLES: dict[StepKind, tuple[Callable[[str, str], str], Callable[[str], str]]] = {
    StepKind.REFUNDED: (
        lambda amount, item: _("Refund of %(amount)s for %(item)s", amount=amount, item=item),
        lambda amount: _("Refund of %(amount)s", amount=amount),
    ),
    StepKind.REFUND_CANCELLED: (
        lambda amount, item: _(
            "Refund of %(amount)s for %(item)s taken back", amount=amount, item=item
        ),
        lambda amount: _("Refund of %(amount)s taken back", amount=amount),
    ),
    StepKind.REFUND_CHANGED: (
        lambda amount, item: _(
            "Refund for %(item)s changed by %(amount)s", amount=amount, item=item
        ),
        lambda amount: _("Refund changed by %(amount)s", amount=amount),
    ),
}
TITLES: dict[StepKind, Callable[[str], str]] = {
    StepKind.PLACED: lambda amount: _("Paid %(amount)s", amount=amount),
    StepKind.CORRECTED: lambda amount: _(
        "The shop corrected this order: %(amount)s paid", amount=amount
    ),
    StepKind.CANCELLED: lambda _amount: _("The shop cancelled this order"),
    StepKind.REVIVED: lambda _amount: _("This order counts again"),
    StepKind.WITHDRAWN: lambda _amount: _("Entered by mistake and taken out"),
}


# --- names ---------------------------------------------------------------------------------------


def kind_name(kind: LineKind) -> str:
    """Return what a line is called that is no goods."""
    return {
        LineKind.GOODS: _("Goods"),
        LineKind.SHIPPING: _("Shipping"),
        LineKind.GIFT_CARD: _("Gift card"),
        LineKind.OTHER: _("Fees"),
    }[kind]


def phase_name(phase: RefundPhase) -> str:
    """Return when in an order's life a refund happened."""
    return {
        RefundPhase.BEFORE_SHIPPING: _("Before shipping"),
        RefundPhase.AFTER_SHIPPING: _("On its way"),
        RefundPhase.AFTER_RECEIPT: _("After receipt"),
    }[phase]


def reason_name(reason: str) -> object:
    """Return what a posting's reason is called."""
    return reasons.meaning_of(reason).label


def register_reasons() -> None:
    """Name the reasons under which orders' points move, for statements."""
    told = {
        "order.corrected": _reason(
            _l("Order corrected"),
            lambda: _("The shop corrected this order, and its points followed by the difference."),
            icon="shopping-bag",
        ),
        "order.refunded": _reason(
            _l("Refund"),
            lambda: _("Something of this order came back, and its points with it."),
            icon="receipt-refund",
        ),
        "order.refund_changed": _reason(
            _l("Refund changed"),
            lambda: _("A refund of this order is another amount now; points followed."),
            icon="receipt-refund",
        ),
        "order.refund_cancelled": _reason(
            _l("Refund taken back"),
            lambda: _("The refund did not happen after all, so its points are yours again."),
            icon="arrow-back-up",
        ),
        "order.cancelled": _reason(
            _l("Order cancelled"),
            lambda: _("The shop cancelled the order, so it earns nothing."),
            icon="x",
        ),
        "order.revived": _reason(
            _l("Order counts again"),
            lambda: _("The order is there again, and its points with it."),
            icon="refresh",
        ),
        "order.withdrawn": _reason(
            _l("Order taken out"),
            lambda: _("The order had been entered by mistake."),
            icon="trash",
        ),
    }
    for name, reason in told.items():
        reasons.register(name, reason)


def _reason(label: object, tell: Callable[[], str], *, icon: str) -> Reason:
    return Reason(label, icon=icon, explain=lambda _rule_version: tell())
