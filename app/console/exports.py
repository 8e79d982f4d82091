"""``/staff/exports``: what somebody asked for, how far it is, and its file."""

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from app.kernel import clock, exports, web
from app.kernel.errors import ForbiddenError, NotFoundError
from app.kernel.exports import Format, JobRow
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

bp = Blueprint("console_exports", __name__, url_prefix="/staff/exports")

FILTER = "f-"  # before the names of filters in the form
TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.GBK: "text/csv; charset=gb18030",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("")
@web.permission(Permission.CONSOLE_OPEN)
def mine() -> ResponseReturnValue:
    """List my exports; while one is on its way the list asks again."""
    page = exports.jobs_of(web.me().id, request.args.get("after"))
    template = "_exports" if web.is_fragment() else "exports"
    return render_template(
        f"console/{template}.html",
        page=page,
        next_url=url_for("console_exports.mine", after=page.next_key) if page.next_key else None,
        state_of=state_of,
        is_busy=any(row.finished_at is None for row in page.items),
        may_fetch=lambda row: row.is_there and _may(row),
        offered=exports.kinds_for(web.me().permissions),
    )


@bp.post("")
@web.permission(Permission.CONSOLE_OPEN)
def ask() -> ResponseReturnValue:
    """Ask for an export with the filters of the list it was asked from."""
    try:
        format_ = Format(request.form.get("format", Format.CSV.value))
    except ValueError as error:
        raise NotFoundError from error
    filters = {
        name.removeprefix(FILTER): value
        for name, value in request.form.items()
        if name.startswith(FILTER)
    }
    exports.ask(
        request.form.get("kind", ""),
        format_,
        filters,
        asked_by=web.me().id,
        allowed=web.me().permissions,
    )
    web.toast(_("The export is on its way. You can go on meanwhile."))
    return redirect(url_for("console_exports.mine"), 303)


@bp.get("/<code>/file")
@web.permission(Permission.CONSOLE_OPEN)
def file(code: str) -> ResponseReturnValue:
    """Hand out the file of one of my exports; whoever lost the permission meanwhile gets none.

    Raises:
        NotFoundError: it is not there, not yet or not any more.
        ForbiddenError: his roles no longer open what is in it.
    """
    found = exports.job(code, web.me().id)
    if not _may(found):
        raise ForbiddenError(_("Your roles don't open this export any more."))
    path = exports.path_of(found)
    if not found.is_there or not path.exists():
        raise NotFoundError(_("Exports are kept for a week. Ask for it again."))
    day = clock.business_date(found.asked_at)
    name = f"{found.kind.partition('.')[2].replace('_', '-')}-{day}.{found.format.ending}"
    answer: Response = send_file(
        path, mimetype=TYPES[found.format], as_attachment=True, download_name=name, etag=False
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _may(found: JobRow) -> bool:
    return found.export is not None and web.me().can(found.export.permission)


def state_of(row: JobRow) -> tuple[str, str]:
    """Return an export's state in words, and the kind of badge it gets."""
    if row.error == "failed":
        return _("Failed"), "danger"
    if row.finished_at is None:
        return (_("Running"), "info") if row.rows_done else (_("Waiting"), "info")
    return (_("Ready"), "ok") if row.is_there else (_("Deleted"), "")
