"""Findings: the list, one side by side, the verdict, undo."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.web import me, permission, toast
from app.originality import queries, service, shown
from app.originality.forms import ActForm, VerdictForm
from app.originality.staff.blueprint import JUDGE, bp, key_arg
from app.originality.types import (
    BECAUSE_LABELS,
    STATE_LABELS,
    FindingRow,
    JudgedError,
    OwnThingError,
    Show,
    State,
)


@bp.get("")
@permission(JUDGE)
def desk() -> ResponseReturnValue:
    """List findings."""
    asked = request.args.get("show", "")
    show = Show(asked) if asked in {each.value for each in Show} else Show.OPEN
    page = queries.findings(show, after=key_arg())
    return render_template(
        "originality/staff_desk.html",
        show=show,
        findings=page.items,
        next_url=url_for(".desk", show=show.value, after=page.next_key) if page.next_key else None,
        figures=queries.figures(),
        states=STATE_LABELS,
        because=BECAUSE_LABELS,
    )


@bp.get("/<int:finding_id>")
@permission(JUDGE)
def finding(finding_id: int) -> ResponseReturnValue:
    """Show a finding side by side."""
    found = _found(finding_id)
    form = VerdictForm(formdata=None)
    form.version.data = found.version
    return _page(found, form)


@bp.post("/<int:finding_id>")
@permission(JUDGE)
def judge(finding_id: int) -> ResponseReturnValue:
    """Decide it; then comes the next one."""
    found = _found(finding_id)
    form = VerdictForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        service.judge(me().id, finding_id, form.judgement())
    except (JudgedError, OwnThingError) as error:
        form.form_errors.append(str(error.message))
        found = _found(finding_id)
        form.version.data = found.version
        return _page(found, form), error.http_status
    toast(_("Decided"))
    following = queries.next_open(finding_id)
    if following is None:
        return redirect(url_for(".desk"), 303)
    return redirect(url_for(".finding", finding_id=following), 303)


@bp.post("/<int:finding_id>/undo")
@permission(JUDGE)
def undo(finding_id: int) -> ResponseReturnValue:
    """Take a verdict back."""
    form = ActForm()
    form.validate()
    try:
        service.undo(me().id, finding_id, form.version.data or 0)
    except (JudgedError, OwnThingError) as error:
        toast(str(error.message), "warn")
    else:
        toast(_("Taken back. It waits for a look again"), "info")
    return redirect(url_for(".finding", finding_id=finding_id), 303)


def _found(finding_id: int) -> FindingRow:
    found = queries.find_finding(finding_id) if finding_id < 2**63 else None
    if found is None:
        raise NotFoundError
    return found


def _page(found: FindingRow, form: VerdictForm) -> str:
    is_waiting = found.state is State.OPEN or (
        found.state is State.COPIED and found.objected_at is not None
    )
    authors = {side.author.id for side in (found.later, found.earlier) if side.author}
    return render_template(
        "originality/staff_finding.html",
        finding=found,
        form=form,
        act=ActForm(formdata=None),
        parts=shown.both_texts(found),
        is_waiting=is_waiting,
        is_own=me().id in authors,
        states=STATE_LABELS,
        because=BECAUSE_LABELS,
    )


def finding_address(finding_id: int, _viewer_id: int | None) -> str | None:
    """Return where a finding is judged; the page itself asks who may come in."""
    return url_for("originality_staff.finding", finding_id=finding_id)
