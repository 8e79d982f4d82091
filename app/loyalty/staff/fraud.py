"""The fraud desk in the console: a queue of cases, their evidence, and what people decide."""

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.i18n import number
from app.kernel.permissions import Permission
from app.loyalty import fraud_shown as shown
from app.loyalty.forms.fraud import LABELS, FraudRulesForm, ReleaseForm
from app.loyalty.queries import fraud as queries
from app.loyalty.service import desk
from app.loyalty.service import fraud as service
from app.loyalty.types.fraud import LIVE, SETTING, CaseState

bp = Blueprint("loyalty_fraud", __name__, url_prefix="/staff/fraud")

VIEWS = {
    "": LIVE,
    "frozen": (CaseState.FROZEN,),
    "decided": (CaseState.DISMISSED, CaseState.CLOSED),
}


@bp.get("")
@web.permission(Permission.FRAUD_SEE)
def cases() -> ResponseReturnValue:
    """List cases, the weightiest first."""
    asked = request.args.get("show", "")
    view = asked if asked in VIEWS else ""
    page = queries.cases(VIEWS[view], request.args.get("after"))
    names = {"": _("To decide"), "frozen": _("Frozen"), "decided": _("Decided")}
    return render_template(
        "loyalty/staff_fraud.html",
        rows=[shown.case_line(case) for case in page.items],
        tabs=[(names[each], url_for(".cases", show=each or None), each == view) for each in VIEWS],
        next_url=url_for(".cases", show=view or None, after=page.next_key)
        if page.next_key
        else None,
    )


@bp.get("/<code>")
@web.permission(Permission.FRAUD_SEE)
def case(code: str) -> ResponseReturnValue:
    """Show one case: what was seen, which acts earned points, what can be done."""
    return _case_page(code, ReleaseForm(formdata=None))


def _case_page(code: str, form: Form) -> str:
    found = queries.get_case(code)
    me = web.me()
    is_own = found.row.member.id == me.id
    may_decide = me.can(Permission.FRAUD_DECIDE) and not is_own
    return render_template(
        "loyalty/staff_fraud_case.html",
        detail=found,
        line=shown.case_line(found.row),
        signals=[shown.signal_line(signal) for signal in found.signals],
        acts=[shown.act_line(act) for act in found.acts],
        form=form,
        is_own=is_own,
        may_decide=may_decide and found.row.state in LIVE,
    )


def _do(code: str, act: Callable[[], str]) -> ResponseReturnValue:
    """Run a verb and tell what it did; what went wrong stands on the case's page."""
    form = ReleaseForm(formdata=None)
    try:
        done = act()
    except NotFoundError:
        raise
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _case_page(code, form), error.http_status
    web.toast(done)
    return redirect(url_for(".case", code=code), 303)


@bp.post("/<code>/dismiss")
@web.permission(Permission.FRAUD_DECIDE)
def dismiss(code: str) -> ResponseReturnValue:
    """Say that it was a false alarm."""

    def act() -> str:
        service.dismiss(web.me().id, code)
        return _("Noted as a false alarm. It stays quiet for a while.")

    return _do(code, act)


@bp.post("/<code>/freeze")
@web.permission(Permission.FRAUD_DECIDE)
def freeze(code: str) -> ResponseReturnValue:
    """Freeze what the member has."""

    def act() -> str:
        service.freeze(web.me().id, code)
        return _("Frozen. What this member earns waits, and he reads why.")

    return _do(code, act)


@bp.post("/<code>/close")
@web.permission(Permission.FRAUD_DECIDE)
def close(code: str) -> ResponseReturnValue:
    """Say that it was right and is settled."""

    def act() -> str:
        service.close(web.me().id, code)
        return _("Settled.")

    return _do(code, act)


@bp.post("/<code>/release")
@web.permission(Permission.FRAUD_DECIDE)
def release(code: str) -> ResponseReturnValue:
    """End a freeze and pay what waited."""
    form = ReleaseForm()
    if not form.validate_on_submit():
        return _case_page(code, form), 422

    def act() -> str:
        paid = service.release(web.me().id, code, was_right=form.verdict.data == "right")
        return _("Released. %(num)s points that waited were paid.", num=number(paid))

    return _do(code, act)


@bp.post("/<code>/reverse")
@web.permission(Permission.FRAUD_DECIDE)
def reverse(code: str) -> ResponseReturnValue:
    """Take the points of chosen acts back."""
    chosen = [int(each) for each in request.form.getlist("act") if each.isdecimal()]

    def act() -> str:
        taken = service.reverse(web.me().id, code, [each for each in chosen if each < 2**63])
        return _("%(num)s points taken back. The member reads why.", num=number(taken))

    return _do(code, act)


# --- thresholds ----------------------------------------------------------------------------------


@bp.get("/rules")
@web.permission(Permission.FRAUD_SEE)
def rules() -> ResponseReturnValue:
    """Show the thresholds and how often each signal was right."""
    return _rules_page(FraudRulesForm(formdata=None, data=asdict(queries.rules())))


@bp.post("/rules")
@web.permission(Permission.FRAUD_DECIDE)
def set_rules() -> ResponseReturnValue:
    """Set the thresholds; the next sweep looks with them."""
    form = FraudRulesForm()
    if not form.validate_on_submit():
        return _rules_page(form), 422
    desk.set_figures(web.me().id, SETTING, form.rules())
    web.toast(_("Set. The next look uses it."))
    return redirect(url_for(".rules"), 303)


def _rules_page(form: FraudRulesForm) -> str:
    return render_template(
        "loyalty/staff_fraud_rules.html",
        form=form,
        names=list(LABELS),
        rows=[shown.figures_row(figures) for figures in queries.signal_figures()],
        may_set=web.me().can(Permission.FRAUD_DECIDE),
    )
