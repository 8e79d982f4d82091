"""Words of short videos: states, what is shown, what can go wrong."""

from dataclasses import dataclass
from enum import StrEnum

from app.community.types import WritingError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media.film_types import FilmProblem
from app.kernel.types import Photo

MAX_TRANSCRIPT = 5_000  # characters
MAX_TRIES = 3
LANGUAGES = ("zh", "en")


class VideoState(StrEnum):
    """How far a video is."""

    WAITING = "waiting"
    WORKING = "working"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class VideoView:
    """A video as pages show it.

    Attributes:
        percent: how far its preparation is.
        sha256: names its files; None until it is ready.
        seconds: how long it lasts.
        transcript: what is said in it.
        captions: WebVTT.
        words_version: changes with the captions, so that browsers fetch them again.
    """

    id: int
    state: VideoState
    percent: int
    problem: FilmProblem | None
    poster: Photo
    sha256: str | None
    width: int
    height: int
    seconds: int
    transcript: str
    captions: str
    lang: str
    words_version: int

    @property
    def is_ready(self) -> bool:
        """Return whether it can be played."""
        return self.state is VideoState.READY

    @property
    def has_failed(self) -> bool:
        """Return whether it can't be prepared."""
        return self.state is VideoState.FAILED

    @property
    def url(self) -> str:
        """Return where the video is; only when it is ready."""
        return film_url(self.sha256 or "")

    @property
    def length(self) -> str:
        """Return its length as players write it: ``0:42``."""
        return length_text(self.seconds)


@dataclass(frozen=True, slots=True)
class Clip:
    """A ready video on a card: a play mark, its length, and a short mute preview."""

    sha256: str
    seconds: int

    @property
    def preview_url(self) -> str:
        """Return where the preview is."""
        return film_url(self.sha256, is_preview=True)

    @property
    def length(self) -> str:
        """Return its length as players write it."""
        return length_text(self.seconds)


def film_url(sha256: str, *, is_preview: bool = False) -> str:
    """Return the address of a video's file on the shelf."""
    return f"/media/{sha256[:2]}/{sha256}-{'preview' if is_preview else '720'}.mp4"


def length_text(seconds: int) -> str:
    """Return minutes and seconds: ``0:07``, ``1:00``."""
    return f"{seconds // 60}:{seconds % 60:02d}"


class VideoGoneError(WritingError):
    """An upload waited too long, could not be prepared, or is somebody else's."""

    code = "video_gone"
    field = "video"
    default_message = _l("The video is gone or couldn't be prepared. Choose it again.")


class TranscriptTooLongError(WritingError):
    """More words than a minute holds."""

    code = "transcript_too_long"
    field = "transcript"
    default_message = _l("This is too long for a minute of video. Keep it under 5,000 characters.")
