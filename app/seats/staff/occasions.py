"""Occasions: made, changed, called off; who has a seat."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import DomainError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.seats import queries, service, shown
from app.seats.forms import DoorForm, OccasionForm, occasion_data
from app.seats.staff.blueprint import CHECK, EDIT, bp
from app.seats.types import Occasion, TooFewSeatsError


@bp.get("")
@web.permission(CHECK)
def occasions() -> ResponseReturnValue:
    """List occasions with their seats."""
    page = queries.occasions(request.args.get("after"))
    return render_template(
        "seats/staff_occasions.html",
        occasions=page.items,
        door_form=DoorForm(formdata=None),
        shown=shown,
        next_url=url_for(".occasions", after=page.next_key) if page.next_key else None,
    )


@bp.route("/new", methods=["GET", "POST"])
@web.permission(EDIT)
def new_occasion() -> ResponseReturnValue:
    """Make an occasion."""
    return _edit(OccasionForm(), None)


@bp.route("/<code>/edit", methods=["GET", "POST"])
@web.permission(EDIT)
def edit_occasion(code: str) -> ResponseReturnValue:
    """Change an occasion.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.occasion(code)
    return _edit(OccasionForm(data=occasion_data(found.draft)), found)


def _edit(form: OccasionForm, found: Occasion | None) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                code = service.write_occasion(
                    web.me().id, form.draft(), found.code if found else None
                )
            except TooFewSeatsError as error:
                form.seats.errors = [str(error.message)]
            except DomainError as error:
                form.form_errors.append(str(error.message))
            else:
                web.toast(_("Saved"))
                return redirect(url_for(".occasion", code=code), 303)
    return render_template("seats/staff_occasion_edit.html", form=form, occasion=found), status


@bp.get("/<code>")
@web.permission(CHECK)
def occasion(code: str) -> ResponseReturnValue:
    """Show an occasion with its guests.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.occasion(code)
    page = queries.guests(found.id, request.args.get("after"))
    return render_template(
        "seats/staff_occasion.html",
        occasion=found,
        guests=page.items,
        kpis=shown.kpis(found, queries.places_come(found.id)),
        door_form=DoorForm(formdata=None),
        shown=shown,
        next_url=url_for(".occasion", code=code, after=page.next_key) if page.next_key else None,
    )


@bp.route("/<code>/call-off", methods=["GET", "POST"])
@web.permission(EDIT)
def call_off(code: str) -> ResponseReturnValue:
    """Ask, then call an occasion off.

    Raises:
        NotFoundError: there is none.
    """
    found, form = queries.occasion(code), Form()
    if form.validate_on_submit():
        service.call_off(web.me().id, found.code)
        web.toast(_("Called off. Everybody is told, and points go back"))
        return redirect(url_for(".occasion", code=found.code), 303)
    page = render_template("seats/staff_call_off.html", occasion=found, form=form)
    return page, (200 if request.method == "GET" else 422)
