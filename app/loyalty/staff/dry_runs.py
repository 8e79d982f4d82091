"""Dry runs: what a time that was would have cost under a draft."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries as identity
from app.kernel import charts, web
from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.permissions import Permission
from app.loyalty import policy, rules_shown
from app.loyalty.forms.rules import DryRunForm
from app.loyalty.queries import drafts, rehearsals
from app.loyalty.service import rehearsing
from app.loyalty.staff.rule_drafts import draft_page, the_draft
from app.loyalty.staff.rules import bp


@bp.post("/draft/dry-run")
@web.permission(Permission.RULES_EDIT)
def start_dry_run() -> ResponseReturnValue:
    """Ask what a time would have cost under the draft."""
    found = the_draft()
    form = DryRunForm()
    if not form.validate_on_submit():
        return draft_page(found, form), 422
    try:
        run_id = rehearsing.ask(
            found.book,
            form.since.data,
            form.until.data,
            moves_campaigns=bool(form.moves_campaigns.data),
            actor_id=web.me().id,
        )
    except InvalidError as error:
        form.since.errors = [str(error.message)]
        return draft_page(found, form), error.http_status
    return redirect(url_for("loyalty_rules.dry_run", run_id=run_id), 303)


@bp.get("/dry-runs/<int:run_id>")
@web.permission(Permission.RULES_SEE)
def dry_run(run_id: int) -> ResponseReturnValue:
    """Show a dry run: how far it is, or what it found.

    Raises:
        NotFoundError: there is none of this number (any more).
    """
    run = rehearsals.rehearsal(run_id) if run_id < 2**63 else None
    if run is None:
        raise NotFoundError
    outlook = run.outlook
    shifts = (*outlook.top_gainers, *outlook.top_losers) if outlook else ()
    current = drafts.draft()
    page = "loyalty/_dry_run.html" if web.is_fragment() else "loyalty/staff_dry_run.html"
    answer = render_template(
        page,
        run=run,
        outlook=outlook,
        rules=rules_shown.outlook_rows(outlook.by_rule, run.book) if outlook else [],
        campaigns=rules_shown.outlook_rows(outlook.by_campaign, run.book) if outlook else [],
        capped=charts.share(outlook.capped, outlook.acts) if outlook else 0.0,
        people=identity.people([each.member_id for each in shifts]),
        unknown=rules_shown.not_noted(outlook.unknown, run.book) if outlook else [],
        as_today=rules_shown.not_noted(outlook.as_today, run.book) if outlook else [],
        is_current=current is not None
        and policy.digest_of(policy.written(current.book)) == run.digest,
        here=request.path,
    )
    return answer, 200, {"Vary": "HX-Request"}
