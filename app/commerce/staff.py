"""Orders in the staff console: the list, one order, kept-aside figures, imports, channels."""

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from wtforms import SelectChoice

from app.commerce import queries, service, shown
from app.commerce.forms import ChannelForm, DecisionForm, UploadForm
from app.commerce.queries.imports import BatchCard
from app.commerce.queries.staff import STATES, Filters
from app.commerce.reading import Options
from app.commerce.reading.layout import split_mapping
from app.commerce.service.files import errors_path
from app.commerce.settings import uploads_folder
from app.commerce.types import (
    REFUSAL_TEXTS,
    BatchState,
    FileRefusedError,
    IdentityKind,
    SeedChannel,
)
from app.kernel import i18n, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission

bp = Blueprint("commerce_staff", __name__, url_prefix="/staff")

SEARCH_LENGTH = 128


# --- orders --------------------------------------------------------------------------------------


@bp.get("/orders")
@web.permission(Permission.ORDERS_SEE)
def orders() -> ResponseReturnValue:
    """List orders; the filters stand in the address."""
    filters = Filters(
        **{
            name: request.args.get(name, "")[:SEARCH_LENGTH].strip()
            for name in Filters.__dataclass_fields__
        }
    )
    page = queries.staff_orders(filters, request.args.get("after"))
    return render_template(
        "commerce/staff_orders.html",
        page=page,
        filters=filters,
        channels=[("", _("All channels")), *((c.code, c.name) for c in queries.channels())],
        states=[("", _("Every state")), *((state, state_name(state)) for state in STATES)],
        next_url=_orders_url(filters, page.next_key) if page.next_key else None,
        is_narrowed=filters != Filters(),
    )


def _orders_url(filters: Filters, after: str | None) -> str:
    values: dict[str, Any] = {**filters.named(), "after": after}
    return url_for("commerce_staff.orders", **values)


def state_name(state: str) -> str:
    """Return what staff call a filter of the list."""
    names = {
        "waiting": _("Return window open"),
        "settled": _("Return window over"),
        "disputed": _("Kept aside"),
        "partly": _("Partly refunded"),
        "refunded": _("Refunded in full"),
        "cancelled": _("Cancelled"),
        "withdrawn": _("Withdrawn"),
    }
    return names[state]


@bp.get("/orders/<code>")
@web.permission(Permission.ORDERS_SEE)
def order(code: str) -> ResponseReturnValue:
    """Show one order with its buyer, lines, points and every figure that ever came for it."""
    found = queries.staff_order(code)
    return render_template(
        "commerce/staff_order.html",
        found=found,
        steps=shown.steps(found.view),
        phase_name=shown.phase_name,
        kind_name=shown.kind_name,
        reason_name=shown.reason_name,
        form=DecisionForm(),
    )


@bp.get("/orders/kept-aside")
@web.permission(Permission.ORDERS_IMPORT)
def kept_aside() -> ResponseReturnValue:
    """List orders that came again with other figures and wait for a decision."""
    page = queries.kept_aside(request.args.get("after"))
    next_url = url_for("commerce_staff.kept_aside", after=page.next_key) if page.next_key else None
    return render_template(
        "commerce/staff_kept_aside.html", page=page, next_url=next_url, form=DecisionForm()
    )


@bp.post("/orders/kept-aside/<int:issue_id>/accept")
@web.permission(Permission.ORDERS_IMPORT)
def accept_figures(issue_id: int) -> ResponseReturnValue:
    """Take the new figures; points follow by the difference."""
    decided = service.accept_figures(issue_id, actor_id=web.me().id)
    moved = i18n.signed(decided.moved_points)
    web.toast(
        ngettext(
            "New figures taken: %(moved)s point.",
            "New figures taken: %(moved)s points.",
            abs(decided.moved_points),
            moved=moved,
        )
        if decided.moved_points
        else _("New figures taken; the points stay as they are.")
    )
    return redirect(_back(), 303)


@bp.post("/orders/kept-aside/<int:issue_id>/keep")
@web.permission(Permission.ORDERS_IMPORT)
def keep_figures(issue_id: int) -> ResponseReturnValue:
    """Keep the order as it is."""
    service.keep_figures(issue_id, actor_id=web.me().id)
    web.toast(_("Kept as it was. These figures won't be asked about again."))
    return redirect(_back(), 303)


def kept_aside_badge() -> int | None:
    """Return how many orders wait for a decision, once a request: the menu is printed twice."""
    if "kept_aside_count" not in g:
        g.kept_aside_count = queries.kept_aside_count()
    return g.kept_aside_count or None


def _back() -> str:
    return web.safe_path(request.form.get("next"), url_for("commerce_staff.kept_aside"))


# --- imports -------------------------------------------------------------------------------------


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


# --- channels ------------------------------------------------------------------------------------


@bp.get("/channels")
@web.permission(Permission.ORDERS_IMPORT)
def channels() -> ResponseReturnValue:
    """List sales channels and offer a new one."""
    form = ChannelForm()
    form.currency.data = form.currency.data or _currency()
    return _channels_page(form)


@bp.post("/channels")
@web.permission(Permission.ORDERS_IMPORT)
def add_channel() -> ResponseReturnValue:
    """Make a sales channel."""
    form = ChannelForm()
    if form.validate_on_submit() and form.code.data in {c.code for c in queries.channels()}:
        form.code.errors = [*form.code.errors, _("There is a channel of this code already.")]
    if not form.is_submitted() or form.errors:
        return _channels_page(form), 422
    made = service.open_channel(
        SeedChannel(
            form.code.data,
            form.name.data,
            form.return_window_days.data,
            form.currency.data,
            IdentityKind(form.identity_kind.data),
        ),
        actor_id=web.me().id,
    )
    web.toast(_("%(name)s is there. Orders can come in.", name=made.name))
    return redirect(url_for("commerce_staff.channels"), 303)


def _channels_page(form: ChannelForm) -> str:
    return render_template("commerce/staff_channels.html", form=form, channels=queries.channels())


def _currency() -> str:
    currency: str = current_app.config["POTLUCK"].currency
    return currency
