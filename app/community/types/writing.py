"""Words of writing: steps, revisions, drafts, cards, and what can go wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.community.types import WritingError
from app.community.types.kinds import ThreadKind
from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l

MAX_DRAFTS = 20
MAX_DRAFT_BYTES = 200_000  # of everything typed, as stored
MAX_AHEAD = timedelta(days=365)
MAX_TOLD = 10  # people whom one post tells
MAX_MENTIONS = 40  # people whom one post links to
MAX_CARDS = 5  # link cards of a post
MAX_COMBINING = 8  # signs stacked on one letter; no script needs more

Form = Mapping[str, Sequence[str]]
"""Everything that was typed, by field name."""


class DraftState(StrEnum):
    """What becomes of something that is not posted yet."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    FAILED = "failed"  # its hour came and it could not be posted; its author has been told


class CardState(StrEnum):
    """Whether a page elsewhere is known."""

    WAITING = "waiting"
    READY = "ready"
    DEAD = "dead"


class WelcomeState(StrEnum):
    """What becomes of somebody's first post."""

    WAITING = "waiting"
    SENT = "sent"
    LEFT = "left"  # the team left it to the table


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a how-to as it was written; ``photo_id`` is an upload of its author."""

    text: str
    photo_id: int | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What a thread has beside title, text and photos.

    Attributes:
        steps: of a how-to.
        captions: photo id -> words.
        origin_code: the thread that a remix comes from.
        video_id: a video of its author.
    """

    kind: ThreadKind = ThreadKind.NOTE
    steps: tuple[Step, ...] = ()
    captions: Mapping[int, str] | None = None
    origin_code: str | None = None
    video_id: int | None = None


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """A draft that is kept now."""

    id: int
    saved_at: datetime


class StepsMissingError(WritingError):
    """A how-to without steps."""

    code = "steps_missing"
    field = "steps"
    default_message = _l("Write at least one step: a line or a photo.")


class StepTooLongError(WritingError):
    """A step over the limit."""

    code = "step_too_long"
    field = "steps"
    default_message = _l("One of the steps is too long. Make two of it.")


class TooManyStepsError(WritingError):
    """More steps than fit."""

    code = "too_many_steps"
    field = "steps"
    default_message = _l("Twenty steps at most. Put some together.")


class OriginGoneError(WritingError):
    """The thread that is remixed can't be seen."""

    code = "origin_gone"
    field = "origin"
    default_message = _l("The post you remix has left the table. Post yours as a photo note.")


class OriginMissingError(WritingError):
    """A remix of nothing."""

    code = "origin_missing"
    field = "origin"
    default_message = _l("A remix begins on a post: open it and tap Remix.")


class TooManyDraftsError(ConflictError):
    """As many as are kept."""

    code = "too_many_drafts"
    default_message = _l("You have 20 drafts. Throw one away, then save this one.")


class DraftTooLargeError(InvalidError):
    """More than a draft can be."""

    code = "draft_too_large"
    default_message = _l("This is too long for a draft. Your text is still here: shorten it.")


class WhenError(WritingError):
    """The hour of a scheduled post makes no sense."""

    code = "when_wrong"
    field = "publish_at"
    default_message = _l("Choose an hour to come, at most a year ahead.")


class NotAQuestionError(InvalidError):
    """Only questions have an accepted answer."""

    code = "no_question"
    default_message = _l("Only questions have a best answer.")
