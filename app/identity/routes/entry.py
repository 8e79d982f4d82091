"""Sign-in, password reset, sign-out."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service, sessions
from app.identity.forms import ForgotForm, ResetForm, SignInForm
from app.identity.pages import address, again, here
from app.identity.routes.blueprint import bp
from app.identity.types import CodeError, Purpose
from app.kernel import i18n, slots, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _


@bp.get("/signin")
@web.public
@web.no_store
def sign_in() -> ResponseReturnValue:
    """Ask for contact and password."""
    if web.viewer() is not None:
        return redirect(web.safe_path(request.args.get("next")), 303)
    form = SignInForm(data={"next": web.safe_path(request.args.get("next"))})
    return render_template("identity/sign_in.html", form=form, **_beside())


@bp.post("/signin")
@web.public
@web.no_store
def sign_in_now() -> ResponseReturnValue:
    """Sign in and lead back to where he was."""
    form = SignInForm()
    if not form.validate_on_submit():
        return again("identity/sign_in.html", form, **_beside())
    viewer = web.viewer()
    try:
        signed_in = service.sign_in(
            form.contact.data,
            form.password.data,
            device=here(),
            address=address(),
            replaces=viewer.session_id if viewer else None,
        )
    except DomainError as error:
        return again("identity/sign_in.html", form, error, **_beside())
    sessions.begin(signed_in)
    return redirect(web.safe_path(form.next.data), 303)


def _beside() -> dict[str, Any]:
    """Return what other domains put below the form (a demo names its people)."""
    return {"beside": slots.fill("sign_in", [0])[0]}


@bp.post("/signout")
@web.member_required
@web.no_store
def sign_out() -> ResponseReturnValue:
    """End this session; nothing of it stays in the browser."""
    service.sign_out(web.me().session_id)
    return signed_out(_("Signed out. The table keeps your seat."))


def signed_out(message: str) -> Response:
    """Answer that ends the session of this browser.

    Language and theme are cookies too and may stay, so cookies are not cleared wholesale: the
    session's own is taken away by name.
    """
    sessions.end()
    web.toast(message)
    response = redirect(url_for("identity.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response  # type: ignore[return-value]


# --- a forgotten password ------------------------------------------------------------------------


@bp.get("/signin/forgot")
@web.public
@web.no_store
def forgot() -> ResponseReturnValue:
    """Ask where to send a reset code."""
    return render_template("identity/forgot.html", form=ForgotForm())


@bp.post("/signin/forgot")
@web.public
@web.no_store
def send_reset_code() -> ResponseReturnValue:
    """Send a code if the contact has an account; say the same if not."""
    form = ForgotForm()
    if not form.validate_on_submit():
        return again("identity/forgot.html", form)
    try:
        ticket = service.start_reset(
            form.contact.data, locale=i18n.chosen_locale(), address=address()
        )
    except DomainError as error:
        return again("identity/forgot.html", form, error)
    return redirect(url_for("identity.reset", ticket=ticket), 303)


@bp.get("/signin/forgot/<ticket>")
@web.public
@web.no_store
def reset(ticket: str) -> ResponseReturnValue:
    """Ask for the code and a new password."""
    waiting = queries.find_waiting_code(ticket, Purpose.RESET)
    if waiting is None:
        return _start_over()
    return render_template("identity/reset.html", form=ResetForm(), ticket=ticket, waiting=waiting)


@bp.post("/signin/forgot/<ticket>")
@web.public
@web.no_store
def reset_now(ticket: str) -> ResponseReturnValue:
    """Take the new password; every session dies, a fresh one begins here."""
    form = ResetForm()
    waiting = queries.find_waiting_code(ticket, Purpose.RESET)
    if waiting is None:
        return _start_over()
    page: dict[str, Any] = {"ticket": ticket, "waiting": waiting}
    if not form.validate_on_submit():
        return again("identity/reset.html", form, **page)
    try:
        signed_in = service.finish_reset(
            ticket, form.code.data, form.password.data, device=here(), address=address()
        )
    except CodeError as error:
        form.code.errors = [error.message]
        return again("identity/reset.html", form, **page)
    except DomainError as error:
        return again("identity/reset.html", form, error, **page)
    sessions.begin(signed_in)
    web.toast(_("New password set. All other devices are signed out."))
    return redirect("/", 303)


def _start_over() -> ResponseReturnValue:
    web.toast(_("That code is used up or too old. Ask for a new one."), "warn")
    return redirect(url_for("identity.forgot"), 303)
