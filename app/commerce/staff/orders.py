"""Orders in the staff console: the list, one order, kept-aside figures."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.commerce import queries, service, shown
from app.commerce.forms import DecisionForm
from app.commerce.queries.staff import STATES, Filters
from app.commerce.staff.blueprint import bp
from app.kernel import i18n, web
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission

SEARCH_LENGTH = 128


@bp.get("/orders")
@web.permission(Permission.ORDERS_SEE)
def orders() -> ResponseReturnValue:
    """List orders; the filters stand in the address."""
    filters = Filters(
        **{
            name: request.args.get(name, "")[:SEARCH_LENGTH].strip()
            for name in Filters.__dataclass_fields__
        }
    )
    page = queries.staff_orders(filters, request.args.get("after"))
    return render_template(
        "commerce/staff_orders.html",
        page=page,
        filters=filters,
        channels=[("", _("All channels")), *((c.code, c.name) for c in queries.channels())],
        states=[("", _("Every state")), *((state, state_name(state)) for state in STATES)],
        next_url=_orders_url(filters, page.next_key) if page.next_key else None,
        is_narrowed=filters != Filters(),
    )


def _orders_url(filters: Filters, after: str | None) -> str:
    values: dict[str, Any] = {**filters.named(), "after": after}
    return url_for("commerce_staff.orders", **values)


def state_name(state: str) -> str:
    """Return what staff call a filter of the list."""
    names = {
        "waiting": _("Return window open"),
        "settled": _("Return window over"),
        "disputed": _("Kept aside"),
        "partly": _("Partly refunded"),
        "refunded": _("Refunded in full"),
        "cancelled": _("Cancelled"),
        "withdrawn": _("Withdrawn"),
    }
    return names[state]


@bp.get("/orders/<code>")
@web.permission(Permission.ORDERS_SEE)
def order(code: str) -> ResponseReturnValue:
    """Show one order with its buyer, lines, points and every figure that ever came for it."""
    found = queries.staff_order(code)
    return render_template(
        "commerce/staff_order.html",
        found=found,
        steps=shown.steps(found.view),
        phase_name=shown.phase_name,
        kind_name=shown.kind_name,
        reason_name=shown.reason_name,
        form=DecisionForm(),
    )


@bp.get("/orders/kept-aside")
@web.permission(Permission.ORDERS_IMPORT)
def kept_aside() -> ResponseReturnValue:
    """List orders that came again with other figures and wait for a decision."""
    page = queries.kept_aside(request.args.get("after"))
    next_url = url_for("commerce_staff.kept_aside", after=page.next_key) if page.next_key else None
    return render_template(
        "commerce/staff_kept_aside.html", page=page, next_url=next_url, form=DecisionForm()
    )


@bp.post("/orders/kept-aside/<int:issue_id>/accept")
@web.permission(Permission.ORDERS_IMPORT)
def accept_figures(issue_id: int) -> ResponseReturnValue:
    """Take the new figures; points follow by the difference."""
    decided = service.accept_figures(issue_id, actor_id=web.me().id)
    moved = i18n.signed(decided.moved_points)
    web.toast(
        ngettext(
            "New figures taken: %(moved)s point.",
            "New figures taken: %(moved)s points.",
            abs(decided.moved_points),
            moved=moved,
        )
        if decided.moved_points
        else _("New figures taken; the points stay as they are.")
    )
    return redirect(_back(), 303)


@bp.post("/orders/kept-aside/<int:issue_id>/keep")
@web.permission(Permission.ORDERS_IMPORT)
def keep_figures(issue_id: int) -> ResponseReturnValue:
    """Keep the order as it is."""
    service.keep_figures(issue_id, actor_id=web.me().id)
    web.toast(_("Kept as it was. These figures won't be asked about again."))
    return redirect(_back(), 303)


def _back() -> str:
    return web.safe_path(request.form.get("next"), url_for("commerce_staff.kept_aside"))
