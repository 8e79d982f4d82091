"""A member's own space, and how pages look to anybody: language and theme."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service
from app.identity.pages import THEME_COOKIE, remember
from app.identity.routes.blueprint import bp
from app.kernel import i18n, slots, web
from app.kernel.errors import InvalidError
from app.kernel.i18n import gettext as _


@bp.get("/me")
@web.member_required
@web.no_store
def me() -> ResponseReturnValue:
    """Show a member his own space: who he is, what he has, where to go."""
    viewer = web.me()
    return render_template(
        "identity/me.html",
        person=viewer.person,
        cards=slots.fill("me_cards", [viewer.id])[viewer.id],
        profile_url=_profile_url(viewer.yid),
    )


def member_url(member_id: int, _viewer_id: int | None) -> str | None:
    """Return the address of a member's public page, for references."""
    person = queries.people([member_id]).get(member_id)
    return _profile_url(person.yid) if person else None


def _profile_url(yid: str) -> str | None:
    """Return the page that the community keeps for a member, or None in a house without one."""
    if "community.profile" not in current_app.view_functions:
        return None
    return url_for("community.profile", yid=yid)


@bp.post("/theme")
@web.public
def set_theme() -> ResponseReturnValue:
    """Remember light, dark or auto: in a cookie, and with the member."""
    theme = request.form.get("theme", "")
    if theme not in service.THEMES:
        raise InvalidError(_("Choose one of the three."))
    if viewer := _checked_viewer():
        service.set_theme(viewer.id, theme)
    return _remembered(THEME_COOKIE, theme)


@bp.post("/locale")
@web.public
def set_locale() -> ResponseReturnValue:
    """Remember the language: in a cookie, and with the member."""
    locale = i18n.parse_locale(request.form.get("locale"))
    if locale is None:
        raise InvalidError(_("Choose one of these languages."))
    if viewer := _checked_viewer():
        service.set_locale(viewer.id, locale)
    return _remembered(i18n.COOKIE, i18n.TAGS[locale])


# A guest's page carries no token, so that it can be cached: his Origin and Sec-Fetch-Site are
# checked as for every request. A member's form has one, and it must fit.
web.csrf.exempt(set_theme)
web.csrf.exempt(set_locale)


def _checked_viewer() -> web.Viewer | None:
    viewer = web.viewer()
    if viewer is not None:
        web.csrf.protect()
    return viewer


def _remembered(name: str, value: str) -> Response:
    response = (
        make_response("", 204)
        if web.is_fragment()
        else make_response(redirect(_without_lang(web.safe_path(request.form.get("next"))), 303))
    )
    remember(response, name, value)
    return response


def _without_lang(path: str) -> str:
    """Return a path without ``?lang=``, which would win over the choice just made."""
    parts = urlsplit(path)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != "lang"]
    return urlunsplit(parts._replace(query=urlencode(kept)))
