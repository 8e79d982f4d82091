"""Columns: planning the next issues, seeing what is due and missing."""

from datetime import date

from babel import Locale, dates
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from app.brand import queries, service
from app.brand.forms import ActForm, ColumnForm, PlanForm
from app.brand.staff.blueprint import EDIT, bp
from app.brand.types import BrandError, ColumnView
from app.kernel import clock, parts
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.web import me, permission, toast


@bp.route("/columns/new", methods=["GET", "POST"])
@permission(EDIT)
def new_column() -> ResponseReturnValue:
    """Begin a column."""
    return _form_page(ColumnForm(), None)


@bp.route("/columns/<slug>", methods=["GET", "POST"])
@permission(EDIT)
def edit_column(slug: str) -> ResponseReturnValue:
    """Change a column, plan its next issues, see those that came out."""
    found = _column(slug)
    form = ColumnForm(
        data={
            "title_zh": found.title_zh, "title_en": found.title_en, "about_zh": found.about_zh,
            "about_en": found.about_en, "weekday": found.weekday, "author": found.author.id,
        }
    )  # fmt: skip
    form.slug.data = found.slug
    return _form_page(form, found)


def _column(slug: str) -> ColumnView:
    """Return a column.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.find_column(slug, None)
    if found is None:
        raise NotFoundError
    return found


def weekdays() -> list[str]:
    """Return the names of the days, Monday first."""
    names = dates.get_day_names("wide", "stand-alone", get_locale() or Locale.parse("en"))
    return [names[n] for n in range(7)]


def _form_page(form: ColumnForm, found: ColumnView | None) -> ResponseReturnValue:
    status = 200
    writers = queries.writers()
    if found is not None and found.author.id not in {each.id for each in writers}:
        writers.append(found.author)
    form.offer(weekdays(), writers)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                if found is None:
                    service.open_column(me().id, form.draft())
                else:
                    service.save_column(me().id, form.draft())
            except BrandError as error:
                form[error.field].errors = [str(error.message)]
            else:
                toast(_("Saved"))
                return redirect(url_for("brand_staff.edit_column", slug=form.slug.data), 303)
    keys = queries.issues(found.id).items if found else []
    posts = parts.glances([each.thread_id for each in keys])
    return (
        render_template(
            "brand/staff_column.html",
            form=form,
            column=found,
            has_writers=bool(writers),
            plan=queries.plan_of(found) if found and found.is_active else [],
            issues=[(each.number, posts.get(each.thread_id)) for each in keys],
            today=clock.business_date(),
            weekdays=weekdays(),
            locale=locale_tag(),
            act=ActForm(formdata=None),
        ),
        status,
    )


@bp.post("/columns/<slug>/plan")
@permission(EDIT)
def plan(slug: str) -> ResponseReturnValue:
    """Write what the issue of a day will be about; an empty title takes the plan away."""
    form = PlanForm()
    if not form.validate():
        toast(_("Keep the working title to 120 characters."), "warn")
    else:
        service.plan_issue(me().id, slug, _day(form.due_on.data or ""), form.title.data or "")
        toast(_("Planned") if form.title.data else _("The plan is gone"))
    return redirect(url_for("brand_staff.edit_column", slug=slug, _anchor="plan"), 303)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFoundError from None


@bp.post("/columns/<slug>/rest")
@permission(EDIT)
def rest(slug: str) -> ResponseReturnValue:
    """Let a column rest, or begin again."""
    is_active = request.form.get("to") == "go"
    service.end_column(me().id, slug, is_active=is_active)
    toast(_("The column goes on") if is_active else _("The column rests. Its issues stay"), "info")
    return redirect(url_for("brand_staff.edit_column", slug=slug), 303)


@bp.post("/columns/<slug>/issues/<int:number>/take-out")
@permission(EDIT)
def take_out(slug: str, number: int) -> ResponseReturnValue:
    """Take the newest issue out; the post itself stays."""
    service.take_out(me().id, slug, number)
    toast(_("Taken out. The post itself stays"), "info")
    return redirect(url_for("brand_staff.edit_column", slug=slug), 303)
