"""Staff pages of webhooks: doors of channels, what came in by them, and shops that are asked."""

from typing import Any

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.commerce.types import ChannelRow
from app.integrations import queries, service
from app.integrations.adapters.polling import Account
from app.integrations.forms import DecisionForm, PollForm, RotateForm, TurnOnForm
from app.integrations.staff.blueprint import bp
from app.integrations.staff.showing import secret_to_show, shown_once
from app.integrations.types import (
    ADAPTER_LABELS,
    TROUBLE_TEXTS,
    Adapter,
    BadSecretError,
    DeliveryState,
)
from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.outbound import OutboundError
from app.kernel.permissions import Permission


@bp.get("/webhooks")
@web.permission(Permission.ORDERS_IMPORT)
def index() -> ResponseReturnValue:
    """List channels with the state of their doors."""
    return render_template(
        "integrations/staff_index.html",
        rows=queries.doors(),
        labels=ADAPTER_LABELS,
    )


@bp.get("/channels/<code>/webhooks")
@web.permission(Permission.ORDERS_IMPORT)
def webhooks(code: str) -> ResponseReturnValue:
    """Show a channel's door, what came in by it, and whether the shop is asked."""
    return _page(_channel(code))


@bp.post("/channels/<code>/webhooks")
@web.permission(Permission.ORDERS_IMPORT)
def turn_on(code: str) -> ResponseReturnValue:
    """Open the door; its secret is shown on the next page, once."""
    channel, form = _channel(code), TurnOnForm()
    if not form.validate_on_submit():
        return _page(channel, turn_on_form=form), 422
    try:
        _endpoint, secret = service.turn_on(
            channel, Adapter(form.adapter.data), form.secret.data or "", actor_id=web.me().id
        )
    except BadSecretError as error:
        form.secret.errors = [*form.secret.errors, _secret_help(form.adapter.data, error)]
        return _page(channel, turn_on_form=form), 422
    web.toast(_("Webhooks are on."))
    return _show(channel, secret)


@bp.post("/channels/<code>/webhooks/secret")
@web.permission(Permission.ORDERS_IMPORT)
def rotate(code: str) -> ResponseReturnValue:
    """Change the secret; the former one works for one more hour."""
    channel, form = _channel(code), RotateForm()
    if not form.validate_on_submit():
        return _page(channel, rotate_form=form), 422
    try:
        _endpoint, secret = service.rotate(channel, form.secret.data or "", actor_id=web.me().id)
    except BadSecretError as error:
        form.secret.errors = [*form.secret.errors, _secret_help("", error)]
        return _page(channel, rotate_form=form), 422
    web.toast(_("New secret made. The former one works for one more hour."))
    return _show(channel, secret)


def _secret_help(adapter: str, error: BadSecretError) -> str:
    if adapter == Adapter.SHOPIFY:
        return _("Shopify signs with a secret of its own: paste it here, at least 16 characters.")
    return str(error.message)


@bp.get("/channels/<code>/webhooks/off")
@web.permission(Permission.ORDERS_IMPORT)
def ask_off(code: str) -> ResponseReturnValue:
    """Ask whether the door is to be closed."""
    return render_template(
        "integrations/staff_off.html", channel=_channel(code), form=DecisionForm()
    )


@bp.post("/channels/<code>/webhooks/off")
@web.permission(Permission.ORDERS_IMPORT)
def turn_off(code: str) -> ResponseReturnValue:
    """Close the door."""
    channel = _channel(code)
    service.turn_off(channel, actor_id=web.me().id)
    web.toast(_("Webhooks are off. What came in stays."))
    return _back(channel)


@bp.post("/channels/<code>/webhooks/deliveries/<int:delivery_id>/retry")
@web.permission(Permission.ORDERS_IMPORT)
def retry(code: str, delivery_id: int) -> ResponseReturnValue:
    """Handle a kept delivery again."""
    channel = _channel(code)
    service.retry(channel.id, delivery_id, actor_id=web.me().id)
    web.toast(_("It is being tried again."))
    return _back(channel)


@bp.post("/channels/<code>/webhooks/deliveries/<int:delivery_id>/done")
@web.permission(Permission.ORDERS_IMPORT)
def set_aside(code: str, delivery_id: int) -> ResponseReturnValue:
    """Note that somebody has dealt with a kept delivery by hand."""
    channel = _channel(code)
    service.set_aside(channel.id, delivery_id, actor_id=web.me().id)
    web.toast(_("Noted as dealt with."))
    return _back(channel)


@bp.post("/channels/<code>/polling")
@web.permission(Permission.ORDERS_IMPORT)
def start_polling(code: str) -> ResponseReturnValue:
    """Ask the shop from now on."""
    channel, form = _channel(code), PollForm()
    if not form.validate_on_submit():
        return _page(channel, poll_form=form), 422
    account = Account(form.url.data, form.key.data or "", form.token.data)
    try:
        service.set_poll(channel, Adapter(form.adapter.data), account, actor_id=web.me().id)
    except OutboundError:
        form.url.errors = [_("Write a public https address without a port, name or password.")]
        return _page(channel, poll_form=form), 422
    except BadSecretError:
        form.key.errors = [_("WooCommerce needs both, the consumer key and its secret.")]
        return _page(channel, poll_form=form), 422
    web.toast(_("The shop is asked every five minutes from now on."))
    return _back(channel)


@bp.post("/channels/<code>/polling/off")
@web.permission(Permission.ORDERS_IMPORT)
def stop_polling(code: str) -> ResponseReturnValue:
    """Ask the shop no more."""
    channel = _channel(code)
    service.stop_poll(channel, actor_id=web.me().id)
    web.toast(_("The shop is asked no more, and its secret is forgotten here."))
    return _back(channel)


# --- the page ------------------------------------------------------------------------------------


def _page(
    channel: ChannelRow,
    *,
    turn_on_form: TurnOnForm | None = None,
    rotate_form: RotateForm | None = None,
    poll_form: PollForm | None = None,
) -> Response:
    state = request.args.get("state", "")
    page = queries.deliveries(channel.id, request.args.get("after"), state)
    endpoint = queries.endpoint_of(channel.id)
    secret = secret_to_show(str(channel.id))
    answer = make_response(
        render_template(
            "integrations/staff_webhooks.html",
            channel=channel,
            endpoint=endpoint,
            address=_address(endpoint.code) if endpoint else "",
            secret=secret,
            poll=queries.poll_of(channel.id),
            page=page,
            state=state,
            states=[
                ("", _("Every state")),
                *((each, state_badge(each)[0]) for each in DeliveryState),
            ],
            next_url=_url(channel, state=state or None, after=page.next_key)
            if page.next_key
            else None,
            turn_on_form=turn_on_form or TurnOnForm(formdata=None),
            rotate_form=rotate_form or RotateForm(formdata=None),
            poll_form=poll_form or PollForm(formdata=None),
            form=DecisionForm(formdata=None),
            labels=ADAPTER_LABELS,
            trouble_texts=TROUBLE_TEXTS,
            state_badge=state_badge,
            poll_trouble=poll_trouble,
        )
    )
    return shown_once(answer, "", "", _url(channel)) if secret else answer


def _show(channel: ChannelRow, secret: str) -> ResponseReturnValue:
    page = _url(channel)
    return shown_once(make_response(redirect(page, 303)), str(channel.id), secret, page)


def state_badge(state: DeliveryState) -> tuple[str, str]:
    """Return a delivery's state in words, and the kind of badge it gets."""
    return {
        DeliveryState.WAITING: (_("Waiting"), "info"),
        DeliveryState.DONE: (_("Taken in"), "ok"),
        DeliveryState.IGNORED: (_("Ignored"), ""),
        DeliveryState.KEPT: (_("Kept for you"), "danger"),
    }[state]


def poll_trouble(error: str) -> str:
    """Return in words why a shop could not be asked."""
    word, _sep, more = error.partition(" ")
    texts: dict[str, str] = {
        "status": _("The shop answered with status %(code)s.", code=more or "?"),
        "body": _("What the shop answered is no list of orders."),
        "link": _("The shop's next page leads to another host, so it was not followed."),
        "secret": _("Its secret can't be read any more: enter it again."),
        "private": _("The address leads into a private network."),
        "unknown_host": _("There is no such host."),
        "redirect": _("The shop sends us elsewhere; enter the address it leads to."),
        "too_big": _("The answer is too large."),
        "too_slow": _("The shop took too long."),
    }
    return texts.get(word, _("The shop could not be reached."))


def _channel(code: str) -> ChannelRow:
    return queries.channel_of(code)


def _url(channel: ChannelRow, **more: Any) -> str:
    return url_for("integrations_staff.webhooks", code=channel.code, **more)


def _back(channel: ChannelRow) -> ResponseReturnValue:
    return redirect(_url(channel), 303)


def _address(code: str) -> str:
    base: str = current_app.config["POTLUCK"].base_url
    return base + url_for("integrations.receive", code=code)
