"""Settings of the account: contacts and password."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service, sessions
from app.identity.forms import AddContactForm, CodeForm, PasswordForm
from app.identity.pages import address, again, here, tell_brought
from app.identity.routes.blueprint import bp
from app.identity.types import CodeError, ContactTakenError, Purpose
from app.kernel import i18n, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _


@bp.get("/settings/account")
@web.member_required
@web.no_store
def account() -> ResponseReturnValue:
    """Show his contacts and the way to a new password."""
    member_id = web.me().id
    return render_template(
        "identity/account.html",
        contacts=queries.contacts_of(member_id),
        no_letters_since=queries.wish_of(member_id),
    )


# --- password ------------------------------------------------------------------------------------


@bp.get("/settings/account/password")
@web.member_required
@web.no_store
def password() -> ResponseReturnValue:
    """Ask for the password now and the new one."""
    return render_template("identity/password.html", form=PasswordForm())


@bp.post("/settings/account/password")
@web.member_required
@web.no_store
def change_password() -> ResponseReturnValue:
    """Take a new password; every other device is signed out."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return again("identity/password.html", form)
    try:
        signed_in = service.change_password(
            web.me().id, form.current.data, form.password.data, device=here()
        )
    except DomainError as error:
        return again("identity/password.html", form, error)
    sessions.begin(signed_in)
    web.toast(_("New password set. All other devices are signed out."))
    return redirect(url_for("identity.account"), 303)


# --- contacts ------------------------------------------------------------------------------------


@bp.get("/settings/account/contacts/add")
@web.member_required
@web.no_store
def add_contact() -> ResponseReturnValue:
    """Ask for another contact."""
    return render_template("identity/add_contact.html", form=AddContactForm())


@bp.post("/settings/account/contacts/add")
@web.member_required
@web.no_store
def send_contact_code() -> ResponseReturnValue:
    """Send a code to the new contact."""
    form = AddContactForm()
    if not form.validate_on_submit():
        return again("identity/add_contact.html", form)
    try:
        ticket = service.start_adding_contact(
            web.me().id, form.contact.data, form.current.data, locale=i18n.chosen_locale()
        )
    except DomainError as error:
        return again("identity/add_contact.html", form, error)
    return redirect(url_for("identity.contact_code", ticket=ticket), 303)


@bp.get("/settings/account/contacts/code/<ticket>")
@web.member_required
@web.no_store
def contact_code(ticket: str) -> ResponseReturnValue:
    """Ask for the code of the new contact."""
    waiting = queries.find_waiting_code(ticket, Purpose.ADD_CONTACT, member_id=web.me().id)
    if waiting is None:
        return _start_over()
    return render_template(
        "identity/contact_code.html", form=CodeForm(), ticket=ticket, waiting=waiting
    )


@bp.post("/settings/account/contacts/code/<ticket>")
@web.member_required
@web.no_store
def prove_contact(ticket: str) -> ResponseReturnValue:
    """Add the contact whose code fits."""
    form, member_id = CodeForm(), web.me().id
    waiting = queries.find_waiting_code(ticket, Purpose.ADD_CONTACT, member_id=member_id)
    if waiting is None:
        return _start_over()
    page: dict[str, Any] = {"ticket": ticket, "waiting": waiting}
    if not form.validate_on_submit():
        return again("identity/contact_code.html", form, **page)
    try:
        added = service.finish_adding_contact(member_id, ticket, form.code.data, address=address())
    except CodeError as error:
        form.code.errors = [error.message]
        return again("identity/contact_code.html", form, **page)
    except ContactTakenError:
        web.toast(_("This contact opens another account already."), "warn")
        return redirect(url_for("identity.account"), 303)
    except DomainError as error:
        return again("identity/contact_code.html", form, error, **page)
    web.toast(_("%(contact)s is yours now. You can sign in with it.", contact=added.contact.masked))
    tell_brought(added.brought)
    return redirect(url_for("identity.account"), 303)


@bp.post("/settings/account/contacts/<int:contact_id>/remove")
@web.member_required
@web.no_store
def remove_contact(contact_id: int) -> ResponseReturnValue:
    """Take a contact off the account while another one is left."""
    contact = service.remove_contact(web.me().id, contact_id)
    web.toast(_("%(contact)s is removed.", contact=contact.masked))
    return redirect(url_for("identity.account"), 303)


def _start_over() -> ResponseReturnValue:
    web.toast(_("That code is used up or too old. Ask for a new one."), "warn")
    return redirect(url_for("identity.add_contact"), 303)
