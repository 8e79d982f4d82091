"""The card beside the sign-in form that lists the demo's accounts."""

from collections.abc import Collection

from flask import render_template
from markupsafe import Markup

from app.demo.accounts import ACCOUNTS, PASSWORD
from app.demo.loader import state
from app.kernel import slots
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Role


@slots.fills("sign_in")
def accounts_card(keys: Collection[int]) -> dict[int, Markup]:
    """List the demo's sign-ins where a demo is loaded; nothing elsewhere. At most one statement."""
    if not state.is_loaded():
        return {}
    names = {
        Role.FAN: _("Fan"),
        Role.KOC: _("KOC"),
        Role.MODERATOR: _("Moderator"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    items = [(names[account.role], account.email) for account in ACCOUNTS]
    text = render_template("demo/_sign_in.html", items=[*items, (_("Password"), PASSWORD)])
    return {key: Markup(text) for key in keys}  # noqa: S704 - a template's own output
