"""Words of moving in: what comes, how far it is, what can be wrong with a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l

MAX_ID = 100
MAX_LINE = 4 * 1024 * 1024  # bytes of one line; a longer one is passed over
MAX_TEXT = 200_000  # signs of a text before it is converted
SHOWN_TROUBLES = 100
KEPT_TROUBLES = 10_000  # of one move; more are only counted


class Kind(StrEnum):
    """What a row is."""

    BOARD = "board"
    MEMBER = "member"
    THREAD = "thread"
    REPLY = "reply"
    LIKE = "like"
    FOLLOW = "follow"
    PHOTO = "photo"


class Format(StrEnum):
    """How a package is written."""

    NDJSON = "ndjson"
    CSV = "csv"
    FLASKBB = "flaskbb"
    DISCOURSE = "discourse"


class Text(StrEnum):
    """How a text is written."""

    PLAIN = "text"
    MARKDOWN = "markdown"
    BBCODE = "bbcode"
    HTML = "html"
    DISCOURSE = "discourse"


class JobState(StrEnum):
    """What a move is about."""

    CHECKING = "checking"  # the dry run is under way
    CHECKED = "checked"  # waits for a yes
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    REFUSED = "refused"  # the package can't be read
    DROPPED = "dropped"


OVER = frozenset({JobState.DONE, JobState.REFUSED, JobState.DROPPED})


class Phase(StrEnum):
    """Where a running move is; they follow in this order."""

    READING = "reading"
    BOARDS = "boards"
    MEMBERS = "members"
    THREADS = "threads"
    REPLIES = "replies"
    LIKES = "likes"
    FOLLOWS = "follows"
    ALBUM = "album"  # rows of photos find their threads
    LINKS = "links"  # texts that lead to other texts
    PHOTOS = "photos"
    END = "end"


PHASES = tuple(Phase)


class ItemState(StrEnum):
    """What became of a row."""

    WAITING = "waiting"
    LINKING = "linking"  # stands; its links are still to be turned
    DONE = "done"
    ASIDE = "aside"  # what it belongs to is not here; the next move looks again
    BAD = "bad"


class PhotoState(StrEnum):
    """What became of a photo."""

    WAITING = "waiting"
    DONE = "done"
    BAD = "bad"


class Trouble(StrEnum):
    """What is wrong with a row, or what was changed about it."""

    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_CSV = "not_csv"
    LINE_TOO_LONG = "line_too_long"
    UNKNOWN_TYPE = "unknown_type"
    NO_ID = "no_id"
    MISSING = "missing"
    BAD_TIME = "bad_time"
    NO_ZONE = "no_zone"
    FUTURE = "future"
    TOO_LONG = "too_long"
    BLANK = "blank"
    TWICE = "twice"
    NO_BOARD = "no_board"
    NO_THREAD = "no_thread"
    NO_MEMBER = "no_member"
    NO_THING = "no_thing"
    BAD_PATH = "bad_path"
    NO_PHOTO = "no_photo"
    BAD_PHOTO = "bad_photo"
    REPLY_PHOTO = "reply_photo"
    TOO_MANY_PHOTOS = "too_many_photos"
    TITLE_CUT = "title_cut"
    RENAMED = "renamed"
    CONTACT_ASIDE = "contact_aside"
    ANSWERS_NOTHING = "answers_nothing"
    CHANGED_HERE = "changed_here"
    UNREADABLE = "unreadable"


NOTES = frozenset(
    {
        Trouble.TITLE_CUT,
        Trouble.RENAMED,
        Trouble.CONTACT_ASIDE,
        Trouble.ANSWERS_NOTHING,
        Trouble.CHANGED_HERE,
        Trouble.REPLY_PHOTO,
        Trouble.TOO_MANY_PHOTOS,
        Trouble.NO_PHOTO,
        Trouble.BAD_PHOTO,
        Trouble.BAD_PATH,
    }
)
"""What is said of a row that came in all the same."""

TROUBLE_TEXTS: Mapping[Trouble, object] = {
    Trouble.NOT_UTF8: _l("This line is not UTF-8. Save the file as UTF-8."),
    Trouble.NOT_JSON: _l("This line is no JSON object."),
    Trouble.NOT_CSV: _l("This line can't be read as CSV: look at its quotes."),
    Trouble.LINE_TOO_LONG: _l("This line is over 4 MB."),
    Trouble.UNKNOWN_TYPE: _l("There is no such type. Write board, member, thread, reply, like…"),
    Trouble.NO_ID: _l("It has no id, or one over 100 characters."),
    Trouble.MISSING: _l("Something it can't be without is missing or has the wrong shape."),
    Trouble.BAD_TIME: _l("This is no moment. Write 2019-05-04T18:30:00+08:00."),
    Trouble.NO_ZONE: _l("This moment has no time zone. End it with Z or +08:00."),
    Trouble.FUTURE: _l("This moment is still to come."),
    Trouble.TOO_LONG: _l("The text is longer than a post may be here."),
    Trouble.BLANK: _l("There is nothing to read in it."),
    Trouble.TWICE: _l("This id stands in the package twice. The first row counts."),
    Trouble.NO_BOARD: _l("Its board is not in the package. Add it, or map it to one of yours."),
    Trouble.NO_THREAD: _l("Its thread is not in the package."),
    Trouble.NO_MEMBER: _l("The member is not in the package."),
    Trouble.NO_THING: _l("What is liked is not in the package."),
    Trouble.BAD_PATH: _l("This path leads out of the package."),
    Trouble.NO_PHOTO: _l("The photo is not in the package. The post came without it."),
    Trouble.BAD_PHOTO: _l("The photo can't be taken. The post came without it."),
    Trouble.REPLY_PHOTO: _l("Replies have no photos here. The reply came without them."),
    Trouble.TOO_MANY_PHOTOS: _l("A post has nine photos at most. The others stayed behind."),
    Trouble.TITLE_CUT: _l("The title was too long and has been cut."),
    Trouble.RENAMED: _l("The name can't be shown here as it was, so it has been changed."),
    Trouble.CONTACT_ASIDE: _l(
        "Somebody else has this address or number. Both stay, and the identity desk decides."
    ),
    Trouble.ANSWERS_NOTHING: _l("It answers something that is not there or came later."),
    Trouble.CHANGED_HERE: _l("It has been changed here since, so it stays as it is."),
    Trouble.UNREADABLE: _l("The text can't be converted."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be said about a row; nothing of the row itself.

    Attributes:
        part: the file inside the package; ``line`` counts from 1 there, 0: no line.
    """

    trouble: Trouble
    line: int = 0
    kind: str = ""
    source_id: str = ""
    part: str = ""

    @property
    def is_note(self) -> bool:
        """Return whether the row came in all the same."""
        return self.trouble in NOTES


@dataclass(frozen=True, slots=True)
class Options:
    """How a package is read, as its mapping file says.

    Attributes:
        fields: kind -> (name there -> name here).
        boards: board there -> slug of a board here.
        base_url: where that community lived; links below it are turned.
        text: how texts are written where a row does not say.
        zone: of moments without one; None: such rows are bad.
    """

    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    boards: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    text: Text | None = None
    zone: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what a job's row keeps."""
        return {
            "fields": {kind: dict(names) for kind, names in self.fields.items()},
            "boards": dict(self.boards),
            "base_url": self.base_url,
            "text": self.text.value if self.text else None,
            "zone": self.zone,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Options":
        """Return what :meth:`as_json` made."""
        text = kept.get("text")
        return cls(
            kept.get("fields", {}),
            kept.get("boards", {}),
            kept.get("base_url", ""),
            Text(text) if text else None,
            kept.get("zone"),
        )


@dataclass(frozen=True, slots=True)
class Job:
    """One move, as it stands.

    Attributes:
        position: rows of the package that were read.
        rows: how many rows it has, as far as that is known.
        handled: rows that were settled, of ``waiting`` that were to be.
        counts: by name: new, known, changed, bad, notes, aside, and one for each kind.
        foreseen: what the dry run found, likewise.
    """

    id: int
    code: str
    source: str
    format: Format
    name: str
    place: str
    state: JobState
    phase: Phase
    position: int
    rows: int | None
    handled: int
    waiting: int
    photos: int
    photos_done: int
    troubles: int
    counts: Mapping[str, int]
    foreseen: Mapping[str, Any] | None
    options: Options
    refusal: str
    is_upload: bool
    started_by: int | None
    created_at: datetime
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Return whether nothing moves any more."""
        return self.state in OVER


class PackageError(InvalidError):
    """A package can't be read; the message says why and what to do."""

    code = "package_invalid"


class UnderWayError(ConflictError):
    """A move from the same place is not over yet."""

    code = "move_under_way"
    default_message = _l("A move from this place is not over yet. Finish it or drop it first.")


class StoppedError(ConflictError):
    """A move was paused, dropped, or is driven by somebody else."""

    code = "move_stopped"
    default_message = _l("This move was paused, or another process drives it.")
