"""The people of the brand: everybody of the team fills in his own card, editors all of them."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.brand import queries, service
from app.brand.forms import PersonForm
from app.brand.staff.blueprint import EDIT, bp
from app.brand.types import BrandError, PersonView
from app.identity import queries as identity
from app.identity.types import MemberRow
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.permissions import Permission
from app.kernel.types import Photo
from app.kernel.web import me, permission, toast

FIELDS = ("job_zh", "job_en", "line_zh", "line_en", "ask_zh", "ask_en")


@bp.route("/people/mine", methods=["GET", "POST"])
@permission(Permission.CONSOLE_OPEN)
def my_card() -> ResponseReturnValue:
    """Fill in one's own card: face, job, what to ask about."""
    return _card(identity.get_member(me().id))


@bp.route("/people/<yid>", methods=["GET", "POST"])
@permission(EDIT)
def card(yid: str) -> ResponseReturnValue:
    """Fill in somebody's card.

    Raises:
        NotFoundError: there is no such member.
    """
    return _card(_member(yid))


@bp.post("/people/<yid>/show")
@permission(EDIT)
def show(yid: str) -> ResponseReturnValue:
    """Show a card, or hide it; either can be undone."""
    is_shown = request.form.get("to") == "show"
    service.show_person(me().id, _member(yid).id, is_shown=is_shown)
    toast(_("On the page of the people again") if is_shown else _("Hidden. The mark is gone too"))
    return redirect(url_for("brand_staff.pages"), 303)


def _member(yid: str) -> MemberRow:
    found = identity.find_member_by_yid(yid)
    if found is None:
        raise NotFoundError
    return found


def _card(member: MemberRow) -> ResponseReturnValue:
    known, status = queries.find_person(member.id), 200
    form = PersonForm()
    if not form.is_submitted() and known is not None:
        values = {name: getattr(known, name) for name in FIELDS}
        form = PersonForm(data={**values, "media_id": str(known.media_id or "")})
    if form.is_submitted():
        if _take_portrait(form) and form.validate() and _save(form, member):
            toast(_("Saved. Your name carries the mark of the team now")
                  if member.id == me().id else _("Saved"))  # fmt: skip
            return redirect(url_for("brand_staff.pages"), 303)
        status = 422
    return (
        render_template(
            "brand/staff_person.html",
            form=form,
            member=member,
            is_mine=member.id == me().id,
            portrait=_portrait(form, known),
        ),
        status,
    )


def _media_id(form: PersonForm) -> int | None:
    text = form.media_id.data or ""
    is_number = text.isascii() and text.isdecimal() and len(text) < 19  # noqa: PLR2004 - fits 64 bits
    return int(text) if is_number else None


def _take_portrait(form: PersonForm) -> bool:
    file = form.portrait.data
    if file is None or not getattr(file, "filename", ""):
        return True
    try:
        form.media_id.data = str(take_upload(me(), file).id)
    except PhotoError as error:
        form.form_errors.append(str(error.message))
        return False
    return True


def _save(form: PersonForm, member: MemberRow) -> bool:
    try:
        service.save_person(me().id, member.id, form.draft(_media_id(form)))
    except BrandError as error:
        if error.field in form:
            form[error.field].errors = [str(error.message)]
        else:
            form.form_errors.append(str(error.message))
        return False
    except DomainError as error:
        form.form_errors.append(str(error.message))
        return False
    return True


def _portrait(form: PersonForm, known: PersonView | None) -> Photo | None:
    media_id = _media_id(form)
    if known is not None and known.media_id == media_id:
        return known.portrait
    return media.find_photos([media_id], owner_id=me().id).get(media_id) if media_id else None
