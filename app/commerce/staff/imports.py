"""Imports in the staff console: files of orders and what became of them."""

from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice

from app.commerce import queries, service
from app.commerce.forms import UploadForm
from app.commerce.queries.imports import BatchCard
from app.commerce.reading import Options
from app.commerce.reading.layout import split_mapping
from app.commerce.service.files import errors_path
from app.commerce.settings import uploads_folder
from app.commerce.staff.blueprint import bp
from app.commerce.types import REFUSAL_TEXTS, BatchState, FileRefusedError
from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission


@bp.get("/imports")
@web.permission(Permission.ORDERS_IMPORT)
def imports() -> ResponseReturnValue:
    """List imports and offer a new one."""
    return _imports_page(_upload_form())


@bp.post("/imports")
@web.permission(Permission.ORDERS_IMPORT)
def upload() -> ResponseReturnValue:
    """Take a file and queue its import."""
    form = _upload_form()
    if not form.validate_on_submit():
        return _imports_page(form), 422
    file: FileStorage = form.file.data
    try:
        batch = service.upload(
            uploads_folder(),
            file.stream,  # type: ignore[arg-type]  # a binary file, by werkzeug's word
            queries.get_channel_by_name(form.channel.data),
            _options(form),
            file_name=file.filename or "",
            started_by=web.me().id,
        )
    except FileRefusedError as error:
        where = _("Line %(num)s: ", num=error.line_number) if error.line_number else ""
        blamed = form[error.option if error.option in form else "file"]
        blamed.errors = [*blamed.errors, f"{where}{error}"]
        return _imports_page(form), error.http_status
    return redirect(url_for("commerce_staff.import_", code=batch.code), 303)


def _upload_form() -> UploadForm:
    form = UploadForm()
    form.channel.choices = [SelectChoice(each.code, each.name) for each in queries.channels()]
    return form


def _options(form: UploadForm) -> Options:
    return Options(
        split_mapping(form.mapping.data or ""),
        form.encoding.data or None,
        form.delimiter.data or None,
        bool(form.order_from_row.data),
    )


def _imports_page(form: UploadForm) -> str:
    page = queries.batches(request.args.get("after"))
    next_url = url_for("commerce_staff.imports", after=page.next_key) if page.next_key else None
    return render_template(
        "commerce/staff_imports.html",
        form=form,
        page=page,
        next_url=next_url,
        batch_state=batch_state,
    )


@bp.get("/imports/<code>")
@web.permission(Permission.ORDERS_IMPORT)
def import_(code: str) -> ResponseReturnValue:
    """Show how far an import is, what it did, and its bad rows."""
    batch = queries.get_batch(code)
    values: dict[str, Any] = {
        "card": BatchCard(batch, queries.get_channel(batch.channel_id).name),
        "batch_state": batch_state,
        "refusal_text": REFUSAL_TEXTS[batch.refusal] if batch.refusal else "",
        "issues": queries.issues_of(batch.id),
        "has_errors_file": errors_path(uploads_folder(), batch).exists(),
    }
    template = "_import_progress" if web.is_fragment() else "staff_import"
    return render_template(f"commerce/{template}.html", **values)


def batch_state(state: BatchState) -> tuple[str, str]:
    """Return an import's state in words, and the kind of badge it gets."""
    return {
        BatchState.WAITING: (_("Waiting"), "info"),
        BatchState.RUNNING: (_("Running"), "info"),
        BatchState.DONE: (_("Done"), "ok"),
        BatchState.REFUSED: (_("Refused"), "danger"),
    }[state]


@bp.get("/imports/<code>/errors.csv")
@web.permission(Permission.ORDERS_IMPORT)
def import_errors(code: str) -> ResponseReturnValue:
    """Hand out the bad rows of an import.

    Raises:
        NotFoundError: there were none, or the file has been forgotten after a week.
    """
    batch = queries.get_batch(code)
    path = errors_path(uploads_folder(), batch)
    if not path.exists():
        raise NotFoundError(_("Error files are kept for a week. Import the file again for it."))
    return send_file(
        path, mimetype="text/csv", as_attachment=True, download_name=f"errors-{batch.code}.csv"
    )
