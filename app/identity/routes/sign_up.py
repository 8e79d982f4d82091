"""Sign-up: tell who you are, prove the contact, sit down."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service, sessions
from app.identity.forms import CodeForm, SignUpForm
from app.identity.pages import address, again, here, tell_brought
from app.identity.routes.blueprint import bp
from app.identity.routes.welcome import way_in
from app.identity.types import CodeError, ContactTakenError, Purpose
from app.kernel import arrivals, i18n, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _


@bp.get("/signup")
@web.public
@web.no_store
def sign_up() -> ResponseReturnValue:
    """Ask for contact, name, password and consent."""
    target = web.safe_path(request.args.get("next"))
    if web.viewer() is not None:
        return redirect(target, 303)
    return render_template("identity/sign_up.html", form=SignUpForm(data={"next": target}))


@bp.post("/signup")
@web.public
@web.no_store
def send_sign_up_code() -> ResponseReturnValue:
    """Send a code; a contact that has an account gets a letter instead, the page is the same."""
    form = SignUpForm()
    if not form.validate_on_submit():
        return again("identity/sign_up.html", form)
    try:
        ticket = service.start_sign_up(
            form.contact.data,
            form.password.data,
            form.name.data,
            locale=i18n.chosen_locale(),
            address=address(),
        )
    except DomainError as error:
        return again("identity/sign_up.html", form, error)
    return redirect(_code_page(ticket, form.next.data), 303)


def _code_page(ticket: str, target: str | None) -> str:
    path = web.safe_path(target)
    return url_for("identity.sign_up_code", ticket=ticket, next=path if path != "/" else None)


@bp.get("/signup/code/<ticket>")
@web.public
@web.no_store
def sign_up_code(ticket: str) -> ResponseReturnValue:
    """Ask for the code."""
    waiting = queries.find_waiting_code(ticket, Purpose.SIGN_UP)
    if waiting is None:
        return _start_over()
    form = CodeForm(data={"next": web.safe_path(request.args.get("next"))})
    return render_template("identity/sign_up_code.html", form=form, ticket=ticket, waiting=waiting)


@bp.post("/signup/code/<ticket>")
@web.public
@web.no_store
def join(ticket: str) -> ResponseReturnValue:
    """Make a member of whoever proved the contact."""
    form = CodeForm()
    waiting = queries.find_waiting_code(ticket, Purpose.SIGN_UP)
    if waiting is None:
        return _start_over()
    page: dict[str, Any] = {"ticket": ticket, "waiting": waiting}
    if not form.validate_on_submit():
        return again("identity/sign_up_code.html", form, **page)
    try:
        signed_in = service.finish_sign_up(
            ticket, form.code.data, device=here(), address=address(),
            things=arrivals.brought(request.cookies),
        )  # fmt: skip
    except CodeError as error:
        form.code.errors = [error.message]
        return again("identity/sign_up_code.html", form, **page)
    except ContactTakenError as error:
        web.toast(str(error), "info")
        return redirect(url_for("identity.sign_in"), 303)
    except DomainError as error:
        return again("identity/sign_up_code.html", form, error, **page)
    sessions.begin(signed_in)
    web.toast(_("Welcome. There is a seat for you at the table."))
    tell_brought(signed_in.brought)
    return redirect(way_in(signed_in.member_id, form.next.data), 303)


@bp.post("/signup/code/<ticket>/again")
@web.public
@web.no_store
def send_sign_up_code_again(ticket: str) -> ResponseReturnValue:
    """Send another code; the one before is dead."""
    try:
        fresh = service.send_sign_up_code_again(
            ticket, locale=i18n.chosen_locale(), address=address()
        )
    except CodeError:
        return _start_over()
    web.toast(_("A new code is on its way."))
    return redirect(_code_page(fresh, request.form.get("next")), 303)


def _start_over() -> ResponseReturnValue:
    web.toast(_("That code is used up or too old. Start again, it takes a minute."), "warn")
    return redirect(url_for("identity.sign_up"), 303)
