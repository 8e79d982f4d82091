"""Referrals in the console: how invitations spread, who brings whom, what counts."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission
from app.loyalty import referrals_shown as shown
from app.loyalty.forms.referrals import ReferralRulesForm
from app.loyalty.queries import referrals as queries
from app.loyalty.service import desk
from app.loyalty.types.referrals import SETTING, ReferralRules

bp = Blueprint("loyalty_referrals", __name__, url_prefix="/staff/referrals")

PERIODS = (7, 30, 90)


@bp.get("")
@web.permission(Permission.REFERRALS_SEE)
def referrals() -> ResponseReturnValue:
    """Show how invitations spread."""
    asked = request.args.get("days", 30, type=int)
    days = asked if asked in PERIODS else 30
    today = clock.business_date()
    since = queries.days_back(days, today)
    spread = queries.spread(since, today)
    return render_template(
        "loyalty/staff_referrals.html",
        figures=shown.figures(spread),
        steps=shown.steps(spread),
        tops=[shown.top_row(top) for top in queries.top_inviters(since, today)],
        periods=[
            (
                ngettext("%(num)s day", "%(num)s days", each),
                url_for(".referrals", days=each),
                each == days,
            )
            for each in PERIODS
        ],
    )


@bp.get("/rules")
@web.permission(Permission.RULES_EDIT)
def rules() -> ResponseReturnValue:
    """Show what counts as joining in."""
    held = queries.rules()
    form = ReferralRulesForm(
        data={
            "actions": list(held.actions),
            "least_amount": held.least_amount,
            "within_days": held.within_days,
        }
    )
    return _rules_page(form)


@bp.post("/rules")
@web.permission(Permission.RULES_EDIT)
def set_rules() -> ResponseReturnValue:
    """Set what counts as joining in."""
    form = ReferralRulesForm()
    if not form.validate_on_submit():
        return _rules_page(form), 422
    try:
        held = ReferralRules(
            tuple(form.actions.data or ()), form.least_amount.data or 0, form.within_days.data or 0
        )
        desk.set_figures(web.me().id, SETTING, held)
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _rules_page(form), error.http_status
    web.toast(_("Set. It counts from now on."))
    return redirect(url_for(".rules"), 303)


def _rules_page(form: ReferralRulesForm) -> str:
    return render_template(
        "loyalty/staff_referral_rules.html", form=form, offer=shown.offer(queries.rules())
    )
