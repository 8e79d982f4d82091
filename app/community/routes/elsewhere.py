"""Posts on other platforms: the settings page, and what staff record."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer
from markupsafe import Markup

from app.community import service
from app.community.forms import ElsewhereForm, MetricsForm
from app.community.queries import elsewhere as queries
from app.community.queries.elsewhere import External
from app.community.routes.blueprint import bp
from app.community.service import NewExternal
from app.community.types import METRICS, ElsewhereError
from app.identity import queries as identity
from app.identity.types import MemberRow
from app.kernel import clock, limits, slots
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.limits import Limit
from app.kernel.permissions import Permission
from app.kernel.web import me, member_required, no_store, permission, toast

staff_bp = Blueprint("community_elsewhere", __name__, url_prefix="/staff/elsewhere")

UNDO, UNDO_SECONDS = "elsewhere_undo", 600
ADDED = Limit("elsewhere.add", 30, 86_400)
LONGEST_KEY = 40


# --- a member's own ------------------------------------------------------------------------------


@bp.route("/settings/elsewhere", methods=["GET", "POST"])
@member_required
@no_store
def elsewhere() -> ResponseReturnValue:
    """List his posts on other platforms; add one."""
    form = ElsewhereForm()
    if request.method == "GET":
        form.posted_on.data, form.is_public.data = clock.business_date(), True
        return _own_page(form)
    if form.validate():
        limits.hit(ADDED, f"member {me().id}")
        try:
            service.add_elsewhere(me().id, _new(form), actor_id=me().id)
        except ElsewhereError as error:
            form[error.field].errors = [str(error)]
        else:
            toast(_("Added. It stands on your page") if form.is_public.data else _("Added"))
            return redirect(url_for("community.elsewhere"), 303)
    return _own_page(form), 422


def _new(form: ElsewhereForm) -> NewExternal:
    return NewExternal(
        form.url.data, form.title.data, form.posted_on.data, form.metrics(), form.is_public.data
    )


def _own_page(form: ElsewhereForm) -> str:
    page = queries.elsewhere_of(me().id, after=request.args.get("after", "")[:LONGEST_KEY])
    next_url = url_for("community.elsewhere", after=page.next_key) if page.next_key else None
    return render_template(
        "community/elsewhere.html",
        form=form,
        page=page,
        next_url=next_url,
        undo=_undone() is not None,
        is_first="after" not in request.args,
        metrics=list(METRICS),
    )


@bp.post("/settings/elsewhere/<int:post_id>/show")
@member_required
@no_store
def show_elsewhere(post_id: int) -> ResponseReturnValue:
    """Put one on his page, or take it off."""
    is_public = request.form.get("is_public") == "1"
    service.show_elsewhere(me().id, _id(post_id), is_public=is_public)
    toast(_("It stands on your page") if is_public else _("Only you and the team see it now"))
    return redirect(url_for("community.elsewhere"), 303)


@bp.post("/settings/elsewhere/<int:post_id>/remove")
@member_required
@no_store
def remove_elsewhere(post_id: int) -> ResponseReturnValue:
    """Take one out; for ten minutes the browser can put it back."""
    gone = service.remove_elsewhere(me().id, _id(post_id))
    response = make_response(redirect(url_for("community.elsewhere"), 303))
    response.set_cookie(
        UNDO, _signer().dumps([me().id, *_kept(gone)]), max_age=UNDO_SECONDS, httponly=True,
        samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip
    return response


@bp.post("/settings/elsewhere/undo")
@member_required
@no_store
def undo_elsewhere() -> ResponseReturnValue:
    """Put back what was taken out last."""
    gone = _undone()
    if gone is None:
        toast(_("There is nothing to put back any more"), "info")
    else:
        try:
            service.add_elsewhere(me().id, gone, actor_id=me().id)
        except ElsewhereError as error:
            toast(str(error), "warn")
        else:
            toast(_("It's back in your list"))
    response = make_response(redirect(url_for("community.elsewhere"), 303))
    response.delete_cookie(UNDO)
    return response


def _kept(gone: External) -> list[Any]:
    day = gone.posted_on.isoformat()
    return [gone.url, gone.title, day, dict(gone.metrics), gone.is_public]


def _undone() -> NewExternal | None:
    """Return what this member's browser could put back."""
    try:
        member_id, url, title, day, metrics, is_public = _signer().loads(
            request.cookies.get(UNDO, ""), max_age=UNDO_SECONDS
        )
    except BadData:
        return None
    if member_id != me().id:
        return None
    return NewExternal(url, title, date.fromisoformat(day), metrics, is_public)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="elsewhere")


def _id(number: int) -> int:
    """Return an id from an address.

    Raises:
        NotFoundError: no id is that large.
    """
    if number >= 2**63:
        raise NotFoundError
    return number


# --- staff ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measured:
    """A post with the form for its figures."""

    post: External
    form: MetricsForm


@staff_bp.route("/<yid>", methods=["GET", "POST"])
@permission(Permission.CONTENT_MODERATE)
def of_member(yid: str) -> ResponseReturnValue:
    """List a member's posts on other platforms; record one for him."""
    member, form = _member(yid), ElsewhereForm()
    if request.method == "GET":
        form.posted_on.data = clock.business_date()
        return _staff_page(member, form)
    if form.validate():
        try:
            service.add_elsewhere(member.id, _new(form), actor_id=me().id)
        except ElsewhereError as error:
            form[error.field].errors = [str(error)]
        else:
            toast(_("Recorded. Whether it stands on the page is up to the member"))
            return redirect(url_for("community_elsewhere.of_member", yid=member.yid), 303)
    return _staff_page(member, form), 422


@staff_bp.post("/<yid>/<int:post_id>")
@permission(Permission.CONTENT_MODERATE)
def measure(yid: str, post_id: int) -> ResponseReturnValue:
    """Write down a post's figures as they stand today."""
    member, form = _member(yid), MetricsForm()
    if not form.validate():
        toast(_("Figures are whole numbers. Nothing was changed"), "warn")
    else:
        service.measure_elsewhere(member.id, _id(post_id), form.metrics(), actor_id=me().id)
        toast(_("Figures noted"))
    return redirect(url_for("community_elsewhere.of_member", yid=member.yid), 303)


def _member(yid: str) -> MemberRow:
    member = identity.find_member_by_yid(yid)
    if member is None:
        raise NotFoundError
    return member


def _staff_page(member: MemberRow, form: ElsewhereForm) -> str:
    page = queries.elsewhere_of(member.id, after=request.args.get("after", "")[:LONGEST_KEY])
    next_url = None
    if page.next_key:
        next_url = url_for("community_elsewhere.of_member", yid=member.yid, after=page.next_key)
    return render_template(
        "community/staff_elsewhere.html",
        member=member,
        form=form,
        lines=[_measured(post) for post in page.items],
        next_url=next_url,
        metrics=list(METRICS),
    )


def _measured(post: External) -> Measured:
    return Measured(post, MetricsForm(formdata=None, data=dict(post.metrics), prefix=""))


@slots.fills("staff_member")
def staff_member(member_ids: Collection[int]) -> dict[int, Markup]:
    """Lead from a member in the console to his posts elsewhere. One statement."""
    if not me().can(Permission.CONTENT_MODERATE):
        return {}
    return {
        person.id: Markup(render_template("community/_staff_member.html", person=person))  # noqa: S704 - a template's own output
        for person in identity.people(member_ids).values()
    }
