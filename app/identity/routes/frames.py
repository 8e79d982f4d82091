"""The frame around his face: a member chooses among those he owns."""

from dataclasses import replace

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.identity import service
from app.identity.forms import WearForm
from app.identity.queries.frames import frames_of
from app.identity.routes.blueprint import bp
from app.kernel import web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _


@bp.get("/settings/frame")
@web.member_required
@web.no_store
def frame_settings() -> ResponseReturnValue:
    """Show his frames, each around his own face."""
    person = web.me().person
    return render_template(
        "identity/frames.html",
        bare=replace(person, frame=""),
        worn=person.frame,
        frames=[(frame, replace(person, frame=frame.look)) for frame in frames_of(person.id)],
    )


@bp.post("/settings/frame")
@web.member_required
@web.no_store
def wear_frame() -> ResponseReturnValue:
    """Put one on, or take it off.

    Raises:
        NotFoundError: it is none of his.
    """
    form = WearForm()
    if not form.validate_on_submit():
        raise NotFoundError
    service.wear_frame(web.me().id, form.frame.data or None)
    web.toast(_("Everybody sees it now.") if form.frame.data else _("No frame any more."))
    return redirect(url_for("identity.frame_settings"), 303)


def frame_url(_frame_id: int, viewer_id: int | None) -> str | None:
    """Return where a member finds his frames."""
    return url_for("identity.frame_settings") if viewer_id is not None else None
