"""Frames for faces: the team makes them; the mall, draws and leaderboards hand them out."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.identity import service
from app.identity.forms import FrameForm, OfferForm
from app.identity.queries.frames import frames
from app.identity.types import FieldError, FrameColor, FrameShape
from app.kernel import web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

bp = Blueprint("identity_frames", __name__, url_prefix="/staff/frames")


@bp.route("", methods=["GET", "POST"])
@web.permission(Permission.MALL_EDIT)
def overview() -> ResponseReturnValue:
    """List the frames; make another one."""
    form, status = FrameForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate_on_submit() and _make(form):
            web.toast(_("Made. Choose it in an item, a prize or an award."))
            return redirect(url_for(".overview"), 303)
    face = web.me().person
    made = [(frame, replace(face, frame=frame.look)) for frame in frames()]
    samples = [
        (shape.value, color.value, replace(face, frame=f"{shape.value}-{color.value}"))
        for shape in FrameShape
        for color in FrameColor
    ]
    page = render_template("identity/staff_frames.html", form=form, made=made, samples=samples)
    return page, status


def _make(form: FrameForm) -> bool:
    try:
        service.make_frame(
            name_zh=form.name_zh.data or "",
            name_en=form.name_en.data or "",
            shape=FrameShape(form.shape.data),
            color=FrameColor(form.color.data),
            actor_id=web.me().id,
        )
    except FieldError as error:
        form.name_en.errors = [str(error.message)]
        return False
    return True


@bp.post("/<int:frame_id>")
@web.permission(Permission.MALL_EDIT)
def offer(frame_id: int) -> ResponseReturnValue:
    """Let a frame be handed out, or no longer.

    Raises:
        NotFoundError: there is none.
    """
    form = OfferForm()
    if form.validate_on_submit():
        service.offer_frame(frame_id, is_offered=form.to.data == "offer", actor_id=web.me().id)
        web.toast(_("Saved"))
    return redirect(url_for(".overview"), 303)
