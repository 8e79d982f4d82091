"""The archive in the staff console: look through, ask, pick, use, take photos along."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.helpers import stream_with_context
from flask.typing import ResponseReturnValue

from app.archive import queries, service, zipping
from app.archive.exporting import SELECTION
from app.archive.forms import ActForm, AskForm, SelectionForm, TermsForm, UseForm
from app.archive.present import id_arg, words
from app.archive.queries.selections import items_of
from app.archive.types import (
    RIGHTS_LABELS,
    SCOPE_LABELS,
    Answer,
    Filters,
    Item,
    PostGoneError,
    Rights,
    Scope,
    Selection,
)
from app.community import queries as community
from app.kernel import clock
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, safe_path, toast

bp = Blueprint("archive_staff", __name__, url_prefix="/staff/archive")
SEE, USE = Permission.ARCHIVE_SEE, Permission.ARCHIVE_USE
SCORES, PERIODS = (10, 30, 100), (7, 30, 90, 365)
LONGEST = 60


def read_filters() -> Filters:
    """Return what the address asks for; what makes no sense is left out."""
    asked = request.args
    rights, scope = asked.get("rights", ""), asked.get("scope", "")
    author = asked.get("author", "")
    score, days = asked.get("score", ""), asked.get("days", "")
    return Filters(
        board=asked.get("board", "")[:LONGEST],
        topic=asked.get("topic", "").strip(" #")[:LONGEST],
        product=asked.get("product", "").strip()[:LONGEST],
        rights=Rights(rights) if rights in set(Rights) else None,
        scope=Scope(scope) if scope in set(Scope) else None,
        has_photo=asked.get("photo") == "1",
        author=author if author in {"koc", "fan"} else "",
        score=int(score) if score in {str(each) for each in SCORES} else 0,
        days=int(days) if days in {str(each) for each in PERIODS} else 0,
    )


@bp.get("")
@permission(SEE)
def archive() -> ResponseReturnValue:
    """Look through the archive; ``?selection=<code>`` picks into that one."""
    filters = read_filters()
    open_ones = queries.open_selections()
    code = request.args.get("selection", "")
    chosen = next((each for each in open_ones if each.code == code), None)
    page = queries.archive_list(
        filters, before=id_arg("before"), selection_id=chosen.id if chosen else None
    )
    query: dict[str, Any] = filters.query()
    if chosen:
        query["selection"] = chosen.code
    return render_template(
        "archive/staff_archive.html",
        items=page.items,
        filters=filters,
        query=query,
        next_url=url_for("archive_staff.archive", **query, before=page.next_key)
        if page.next_key
        else None,
        boards=community.all_boards(),
        selections=open_ones,
        chosen=chosen,
        scores=SCORES,
        periods=PERIODS,
        rights=RIGHTS_LABELS,
        scopes=SCOPE_LABELS,
        may_use=me().can(USE),
        here=request.full_path,
        form=ActForm(formdata=None),
        **words(),
    )


# --- one post ------------------------------------------------------------------------------------


@bp.get("/by/<int:thread_id>")
@permission(SEE)
def post_by_id(thread_id: int) -> ResponseReturnValue:
    """Lead from a notice to a post's page.

    Raises:
        NotFoundError: there is no such post.
    """
    found = community.thread_address(thread_id)
    if found is None:
        raise NotFoundError
    return redirect(url_for("archive_staff.post", code=found[0]), 303)


def _item(code: str) -> Item:
    """Return a post.

    Raises:
        PostGoneError: there is none that members can read.
    """
    found = queries.find_item(code)
    if found is None:
        raise PostGoneError
    return found


@bp.get("/p/<code>")
@permission(SEE)
def post(code: str) -> ResponseReturnValue:
    """Show the rights of a post, its log, its uses; ask, or record a use."""
    form = UseForm(formdata=None)
    form.from_on.data = clock.business_date()
    return _post_page(_item(code), form, AskForm(formdata=None))


def _post_page(item: Item, form: UseForm, ask: AskForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "archive/staff_post.html",
        item=item,
        form=form,
        ask=ask,
        log=queries.log_of(item.thread_id),
        uses=queries.uses_of(item.thread_id),
        is_changed=item.state.answer is Answer.GRANTED and queries.is_changed(item.thread_id),
        photos=community.thread_photos(item.thread_id),
        may_use=me().can(USE),
        selection=request.args.get("selection", ""),
        **words(),
    )
    return page, status


@bp.post("/p/<code>/ask")
@permission(USE)
def ask(code: str) -> ResponseReturnValue:
    """Ask the author for rights."""
    form = AskForm()
    if form.validate():
        try:
            service.ask(me().id, code, form.message.data or "")
        except PostGoneError:
            raise
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            toast(_("Asked. You see the answer here"))
            return redirect(url_for("archive_staff.post", code=code), 303)
    use = UseForm(formdata=None)
    use.from_on.data = clock.business_date()
    return _post_page(_item(code), use, form, 422)


@bp.post("/p/<code>/uses")
@permission(USE)
def record(code: str) -> ResponseReturnValue:
    """Record a use; refused where rights are missing, with the reason."""
    form, chosen = UseForm(), _chosen()
    if form.validate():
        try:
            service.record_use(
                me().id, code, form.draft(chosen.id if chosen else None), form.request_key.data
            )
        except PostGoneError:
            raise
        except DomainError as error:
            form.form_errors.append(str(error.message))
        else:
            toast(_("Recorded. The author is told"))
            return redirect(url_for("archive_staff.post", code=code), 303)
    return _post_page(_item(code), form, AskForm(formdata=None), 422)


def _chosen() -> Selection | None:
    code = request.args.get("selection", "")
    return queries.find_selection(code) if code else None


@bp.post("/uses/<int:use_id>/end")
@permission(USE)
def end(use_id: int) -> ResponseReturnValue:
    """Note that a use is over or taken down."""
    service.end_use(me().id, use_id)
    toast(_("Noted: this use is over"), "info")
    return redirect(safe_path(request.form.get("next"), url_for("archive_staff.archive")), 303)


# --- selections ----------------------------------------------------------------------------------


@bp.route("/selections", methods=["GET", "POST"])
@permission(SEE)
def selections() -> ResponseReturnValue:
    """List selections; begin one."""
    form, status = SelectionForm(), 200
    if form.is_submitted():
        _refuse_lookers()
        status = 422
        if form.validate():
            code = service.create_selection(me().id, form.draft())
            toast(_("Pick posts into it now"))
            return redirect(url_for("archive_staff.archive", selection=code), 303)
    page = render_template(
        "archive/staff_selections.html",
        form=form,
        selections=queries.selections(),
        may_use=me().can(USE),
        **words(),
    )
    return page, status


def _refuse_lookers() -> None:
    """Refuse who may look but not use.

    Raises:
        ForbiddenError: his roles don't carry it.
    """
    from app.kernel.errors import ForbiddenError

    if not me().can(USE):
        raise ForbiddenError


def _selection(code: str) -> Selection:
    """Return a selection.

    Raises:
        NotFoundError: there is none.
    """
    found = queries.find_selection(code)
    if found is None:
        raise NotFoundError
    return found


@bp.get("/selections/<code>")
@permission(SEE)
def selection(code: str) -> ResponseReturnValue:
    """Show a selection with what may be used, its uses, its files."""
    found = _selection(code)
    page = queries.picks(found.id, id_arg("before"))
    uses = queries.uses_of(selection_id=found.id)
    return render_template(
        "archive/staff_selection.html",
        selection=found,
        items=page.items,
        next_url=url_for("archive_staff.selection", code=code, before=page.next_key)
        if page.next_key
        else None,
        uses=uses,
        used=items_of(uses),
        export_kind=SELECTION,
        may_use=me().can(USE),
        form=ActForm(formdata=None),
        **words(),
    )


@bp.post("/selections/<code>/pick/<thread_code>")
@permission(USE)
def pick(code: str, thread_code: str) -> ResponseReturnValue:
    """Put a post into a selection."""
    if service.pick(me().id, code, thread_code):
        toast(_("Picked"))
    back = url_for("archive_staff.archive", selection=code)
    return redirect(safe_path(request.form.get("next"), back), 303)


@bp.post("/selections/<code>/unpick/<int:thread_id>")
@permission(USE)
def unpick(code: str, thread_id: int) -> ResponseReturnValue:
    """Take a post out of a selection."""
    service.unpick(me().id, code, thread_id)
    back = url_for("archive_staff.selection", code=code)
    return redirect(safe_path(request.form.get("next"), back), 303)


@bp.post("/selections/<code>/close")
@permission(USE)
def close(code: str) -> ResponseReturnValue:
    """Close a selection, or open it again."""
    is_closed = request.form.get("to") == "close"
    service.close_selection(me().id, code, is_closed=is_closed)
    toast(_("Closed. It can be opened again") if is_closed else _("Open again"), "info")
    return redirect(url_for("archive_staff.selection", code=code), 303)


@bp.post("/selections/<code>/photos")
@permission(USE)
def photos(code: str) -> ResponseReturnValue:
    """Send the photos that may be used for the selection's channel, as a ZIP, bit by bit."""
    found = _selection(code)
    prints = queries.prints(found)
    if not prints:
        toast(_("No photo of this selection may be used there today"), "warn")
        return redirect(url_for("archive_staff.selection", code=code), 303)
    service.note_download(me().id, found.id, len(prints))
    body: Iterator[bytes] = stream_with_context(zipping.zipped(prints))
    headers = {"Content-Disposition": f'attachment; filename="potluck-{found.code}.zip"'}
    return Response(body, mimetype="application/zip", headers=headers)


# --- terms ---------------------------------------------------------------------------------------


@bp.route("/terms", methods=["GET", "POST"])
@permission(USE)
def terms() -> ResponseReturnValue:
    """Show the terms of reuse, and write a new version."""
    now = queries.current_terms()
    form, status = TermsForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            service.set_terms(me().id, form.text_zh.data or "", form.text_en.data or "")
            toast(_("Kept. New grants carry this version; old ones keep theirs"))
            return redirect(url_for("archive_staff.terms"), 303)
    else:
        form.text_zh.data, form.text_en.data = now.text_zh, now.text_en
    return render_template("archive/staff_terms.html", form=form, terms=now, **words()), status
