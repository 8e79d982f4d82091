"""Imports in the staff console: a new file, what came in, and the way back."""

from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice

from app.commerce import queries, service
from app.commerce.forms import DecisionForm, UploadForm
from app.commerce.queries import BatchCard
from app.commerce.settings import uploads_folder
from app.commerce.staff.blueprint import bp
from app.commerce.types import (
    REFUSAL_TEXTS,
    Batch,
    BatchState,
    DraftState,
    FileKind,
    FileRefusedError,
)
from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission


@bp.get("/imports")
@web.permission(Permission.ORDERS_IMPORT)
def imports() -> ResponseReturnValue:
    """List imports and files in preparation, and offer a new one."""
    return _imports_page(_upload_form())


@bp.post("/imports")
@web.permission(Permission.ORDERS_IMPORT)
def upload() -> ResponseReturnValue:
    """Take a file; the next page asks for its columns."""
    form = _upload_form()
    if not form.validate_on_submit():
        return _imports_page(form), 422
    file: FileStorage = form.file.data
    try:
        draft = service.upload(
            uploads_folder(),
            file.stream,  # type: ignore[arg-type]  # a binary file, by werkzeug's word
            queries.get_channel_by_name(form.channel.data),
            kind=FileKind(form.kind.data),
            file_name=file.filename or "",
            started_by=web.me().id,
        )
    except FileRefusedError as error:
        form.file.errors = [*form.file.errors, refusal_text(error)]
        return _imports_page(form), error.http_status
    return redirect(url_for("commerce_staff.draft", code=draft.code), 303)


def refusal_text(error: FileRefusedError) -> str:
    """Return a refusal with its line, if it is about one."""
    where = _("Line %(num)s: ", num=error.line_number) if error.line_number else ""
    return f"{where}{error}"


def _upload_form() -> UploadForm:
    form = UploadForm()
    form.channel.choices = [SelectChoice(each.code, each.name) for each in queries.channels()]
    return form


def _imports_page(form: UploadForm) -> str:
    after = request.args.get("after")
    page = queries.batches(after)
    next_url = url_for("commerce_staff.imports", after=page.next_key) if page.next_key else None
    return render_template(
        "commerce/staff_imports.html",
        form=form,
        page=page,
        drafts=[] if after else queries.open_drafts(),
        next_url=next_url,
        batch_state=batch_state,
        draft_state=draft_state,
    )


@bp.get("/imports/<code>")
@web.permission(Permission.ORDERS_IMPORT)
def import_(code: str) -> ResponseReturnValue:
    """Show how far an import is, what it did, and its bad rows."""
    batch = queries.get_batch(code)
    card = BatchCard(batch, queries.get_channel(batch.channel_id).name)
    values: dict[str, Any] = {
        "card": card,
        "batch_state": batch_state,
        "refusal_text": REFUSAL_TEXTS[batch.refusal] if batch.refusal else "",
        "issues": queries.issues_of(batch.id),
        "has_errors_file": service.errors_path(uploads_folder(), batch).exists(),
    }
    template = "_import_progress" if web.is_fragment() else "staff_import"
    return render_template(f"commerce/{template}.html", **values)


def batch_state(batch: Batch) -> tuple[str, str]:
    """Return an import's state in words, and the kind of badge it gets."""
    if batch.rolled_back_at is not None:
        return _("Rolled back"), "warn"
    if batch.rollback_at is not None:
        return _("Being rolled back"), "info"
    return {
        BatchState.WAITING: (_("Waiting"), "info"),
        BatchState.RUNNING: (_("Running"), "info"),
        BatchState.DONE: (_("Done"), "ok"),
        BatchState.REFUSED: (_("Refused"), "danger"),
    }[batch.state]


def draft_state(state: DraftState) -> tuple[str, str]:
    """Return what a file in preparation waits for, and the kind of badge it gets."""
    return {
        DraftState.ARRIVING: (_("Being opened"), "info"),
        DraftState.MAPPING: (_("Choose columns"), "warn"),
        DraftState.CHECKING: (_("Being looked through"), "info"),
        DraftState.CHECKED: (_("Waits for your yes"), "warn"),
        DraftState.IMPORTED: (_("Imported"), "ok"),
        DraftState.DROPPED: (_("Given up"), ""),
        DraftState.REFUSED: (_("Can't be read"), "danger"),
    }[state]


@bp.get("/imports/<code>/errors.csv")
@web.permission(Permission.ORDERS_IMPORT)
def import_errors(code: str) -> ResponseReturnValue:
    """Hand out the bad rows of an import.

    Raises:
        NotFoundError: there were none, or the file has been forgotten after a week.
    """
    batch = queries.get_batch(code)
    path = service.errors_path(uploads_folder(), batch)
    if not path.exists():
        raise NotFoundError(_("Error files are kept for a week. Import the file again for it."))
    return send_file(
        path, mimetype="text/csv", as_attachment=True, download_name=f"errors-{batch.code}.csv"
    )


# --- the way back --------------------------------------------------------------------------------


@bp.get("/imports/<code>/roll-back")
@web.permission(Permission.ORDERS_IMPORT)
def roll_back(code: str) -> ResponseReturnValue:
    """Ask whether an import is really to be undone; name the file, its figures and what happens."""
    batch = queries.get_batch(code)
    card = BatchCard(batch, queries.get_channel(batch.channel_id).name)
    return render_template(
        "commerce/staff_rollback.html",
        card=card,
        brought=queries.brought_by(batch.id),
        form=DecisionForm(),
    )


@bp.post("/imports/<code>/roll-back")
@web.permission(Permission.ORDERS_IMPORT)
def roll_back_now(code: str) -> ResponseReturnValue:
    """Undo an import; the worker does it."""
    batch = service.ask_rollback(code, actor_id=web.me().id)
    web.toast(_("It is being rolled back. Nothing else has to wait for it."))
    return redirect(url_for("commerce_staff.import_", code=batch.code), 303)
