"""Staff pages of the door for payments of mall orders: its address, its secret, turning it off."""

from flask import Response, current_app, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.integrations import queries, service
from app.integrations.forms import DecisionForm
from app.integrations.staff.blueprint import bp
from app.integrations.staff.showing import secret_to_show, shown_once
from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

EDIT = Permission.MALL_EDIT
ABOUT = "payments"


def _url() -> str:
    return url_for("integrations_staff.payment_hook")


@bp.get("/webhooks/payments")
@web.permission(EDIT)
def payment_hook() -> ResponseReturnValue:
    """Show the door for payments; a new secret once."""
    door, secret = queries.payment_door(), secret_to_show(ABOUT)
    base: str = current_app.config["POTLUCK"].base_url
    address = base + url_for("integrations.receive_payment", code=door.code) if door else ""
    page: Response = make_response(
        render_template(
            "integrations/staff_payments.html", door=door, address=address, secret=secret,
            form=DecisionForm(formdata=None),
        )
    )  # fmt: skip
    if secret:
        shown_once(page, "", "", _url())
    return page


@bp.post("/webhooks/payments")
@web.permission(EDIT)
def payments_on() -> ResponseReturnValue:
    """Open the door; its secret is shown on the next page, once."""
    _door, secret = service.turn_payments_on(actor_id=web.me().id)
    web.toast(_("The door for payments is open."))
    return shown_once(make_response(redirect(_url(), 303)), ABOUT, secret, _url())


@bp.post("/webhooks/payments/secret")
@web.permission(EDIT)
def rotate_payments() -> ResponseReturnValue:
    """Change the secret; the former one works for one more hour.

    Raises:
        NotFoundError: the door is closed.
    """
    _door, secret = service.rotate_payments(actor_id=web.me().id)
    web.toast(_("New secret made. The former one works for one more hour."))
    return shown_once(make_response(redirect(_url(), 303)), ABOUT, secret, _url())


@bp.get("/webhooks/payments/off")
@web.permission(EDIT)
def ask_payments_off() -> ResponseReturnValue:
    """Ask whether the door is to be closed."""
    return render_template("integrations/staff_payments_off.html", form=DecisionForm())


@bp.post("/webhooks/payments/off")
@web.permission(EDIT)
def payments_off() -> ResponseReturnValue:
    """Close the door.

    Raises:
        NotFoundError: it is closed already.
    """
    service.turn_payments_off(actor_id=web.me().id)
    web.toast(_("The door for payments is closed. What came in stays."))
    return redirect(_url(), 303)
