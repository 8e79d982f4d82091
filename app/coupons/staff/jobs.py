"""Codes in bulk: a file, a number of new ones, a channel's report of used ones."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.coupons import queries, service, shown
from app.coupons.forms import CodesForm, MakeForm
from app.coupons.policy.reading import MAX_BYTES
from app.coupons.staff.blueprint import EDIT, bp
from app.coupons.staff.pools import pool_page
from app.coupons.types import FileRefusedError, Job, JobKind, PoolError
from app.kernel import web
from app.kernel.i18n import gettext as _


@bp.post("/<code>/import")
@web.permission(EDIT)
def import_codes(code: str) -> ResponseReturnValue:
    """Take a file of codes for a pool.

    Raises:
        NotFoundError: there is no such pool.
    """
    pool, form = queries.get_pool(code), CodesForm()
    if not form.validate_on_submit():
        return pool_page(pool, codes=form), 422
    try:
        job = _begun(form, JobKind.ADD, pool.code)
    except FileRefusedError as error:
        form.file.errors = [*form.file.errors, error.message]
        return pool_page(pool, codes=form), error.http_status
    return _lead_to(job)


def _begun(form: CodesForm, kind: JobKind, pool_code: str | None = None) -> Job:
    raw = form.file.data.stream.read(MAX_BYTES + 1)
    return service.begin_file(web.me().id, kind, raw, form.file.data.filename or "", pool_code)


def _lead_to(job: Job) -> ResponseReturnValue:
    if not job.is_at_work:
        web.toast(_("This very file came before. Here is what became of it."), "info")
    return redirect(url_for(".job", code=job.code), 303)


@bp.post("/<code>/make")
@web.permission(EDIT)
def make_codes(code: str) -> ResponseReturnValue:
    """Make new codes in a pool.

    Raises:
        NotFoundError: there is no such pool.
    """
    pool, form = queries.get_pool(code), MakeForm()
    if not form.validate_on_submit():
        return pool_page(pool, make=form), 422
    try:
        job = service.begin_making(
            web.me().id, pool.code, form.count.data or 0, form.prefix.data or "",
            form.request_key.data,
        )  # fmt: skip
    except PoolError as error:
        form[error.field].errors = [error.message]
        return pool_page(pool, make=form), error.http_status
    return redirect(url_for(".job", code=job.code), 303)


@bp.route("/used", methods=["GET", "POST"])
@web.permission(EDIT)
def used_codes() -> ResponseReturnValue:
    """Take a channel's report of used codes; list those that came before."""
    form, status = CodesForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return _lead_to(_begun(form, JobKind.USED))
            except FileRefusedError as error:
                form.file.errors = [*form.file.errors, error.message]
    page = queries.jobs_of(None, request.args.get("after"))
    return render_template(
        "coupons/staff_used.html",
        form=form,
        jobs=page.items,
        job_kinds=shown.JOB_KINDS,
        job_states=shown.JOB_STATES,
        next_url=url_for(".used_codes", after=page.next_key) if page.next_key else None,
    ), status


@bp.get("/jobs/<code>")
@web.permission(EDIT)
def job(code: str) -> ResponseReturnValue:
    """Show how far work on many codes is, and what was wrong.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.get_job(code)
    context: dict[str, Any] = {
        "job": found,
        "kind": shown.JOB_KINDS[found.kind],
        "state": shown.JOB_STATES[found.state],
    }
    if web.is_fragment():
        return render_template("coupons/_job.html", **context)
    faults = queries.faults_of(found.id) if found.bad else []
    return render_template(
        "coupons/staff_job.html",
        faults=[(each.number, shown.FAULTS[each.fault]) for each in faults],
        **context,
    )


@bp.post("/jobs/<code>/list")
@web.permission(EDIT)
def list_made(code: str) -> ResponseReturnValue:
    """Send the codes that the house made, for a shop to take; who asked is noted.

    Raises:
        NotFoundError: there is no such work, or its codes are a shop's own.
    """
    made = service.list_made(web.me().id, code)
    answer = Response("".join(f"{each}\n" for each in made), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f"attachment; filename=codes-{code}.txt"
    return answer


@bp.post("/jobs/<code>/stop")
@web.permission(EDIT)
def stop_job(code: str) -> ResponseReturnValue:
    """Stop work that is not done.

    Raises:
        NotFoundError: there is none.
    """
    if service.stop(web.me().id, queries.get_job(code).code):
        web.toast(_("Stopped. What was taken in stays."))
    return redirect(url_for(".job", code=code), 303)
