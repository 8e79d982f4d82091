"""Check-in in the staff console: figures, granted days, the operator's rules."""

from dataclasses import asdict
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.checkin import queries, service
from app.checkin.forms import GrantForm, MakeUpForm, RulesForm
from app.checkin.shown import desk as shown
from app.checkin.types import GrantRefusedError, Scope
from app.checkin.types.rules import BOUNDS
from app.kernel import clock, web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

bp = Blueprint("checkin_staff", __name__, url_prefix="/staff/checkins")


@bp.get("")
@web.permission(Permission.CHECKINS_EDIT)
def overview() -> ResponseReturnValue:
    """Show how check-in is doing, and what days were granted."""
    after = request.args.get("after", type=int)
    page = queries.grants(after=after)
    figures = queries.figures()
    return render_template(
        "checkin/staff_overview.html",
        kpis=shown.kpis(figures),
        chart=shown.chart(figures),
        savers=shown.savers(figures),
        rules=shown.rules_facts(queries.rules()),
        rows=[shown.grant_row(grant) for grant in page.items],
        next_url=url_for(".overview", after=page.next_key) if page.next_key else None,
        first_url=url_for(".overview") if after else None,
    )


# --- granting a day ------------------------------------------------------------------------------


@bp.route("/grants/new", methods=["GET", "POST"])
@web.permission(Permission.CHECKINS_EDIT)
def new_grant() -> ResponseReturnValue:
    """Ask which day and for whom, tell what it would do, then grant it."""
    yesterday = clock.business_date() - timedelta(days=1)
    form = GrantForm(data={"on_date": yesterday, "points": 0, "scope": Scope.ALIVE.value})
    if not form.is_submitted():
        return _grant_page(form)
    if not form.validate():
        return _grant_page(form, status=422)
    day, scope = form.on_date.data, Scope(form.scope.data)
    if form.sure.data != "yes":
        return _grant_page(form, count=queries.count_for_grant(day, scope))
    try:
        grant = service.grant_day(
            day,
            scope,
            points=form.points.data,
            reason=form.reason.data,
            actor_id=web.me().id,
        )
    except GrantRefusedError as error:
        form.on_date.errors = [str(error.message)]
        return _grant_page(form, status=422)
    web.toast(_("On its way. You can watch it here"))
    return redirect(url_for(".grant", code=grant.code), 303)


def _grant_page(
    form: GrantForm, *, count: int | None = None, status: int = 200
) -> ResponseReturnValue:
    facts = []
    if count is not None:
        day, scope = form.on_date.data, Scope(form.scope.data)
        facts = shown.grant_facts(day, scope, form.points.data, count)
    page = render_template(
        "checkin/staff_grant_new.html", form=form, count=count, facts_asked=facts
    )
    return page, status


@bp.get("/grants/<code>")
@web.permission(Permission.CHECKINS_EDIT)
def grant(code: str) -> ResponseReturnValue:
    """Show how far a granted day is.

    Raises:
        NotFoundError: there is none of this code.
    """
    card = shown.grant_card(queries.get_grant(code))
    name = "checkin/_grant_progress.html" if web.is_fragment() else "checkin/staff_grant.html"
    return render_template(name, card=card)


@bp.route("/grants/<code>/undo", methods=["GET", "POST"])
@web.permission(Permission.CHECKINS_EDIT)
def undo_grant(code: str) -> ResponseReturnValue:
    """Ask, then take a granted day back.

    Raises:
        NotFoundError: there is none of this code.
    """
    card, form, status = shown.grant_card(queries.get_grant(code)), MakeUpForm(), 200
    if form.validate_on_submit():
        try:
            service.ask_undo(code, actor_id=web.me().id)
        except GrantRefusedError as error:
            status = 422
            form.form_errors = [str(error.message)]
        else:
            web.toast(_("It is being taken back"))
            return redirect(url_for(".grant", code=code), 303)
    return render_template("checkin/staff_grant_undo.html", card=card, form=form), status


# --- rules ---------------------------------------------------------------------------------------


@bp.route("/rules", methods=["GET", "POST"])
@web.permission(Permission.CHECKINS_EDIT)
def rules() -> ResponseReturnValue:
    """Show and change the rules of check-in; every version stays listed."""
    form, status = RulesForm(data=asdict(queries.rules())), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            service.set_rules(form.rules(), actor_id=web.me().id)
            web.toast(_("Saved. The new rules hold from now on"))
            return redirect(url_for(".rules"), 303)
    versions = [shown.version_row(each) for each in queries.rules_versions()]
    columns = [{"label": bounds.label, "kind": "right"} for bounds in BOUNDS.values()]
    page = render_template(
        "checkin/staff_rules.html", form=form, versions=versions, columns=columns
    )
    return page, status
