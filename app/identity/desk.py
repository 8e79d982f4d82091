"""The identity desk: who may be one, merge with a preview, undo within 30 days."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service
from app.identity.types import ConflictCause, MemberRow, MergeCause, MergeRefusal, MergeRefusedError
from app.kernel import labels, merging, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

bp = Blueprint("identity_desk", __name__, url_prefix="/staff/identities")


@bp.get("")
@web.permission(Permission.MEMBERS_MERGE)
def conflicts() -> ResponseReturnValue:
    """List members who may be one, with the evidence side by side."""
    page = queries.open_conflicts(request.args.get("after"))
    next_url = url_for("identity_desk.conflicts", after=page.next_key) if page.next_key else None
    codes = {shop for card in page.items for side in (card.member, card.other)
             for shop, _shown in side.shops}  # fmt: skip
    codes |= {str(card.evidence["channel"]) for card in page.items if "channel" in card.evidence}
    return render_template(
        "identity/staff_conflicts.html",
        page=page,
        next_url=next_url,
        channels=labels.names_of("channel", codes),
        causes=_causes(),
    )


@bp.post("/<code>/apart")
@web.permission(Permission.MEMBERS_MERGE)
def keep_apart(code: str) -> ResponseReturnValue:
    """Say that two members are two."""
    service.keep_apart(code, actor_id=web.me().id)
    web.toast(_("Kept apart. You won't be asked about these two again."))
    return redirect(url_for("identity_desk.conflicts"), 303)


# --- merge ---------------------------------------------------------------------------------------


@bp.get("/merge")
@web.permission(Permission.MEMBERS_MERGE)
def preview() -> ResponseReturnValue:
    """Ask for two Yids, or show what would move from the one to the other."""
    source, target = request.args.get("source", ""), request.args.get("target", "")
    return _preview(source, target)


@bp.post("/merge")
@web.permission(Permission.MEMBERS_MERGE)
def merge() -> ResponseReturnValue:
    """Make the two one."""
    source, target = request.form.get("source", ""), request.form.get("target", "")
    one, two = queries.find_members_by_yid([source, target])
    if one is None or two is None:
        return _preview(source, target, status=422)
    try:
        service.merge_members(one.id, two.id, cause=MergeCause.STAFF, actor_id=web.me().id)
    except DomainError as error:
        return _preview(source, target, error=error, status=error.http_status)
    web.toast(_("Merged. You can undo it for 30 days."))
    return redirect(url_for("identity_desk.merges"), 303)


def _preview(
    source: str, target: str, *, error: DomainError | None = None, status: int = 200
) -> ResponseReturnValue:
    found = queries.find_members_by_yid([source, target])
    problems = [
        _("Nobody has the Yid %(yid)s.", yid=text[:20])
        for text, member in zip((source, target), found, strict=True)
        if text and member is None
    ]
    page: dict[str, Any] = {"source": source, "target": target, "sides": None}
    one, two = found
    if one is not None and two is not None:
        if one.id == two.id:
            problems.append(str(MergeRefusedError(MergeRefusal.SAME)))
        else:
            page |= _plan(one, two)
    if error is not None:
        problems.append(str(error))
    status = 422 if problems and status == 200 and request.method == "POST" else status  # noqa: PLR2004
    return render_template("identity/staff_merge.html", problems=problems, **page), status


def _plan(source: MemberRow, target: MemberRow) -> dict[str, Any]:
    sides = queries.sides_of([source.id, target.id])
    pair = (sides[source.id], sides[target.id])
    codes = {shop for side in pair for shop, _shown in side.shops}
    return {
        "sides": pair,
        "moves": merging.preview(source.id),
        "points": merging.figure("points", [source.id]),
        "channels": labels.names_of("channel", codes),
    }


# --- merges --------------------------------------------------------------------------------------


@bp.get("/merges")
@web.permission(Permission.MEMBERS_MERGE)
def merges() -> ResponseReturnValue:
    """List the merges of the last 30 days."""
    page = queries.recent_merges(request.args.get("after"))
    next_url = url_for("identity_desk.merges", after=page.next_key) if page.next_key else None
    return render_template(
        "identity/staff_merges.html", page=page, next_url=next_url, merge_causes=_merge_causes()
    )


@bp.get("/merges/<code>/undo")
@web.permission(Permission.MEMBERS_MERGE)
def ask_undo(code: str) -> ResponseReturnValue:
    """Ask before a merge is undone."""
    line = queries.get_merge(code)
    if not line.is_undoable:
        raise NotFoundError(_("This merge can't be undone any more."))
    return render_template("identity/staff_unmerge.html", line=line)


@bp.post("/merges/<code>/undo")
@web.permission(Permission.MEMBERS_MERGE)
def undo(code: str) -> ResponseReturnValue:
    """Part the two again."""
    line = queries.get_merge(code)
    try:
        undone = service.unmerge_members(line.id, actor_id=web.me().id)
    except DomainError as error:
        web.toast(str(error), "warn")
    else:
        web.toast(
            _("Undone. Each has what he had; what came meanwhile stayed with the second.")
            if undone
            else _("This merge was undone already.")
        )
    return redirect(url_for("identity_desk.merges"), 303)


def _causes() -> dict[ConflictCause, str]:
    return {
        ConflictCause.PHONE: _("An order carries the other's proved telephone"),
        ConflictCause.EMAIL: _("An order carries the other's proved e-mail address"),
        ConflictCause.CLAIM: _("The second claims an order of the first"),
    }


def _merge_causes() -> dict[MergeCause, str]:
    return {
        MergeCause.CONTACT: _("proved contact"),
        MergeCause.CLAIM: _("linked order"),
        MergeCause.STAFF: _("our team"),
    }
