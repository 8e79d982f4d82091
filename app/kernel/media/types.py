"""Words of the photo shelf: limits, small results, what can be wrong with a photo."""

from dataclasses import dataclass, field
from typing import ClassVar

from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Photo

MAX_BYTES = 20 * 1024 * 1024  # of one file
MAX_MEGAPIXELS = 40
WIDTHS = (240, 480, 960, 1600)  # of renditions, in pixels


@dataclass(frozen=True, slots=True)
class Crop:
    """A square to cut out, in whole pixels of the upright source."""

    x: int
    y: int
    size: int


@dataclass(frozen=True, slots=True)
class Developed:
    """A photo that has been decoded, turned upright, stripped and scaled; its files are stored.

    Attributes:
        sha256: content hash of the largest rendition; the photo's name on the shelf.
        width: of the upright original (or of the crop), in pixels.
        color: average colour, ``#rrggbb``.
        widths: renditions that exist. None is wider than the original: the last one may be
            narrower than its name.
        bytes: of all renditions together.
    """

    sha256: str
    width: int
    height: int
    color: str
    widths: tuple[int, ...]
    bytes: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A photo on the shelf, with its row."""

    id: int
    sha256: str
    width: int
    height: int
    photo: Photo = field(compare=False)

    def url(self, width: int) -> str:
        """Return the address of the smallest rendition at least ``width`` pixels wide."""
        return self.photo.url(width)


class PhotoError(InvalidError):
    """Something is wrong with a photo; the message says what to do."""

    code: ClassVar[str] = "photo_invalid"


class PhotoMissingError(PhotoError):
    """Nothing was sent, or a file without content."""

    code = "photo_missing"
    default_message = _l("This file is empty. Choose another photo.")


class NotAPhotoError(PhotoError):
    """The content is of none of the four formats, whatever its name says."""

    code = "photo_unknown"
    default_message = _l("This isn't a JPEG, PNG, WebP or GIF picture. Choose another photo.")


class PhotoTooBigError(PhotoError):
    """The file is over the limit."""

    code = "photo_too_big"
    http_status = 413
    default_message = _l("This photo is over 20 MB. Send a smaller one.")


class PhotoTooLargeError(PhotoError):
    """The picture has too many pixels."""

    code = "photo_too_large"
    default_message = _l("This photo has over 40 megapixels. Make it smaller and send it again.")


class PhotoTooLongError(PhotoError):
    """A strip: one side is more than twenty times the other."""

    code = "photo_too_long"
    default_message = _l("This picture is too long and narrow. Cut it and send the parts.")


class PhotoBrokenError(PhotoError):
    """Truncated or damaged."""

    code = "photo_broken"
    default_message = _l("This photo is damaged, we can't open it. Save it again and send that.")


class PhotoTooHeavyError(PhotoError):
    """Opening it took more time or memory than a photo may."""

    code = "photo_too_heavy"
    default_message = _l("This photo takes too much work to open. Save it as JPEG and send that.")


class CropError(PhotoError):
    """The square does not lie inside the picture."""

    code = "photo_crop"
    default_message = _l("The crop lies outside the picture. Choose it again.")


class PhotoGoneError(PhotoError):
    """An uploaded photo waited too long and was swept away, or is somebody else's."""

    code = "photo_gone"
    default_message = _l("A photo waited too long and is gone. Add it again.")
