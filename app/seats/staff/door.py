"""At the door: a code is typed or scanned, its guest let in, and that undone."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import ids, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.seats import policy, queries, service, shown
from app.seats.forms import DoorForm
from app.seats.staff.blueprint import CHECK, bp
from app.seats.types import Guest


@bp.route("/door", methods=["GET", "POST"])
@web.permission(CHECK)
def door() -> ResponseReturnValue:
    """Ask for a code, and lead to its ticket. Nothing changes yet."""
    form, status = DoorForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            code = ids.read_code(form.code.data or "")
            try:
                found = queries.guest(code or "")
            except DomainError as error:
                form.code.errors = [str(error.message)]
            else:
                return redirect(url_for(".guest", code=found.ticket.code), 303)
    return render_template("seats/staff_door.html", form=form), status


@bp.get("/door/<code>")
@web.permission(CHECK)
def guest(code: str) -> ResponseReturnValue:
    """Show whose a ticket is and whether it admits him.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.guest(code)
    return render_template(
        "seats/staff_guest.html",
        guest=found,
        ticket=found.ticket,
        is_valid=policy.is_valid(found.ticket),
        together=[Guest(each, found.person) for each in queries.together(found.ticket)],
        form=DoorForm(formdata=None),
        shown=shown,
    )


@bp.post("/door/<code>")
@web.permission(CHECK)
def check_in(code: str) -> ResponseReturnValue:
    """Let a guest in, or undo it.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.guest(code)
    is_undo = bool(request.form.get("undo"))
    do = service.undo_check_in if is_undo else service.check_in
    try:
        is_new = do(web.me().id, found.ticket.code)
    except DomainError as error:
        web.toast(str(error.message), "warn")
    else:
        if is_undo:
            web.toast(_("Undone"))
        elif is_new:
            web.toast(_("Welcome, %(name)s", name=found.person.name))
        else:
            web.toast(_("This ticket was checked in before."), "warn")
    return redirect(url_for(".guest", code=found.ticket.code), 303)
