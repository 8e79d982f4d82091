"""Messages on a device: turned on and off by its browser."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.i18n import gettext as _
from app.notify import service
from app.notify.routes.blueprint import bp
from app.notify.types import BadSubscriptionError


@bp.post("/settings/notices/push")
@web.member_required
@web.no_store
def subscribe() -> ResponseReturnValue:
    """Take what ``PushSubscription.toJSON()`` says, from our own script."""
    said = request.get_json(silent=True)
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(keys, dict):
        raise BadSubscriptionError
    endpoint, p256dh, auth = said.get("endpoint"), keys.get("p256dh"), keys.get("auth")
    if not (isinstance(endpoint, str) and isinstance(p256dh, str) and isinstance(auth, str)):
        raise BadSubscriptionError
    service.subscribe(web.me().id, endpoint, p256dh, auth)
    return "", 204


@bp.post("/settings/notices/push/off")
@web.member_required
@web.no_store
def unsubscribe() -> ResponseReturnValue:
    """Send no more messages to one browser (its script says which), or to all of his."""
    said = request.get_json(silent=True)
    endpoint = said.get("endpoint") if isinstance(said, dict) else None
    if isinstance(endpoint, str):
        service.unsubscribe(web.me().id, endpoint)
        return "", 204
    service.unsubscribe(web.me().id)
    web.toast(_("No more messages on your devices."))
    return redirect(url_for(".settings"), 303)


@bp.post("/notices/push-later")
@web.member_required
@web.no_store
def push_later() -> ResponseReturnValue:
    """Offer messages on the device another time."""
    service.ask_about_push_later(web.me().id)
    return redirect(url_for(".notices"), 303)
