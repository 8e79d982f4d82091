"""One's own data: take it along, or close the account and have it deleted."""

from typing import Any

from flask import Response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from app.identity import queries, service
from app.identity.forms import LeaveForm
from app.identity.pages import again
from app.identity.routes.blueprint import bp
from app.kernel import clock, merging, web
from app.kernel.errors import ConflictError, DomainError, NotFoundError
from app.kernel.i18n import gettext as _


@bp.get("/settings/data")
@web.member_required
@web.no_store
def data() -> ResponseReturnValue:
    """Show his files, and the way out."""
    member_id = web.me().id
    files = queries.takeouts_of(member_id)
    template = "_takeouts" if web.is_fragment() else "data"
    return render_template(
        f"identity/{template}.html",
        files=files,
        is_busy=any(each.is_written for each in files),
        leave=queries.find_leave(member_id),
    )


@bp.post("/settings/data/files")
@web.member_required
@web.no_store
def ask_for_takeout() -> ResponseReturnValue:
    """Ask for the file of everything that is his."""
    try:
        service.ask_for_takeout(web.me().id)
    except ConflictError as error:
        web.toast(str(error.message), "warn")
    else:
        web.toast(_("Your file is being put together. You can go on meanwhile."))
    return redirect(url_for("identity.data"), 303)


@bp.get("/settings/data/files/<code>")
@web.member_required
@web.no_store
def takeout(code: str) -> ResponseReturnValue:
    """Hand out one of his files.

    Raises:
        NotFoundError: it is not there, not yet or not any more.
    """
    found = queries.get_takeout(code, web.me().id)
    path = service.takeout_path(found.code)
    if not found.is_there or not path.exists():
        raise NotFoundError(_("Files are kept for a week. Ask for it again."))
    name = f"potluck-{clock.business_date(found.asked_at)}.zip"
    answer: Response = send_file(
        path, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0
    )
    return answer


@bp.get("/settings/data/leave")
@web.member_required
@web.no_store
def leave() -> ResponseReturnValue:
    """Say what closing the account means, and ask."""
    return render_template("identity/leave.html", form=LeaveForm(), **_page())


@bp.post("/settings/data/leave")
@web.member_required
@web.no_store
def ask_to_leave() -> ResponseReturnValue:
    """Take the wish to leave; it works in 14 days."""
    form = LeaveForm()
    if not form.validate_on_submit():
        return again("identity/leave.html", form, **_page())
    try:
        service.ask_to_leave(web.me().id, form.current.data, keeps_posts=form.posts.data == "keep")
    except DomainError as error:
        return again("identity/leave.html", form, error, **_page())
    web.toast(_("Noted. Until then you can change your mind with one tap."))
    return redirect(url_for("identity.data"), 303)


@bp.post("/settings/data/stay")
@web.member_required
@web.no_store
def stay() -> ResponseReturnValue:
    """Keep the account."""
    if service.stay(web.me().id):
        web.toast(_("How good that you stay. Nothing was deleted."))
    return redirect(url_for("identity.data"), 303)


def _page() -> dict[str, Any]:
    points = merging.figure("points", [web.me().id])
    return {"points": points, "days": service.GRACE.days}
