"""The brand's reactions in the staff console."""

import re

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.community.forms.reading import ReactionForm
from app.community.queries import reactions as queries
from app.community.service import reactions as service
from app.community.types.reading import ReactionFace
from app.kernel import ids
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.web import me, permission, toast

bp = Blueprint("community_reactions", __name__, url_prefix="/staff")
EDIT = Permission.BOARDS_EDIT
KEY = re.compile(r"[^a-z0-9]+")


@bp.get("/reactions")
@permission(EDIT)
def faces() -> ResponseReturnValue:
    """List the reactions that members can choose, and those that are off."""
    return render_template(
        "community/staff_reactions.html",
        faces=queries.faces(with_off=True),
        in_use=queries.faces_in_use(),
    )


@bp.route("/reactions/new", methods=["GET", "POST"])
@permission(EDIT)
def new_face() -> ResponseReturnValue:
    """Add a reaction."""
    return _page(ReactionForm(), None)


@bp.route("/reactions/<key>", methods=["GET", "POST"])
@permission(EDIT)
def edit_face(key: str) -> ResponseReturnValue:
    """Change a reaction; switched off it stays where it was given.

    Raises:
        NotFoundError: there is none.
    """
    face = next((each for each in queries.faces(with_off=True) if each.key == key), None)
    if face is None:
        raise NotFoundError
    return _page(ReactionForm(obj=_Shown(face, queries.faces_in_use().get(key, False))), face)


class _Shown:
    """A reaction as its form takes it."""

    def __init__(self, face: ReactionFace, is_on: bool) -> None:  # noqa: FBT001 - two things, both shown
        self.glyph, self.name_zh, self.name_en = face.glyph, face.name_zh, face.name_en
        self.is_on, self.is_brand = is_on, face.is_brand


def _page(form: ReactionForm, face: ReactionFace | None) -> ResponseReturnValue:
    if form.validate_on_submit():
        key = face.key if face else _key(form.name_en.data or "")
        new = ReactionFace(
            key, form.glyph.data or "", form.name_zh.data or "", form.name_en.data or "",
            bool(form.is_brand.data),
        )  # fmt: skip
        service.save_face(new, is_on=bool(form.is_on.data), actor_id=me().id)
        toast(_("Saved"))
        return redirect(url_for("community_reactions.faces"), 303)
    status = 422 if form.is_submitted() else 200
    return render_template("community/staff_reaction.html", form=form, face=face), status


def _key(name: str) -> str:
    """Return a key for a new reaction: its English name in small letters, and something unique."""
    return f"{KEY.sub('-', name.lower()).strip('-')[:12]}-{ids.new_code()[:6].lower()}"
