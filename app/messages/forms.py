"""Shapes of messages and of the choice who may write."""

from dataclasses import dataclass, field

from flask import request
from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, TextAreaField
from wtforms.validators import InputRequired

from app.kernel.errors import DomainError
from app.kernel.forms import CostlyForm, Form, clean_text
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import queries as media
from app.kernel.media.types import PhotoError
from app.kernel.media.uploads import take_upload
from app.kernel.types import Photo
from app.kernel.web import me
from app.messages.types import WHO_LABELS, Who, Wish

MAX_DIGITS = 19


class MessageForm(CostlyForm):
    """A message: a text, perhaps a photo. ``seen`` is the number of the last one shown."""

    body = TextAreaField(_l("Your message"), filters=[clean_text])
    seen = HiddenField()

    @property
    def seen_number(self) -> int:
        """Return the number of the last message that the page showed; 0 where it says nothing."""
        return number_from(self.seen.data) or 0


class WishForm(Form):
    """Who may write to me."""

    who = RadioField(
        _l("Who may write to me"),
        choices=[SelectChoice(each.value, label) for each, label in WHO_LABELS.items()],
        validators=[InputRequired(_l("Choose who may write to you."))],
    )
    shows_seen = BooleanField(_l("Show others that I have read"))

    @property
    def wish(self) -> Wish:
        """Return what was chosen."""
        return Wish(Who(self.who.data), bool(self.shows_seen.data))


def number_from(text: str | None) -> int | None:
    """Return a whole number of an address or a form, or None."""
    is_number = text and text.isascii() and text.isdecimal() and len(text) < MAX_DIGITS
    return int(text) if text and is_number else None


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
