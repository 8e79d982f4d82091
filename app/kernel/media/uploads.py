"""Taking uploads at the web edge: who may, how often, how much."""

from werkzeug.datastructures import FileStorage

from app.kernel import limits
from app.kernel.errors import ForbiddenError
from app.kernel.i18n import gettext as _
from app.kernel.limits import Limit
from app.kernel.media import service
from app.kernel.media.types import PhotoMissingError, Stored
from app.kernel.web import Viewer

UPLOADS = Limit("photos", hits=120, seconds=3600)


def take_upload(member: Viewer, file: FileStorage | None) -> Stored:
    """Take one photo of a member; it waits for 24 hours for something that shows it.

    Raises:
        PhotoError: it can't be taken; the message says why and what to do.
        ForbiddenError: the member may not post for now.
        TooManyError: he sent too many this hour, or everybody does at this moment.
    """
    if member.is_muted:
        raise ForbiddenError(_("Your account can read but not post for now."))
    if file is None:
        raise PhotoMissingError
    limits.hit(UPLOADS, str(member.id))
    return service.store_photo(member.id, file.stream, waiting=True)
