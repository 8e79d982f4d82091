"""A member's front door to the team: one talk, from any page that links to it."""

from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.forms import clean
from app.kernel.i18n import gettext as _
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.text import shorten
from app.kernel.types import Photo
from app.kernel.web import me, member_required, no_store, toast
from app.messages import queries, service
from app.messages.forms import MessageForm, number_from
from app.messages.routes import bp
from app.messages.types import MAX_ABOUT, TeamDesk
from app.moderation.types import REASON_LABELS


@dataclass(slots=True)
class Sheet:
    """The form below a talk as it stands: what was typed, what is wrong."""

    form: MessageForm
    photo: Photo | None = None
    errors: list[str] = field(default_factory=list)
    photo_errors: list[str] = field(default_factory=list)
    status: int = 200

    @classmethod
    def sent(cls) -> "Sheet":
        """Return the form as it came, with the photo that was uploaded before."""
        sheet = cls(MessageForm(), status=422)
        chosen = [number_from(each) for each in request.form.getlist("photo_ids")[:1]]
        ids = [each for each in chosen if each]
        sheet.photo = next(iter(media.find_photos(ids, owner_id=me().id).values()), None)
        if not sheet.form.validate():
            sheet.errors = [str(each) for each in sheet.form.request_key.errors]
        return sheet

    def take_photo(self) -> int | None:
        """Take the photo that came with the form; return the id of the one it has.

        Raises:
            PhotoError: it is none.
        """
        file = request.files.get("photos")
        if file is not None and file.filename:
            self.photo = take_upload(me(), file).photo
        return self.photo.id if self.photo else None

    def refuse(self, error: DomainError) -> None:
        """Keep what was wrong for the page."""
        where = self.photo_errors if isinstance(error, PhotoError) else self.errors
        where.append(str(error.message))
        self.status = error.http_status


@bp.get("/messages/team")
@member_required
@no_store
def team() -> ResponseReturnValue:
    """Show a member's talk with the team; ``?about=`` begins a message with what it is about."""
    sheet = Sheet(MessageForm(formdata=None))
    about = shorten(clean(request.args.get("about")) or "", MAX_ABOUT)
    if about:
        sheet.form.body.data = _("About %(thing)s:", thing=about) + "\n"
    return _page(sheet)


@bp.post("/messages/team")
@member_required
@no_store
def write_team() -> ResponseReturnValue:
    """Send the team a message."""
    sheet = Sheet.sent()
    if sheet.errors:
        return _page(sheet)
    try:
        photo_id = sheet.take_photo()
        sent = service.write_to_team(
            me().id, sheet.form.body.data or "", photo_id=photo_id,
            request_key=sheet.form.request_key.data,
        )  # fmt: skip
    except NotFoundError:
        raise
    except DomainError as error:
        sheet.refuse(error)
        return _page(sheet)
    if sent.is_new:
        toast(_("Sent. Somebody of the team answers you here."))
    return redirect(url_for(".team", _anchor=f"m-{sent.message_id}"), 303)


@bp.post("/messages/team/read")
@member_required
@no_store
def read_team() -> ResponseReturnValue:
    """Take the word of the page that it was read: ``?up_to=`` an id. A form is led back."""
    service.read_team(me().id, number_from(request.args.get("up_to")) or 0)
    if request.form.get("back"):
        return redirect(url_for(".team"), 303)
    return "", 204


# A beacon carries no token; its Origin and Sec-Fetch-Site are checked as for every request.
web.csrf.exempt(read_team)


def _page(sheet: Sheet) -> tuple[str, int]:
    before = number_from(request.args.get("before"))
    desk = queries.team_desk(me().id, me().id, before)
    if desk is None:
        raise NotFoundError
    page = render_template(
        "messages/team.html", sheet=sheet, is_newest=before is None, **shown(desk)
    )  # fmt: skip
    return page, sheet.status


def shown(desk: TeamDesk) -> dict[str, object]:
    """Return what both pages of a talk print."""
    newest = desk.entries[-1].id if desk.entries else 0
    return {"desk": desk, "newest": newest, "reasons": REASON_LABELS}
