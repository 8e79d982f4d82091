"""The catalogue as a file in the staff console: export, upload, dry run, confirm."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.commerce.forms import CatalogueFileForm, DecisionForm
from app.commerce.service import catalogue_files as service
from app.commerce.service.catalogue_files import Plan, RowKind
from app.commerce.settings import uploads_folder
from app.commerce.sheets import Sheet, read_sheet, write_csv, write_xlsx
from app.commerce.sheets.reading import MAX_BYTES
from app.commerce.staff.blueprint import bp
from app.commerce.types import FileRefusedError
from app.commerce.types.catalogue import CatalogueChangedError
from app.kernel import clock, ids, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import ngettext
from app.kernel.permissions import Permission

KEEP = timedelta(days=1)
SHOWN_ROWS = 200  # of a dry run: bad ones first, then what changes
CODE = re.compile(r"[0-9A-Z]{13}")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/catalogue")
@web.permission(Permission.PRODUCTS_EDIT)
def catalogue_files() -> ResponseReturnValue:
    """Offer the catalogue as a file, and take one."""
    return _files_page(CatalogueFileForm())


def _files_page(form: CatalogueFileForm) -> str:
    return render_template("commerce/staff_catalogue_files.html", form=form)


@bp.get("/catalogue/export/<kind>")
@web.permission(Permission.PRODUCTS_EDIT)
def export_catalogue(kind: str) -> ResponseReturnValue:
    """Hand out the whole catalogue as CSV or XLSX, one row a SKU.

    Raises:
        NotFoundError: there is no such kind of file.
    """
    writers = {"csv": (write_csv, "text/csv; charset=utf-8"), "xlsx": (write_xlsx, XLSX)}
    if kind not in writers:
        raise NotFoundError
    write, content_type = writers[kind]
    columns, rows = service.export_rows()
    answer = Response(write(columns, rows), content_type=content_type)
    name = f"catalogue-{clock.business_date():%Y-%m-%d}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@bp.post("/catalogue")
@web.permission(Permission.PRODUCTS_EDIT)
def upload_catalogue() -> ResponseReturnValue:
    """Take a file and show what it would do."""
    form = CatalogueFileForm()
    if not form.validate_on_submit():
        return _files_page(form), 422
    data = form.file.data.stream.read(MAX_BYTES + 1)
    try:
        read_sheet(data)
    except FileRefusedError as error:
        form.file.errors = [str(error)]
        return _files_page(form), error.http_status
    _forget_old()
    code = ids.new_code()
    _path(code).write_bytes(data)
    return redirect(url_for("commerce_staff.catalogue_import", code=code), 303)


@bp.route("/catalogue/<code>", methods=["GET", "POST"])
@web.permission(Permission.PRODUCTS_EDIT)
def catalogue_import(code: str) -> ResponseReturnValue:
    """Show what one's uploaded file would do; on POST do it.

    Raises:
        NotFoundError: it is gone, or somebody else's.
    """
    sheet, currency = _sheet(code), _currency()
    status, warning = 200, ""
    if request.method == "POST":
        form = DecisionForm()
        if form.validate():
            try:
                done = service.import_catalogue(
                    sheet, currency=currency, mark=request.form.get("mark", ""),
                    actor_id=web.me().id,
                )  # fmt: skip
            except CatalogueChangedError as error:
                status, warning = error.http_status, str(error.message)
            else:
                _path(code).unlink(missing_ok=True)
                _tell(done)
                return redirect(url_for("commerce_staff.products"), 303)
        else:
            status = 422
    plan = service.plan_import(sheet, currency=currency)
    return _plan_page(code, plan, warning), status


def _plan_page(code: str, plan: Plan, warning: str) -> str:
    order = {RowKind.BAD: 0, RowKind.NEW: 1, RowKind.CHANGED: 2, RowKind.SAME: 3}
    rows = sorted(plan.rows, key=lambda row: (order[row.kind], row.line))
    told = [row for row in rows if row.kind is not RowKind.SAME]
    return render_template(
        "commerce/staff_catalogue_import.html",
        code=code,
        plan=plan,
        warning=warning,
        counts={kind.value: plan.count(kind) for kind in RowKind},
        rows=told[:SHOWN_ROWS],
        more=max(0, len(told) - SHOWN_ROWS),
        form=DecisionForm(),
        change_name=change_name,
    )


def _tell(done: Plan) -> None:
    rows = done.count(RowKind.NEW) + done.count(RowKind.CHANGED)
    web.toast(ngettext("%(num)s row is in.", "%(num)s rows are in.", rows))


def change_name(name: str) -> str:
    """Return what staff call something that a row changes."""
    names = {
        "name_zh": _("Name in Chinese"),
        "name_en": _("Name in English"),
        "category": _("Category"),
        "brand_line": _("Brand line"),
        "is_shown": _("Shown"),
        "description_zh": _("Description in Chinese"),
        "description_en": _("Description in English"),
        "risk_zh": _("What buyers must know, in Chinese"),
        "risk_en": _("What buyers must know, in English"),
        "allergens": _("Allergens"),
        "attributes": _("Attributes"),
        "label_zh": _("Label in Chinese"),
        "label_en": _("Label in English"),
        "pack_size": _("In a pack"),
        "pack_unit": _("Of what"),
        "daily_use_milli": _("Used up a day"),
        "price_minor": _("List price"),
        "currency": _("Currency"),
        "is_hidden": _("Hidden edition"),
        "trial_of": _("Trial pack of"),
        "is_retired": _("No longer sold"),
        "listings": _("Where it is listed"),
    }
    return names.get(name, name)


# --- what waits between dry run and yes ----------------------------------------------------------


def _folder() -> Path:
    folder = uploads_folder() / "catalogue"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _path(code: str) -> Path:
    """Return where a member's own upload waits: nobody else's code leads there."""
    return _folder() / f"{web.me().id}-{code}.sheet"


def _sheet(code: str) -> Sheet:
    canonical = ids.read_code(code)
    path = _path(canonical) if canonical else None
    if path is None or not path.is_file():
        raise NotFoundError(_("Uploaded files are kept for a day. Upload it again."))
    return read_sheet(path.read_bytes())


def _forget_old() -> None:
    limit = clock.now() - KEEP
    for path in _folder().glob("*.sheet"):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < limit:
            path.unlink(missing_ok=True)


def _currency() -> str:
    currency: str = current_app.config["POTLUCK"].currency
    return currency
