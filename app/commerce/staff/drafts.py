"""A file on its way in: columns, dry run, yes or no."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.commerce import queries, service
from app.commerce.forms import PREFIX, ColumnsForm, DraftForm, SheetForm, columns_form
from app.commerce.queries import DraftCard
from app.commerce.reading import DayOrder, Options, Peek, find_encoding, found_columns
from app.commerce.reading.layout import find_columns, missing_fields
from app.commerce.service import Choices
from app.commerce.service.drafts import errors_of, file_of
from app.commerce.settings import uploads_folder
from app.commerce.staff.blueprint import bp
from app.commerce.staff.imports import draft_state, refusal_text
from app.commerce.types import (
    FIELDS_OF,
    PROBLEM_TEXTS,
    REQUIRED_OF,
    Draft,
    DraftState,
    Field,
    FileRefusedError,
    Foreseen,
    Problem,
    SavedMapping,
)
from app.kernel import i18n, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

ALWAYS_SHOWN = (Field.SKU, Field.QTY, Field.CURRENCY, Field.LINE, Field.PHASE, Field.STATE)
CHOICES = ("encoding", "delimiter", "day_order", "currency", "order_from_row")


@bp.get("/imports/files/<code>")
@web.permission(Permission.ORDERS_IMPORT)
def draft(code: str) -> ResponseReturnValue:
    """Show what a file waits for: its columns, its dry run, or somebody's yes."""
    card = queries.draft_card(code)
    state = card.draft.state
    if state is DraftState.IMPORTED and card.batch_code:
        return redirect(url_for("commerce_staff.import_", code=card.batch_code), 303)
    if state is DraftState.MAPPING:
        return _columns_page(card)
    if state is DraftState.CHECKED:
        return _result_page(card)
    return _page(card, "waiting")


def _page(card: DraftCard, part: str, **values: Any) -> str:
    told = card.draft.options.get("refused")
    return render_template(
        "commerce/staff_draft.html",
        card=card,
        part=part,
        state=draft_state(card.draft.state),
        refused=refusal_text(FileRefusedError.from_json(told)) if told else "",
        **values,
    )


# --- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _View:
    """What the page of columns is made of."""

    peek: Peek
    saved: Sequence[SavedMapping]
    form: ColumnsForm
    guessed_from: str


def _columns_page(card: DraftCard, form: ColumnsForm | None = None) -> str:
    try:
        view = _view(card.draft, form)
    except (OSError, KeyError):
        return _page(card, "gone")
    except FileRefusedError as error:
        return _page(card, "unreadable", message=refusal_text(error))
    columns = view.peek.columns
    kind = card.draft.kind
    required = list(REQUIRED_OF[kind])
    chosen = {name for name in view.form.data if name.startswith(PREFIX) and view.form[name].data}
    shown = [*required, *(field for field in ALWAYS_SHOWN if field in FIELDS_OF[kind])]
    shown += [
        field
        for field in FIELDS_OF[kind]
        if field not in shown
        and (PREFIX + field.value in chosen or view.form[PREFIX + field.value].errors)
    ]
    return _page(
        card,
        "columns",
        form=view.form,
        columns=columns,
        samples={str(column.at): column.samples for column in columns},
        shown=[view.form[PREFIX + field.value] for field in shown],
        more=[view.form[PREFIX + field.value] for field in FIELDS_OF[kind] if field not in shown],
        required={PREFIX + field.value for field in required},
        saved=[each for each in view.saved if each.name],
        guessed_from=view.guessed_from,
        sheet_form=_sheet_form(card.draft),
    )


def _view(draft: Draft, form: ColumnsForm | None) -> _View:
    peek = service.peek_at(uploads_folder(), draft)
    saved = queries.saved_mappings(draft.channel_id, draft.kind)
    values, guessed_from = _values(draft, peek, saved)
    if form is None:
        form = _form(draft, peek, values)
    return _View(peek, saved, form, guessed_from)


def _form(draft: Draft, peek: Peek, values: Mapping[str, Any]) -> ColumnsForm:
    labels = [
        (column.at, " · ".join((column.name or _("Column %(num)s", num=column.at + 1),
                                *column.samples[:1])))
        for column in peek.columns
    ]  # fmt: skip
    return columns_form(FIELDS_OF[draft.kind], labels, values)


def _values(draft: Draft, peek: Peek, saved: Sequence[SavedMapping]) -> tuple[dict[str, Any], str]:
    """Return what the form shows first, and where it comes from."""
    version = {"version": service.version_of(draft)}
    if draft.options.get("columns") is not None:  # chosen before, on this very file
        chosen = {Field(name): at for name, at in draft.options["columns"].items()}
        kept = {name: draft.options.get(name) for name in (*CHOICES, "name")}
        return {**_places(chosen), **kept, **version}, ""
    wanted = request.args.get("saved", "")
    found = next((each for each in saved if str(each.id) == wanted), None) or next(
        (each for each in saved if each.header_digest == peek.digest), None
    )
    if found is not None:
        columns = found_columns(found.options["columns"], peek.header)
        kept = {name: found.options.get(name) for name in CHOICES}
        return {**_places(columns), **kept, **version, "name": found.name}, found.name or "last"
    guessed = find_columns(peek.header, Options(kind=draft.kind))
    return {**_places(guessed), **version}, "guessed"


def _places(columns: Mapping[Field, int]) -> dict[str, str]:
    return {PREFIX + field.value: str(at) for field, at in columns.items()}


def _sheet_form(draft: Draft) -> SheetForm | None:
    sheets = draft.options.get("sheets") or []
    if len(sheets) < 2:  # noqa: PLR2004 - nothing to choose
        return None
    form = SheetForm(formdata=None, data={"sheet": draft.options.get("sheet")})
    form.sheet.choices = [SelectChoice(name, name) for name in sheets]
    return form


@bp.post("/imports/files/<code>")
@web.permission(Permission.ORDERS_IMPORT)
def choose_columns(code: str) -> ResponseReturnValue:
    """Take the columns and ask for the dry run."""
    card = queries.draft_card(code)
    folder, draft = uploads_folder(), card.draft
    try:
        peek = service.peek_at(folder, draft)
    except (OSError, KeyError):
        return _page(card, "gone"), 410
    form = _form(draft, peek, {})
    chosen = _chosen(draft, form) if form.validate_on_submit() else None
    if chosen is None:
        return _columns_page(card, form), 422
    choices, found, peek = chosen
    service.choose_columns(
        draft.id,
        choices,
        peek,
        version=form.version.data,
        found=found,
        actor_id=web.me().id,
    )
    return redirect(url_for("commerce_staff.draft", code=draft.code), 303)


def _chosen(draft: Draft, form: ColumnsForm) -> tuple[Choices, dict[str, Any], Peek] | None:
    """Return what was chosen, or None after saying at its field what is wrong."""
    try:
        found = _found(draft, form)
        peek = service.peek_at(uploads_folder(), _as_chosen(draft, form, found))
    except FileRefusedError as error:
        blamed = form.encoding if error.option == "encoding" else form.delimiter
        blamed.errors = [*blamed.errors, refusal_text(error)]
        return None
    columns = {
        field: int(form[PREFIX + field.value].data)
        for field in FIELDS_OF[draft.kind]
        if form[PREFIX + field.value].data
    }
    options = Options(kind=draft.kind, order_from_row=bool(form.order_from_row.data))
    missing = missing_fields(columns, options)
    for field in missing:
        blamed = form[PREFIX + field.value]
        blamed.errors = [*blamed.errors, _("Which column tells this?")]
    if missing:
        return None
    choices = Choices(
        columns,
        form.delimiter.data or "",
        form.encoding.data or "",
        DayOrder(form.day_order.data or ""),
        form.currency.data or "",
        bool(form.order_from_row.data),
        form.name.data or "",
    )
    return choices, found, peek


def _found(draft: Draft, form: ColumnsForm) -> dict[str, Any]:
    """Return the encoding to read in: as it was found out, or as somebody says."""
    wanted = form.encoding.data or None
    if wanted == (draft.options.get("encoding") or None):
        return dict(draft.options["found"])
    found = find_encoding(file_of(uploads_folder(), draft), wanted)
    return {"encoding": found.encoding, "is_lenient": found.is_lenient}


def _as_chosen(draft: Draft, form: ColumnsForm, found: Mapping[str, Any]) -> Draft:
    options = {**draft.options, "found": found, "delimiter": form.delimiter.data or ""}
    return replace(draft, options=options)


@bp.post("/imports/files/<code>/sheet")
@web.permission(Permission.ORDERS_IMPORT)
def choose_sheet(code: str) -> ResponseReturnValue:
    """Take another sheet of the workbook."""
    found = queries.get_draft(code)
    wanted = request.form.get("sheet", "")
    if wanted in (found.options.get("sheets") or []):
        service.choose_sheet(found.id, wanted)
    return redirect(url_for("commerce_staff.draft", code=found.code), 303)


# --- the result ----------------------------------------------------------------------------------


def _result_page(card: DraftCard) -> str:
    draft = card.draft
    foreseen = Foreseen.from_json(draft.foreseen or Foreseen().as_json())
    return _page(
        card,
        "result",
        foreseen=foreseen,
        problems=[
            (PROBLEM_TEXTS[Problem(name)], num, foreseen.examples.get(name, []))
            for name, num in foreseen.problems.most_common()
        ],
        sums=[
            (_("Paid, new"), i18n.money(minor, currency))
            for currency, minor in sorted(foreseen.money.items())
        ],
        form=DraftForm(formdata=None, data={"version": service.version_of(draft)}),
        has_errors_file=errors_of(uploads_folder(), draft).exists(),
    )


@bp.post("/imports/files/<code>/again")
@web.permission(Permission.ORDERS_IMPORT)
def choose_again(code: str) -> ResponseReturnValue:
    """Go back to the columns."""
    found = queries.get_draft(code)
    service.choose_again(found.id)
    return redirect(url_for("commerce_staff.draft", code=found.code), 303)


@bp.post("/imports/files/<code>/confirm")
@web.permission(Permission.ORDERS_IMPORT)
def confirm_draft(code: str) -> ResponseReturnValue:
    """Import the file; the worker does it."""
    batch = service.confirm_draft(
        code, version=request.form.get("version", ""), actor_id=web.me().id
    )
    return redirect(url_for("commerce_staff.import_", code=batch.code), 303)


@bp.get("/imports/files/<code>/drop")
@web.permission(Permission.ORDERS_IMPORT)
def drop_draft(code: str) -> ResponseReturnValue:
    """Ask whether a file is really to be given up."""
    return render_template(
        "commerce/staff_drop.html", card=queries.draft_card(code), form=DraftForm()
    )


@bp.post("/imports/files/<code>/drop")
@web.permission(Permission.ORDERS_IMPORT)
def drop_draft_now(code: str) -> ResponseReturnValue:
    """Give a file up."""
    found = queries.get_draft(code)
    if service.drop_draft(found.id, actor_id=web.me().id):
        service.remove_files(uploads_folder(), found)
        web.toast(_("Given up. Nothing of it was imported."))
    return redirect(url_for("commerce_staff.imports"), 303)


@bp.get("/imports/files/<code>/errors.csv")
@web.permission(Permission.ORDERS_IMPORT)
def draft_errors(code: str) -> ResponseReturnValue:
    """Hand out the bad rows that a dry run found.

    Raises:
        NotFoundError: there are none, or the file has been given up.
    """
    found = queries.get_draft(code)
    path = errors_of(uploads_folder(), found)
    if found.state is not DraftState.CHECKED or not path.exists():
        raise NotFoundError(_("There are no bad rows to hand out. Look through the file again."))
    return send_file(
        path, mimetype="text/csv", as_attachment=True, download_name=f"errors-{found.code}.csv"
    )
