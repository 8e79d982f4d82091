"""Words of short videos: limits, small results, what can be wrong with a video."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import InvalidError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media.types import Developed

MAX_SECONDS = 60
TOLERANCE = 1.0  # seconds: recorders round
MIN_SIDE, MAX_SIDE = 64, 4_096  # pixels
MAX_PIXELS = 4_096 * 2_304
MAX_RATIO = 4  # of the longer side to the shorter
MAX_FRAMES_A_SECOND = 250  # slow motion of phones
SHORT_SIDE, LONG_SIDE = 720, 1_280  # of what is shown, in pixels
PREVIEW_SIDE, PREVIEW_SECONDS = 360, 6

Watch = Callable[[int], None]
"""Hears how far it is, in percent; whatever it raises stops the work."""


class FilmProblem(StrEnum):
    """Why a video could not be prepared, long after it was sent."""

    BROKEN = "broken"
    TOO_HEAVY = "too_heavy"
    GONE = "gone"
    GAVE_UP = "gave_up"


@dataclass(frozen=True, slots=True)
class Probe:
    """What a video is, by its packets and not by what it says of itself.

    Attributes:
        width: in pixels as stored, before any rotation.
        seconds: from the first moment to the last of pictures and sound.
    """

    width: int
    height: int
    seconds: float
    frames: int
    codec: str
    sound: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A video that was looked at and put on the shelf as it came, with its poster.

    Attributes:
        sha256: of the file as it came.
        key: where it lies on the shelf until it is prepared.
        format: of the container, as ffmpeg names it.
        milliseconds: length.
        poster: a frame, developed as photos are; upright, so its shape is the video's.
    """

    sha256: str
    key: str
    format: str
    bytes: int
    milliseconds: int
    has_sound: bool
    poster: Developed


@dataclass(frozen=True, slots=True)
class Film:
    """A video that is ready: its files are stored under the hash of the larger one."""

    sha256: str
    width: int
    height: int
    milliseconds: int
    bytes: int


class FilmError(InvalidError):
    """Something is wrong with a video; the message says what to do."""

    code: ClassVar[str] = "video_invalid"


class FilmsNotOfferedError(FilmError):
    """There is no ffmpeg here, or the operator wants no videos."""

    code = "video_not_offered"
    default_message = _l("Videos can't be taken here at the moment. Photos can.")


class FilmMissingError(FilmError):
    """Nothing was sent, or a file without content."""

    code = "video_missing"
    default_message = _l("This file is empty. Choose another video.")


class NotAFilmError(FilmError):
    """The content is none of the formats, whatever its name says; or there is no picture in it."""

    code = "video_unknown"
    default_message = _l("This isn't an MP4, MOV, WebM or MKV video. Choose another one.")


class NoPictureError(FilmError):
    """Sound alone."""

    code = "video_no_picture"
    default_message = _l("There is no picture in this file, only sound. Choose a video.")


class FilmTooBigError(FilmError):
    """The file is over the operator's limit."""

    code = "video_too_big"
    http_status = 413

    def __init__(self, megabytes: int) -> None:
        super().__init__(
            _(
                "This video is over %(num)s MB. Send a shorter one, or a smaller copy.",
                num=megabytes,
            )
        )


class FilmTooLongError(FilmError):
    """It lasts too long."""

    code = "video_too_long"
    default_message = _l("This video is longer than a minute. Cut it and send the best part.")


class FilmShapeError(FilmError):
    """Too small, too large, or a strip."""

    code = "video_shape"
    default_message = _l("This video's size is unusual. Save it as 1080p or smaller and send that.")


class FilmCodecError(FilmError):
    """Packed in a way that nobody's phone uses."""

    code = "video_codec"
    default_message = _l("We can't read how this video is packed. Save it as MP4 and send that.")


class FilmBrokenError(FilmError):
    """Truncated or damaged."""

    code = "video_broken"
    default_message = _l("This video is damaged, we can't open it. Save it again and send that.")


class FilmTooHeavyError(FilmError):
    """Opening it took more time or memory than a video may."""

    code = "video_too_heavy"
    default_message = _l("This video takes too much work to open. Save it as 1080p and send that.")


class FilmGoneError(FilmError):
    """The file as it came is not on the shelf any more."""

    code = "video_gone"
    default_message = _l("This video is gone. Choose it again.")
