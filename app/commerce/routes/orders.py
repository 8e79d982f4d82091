"""A member's own orders, and what each of them earned."""

from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.commerce import policy, queries
from app.commerce.queries.orders import OrderView
from app.commerce.routes.blueprint import bp
from app.commerce.types import OrderState
from app.kernel import i18n, ids, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission


@bp.get("/me/orders")
@web.member_required
@web.no_store
def my_orders() -> ResponseReturnValue:
    """List a member's orders with what each of them earned."""
    page = queries.my_orders(web.me().id, request.args.get("after"))
    next_url = url_for("commerce.my_orders", after=page.next_key) if page.next_key else None
    return render_template("commerce/my_orders.html", page=page, next_url=next_url)


@bp.get("/me/orders/<code>")
@web.member_required
@web.no_store
def my_order(code: str) -> ResponseReturnValue:
    """Show one of a member's orders: what was bought, what it earned and why.

    Raises:
        NotFoundError: it is not his.
    """
    canonical = ids.read_code(code)
    if canonical is None:
        raise NotFoundError
    if canonical != code:
        return redirect(url_for("commerce.my_order", code=canonical), 303)
    order = queries.my_order(web.me().id, canonical)
    return render_template(
        "commerce/my_order.html", order=order, story=points_story(order), steps=steps_of(order)
    )


def order_url(order_id: int, viewer_id: int | None) -> str | None:
    """Return the address of an order for whoever may see it: its buyer, or staff."""
    viewer = web.viewer()
    is_staff = viewer is not None and viewer.can(Permission.ORDERS_SEE)
    found = queries.address_of(order_id, viewer_id, is_staff=is_staff)
    if found is None:
        return None
    code, is_own = found
    return url_for("commerce.my_order" if is_own else "commerce_staff.order", code=code)


# --- the points story ----------------------------------------------------------------------------


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
        return Story(
            _("No points from this order"),
            _("Points begin at %(amount)s paid.", amount=i18n.money(100, card.currency)),
            is_pending=False,
        )
    rule = _(
        "1 point for each full %(unit)s of the %(paid)s you paid.",
        unit=i18n.money(100, card.currency),
        paid=i18n.money(card.paid_minor, card.currency),
    )
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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an order's way, for ``order_timeline``."""

    title: str
    text: str
    state: str
    at: datetime | None = None


def steps_of(order: OrderView) -> list[Step]:
    """Return the way from payment to points."""
    card = order.card
    is_over = policy.is_window_over(card.window_ends_on)
    steps = [
        Step(_("Paid"), _("at %(channel)s", channel=card.channel), "done", card.paid_at),
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


def explain_correction(_rule_version: int | None) -> str:
    """Tell why a correction moved points, for the statement."""
    return _("The shop corrected this order, and its points followed by the difference.")
