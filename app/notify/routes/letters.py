"""The letters' looks, for the team: what members find in their mail."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import LOCALES
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.notify.letters_shown import LETTERS, letter_shown

staff_bp = Blueprint("notify_staff", __name__, url_prefix="/staff/letters")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'"


@staff_bp.get("")
@web.permission(Permission.GALLERY_SEE)
def letters() -> ResponseReturnValue:
    """List the letters that members get, in both languages."""
    names = {"notice": _("One notice"), "digest": _("Daily digest"), "weekly": _("Weekly digest")}
    rows = [
        (
            names[name],
            [(said, url_for(".letter", name=name, lang=lang)) for lang, said in LOCALES.items()],
        )
        for name in LETTERS
    ]
    return render_template("notify/staff_letters.html", rows=rows)


@staff_bp.get("/<name>/<lang>")
@web.permission(Permission.GALLERY_SEE)
def letter(name: str, lang: str) -> ResponseReturnValue:
    """Show a letter with made-up news; it runs nothing and loads nothing from elsewhere.

    Raises:
        NotFoundError: no such letter or language.
    """
    if name not in LETTERS or lang not in LOCALES:
        raise NotFoundError
    page = Response(letter_shown(name, lang), mimetype="text/html")
    page.headers["Content-Security-Policy"] = POLICY
    return page
