"""The rewards page, and a member's wishes."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import slots, web
from app.kernel.i18n import gettext as _
from app.rewards import queries, service, shown
from app.rewards.forms import PlainForm
from app.rewards.routes.blueprint import bp


@bp.get("/rewards")
@web.public
def home() -> ResponseReturnValue:
    """Show what points become; a guest sees the mall."""
    viewer = web.viewer()
    if viewer is None:
        return redirect(url_for(".mall"), 303)
    return render_template(
        "rewards/home.html",
        home=queries.home(viewer.id),
        cards=slots.fill("rewards_home", [viewer.id])[viewer.id],
        shown=shown,
    )


@bp.get("/me/wishes")
@web.member_required
@web.no_store
def wishes() -> ResponseReturnValue:
    """Show a member what he wished, and how to get there. It is his alone."""
    return render_template("rewards/wishes.html", wishes=queries.wishes(web.me().id), shown=shown)


@bp.post("/mall/<slug>/wish")
@web.member_required
@web.no_store
def wish(slug: str) -> ResponseReturnValue:
    """Put an item on the list of wishes, or take it off (``off`` in the form).

    Raises:
        NoSuchItemError: there is none, or he may not know of it.
    """
    back = web.safe_path(request.args.get("next"), url_for(".item", slug=slug))
    if not PlainForm().validate_on_submit():
        return redirect(back, 303)
    wants = not request.form.get("off")
    service.wish(web.me().id, slug, wants=wants)
    web.toast(_("On your list. We'll tell you") if wants else _("Off your list"))
    return redirect(back, 303)
