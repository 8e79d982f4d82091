"""Staff adjustments in the console: give, take, propose, agree; what each role may do."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.identity import queries as identity
from app.kernel import slots, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission, Role
from app.loyalty import grants_shown as shown
from app.loyalty.forms.grants import AnswerForm, BudgetForm, GrantForm
from app.loyalty.queries import grants as queries
from app.loyalty.queries.grants_batches import waiting_batches
from app.loyalty.service import grants as service
from app.loyalty.types.grants import (
    Authority,
    GrantDecidedError,
    GrantReason,
    GrantRow,
    GrantState,
    Wish,
)

bp = Blueprint("loyalty_grants", __name__, url_prefix="/staff/grants")

VIEWS = (None, GrantState.PROPOSED, GrantState.POSTED, GrantState.DECLINED)


@bp.get("")
@web.permission(Permission.POINTS_GRANT)
def grants() -> ResponseReturnValue:
    """List adjustments; those that wait for a second person first of all."""
    asked = request.args.get("state", "")
    state = GrantState(asked) if asked in set(VIEWS[1:]) else None
    after = request.args.get("after")
    page = queries.grants(state, after=after)
    is_first = state is None and not after
    waiting = queries.grants(GrantState.PROPOSED).items if is_first else []
    above = {grant.id for grant in waiting}
    return render_template(
        "loyalty/staff_grants.html",
        rows=[shown.grant_line(grant) for grant in page.items if grant.id not in above],
        waiting=[shown.grant_line(grant) for grant in waiting],
        waiting_batches=[shown.batch_line(each) for each in waiting_batches()] if is_first else [],
        state=state,
        tabs=[
            (_("All"), url_for(".grants"), state is None),
            *(
                (shown.grant_state(each)[0], url_for(".grants", state=each.value), state is each)
                for each in VIEWS[1:]
                if each
            ),
        ],
        next_url=url_for(".grants", state=asked or None, after=page.next_key)
        if page.next_key
        else None,
    )


@bp.get("/new")
@web.permission(Permission.POINTS_GRANT)
def new_grant() -> ResponseReturnValue:
    """Ask whom, how much and why."""
    form = GrantForm(data={"yid": request.args.get("member", "")[:20], "way": "give"})
    return _form_page(form)


@bp.post("/new")
@web.permission(Permission.POINTS_GRANT)
def give() -> ResponseReturnValue:
    """Give or take at once, or propose it."""
    form = GrantForm()
    if not form.validate_on_submit():
        return _form_page(form), 422
    member = identity.find_member_by_yid(form.yid.data)
    if member is None:
        form.yid.errors = [*form.yid.errors, _("No member has this Yid.")]
        return _form_page(form), 422
    wish = Wish(
        member.id, form.signed_points, GrantReason(form.reason.data), form.note.data or "",
        form.request_key.data,
    )  # fmt: skip
    try:
        grant = service.adjust(web.me().id, wish)
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _form_page(form), error.http_status
    if grant.state is GrantState.PROPOSED:
        web.toast(_("That is more than you may move alone. A second person has to agree."), "info")
    else:
        web.toast(_("Done: %(amount)s.", amount=shown.amount(grant.points)))
    return redirect(url_for(".grant", code=grant.code), 303)


def _form_page(form: GrantForm) -> str:
    standing = queries.standing_of(web.me().id, web.me().roles)
    member = identity.find_member_by_yid(form.yid.data) if form.yid.data else None
    return render_template(
        "loyalty/staff_grant_new.html",
        form=form,
        member=member,
        authority=shown.authority_text(standing),
    )


@bp.get("/<code>")
@web.permission(Permission.POINTS_GRANT)
def grant(code: str) -> ResponseReturnValue:
    """Show one adjustment: whom, how much, why, who waits how long; decide with one tap."""
    return _grant_page(queries.get_grant(code), AnswerForm())


@bp.post("/<code>/approve")
@web.permission(Permission.POINTS_APPROVE)
def approve(code: str) -> ResponseReturnValue:
    """Agree."""
    return _decide(code, approving=True)


@bp.post("/<code>/decline")
@web.permission(Permission.POINTS_APPROVE)
def decline(code: str) -> ResponseReturnValue:
    """Say no."""
    return _decide(code, approving=False)


def _decide(code: str, *, approving: bool) -> ResponseReturnValue:
    form = AnswerForm()
    if not form.validate_on_submit():
        return _grant_page(queries.get_grant(code), form), 422
    act = service.approve if approving else service.decline
    try:
        grant = act(web.me().id, code, form.answer.data or "")
    except NotFoundError:
        raise
    except GrantDecidedError as error:
        web.toast(str(error), "warn")
        return redirect(url_for(".grant", code=code), 303)
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _grant_page(queries.get_grant(code), form), error.http_status
    web.toast(
        _("Approved: %(amount)s.", amount=shown.amount(grant.points))
        if approving
        else _("Declined. Whoever asked can read why.")
    )
    return redirect(url_for(".grants"), 303)


@bp.post("/<code>/withdraw")
@web.permission(Permission.POINTS_GRANT)
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    try:
        service.withdraw(web.me().id, code)
    except GrantDecidedError as error:
        web.toast(str(error), "warn")
    else:
        web.toast(_("Withdrawn. Nothing was posted."))
    return redirect(url_for(".grant", code=code), 303)


def _grant_page(grant: GrantRow, form: AnswerForm) -> str:
    me = web.me()
    is_open = grant.state is GrantState.PROPOSED
    is_second = me.id not in {grant.maker.id, grant.member.id}
    return render_template(
        "loyalty/staff_grant.html",
        line=shown.grant_line(grant),
        role=shown.role_name(grant.maker_role),
        form=form,
        may_decide=is_open and is_second and me.can(Permission.POINTS_APPROVE),
        may_withdraw=is_open and me.id == grant.maker.id,
        is_mine=me.id == grant.maker.id,
    )


# --- what each role may do -----------------------------------------------------------------------


@bp.get("/budgets")
@web.permission(Permission.ROLES_GRANT)
def budgets() -> ResponseReturnValue:
    """Show what each role may do."""
    return _budgets_page()


@bp.post("/budgets/<role>")
@web.permission(Permission.ROLES_GRANT)
def set_budget(role: str) -> ResponseReturnValue:
    """Set what one role may do.

    Raises:
        NotFoundError: there is no such role.
    """
    if role not in set(Role):
        raise NotFoundError
    form = BudgetForm(prefix=role)
    if not form.validate_on_submit():
        return _budgets_page(role, form), 422
    authority = Authority(
        form.act_points.data or 0, form.day_points.data or 0,
        form.approve_act_points.data or 0, form.approve_day_points.data or 0,
    )  # fmt: skip
    try:
        service.set_budget(web.me().id, Role(role), authority)
    except NotFoundError:
        raise
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _budgets_page(role, form), error.http_status
    web.toast(_("Set. It counts from now on."))
    return redirect(url_for(".budgets"), 303)


def _budgets_page(role: str = "", sent: BudgetForm | None = None) -> str:
    found = queries.budgets()
    rows = [
        {
            "role": each.value,
            "name": shown.role_name(each),
            "is_default": each not in found.changed,
            "form": sent if sent is not None and role == each.value else _budget_form(each, held),
            "approves": each is Role.ADMINISTRATOR,
        }
        for each, held in found.by_role.items()
    ]
    return render_template("loyalty/staff_budgets.html", rows=rows)


def _budget_form(role: Role, held: Authority) -> BudgetForm:
    values: dict[str, Any] = {
        "act_points": held.act_points,
        "day_points": held.day_points,
        "approve_act_points": held.approve_act_points,
        "approve_day_points": held.approve_day_points,
    }
    return BudgetForm(formdata=None, prefix=role.value, data=values)


# --- on the page of a member ---------------------------------------------------------------------


@slots.fills("staff_member")
def member_card(member_ids: Collection[int]) -> dict[int, Markup]:
    """Show a member's last adjustments and the way to a new one. One statement a member."""
    me = web.viewer()
    if me is None or not me.can(Permission.POINTS_GRANT):
        return {}
    people = identity.people(member_ids)
    return {
        member_id: Markup(  # noqa: S704 - a template's own output
            render_template(
                "loyalty/_staff_member_grants.html",
                rows=[shown.grant_line(grant) for grant in queries.grants_of(member_id)],
                yid=person.yid,
                is_me=me.id == member_id,
            )
        )
        for member_id, person in people.items()
    }
