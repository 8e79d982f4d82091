"""Camps in the staff console: build, publish, cohorts, how they go, what was handed in."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock, web
from app.kernel.errors import DomainError, InvalidError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import shown
from app.loyalty.forms.camps import (
    CohortForm,
    NewCampForm,
    PlanForm,
    ReturnForm,
    TaskForm,
    cohort_data,
    task_data,
)
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import camp_staff
from app.loyalty.queries import camps as queries
from app.loyalty.service import camp_editing, camps
from app.loyalty.types.camps import CampError, Plan, Task

bp = Blueprint("loyalty_camps_staff", __name__, url_prefix="/staff")

EDIT = Permission.CAMPS_EDIT


@bp.get("/camps")
@web.permission(EDIT)
def camp_list() -> ResponseReturnValue:
    """List all camps."""
    return render_template(
        "loyalty/staff_camps.html",
        rows=camp_staff.staff_camps(),
        waiting=camp_staff.waiting_count(),
    )


@bp.route("/camps/new", methods=["GET", "POST"])
@web.permission(EDIT)
def new_camp() -> ResponseReturnValue:
    """Begin a camp."""
    form = NewCampForm()

    def save() -> str:
        camp_editing.make_camp(form.slug.data, form.plan(), actor_id=web.me().id)
        return url_for("loyalty_camps_staff.camp", slug=form.slug.data)

    return _form_page(form, save, "loyalty/staff_camp_plan.html", plan=None)


@bp.get("/camps/<slug>")
@web.permission(EDIT)
def camp(slug: str) -> ResponseReturnValue:
    """Show a camp: its plan day by day, cohorts, how they go.

    Raises:
        NotFoundError: there is none.
    """
    versions = _versions(slug)
    newest = versions[0]
    problem = None if newest.is_frozen else camp_editing.publishing_problem(newest)
    return render_template(
        "loyalty/staff_camp.html",
        plan=newest,
        versions=versions,
        can_open=any(plan.is_frozen for plan in versions),
        days=[(day, newest.of_day(day)) for day in range(1, newest.draft.day_count + 1)],
        problem=problem,
        funnels=camp_staff.funnels(slug),
        today=clock.business_date(),
        **shown.values(),
    )


def _versions(slug: str) -> list[Plan]:
    versions = queries.versions_of(slug)
    if not versions:
        raise NotFoundError
    return versions


@bp.get("/camps/<slug>/preview")
@web.permission(EDIT)
def preview(slug: str) -> ResponseReturnValue:
    """Show the newest version as a member sees it.

    Raises:
        NotFoundError: there is none.
    """
    plan = _versions(slug)[0]
    days = [
        {
            "day": day,
            "on": None,
            "is_today": False,
            "lines": [{"task": task, "work": None, "standing": "ahead"} for task in tasks],
        }
        for day in range(1, plan.draft.day_count + 1)
        for tasks in [plan.of_day(day)]
    ]
    key = plan.draft.badge_key
    return render_template(
        "loyalty/staff_camp_preview.html",
        slug=slug,
        needed=plan.needed,
        task_count=len(plan.tasks),
        plan=plan.draft,
        days=days,
        badge=badge_queries.find_badge(key, with_drafts=True) if key else None,
        **shown.values(),
    )


@bp.route("/camps/<slug>/plan", methods=["GET", "POST"])
@web.permission(EDIT)
def edit_plan(slug: str) -> ResponseReturnValue:
    """Change what the version in the making says.

    Raises:
        NotFoundError: there is none.
    """
    plan = camp_editing.draft_of(slug)
    form = PlanForm(obj=plan.draft)

    def save() -> str:
        camp_editing.change_plan(slug, form.plan(), actor_id=web.me().id)
        return url_for("loyalty_camps_staff.camp", slug=slug)

    return _form_page(form, save, "loyalty/staff_camp_plan.html", plan=plan)


@bp.post("/camps/<slug>/publish")
@web.permission(EDIT)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the version in the making."""
    return _do(slug, camp_editing.publish_camp, _("Published. Now open a cohort."))


@bp.post("/camps/<slug>/version")
@web.permission(EDIT)
def new_version(slug: str) -> ResponseReturnValue:
    """Begin a new version."""
    return _do(slug, camp_editing.new_version, _("A copy to change. Cohorts keep their version."))


@bp.route("/camps/<slug>/close", methods=["GET", "POST"])
@web.permission(EDIT)
def close(slug: str) -> ResponseReturnValue:
    """Ask, then close a camp.

    Raises:
        NotFoundError: there is none.
    """
    plan, form = _versions(slug)[0], Form()
    if form.validate_on_submit():
        return _do(slug, camp_editing.close_camp, _("Closed. Who is in it finishes it."))
    return render_template("loyalty/staff_camp_close.html", plan=plan, form=form)


def _do(slug: str, act: Any, told: str) -> ResponseReturnValue:
    try:
        act(slug, actor_id=web.me().id)
    except InvalidError as error:
        web.toast(str(error.message), "warn")
    else:
        web.toast(told)
    return redirect(url_for("loyalty_camps_staff.camp", slug=slug), 303)


# --- tasks ---------------------------------------------------------------------------------------


@bp.route("/camps/<slug>/tasks/new", methods=["GET", "POST"])
@web.permission(EDIT)
def new_task(slug: str) -> ResponseReturnValue:
    """Add a task to a day.

    Raises:
        NotFoundError: there is no such camp.
    """
    return _task_page(slug, None)


@bp.route("/camps/<slug>/tasks/<int:task_id>", methods=["GET", "POST"])
@web.permission(EDIT)
def edit_task(slug: str, task_id: int) -> ResponseReturnValue:
    """Change a task.

    Raises:
        NotFoundError: there is no such task.
    """
    plan = camp_editing.draft_of(slug)
    found = next((task for task in plan.tasks if task.id == task_id), None)
    if found is None:
        raise NotFoundError
    return _task_page(slug, found)


@bp.post("/camps/<slug>/tasks/<int:task_id>/remove")
@web.permission(EDIT)
def remove_task(slug: str, task_id: int) -> ResponseReturnValue:
    """Take a task out.

    Raises:
        NotFoundError: there is no such task.
    """
    camp_editing.remove_task(slug, task_id, actor_id=web.me().id)
    web.toast(_("Removed"))
    return redirect(url_for("loyalty_camps_staff.camp", slug=slug), 303)


def _task_page(slug: str, found: Task | None) -> ResponseReturnValue:
    plan = camp_editing.draft_of(slug)
    day = request.args.get("day", "1")
    wanted = int(day) if day.isdecimal() and len(day) < 3 else 1  # noqa: PLR2004 - two figures
    given = task_data(found.draft) if found else {"day": wanted}
    form = TaskForm(data=given)

    def save() -> str:
        camp_editing.save_task(
            slug, form.task(), actor_id=web.me().id, task_id=found.id if found else None
        )
        return url_for("loyalty_camps_staff.camp", slug=slug, _anchor=f"day-{form.day.data}")

    return _form_page(form, save, "loyalty/staff_camp_task.html", plan=plan, task=found)


# --- cohorts -------------------------------------------------------------------------------------


@bp.route("/camps/<slug>/cohorts/new", methods=["GET", "POST"])
@web.permission(EDIT)
def new_cohort(slug: str) -> ResponseReturnValue:
    """Open a cohort.

    Raises:
        NotFoundError: there is no such camp.
    """
    plan = _versions(slug)[0]
    form = CohortForm(data=cohort_data())

    def save() -> str:
        camp_editing.add_cohort(slug, form.draft(), actor_id=web.me().id)
        return url_for("loyalty_camps_staff.camp", slug=slug, _anchor="cohorts")

    return _form_page(form, save, "loyalty/staff_camp_cohort.html", plan=plan)


def _form_page(form: Form, save: Any, template: str, **values: Any) -> ResponseReturnValue:
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                url = save()
            except CampError as error:
                if error.field and error.field in form:
                    form[error.field].errors = [error.message]
                else:
                    form.form_errors = [error.message]
            except InvalidError as error:
                form.form_errors = [error.message]
            else:
                web.toast(_("Saved"))
                return redirect(url, 303)
    return render_template(template, form=form, **values), status


# --- what was handed in --------------------------------------------------------------------------


@bp.get("/camps-handed-in")
@web.permission(EDIT)
def handed_in() -> ResponseReturnValue:
    """List what waits to be looked at, the oldest first."""
    return _queue()


@bp.post("/camps-handed-in/<int:work_id>/accept")
@web.permission(EDIT)
def accept(work_id: int) -> ResponseReturnValue:
    """Say that it is right."""
    try:
        graduated = camps.accept_work(work_id, actor_id=web.me().id)
    except DomainError as error:
        web.toast(str(error.message), "warn")
    else:
        web.toast(_("Accepted, and graduated by it.") if graduated else _("Accepted"))
    return redirect(url_for("loyalty_camps_staff.handed_in"), 303)


@bp.post("/camps-handed-in/<int:work_id>/return")
@web.permission(EDIT)
def give_back(work_id: int) -> ResponseReturnValue:
    """Hand it back with a reason."""
    form = ReturnForm()
    if not form.validate_on_submit():
        web.toast(_("Write what is missing, so that the member knows."), "warn")
        return _queue(open_id=work_id, typed=request.form.get("reason", "")), 422
    try:
        camps.return_work(work_id, form.reason.data, actor_id=web.me().id)
    except DomainError as error:
        web.toast(str(error.message), "warn")
    else:
        web.toast(_("Handed back. The member can read why and try again."))
    return redirect(url_for("loyalty_camps_staff.handed_in"), 303)


def _queue(open_id: int | None = None, typed: str = "") -> str:
    page = camp_staff.waiting(request.args.get("after"))
    next_url = (
        url_for("loyalty_camps_staff.handed_in", after=page.next_key) if page.next_key else None
    )
    return render_template(
        "loyalty/staff_handed_in.html",
        page=page,
        next_url=next_url,
        open_id=open_id,
        typed=typed,
        **shown.values(),
    )
