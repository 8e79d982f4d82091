"""What the pages of identity share: forms shown again, devices and roles in words."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Response, current_app, g, make_response, render_template, request

from app.identity.devices import device_from, network_of
from app.identity.types import Brought, Device, FieldError
from app.kernel import contacts, i18n, web
from app.kernel.contacts import ContactError
from app.kernel.errors import DomainError, TooManyError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Role

YEAR = 31_536_000
THEME_COOKIE = "theme"
MARK = re.compile(r"[A-Za-z0-9_-]{24}")


def here() -> Device:
    """Return the device that this request comes from; mark and address as digests only."""
    return replace(
        device_from(request.headers.get("User-Agent")),
        device_digest=contacts.keyed(f"device|{device_mark()}"),
        net_digest=contacts.keyed(f"network|{network_of(address())}"),
    )


def device_mark() -> str:
    """Return this browser's random mark; a new one where it has none yet.

    It tells the house that several members use one device, nothing else; sign-in sets it.
    """
    kept = request.cookies.get(device_cookie(), "")
    if "device_mark" not in g:
        g.device_mark = kept if MARK.fullmatch(kept) else secrets.token_urlsafe(18)
    return str(g.device_mark)


def device_cookie() -> str:
    """Return the name of the cookie that holds a browser's mark."""
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"


def address() -> str:
    """Return where this request comes from; used as a digest only."""
    return request.remote_addr or ""


def again(
    template: str,
    form: Form,
    error: DomainError | None = None,
    *,
    blame: str | None = None,
    **values: Any,
) -> Response:
    """Show a form as it was left, with what is wrong: 422, or what the error says.

    An error of one field (its own, or the one to ``blame``) stands there, others in the summary.
    """
    status = 422
    if error is not None:
        _put(form, error, blame or _field_of(error))
        status = error.http_status
    response = make_response(render_template(template, form=form, **values), status)
    if isinstance(error, TooManyError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _field_of(error: DomainError) -> str | None:
    if isinstance(error, ContactError):
        return "contact"
    return error.field if isinstance(error, FieldError) else None


def _put(form: Form, error: DomainError, name: str | None) -> None:
    if name is not None and name in form:
        field = form[name]
        field.errors = [*field.errors, error.message]
    else:
        form.form_errors = [*form.form_errors, error.message]


def tell_brought(brought: Brought) -> None:
    """Tell on the next page what a proved contact brought, if it brought anything."""
    if text := brought_text(brought.figures):
        web.toast(text)


def brought_text(figures: Mapping[str, int]) -> str:
    """Return what became a member's, in words; empty for nothing."""
    orders, points = figures.get("orders", 0), figures.get("points", 0)
    counted = ngettext("%(num)s earlier order", "%(num)s earlier orders", orders)
    earned = ngettext("%(figure)s point", "%(figure)s points", points, figure=i18n.number(points))
    if orders and points:
        return _("%(orders)s and %(points)s are now yours.", orders=counted, points=earned)
    if orders or points:
        return _("Now yours: %(what)s.", what=counted if orders else earned)
    return ""


def remember(response: Response, name: str, value: str) -> None:
    """Keep a choice of language or theme in the browser for a year."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )


def role_name(role: Role | str) -> str:
    """Return a role in words."""
    names = {
        Role.FAN: _("Fan"),
        Role.KOC: _("KOC"),
        Role.MENTOR: _("Mentor"),
        Role.LEADER: _("Circle leader"),
        Role.CONCIERGE: _("Concierge"),
        Role.MODERATOR: _("Moderator"),
        Role.OPERATOR: _("Operator"),
        Role.ANALYST: _("Analyst"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return names[Role(role)]


def device_name(device: Device) -> str:
    """Return a device in words: "Chrome on Windows"."""
    if device.browser and device.system:
        return _("%(browser)s on %(system)s", browser=device.browser, system=device.system)
    return device.browser or device.system or _("Unknown device")
