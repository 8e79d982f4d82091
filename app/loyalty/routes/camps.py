"""Camps for members: the list, a camp day by day, joining, handing in."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.kernel import clock, ids, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.loyalty import shown
from app.loyalty.forms.camps import HandInForm
from app.loyalty.policy import camps as policy
from app.loyalty.policy.camps import Standing
from app.loyalty.queries import badges as badge_queries
from app.loyalty.queries import camps as queries
from app.loyalty.service import camp_work, camps
from app.loyalty.types.camps import CampPage, Task, TaskKind, Work, WorkState

bp = Blueprint("loyalty_camps", __name__)


@bp.get("/camps")
@web.public
@web.cached_for_guests(60)
def camp_list() -> ResponseReturnValue:
    """Show the camps that one can join or is in."""
    viewer = web.viewer()
    cards = queries.camps_of(viewer.id if viewer else None)
    return render_template("loyalty/camps.html", cards=cards, today=clock.business_date())


@bp.get("/camps/<slug>")
@web.public
@web.cached_for_guests(60)
def camp(slug: str) -> ResponseReturnValue:
    """Show a camp, day by day.

    Raises:
        NotFoundError: there is none that he may know.
    """
    viewer = web.viewer()
    page = _page(slug, viewer.id if viewer else None)
    badge = badge_queries.find_badge(page.plan.draft.badge_key)
    return render_template("loyalty/camp.html", badge=badge, **camp_values(page))


def _page(slug: str, member_id: int | None) -> CampPage:
    page = queries.camp_page(slug, member_id)
    if page is None:
        raise NotFoundError
    return page


def camp_values(page: CampPage) -> dict[str, Any]:
    """Return what the page of a camp shows: its days with their tasks as they stand."""
    today = clock.business_date()
    days = []
    for day in range(1, page.plan.draft.day_count + 1):
        lines = [_line(page, task) for task in page.plan.of_day(day)]
        on = page.seat.cohort.date_of(day) if page.seat else None
        days.append({"day": day, "on": on, "lines": lines, "is_today": on == today})
    return {
        "page": page,
        "plan": page.plan.draft,
        "days": days,
        "today": today,
        "is_over": bool(page.seat and page.seat.cohort.closes_on < today),
        **shown.values(),
    }


def _line(page: CampPage, task: Task) -> dict[str, Any]:
    work = page.works.get(task.id)
    standing = (
        policy.standing(page.plan.draft, task, work, page.seat, clock.business_date())
        if page.seat
        else Standing.AHEAD
    )
    return {"task": task, "work": work, "standing": standing}


@bp.post("/camps/<slug>/join")
@web.member_required
def join(slug: str) -> ResponseReturnValue:
    """Take a place in a cohort.

    Raises:
        NotFoundError: there is no such cohort.
    """
    code = ids.read_code(request.form.get("cohort", ""))
    if code is None:
        raise NotFoundError
    camps.join_cohort(web.me().id, slug, code)
    web.toast(_("You're in. Day by day, and it's done."))
    return redirect(url_for("loyalty_camps.camp", slug=slug), 303)


@bp.get("/camps/<slug>/tasks/<int:task_id>")
@web.member_required
def task(slug: str, task_id: int) -> ResponseReturnValue:
    """Show a task that one hands something in for.

    Raises:
        NotFoundError: he is in no such camp, or it has no such task.
    """
    return _task_page(slug, task_id, HandInForm())


@bp.post("/camps/<slug>/tasks/<int:task_id>")
@web.member_required
def hand_in(slug: str, task_id: int) -> ResponseReturnValue:
    """Hand in what a task asks for.

    Raises:
        NotFoundError: he is in no such camp, or it has no such task.
    """
    form = HandInForm()
    if not form.validate_on_submit():
        return _task_page(slug, task_id, form, status=422)
    try:
        work = camp_work.hand_in(web.me().id, slug, task_id, _handed(form))
    except NotFoundError:
        raise
    except PhotoError as error:
        form.photo.errors = [error.message]
        return _task_page(slug, task_id, form, status=error.http_status)
    except DomainError as error:
        form.form_errors = [error.message]
        return _task_page(slug, task_id, form, status=error.http_status)
    web.toast(_told(work))
    return redirect(url_for("loyalty_camps.camp", slug=slug, _anchor="today"), 303)


def _handed(form: HandInForm) -> camp_work.Handed:
    upload: FileStorage | None = form.photo.data or None
    photo_id = take_upload(web.me(), upload).id if upload and upload.filename else None
    steps = request.form.getlist("step")
    ticks = {int(text) for text in steps if text.isdecimal() and len(text) < 3}  # noqa: PLR2004 - two figures
    return camp_work.Handed(form.link.data or "", photo_id, frozenset(ticks), form.note.data or "")


def _told(work: Work) -> str:
    if work.state is WorkState.WAITING:
        return _("Sent to our team. You can see here how it goes.")
    return _("Done. On to the next.")


def _task_page(
    slug: str, task_id: int, form: HandInForm, *, status: int = 200
) -> ResponseReturnValue:
    page = _page(slug, web.me().id)
    found = next((each for each in page.plan.tasks if each.id == task_id), None)
    if page.seat is None or found is None or found.draft.kind is TaskKind.ACT:
        raise NotFoundError
    return render_template(
        "loyalty/camp_task.html",
        slug=slug,
        plan=page.plan.draft,
        form=form,
        ticked=request.form.getlist("step"),
        **_line(page, found),
        **shown.values(),
    ), status


def page_of(seat_id: int, viewer_id: int | None) -> str | None:
    """Return the page of a member's own camp; nobody else may know it."""
    slug = queries.slug_of_seat(seat_id, viewer_id) if viewer_id else None
    return url_for("loyalty_camps.camp", slug=slug) if slug else None
