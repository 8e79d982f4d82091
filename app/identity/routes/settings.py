"""Settings: a list of rows, each its own page. Profile, language and theme, devices."""

from typing import IO, cast

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service, sessions
from app.identity.forms import LookForm, ProfileForm
from app.identity.pages import THEME_COOKIE, again, device_name, remember
from app.identity.routes.blueprint import bp
from app.identity.routes.entry import signed_out
from app.identity.types import Device
from app.kernel import clock, i18n, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.media import service as media
from app.kernel.media.types import Crop, PhotoError


@bp.get("/settings")
@web.member_required
@web.no_store
def settings() -> ResponseReturnValue:
    """Show what can be set."""
    return render_template("identity/settings.html")


# --- profile -------------------------------------------------------------------------------------


@bp.get("/settings/profile")
@web.member_required
@web.no_store
def profile_settings() -> ResponseReturnValue:
    """Show name, picture and words about himself."""
    profile = queries.get_profile(web.me().id)
    form = ProfileForm(data={"name": profile.name, "bio": profile.bio})
    return render_template("identity/profile_settings.html", form=form)


@bp.post("/settings/profile")
@web.member_required
@web.no_store
def save_profile() -> ResponseReturnValue:
    """Keep name, words and picture."""
    form = ProfileForm()
    page = "identity/profile_settings.html"
    if not form.validate_on_submit():
        return again(page, form)
    member_id = web.me().id
    try:
        # The photo first: it is decoded outside any transaction, and what is wrong with it must
        # not leave a new name behind.
        stored = _stored_avatar(form, member_id)
        service.edit_profile(member_id, name=form.name.data, bio=form.bio.data or "")
        if stored is not None:
            service.set_avatar(member_id, *stored)
        elif form.remove_avatar.data:
            service.set_avatar(member_id, None, None)
    except PhotoError as error:
        return again(page, form, error, blame="avatar")
    except DomainError as error:
        return again(page, form, error)
    web.toast(_("Saved."))
    return redirect(url_for("identity.profile_settings"), 303)


def _stored_avatar(form: ProfileForm, member_id: int) -> tuple[int, str] | None:
    upload = form.avatar.data
    if not upload:
        return None
    values = (form.crop_x.data, form.crop_y.data, form.crop_size.data)
    crop = None if None in values else Crop(*cast("tuple[int, int, int]", values))
    stored = media.store_photo(member_id, cast("IO[bytes]", upload.stream), crop=crop)
    return stored.id, stored.sha256


# --- language and theme --------------------------------------------------------------------------


@bp.get("/settings/language")
@web.member_required
@web.no_store
def look_settings() -> ResponseReturnValue:
    """Show language and theme."""
    profile = queries.get_profile(web.me().id)
    form = LookForm(data={"locale": i18n.chosen_locale(), "theme": profile.theme})
    return render_template("identity/look_settings.html", form=form)


@bp.post("/settings/language")
@web.member_required
@web.no_store
def save_look() -> ResponseReturnValue:
    """Keep language and theme."""
    form = LookForm()
    if not form.validate_on_submit():
        return again("identity/look_settings.html", form)
    service.set_look(web.me().id, locale=form.locale.data, theme=form.theme.data)
    response = make_response(redirect(url_for("identity.look_settings"), 303))
    remember(response, i18n.COOKIE, i18n.TAGS[form.locale.data])
    remember(response, THEME_COOKIE, form.theme.data)
    return response


# --- devices -------------------------------------------------------------------------------------


@bp.get("/settings/devices")
@web.member_required
@web.no_store
def devices() -> ResponseReturnValue:
    """Show where he is signed in."""
    viewer = web.me()
    lines = queries.devices_of(viewer.id, since=clock.now() - sessions.life_of(viewer.roles))
    return render_template(
        "identity/devices.html",
        devices=[
            (line, device_name(Device(line.browser, line.system)), line.id == viewer.session_id)
            for line in lines
        ],
    )


@bp.post("/settings/devices/<int:session_id>/signout")
@web.member_required
@web.no_store
def sign_out_device(session_id: int) -> ResponseReturnValue:
    """End one of his sessions.

    Raises:
        NotFoundError: it is not his, or has ended already.
    """
    viewer = web.me()
    if not service.revoke_session(viewer.id, session_id):
        raise NotFoundError(_("This device is signed out already."))
    if session_id == viewer.session_id:
        return signed_out(_("Signed out. The table keeps your seat."))
    web.toast(_("That device is signed out."))
    return redirect(url_for("identity.devices"), 303)


@bp.post("/settings/devices/signout-everywhere")
@web.member_required
@web.no_store
def sign_out_everywhere() -> ResponseReturnValue:
    """End all his sessions, this one too."""
    service.sign_out_everywhere(web.me().id)
    return signed_out(_("Signed out everywhere."))
