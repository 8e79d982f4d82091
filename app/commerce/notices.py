"""What buyers are told about the points of their orders, in words as they read it."""

from functools import partial

from app.commerce.service import points_told
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext, number
from app.notify.types import NoticeKind, Params, Said, register


def register_notices() -> None:
    """Name the kinds of notices."""
    kind = partial(NoticeKind, has_mail=True, is_urgent=False)
    for each in (
        kind(points_told.CAME, _l("Points of orders"), icon="receipt", words=came_said),
        kind(points_told.READY, _l("Points you can use now"), icon="coins", words=ready_said),
        kind(points_told.BACK, _l("Points that went back with a refund"), icon="receipt-refund",
             words=back_said),
    ):  # fmt: skip
        register(each)


def came_said(params: Params) -> Said:
    """Say that orders brought points."""
    points, orders = int(params["points"]), int(params["things"])
    if orders > 1:
        return Said(
            ngettext("%(num)s order of yours brought points",
                     "%(num)s orders of yours brought points", orders),
            _("Your wallet says how many."),
        )  # fmt: skip
    title = ngettext(
        "Your order brought %(figure)s point", "Your order brought %(figure)s points", points,
        figure=number(points),
    )  # fmt: skip
    return Said(title, _("The order says from when you can use them."))


def ready_said(params: Params) -> Said:
    """Say that points of orders can be spent."""
    points, orders = int(params["points"]), int(params["things"])
    if orders > 1:
        return Said(
            ngettext("The points of %(num)s order are yours to use",
                     "The points of %(num)s orders are yours to use", orders),
            _("Your wallet says how many."),
        )  # fmt: skip
    title = ngettext(
        "%(figure)s point of your order is yours to use",
        "%(figure)s points of your order are yours to use", points, figure=number(points),
    )  # fmt: skip
    return Said(title, _("The time for returns is over."))


def back_said(params: Params) -> Said:
    """Say that points went back because an order was refunded."""
    points, orders = int(params["points"]), int(params["things"])
    if orders > 1:
        return Said(
            ngettext("Points of %(num)s order went back", "Points of %(num)s orders went back",
                     orders),
            _("Your wallet says how many."),
        )  # fmt: skip
    title = ngettext(
        "%(figure)s point of your order went back", "%(figure)s points of your order went back",
        points, figure=number(points),
    )  # fmt: skip
    return Said(title, _("The order was refunded or changed; its page says how."))
