"""Adjustments in bulk in the console: a file or an audience, looked through before a yes."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.kernel import audience, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import Form
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.loyalty import grants_shown as shown
from app.loyalty.forms.grants import AudienceBatchForm, FileBatchForm
from app.loyalty.policy.grants import MOST_BYTES, REVERSE_DAYS
from app.loyalty.queries import grants as grants_queries
from app.loyalty.queries import grants_batches as queries
from app.loyalty.service import grants_batches as service
from app.loyalty.staff.grants import bp
from app.loyalty.types.grants import (
    BatchRow,
    BatchState,
    FileError,
    GrantDecidedError,
    GrantReason,
)


@bp.get("/batches")
@web.permission(Permission.POINTS_GRANT)
def batches() -> ResponseReturnValue:
    """List batches and offer a new one."""
    return _list_page(FileBatchForm(), _audience_form())


@bp.post("/batches/file")
@web.permission(Permission.POINTS_GRANT)
def send_file() -> ResponseReturnValue:
    """Look a file through."""
    form = FileBatchForm()
    if not form.validate_on_submit():
        return _list_page(form, _audience_form()), 422
    raw = form.file.data.stream.read(MOST_BYTES + 1)
    try:
        batch = service.begin_from_file(
            web.me().id, form.label.data, GrantReason(form.reason.data), raw
        )
    except FileError as error:
        form.file.errors = [*form.file.errors, error.message]
        return _list_page(form, _audience_form()), error.http_status
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _list_page(form, _audience_form()), error.http_status
    if batch.state is not BatchState.CHECKED:
        web.toast(_("This very file came before. Here is what became of it."), "info")
    return redirect(url_for(".batch", code=batch.code), 303)


@bp.post("/batches/audience")
@web.permission(Permission.POINTS_GRANT)
def choose_audience() -> ResponseReturnValue:
    """Begin to put an audience together."""
    form = _audience_form()
    if not form.validate_on_submit():
        return _list_page(FileBatchForm(formdata=None), form), 422
    try:
        batch = service.begin_for_audience(
            web.me().id, form.label.data, GrantReason(form.reason.data), form.audience.data,
            form.points.data or 0,
        )  # fmt: skip
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _list_page(FileBatchForm(formdata=None), form), error.http_status
    return redirect(url_for(".batch", code=batch.code), 303)


def _audience_form() -> AudienceBatchForm:
    form = AudienceBatchForm(prefix="a")
    form.audience.choices = [SelectChoice(name, label) for name, label in audience.choices()]
    return form


def _list_page(file_form: FileBatchForm, audience_form: AudienceBatchForm) -> str:
    page = queries.batches(after=request.args.get("after"))
    return render_template(
        "loyalty/staff_batches.html",
        file_form=file_form,
        audience_form=audience_form,
        rows=[shown.batch_line(batch) for batch in page.items],
        next_url=url_for(".batches", after=page.next_key) if page.next_key else None,
    )


@bp.get("/batches/<code>")
@web.permission(Permission.POINTS_GRANT)
def batch(code: str) -> ResponseReturnValue:
    """Show what a batch would do, how far it is, or what it did."""
    return _batch_page(queries.get_batch(code), Form())


def _batch_page(batch: BatchRow, form: Form) -> str:
    me = web.me()
    is_mine = batch.maker.id == me.id
    may_approve = me.can(Permission.POINTS_APPROVE)
    standing = grants_queries.standing_of(me.id, me.roles)
    template = "_batch_progress" if web.is_fragment() else "staff_batch"
    return render_template(
        f"loyalty/{template}.html",
        line=shown.batch_line(batch),
        role=shown.role_name(batch.maker_role),
        faults=[
            (each.number, shown.FAULTS[each.fault]) for each in queries.faults_of(batch.id)
        ] if batch.bad else [],
        audience=dict(audience.choices()).get(batch.audience, batch.audience),
        reason=shown.reason_label(batch.reason),
        form=form,
        authority=shown.authority_text(standing),
        may_start=is_mine and batch.state is BatchState.CHECKED,
        may_drop=is_mine and batch.state in {
            BatchState.GATHERING, BatchState.CHECKED, BatchState.WAITING,
        },
        may_decide=may_approve and not is_mine and batch.state is BatchState.WAITING,
        may_reverse=(is_mine or may_approve) and queries.can_be_reversed(batch),
        reverse_days=REVERSE_DAYS,
    )  # fmt: skip


ACTS = {
    "start": (service.start, Permission.POINTS_GRANT),
    "approve": (service.approve, Permission.POINTS_APPROVE),
    "decline": (service.decline, Permission.POINTS_APPROVE),
    "drop": (service.drop, Permission.POINTS_GRANT),
}


@bp.post("/batches/<code>/<act>")
@web.permission(Permission.POINTS_GRANT)
def decide_batch(code: str, act: str) -> ResponseReturnValue:
    """Start a batch, agree to it, decline it or give it up.

    Raises:
        NotFoundError: there is no such act, or he may not do it.
    """
    verb, needed = ACTS.get(act, (None, Permission.POINTS_GRANT))
    if verb is None or not web.me().can(needed):
        raise NotFoundError
    form = Form()
    try:
        form.validate_on_submit()
        verb(web.me().id, code)
    except NotFoundError:
        raise
    except GrantDecidedError as error:
        web.toast(str(error), "warn")
    except DomainError as error:
        form.form_errors = [*form.form_errors, error.message]
        return _batch_page(queries.get_batch(code), form), error.http_status
    return redirect(url_for(".batch", code=code), 303)


@bp.get("/batches/<code>/reverse")
@web.permission(Permission.POINTS_GRANT)
def reverse(code: str) -> ResponseReturnValue:
    """Ask whether a batch is really to be taken back."""
    batch = queries.get_batch(code)
    if batch.maker.id != web.me().id and not web.me().can(Permission.POINTS_APPROVE):
        raise NotFoundError
    return render_template("loyalty/staff_batch_reverse.html", line=shown.batch_line(batch))


@bp.post("/batches/<code>/reverse")
@web.permission(Permission.POINTS_GRANT)
def reverse_now(code: str) -> ResponseReturnValue:
    """Take a batch back; the worker does it."""
    try:
        service.ask_reversal(web.me().id, code, may_all=web.me().can(Permission.POINTS_APPROVE))
    except NotFoundError:
        raise
    except DomainError as error:
        web.toast(str(error), "warn")
    else:
        web.toast(_("It is being taken back. Nobody has to wait for it."))
    return redirect(url_for(".batch", code=code), 303)
