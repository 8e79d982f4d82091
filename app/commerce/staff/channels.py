"""Sales channels in the staff console."""

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.commerce import queries, service
from app.commerce.forms import ChannelForm
from app.commerce.staff.blueprint import bp
from app.commerce.types import IdentityKind, SeedChannel
from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission


@bp.get("/channels")
@web.permission(Permission.ORDERS_IMPORT)
def channels() -> ResponseReturnValue:
    """List sales channels and offer a new one."""
    form = ChannelForm()
    form.currency.data = form.currency.data or _currency()
    return _channels_page(form)


@bp.post("/channels")
@web.permission(Permission.ORDERS_IMPORT)
def add_channel() -> ResponseReturnValue:
    """Make a sales channel."""
    form = ChannelForm()
    if form.validate_on_submit() and form.code.data in {c.code for c in queries.channels()}:
        form.code.errors = [*form.code.errors, _("There is a channel of this code already.")]
    if not form.is_submitted() or form.errors:
        return _channels_page(form), 422
    made = service.open_channel(
        SeedChannel(
            form.code.data,
            form.name.data,
            form.return_window_days.data,
            form.currency.data,
            IdentityKind(form.identity_kind.data),
        ),
        actor_id=web.me().id,
    )
    web.toast(_("%(name)s is there. Orders can come in.", name=made.name))
    return redirect(url_for("commerce_staff.channels"), 303)


def _channels_page(form: ChannelForm) -> str:
    return render_template("commerce/staff_channels.html", form=form, channels=queries.channels())


def _currency() -> str:
    currency: str = current_app.config["POTLUCK"].currency
    return currency
