"""Staff pages of moving in: a package, what it would do, a yes, how far it is."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice

from app.integrations.movein import queries, service
from app.integrations.movein.errors_file import errors_csv
from app.integrations.movein.forms import BeginForm, DecisionForm
from app.integrations.movein.reading import read_mapping
from app.integrations.movein.settings import inbox_folder, uploads_folder
from app.integrations.movein.shown import job_state, kind_labels, steps_of
from app.integrations.movein.types import (
    TROUBLE_TEXTS,
    Format,
    Job,
    Options,
    PackageError,
    Trouble,
    UnderWayError,
)
from app.kernel import jobs, web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

bp = Blueprint("integrations_movein", __name__, url_prefix="/staff/movein")


@bp.get("")
@web.permission(Permission.MEMBERS_MERGE)
def index() -> ResponseReturnValue:
    """List moves, and offer a new one."""
    return _index(_begin_form())


@bp.post("")
@web.permission(Permission.MEMBERS_MERGE)
def begin() -> ResponseReturnValue:
    """Take a package; it is looked through in the background."""
    form = _begin_form()
    file: FileStorage | None = form.file.data or None
    if not form.validate_on_submit():
        return _index(form), 422
    if not file and not form.inbox.data:
        form.file.errors = [_("Choose a package, or one from the inbox folder.")]
        return _index(form), 422
    try:
        options = read_mapping(form.mapping.data.stream.read()) if form.mapping.data else Options()
    except PackageError as error:
        form.mapping.errors = [*form.mapping.errors, str(error)]
        return _index(form), 422
    try:
        job = _begin(form, file, options)
    except PackageError as error:
        form.file.errors = [*form.file.errors, str(error)]
        return _index(form), 422
    except UnderWayError as error:
        form.source.errors = [*form.source.errors, str(error)]
        return _index(form), 409
    jobs.nudge("movein.work")
    return redirect(url_for("integrations_movein.move", code=job.code), 303)


def _begin(form: BeginForm, file: FileStorage | None, options: Options) -> Job:
    folders = (uploads_folder(), inbox_folder())
    if file:
        name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
        place = service.receive(folders[0], file.stream, name)  # type: ignore[arg-type]  # a binary file
    else:
        name = form.inbox.data
        place = f"inbox:{name}"
    return service.begin(
        folders,
        place,
        form.source.data,
        name=name or "package",
        form=Format(form.form.data) if form.form.data else None,
        options=options,
        started_by=web.me().id,
    )


def _begin_form() -> BeginForm:
    form = BeginForm()
    lying = service.in_inbox(inbox_folder())
    form.inbox.choices = [SelectChoice("", "–"), *(SelectChoice(name, name) for name in lying)]
    return form


def _index(form: BeginForm) -> str:
    page = queries.jobs(request.args.get("after"))
    next_url = url_for("integrations_movein.index", after=page.next_key) if page.next_key else None
    return render_template(
        "integrations/movein_index.html",
        form=form,
        page=page,
        next_url=next_url,
        has_inbox=len(form.inbox.choices) > 1,
        job_state=job_state,
    )


@bp.get("/<code>")
@web.permission(Permission.MEMBERS_MERGE)
def move(code: str) -> ResponseReturnValue:
    """Show what a move would do or has done, how far it is, and what is to be said about rows."""
    job = queries.get_job(code)
    values: dict[str, Any] = {
        "job": job,
        "job_state": job_state,
        "refusal": _(job.refusal) if job.refusal else "",
        "steps": steps_of(job),
        "kinds": kind_labels(),
        "troubles": queries.troubles_of(job.id),
        "texts": TROUBLE_TEXTS,
        "foreseen_troubles": _foreseen(job),
        "form": DecisionForm(formdata=None),
    }
    template = "_movein_progress" if web.is_fragment() else "movein_move"
    return render_template(f"integrations/{template}.html", **values)


def _foreseen(job: Job) -> list[tuple[object, int, bool]]:
    """Return (text, rows, came in all the same) of what the dry run found, the most first."""
    found = (job.foreseen or {}).get("troubles", {})
    ordered = sorted(found.items(), key=lambda each: -each[1])
    return [(TROUBLE_TEXTS[Trouble(name)], count, False) for name, count in ordered]


@bp.get("/<code>/errors.csv")
@web.permission(Permission.MEMBERS_MERGE)
def errors(code: str) -> ResponseReturnValue:
    """Hand out what is to be said about rows."""
    job = queries.get_job(code)
    answer = Response(errors_csv(queries.all_troubles(job.id)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f"attachment; filename=movein-{job.code}.csv"
    return answer


@bp.post("/<code>/confirm")
@web.permission(Permission.MEMBERS_MERGE)
def confirm(code: str) -> ResponseReturnValue:
    """Let it begin."""
    job = service.confirm(code, actor_id=web.me().id)
    jobs.nudge("movein.work")
    web.toast(_("They are moving in. You can leave this page."))
    return _back(job)


@bp.post("/<code>/pause")
@web.permission(Permission.MEMBERS_MERGE)
def pause(code: str) -> ResponseReturnValue:
    """Stop after the chunk it is at."""
    job = service.pause(code, actor_id=web.me().id)
    web.toast(_("Paused. What came in stays."))
    return _back(job)


@bp.post("/<code>/resume")
@web.permission(Permission.MEMBERS_MERGE)
def resume(code: str) -> ResponseReturnValue:
    """Go on."""
    job = service.resume(code, actor_id=web.me().id)
    jobs.nudge("movein.work")
    web.toast(_("It goes on."))
    return _back(job)


@bp.get("/<code>/drop")
@web.permission(Permission.MEMBERS_MERGE)
def ask_drop(code: str) -> ResponseReturnValue:
    """Ask whether it is to be given up."""
    return render_template(
        "integrations/movein_drop.html", job=queries.get_job(code), form=DecisionForm()
    )


@bp.post("/<code>/drop")
@web.permission(Permission.MEMBERS_MERGE)
def drop(code: str) -> ResponseReturnValue:
    """Give it up; what came in stays."""
    job = service.drop(code, actor_id=web.me().id)
    web.toast(_("Given up. What came in stays."))
    return _back(job)


def _back(job: Job) -> ResponseReturnValue:
    return redirect(url_for("integrations_movein.move", code=job.code), 303)
