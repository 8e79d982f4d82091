"""Words of reading: topics, watches, reactions, polls."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from app.kernel.errors import ConflictError, DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l

MAX_OPTIONS, MIN_OPTIONS, MAX_OPTION = 10, 2, 60
MAX_QUESTION = 120
MAX_FOLDERS = 30
MAX_NAME = 40


class Sort(StrEnum):
    """How a list of threads is sorted."""

    HOT = "hot"
    NEW = "new"
    FEATURED = "featured"
    BEST = "best"


class Order(StrEnum):
    """How the replies of a thread stand."""

    OLDEST = "oldest"
    NEWEST = "newest"
    LIKED = "liked"


class TopicState(StrEnum):
    """Where a topic stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class WatchKind(StrEnum):
    """What may be watched."""

    BOARD = "board"
    TOPIC = "topic"
    THREAD = "thread"
    MEMBER = "member"


class WatchLevel(StrEnum):
    """How closely. ``NORMAL`` is kept as no row."""

    MUTED = "muted"
    NORMAL = "normal"
    TRACKING = "tracking"
    WATCHING = "watching"


class Barred(StrEnum):
    """Who keeps two members apart."""

    THEM = "them"
    YOU = "you"


class NewsState(StrEnum):
    """Where a post stands on its way to those who watch."""

    TELL = "tell"
    TOLD = "told"
    RECALL = "recall"  # it was hidden or removed: what was told of it is taken back
    RECALLED = "recalled"


class PollKind(StrEnum):
    """How a poll is answered."""

    SINGLE = "single"
    MULTIPLE = "multiple"
    RANKED = "ranked"


def fold(name: str) -> str:
    """Return a tag or a topic's name as it is compared: one width, one case, no signs around."""
    return unicodedata.normalize("NFKC", name).strip().strip("#").strip().casefold()[:MAX_NAME]


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as the team plans it; the period is in the brand's days, both ends included.

    Attributes:
        reward: the mission or camp that gives its reward (``mission:<code>``, ``camp:<slug>``), or
            empty.
    """

    slug: str
    name_zh: str
    name_en: str
    purpose_zh: str = ""
    purpose_en: str = ""
    rules_zh: str = ""
    rules_en: str = ""
    rewards_zh: str = ""
    rewards_en: str = ""
    banner_media_id: int | None = None
    reward: str = ""


@dataclass(frozen=True, slots=True)
class ReactionFace:
    """A reaction that may be given."""

    key: str
    glyph: str
    name_zh: str
    name_en: str
    is_brand: bool = False

    def name(self, locale: str) -> str:
        """Return what it is called in a language."""
        return self.name_zh if locale.startswith("zh") else self.name_en


FIRST_REACTIONS = (
    ReactionFace("hungry", "😋", "馋了", "Hungry now"),
    ReactionFace("fire", "🔥", "够味", "Fire"),
    ReactionFace("cook", "👩‍🍳", "手艺好", "Well cooked"),
    ReactionFace("hug", "🤗", "抱抱", "A hug"),
    ReactionFace("thanks", "🧧", "品牌感谢", "Thanks from the team", is_brand=True),
)


@dataclass(frozen=True, slots=True)
class PollDraft:
    """A poll as its author wrote it.

    Attributes:
        days: how long it takes votes; None: for ever.
    """

    question: str
    kind: PollKind
    options: tuple[str, ...]
    is_public: bool = False
    is_hidden_until_vote: bool = False
    days: int | None = None


class TopicNameError(ConflictError):
    """Another topic has this name or address."""

    code = "topic_name"
    default_message = _l("Another topic has this name or address. Choose a different one.")


class PollClosedError(DomainError):
    """The poll takes no votes any more."""

    code = "poll_closed"
    http_status = 409
    default_message = _l("This poll is closed. Your vote was not counted; the result stands above.")


class ChoiceError(InvalidError):
    """The vote names nothing, too much, or what is not there."""

    code = "poll_choice"
    default_message = _l("Choose one of the answers.")


class FolderError(InvalidError):
    """The folder cannot be made."""

    code = "bookmark_folder"
    default_message = _l("Give the folder a name of its own, up to 24 characters.")
