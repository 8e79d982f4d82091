"""What goes back of an order, in words: pieces, their points, their money."""

from app.kernel.clock import business_date
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import money, ngettext, number
from app.rewards import policy
from app.rewards.types import MoneyBack, OrderLine, OrderView
from app.rewards.types.fulfilling import Parcel


def price(points: int, minor: int, currency: str) -> str:
    """Return what something costs, in a few words."""
    parts = []
    if points or not minor:
        parts.append(
            ngettext("%(figure)s point", "%(figure)s points", points, figure=number(points))
        )
    if minor:
        parts.append(str(money(minor, currency)))
    return " + ".join(parts)


def pieces_line(line: OrderLine) -> str:
    """Return how many pieces went back, where some did and others stay."""
    if not line.gone_back or line.state in policy.ENDED:
        return ""
    return _pieces(line.gone_back, line.count)


def went_back(order: OrderView | Parcel) -> str:
    """Return how many pieces of an order went back alone, with their points and their money.

    Of an order that has ended all went back.
    """
    one = order.line if isinstance(order, OrderView) else order
    count = one.count if isinstance(one, OrderLine) else one.pieces
    if not one.gone_back:
        return ""
    back = count if one.state in policy.ENDED else one.gone_back
    text = _pieces(back, count)
    if one.is_prize:
        return text
    minor = policy.share(one.minor, back, count) if order.paid_at is not None else 0
    return f"{text} · {price(policy.share(one.points, back, count), minor, one.currency)}"


def _pieces(back: int, count: int) -> str:
    return _("%(back)s of %(all)s given back", back=number(back), all=number(count))


def money_lines(order: OrderView) -> list[str]:
    """Return what is to be said of a refund that was asked for, and of money that goes back."""
    if order.line.state in policy.ENDED or order.line.gone_back:
        return [_owed(each) for each in order.money_back]
    if order.refund_declined_at is not None:
        return [_("We can't grant the refund you asked for. Write to us if you wonder why.")]
    if order.refund_asked_at is not None:
        return [
            _(
                "You asked for a refund on %(day)s. We look at it and answer here.",
                day=day_name(business_date(order.refund_asked_at)),
            )
        ]
    return []


def _owed(each: MoneyBack) -> str:
    amount = money(each.minor, each.currency)
    if each.done_at is None:
        return _("We owe you %(amount)s. Our team sends it back to you by hand.", amount=amount)
    return _(
        "We sent you %(amount)s back on %(day)s.",
        amount=amount, day=day_name(business_date(each.done_at)),
    )  # fmt: skip


def desk_lines(back: tuple[MoneyBack, ...]) -> list[str]:
    """Return where money that goes back stands, for the team."""
    return [_at_the_desk(each) for each in back]


def _at_the_desk(each: MoneyBack) -> str:
    amount = money(each.minor, each.currency)
    if each.done_at is None:
        return _("%(amount)s is to be sent back.", amount=amount)
    day = day_name(business_date(each.done_at))
    return _("%(amount)s was sent back on %(day)s.", amount=amount, day=day)
