"""What the author of a post sees: why it waits, where it is from, an objection."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.community.queries import thread_address
from app.kernel import ids
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import me, member_required, no_store, toast
from app.originality import queries, service
from app.originality.forms import ObjectionForm, SourceForm
from app.originality.types import BECAUSE_LABELS, STATE_LABELS, FindingRow

bp = Blueprint("originality", __name__, url_prefix="/me/originality")


@bp.get("/by/<int:thread_id>")
@member_required
@no_store
def by_id(thread_id: int) -> ResponseReturnValue:
    """Lead from the note on a post to its page.

    Raises:
        NotFoundError: there is no such post of one's own.
    """
    found = thread_address(thread_id)
    if found is None or found[1].author_id != me().id:
        raise NotFoundError
    return redirect(url_for("originality.own", code=found[0]), 303)


@bp.get("/<code>")
@member_required
@no_store
def own(code: str) -> ResponseReturnValue:
    """Show what was found about a post of one's own."""
    return _page(code, SourceForm(formdata=None), ObjectionForm(formdata=None))


@bp.post("/<code>/source")
@member_required
@no_store
def source(code: str) -> ResponseReturnValue:
    """Say where something is from."""
    form = SourceForm()
    if not form.validate():
        return _page(code, form, ObjectionForm(formdata=None)), 422
    found = _finding(code, form.finding_id.data)
    service.state_source(me().id, found.id, form.source_text.data or "", form.source_url.data or "")
    toast(_("Thank you. The team reads it with your post"))
    return redirect(url_for("originality.own", code=code), 303)


@bp.post("/<code>/object")
@member_required
@no_store
def object_to(code: str) -> ResponseReturnValue:
    """Object to a verdict."""
    form = ObjectionForm()
    if not form.validate():
        return _page(code, SourceForm(formdata=None), form), 422
    found = _finding(code, form.finding_id.data)
    service.object_to(me().id, found.id, form.objection.data or "")
    toast(_("Sent. Somebody of the team looks once more"))
    return redirect(url_for("originality.own", code=code), 303)


def _finding(code: str, number: str | None) -> FindingRow:
    found = {str(each.id): each for each in _findings(code)}
    if number not in found:
        raise NotFoundError
    return found[number]


def _findings(code: str) -> list[FindingRow]:
    return queries.own_findings(me().id, ids.read_code(code) or "")


def _page(code: str, source_form: SourceForm, objection_form: ObjectionForm) -> str:
    findings = _findings(code)
    if not findings:
        raise NotFoundError
    return render_template(
        "originality/own.html",
        findings=findings,
        post=findings[0].later,
        code=code,
        source_form=source_form,
        objection_form=objection_form,
        states=STATE_LABELS,
        because=BECAUSE_LABELS,
    )
