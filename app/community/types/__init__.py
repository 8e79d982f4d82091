"""Words of the community: limits, small results, rows for bulk loading, what can go wrong."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import ConflictError, DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.loyalty.types import Award

MAX_PHOTOS = 9
MAX_TITLE = 80  # letters; a Han character takes the room of 8/3 of them, so 30 fit
MAX_BODY = 20_000
MAX_REPLY = 5_000
EXCERPT = 140
QUOTE = 60
REPLIES_PER_PAGE = 20
WIDE_LETTER = 8 / 3


class Platform(StrEnum):
    """Where else a member posts."""

    XIAOHONGSHU = "xiaohongshu"
    DOUYIN = "douyin"
    WEIBO = "weibo"
    BILIBILI = "bilibili"
    WECHAT_CHANNELS = "wechat_channels"
    KUAISHOU = "kuaishou"
    INSTAGRAM = "instagram"
    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    OTHER = "other"


PLATFORM_LABELS: dict[Platform, object] = {
    Platform.XIAOHONGSHU: _l("Xiaohongshu"),
    Platform.DOUYIN: _l("Douyin"),
    Platform.WEIBO: _l("Weibo"),
    Platform.BILIBILI: _l("Bilibili"),
    Platform.WECHAT_CHANNELS: _l("WeChat"),
    Platform.KUAISHOU: _l("Kuaishou"),
    Platform.INSTAGRAM: _l("Instagram"),
    Platform.TIKTOK: _l("TikTok"),
    Platform.YOUTUBE: _l("YouTube"),
    Platform.OTHER: _l("Another site"),
}
METRICS: dict[str, object] = {
    "views": _l("views"),
    "likes": _l("likes"),
    "comments": _l("comments"),
    "saves": _l("saves"),
    "shares": _l("shares"),
}
MOST_ELSEWHERE = 200  # posts on other platforms that a member may record


@dataclass(frozen=True, slots=True)
class BoardIcon:
    """A picture that a board may carry: a tabler name that the sprite has, and a soft colour."""

    icon: str
    kind: str
    label: object


BOARD_ICONS = (
    BoardIcon(icon="soup", kind="accent", label=_l("Bowl")),
    BoardIcon(icon="bowl-spoon", kind="gold", label=_l("Spoon")),
    BoardIcon(icon="bowl-chopsticks", kind="info", label=_l("Chopsticks")),
    BoardIcon(icon="help-circle", kind="ok", label=_l("Question mark")),
    BoardIcon(icon="list-check", kind="warn", label=_l("Checklist")),
    BoardIcon(icon="map-pin", kind="danger", label=_l("Map pin")),
    BoardIcon(icon="sparkles", kind="gold", label=_l("Sparkles")),
    BoardIcon(icon="shopping-bag", kind="info", label=_l("Bag")),
    BoardIcon(icon="message-circle", kind="accent", label=_l("Bubble")),
)


def is_title_too_long(title: str) -> bool:
    """Return whether a title would not fit two lines of a card: 30 Han characters, 80 letters."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in title)
    return (len(title) - wide) + wide * WIDE_LETTER > MAX_TITLE + 0.5


# --- results -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Published:
    """A thread that stands, and what it earned. ``is_new`` is False for a second submit."""

    thread_id: int
    thread_code: str
    award: Award
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply that stands on its floor, and what it earned."""

    reply_id: int
    thread_code: str
    floor: int
    award: Award
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Liked:
    """How a like stands after a tap.

    Attributes:
        changed: False when it stood so before.
    """

    is_liked: bool
    count: int
    changed: bool


# --- rows for bulk loading -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeedBoard:
    """A board to be made, or to be brought up to date."""

    slug: str
    name_zh: str
    name_en: str
    purpose_zh: str = ""
    purpose_en: str = ""
    icon: str = "soup"


@dataclass(frozen=True, slots=True)
class SeedThread:
    """A thread to be loaded as if it had been published at ``at``.

    Attributes:
        photo_ids: media ids, at most nine; threads may share them.
    """

    author_id: int
    board_slug: str
    title: str
    body: str
    at: datetime
    photo_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class SeedReply:
    """A reply to be loaded. Within a thread they must come in the order of their moments."""

    thread_id: int
    author_id: int
    body: str
    at: datetime
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class SeedLike:
    """A like of a thread, or of the reply on a floor of it."""

    thread_id: int
    member_id: int
    at: datetime
    floor: int | None = None


@dataclass(frozen=True, slots=True)
class SeedFollow:
    """One member follows another."""

    follower_id: int
    followed_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SeedElsewhere:
    """A member's post on another platform, on his page; ``at`` is when he recorded it.

    Attributes:
        metrics: see :data:`METRICS`; as last seen at ``at``.
    """

    member_id: int
    url: str
    title: str
    posted_on: date
    metrics: Mapping[str, int]
    at: datetime


@dataclass(frozen=True, slots=True)
class Seeded:
    """A thread that was loaded."""

    id: int
    code: str
    author_id: int = field(compare=False, default=0)


# --- what can go wrong ---------------------------------------------------------------------------


class WritingError(InvalidError):
    """Something about the text is wrong.

    Attributes:
        field: which field of the form.
    """

    field: ClassVar[str] = "body"


class TitleMissingError(WritingError):
    """A thread needs a title."""

    code = "title_missing"
    field = "title"
    default_message = _l("Give it a title: one line is enough.")


class TitleTooLongError(WritingError):
    """The title does not fit a card."""

    code = "title_too_long"
    field = "title"
    default_message = _l("Keep the title to 30 Chinese characters or 80 letters.")


class BlankError(WritingError):
    """There is nothing to read."""

    code = "blank"
    default_message = _l("Write a few words, or add a photo.")


class BlankReplyError(WritingError):
    """There is nothing to read in a reply."""

    code = "blank"
    default_message = _l("Write a few words first.")


class TooLongError(WritingError):
    """The text is over the limit."""

    code = "too_long"
    default_message = _l("This text is too long. Cut it, or post it in parts.")


class TooManyPhotosError(WritingError):
    """More than nine."""

    code = "too_many_photos"
    field = "photos"
    default_message = _l("Nine photos at most. Take some out.")


class UnknownBoardError(WritingError):
    """The board does not exist."""

    code = "board_unknown"
    field = "board"
    default_message = _l("Choose a board.")


class OutsideError(WritingError):
    """The board is a room of others: a circle that the member is not in."""

    code = "outside"
    http_status = 403
    field = "board"
    default_message = _l("Only its members post in a circle. Join it first: your text is kept.")


class BarredError(WritingError):
    """Two members are kept apart: one has blocked the other. Who, the words don't say."""

    code = "barred"
    http_status = 403
    default_message = _l("That doesn't work here. Nothing was sent, and your text is kept.")


class OwnBlockError(BarredError):
    """The member himself has blocked the other."""

    default_message = _l("You have blocked this member. Unblock first, then it works again.")


class NamesBarredError(BarredError):
    """A text names somebody who has blocked its author."""


class SilencedError(DomainError):
    """The member may read but not write."""

    code = "silenced"
    http_status = 403
    default_message = _l(
        "You can read but not post for now. Under Me, Reports you find why and until when."
    )


class ThreadGoneError(DomainError):
    """The thread was removed by its author or hidden by the team."""

    code = "gone"
    http_status = 410
    default_message = _l("This pot has left the table.")


class OwnProfileError(ConflictError):
    """Nobody follows himself."""

    code = "own_profile"
    default_message = _l("That's you. Follow somebody else.")


class ElsewhereError(InvalidError):
    """Something about a post on another platform is wrong.

    Attributes:
        field: which field of the form.
    """

    field: ClassVar[str] = "url"


class LinkError(ElsewhereError):
    """No address of a post that everybody can open."""

    default_message = _l("Paste the post's whole address. It begins with https://")


class KnownLinkError(ElsewhereError):
    """The post is recorded already."""

    default_message = _l("This post stands in your list already.")


class OthersLinkError(ElsewhereError):
    """Somebody else recorded the post."""

    default_message = _l("Somebody has this post in his list. If it is yours, tell the team.")


class TooMuchElsewhereError(ElsewhereError):
    """As many as a list may hold."""

    default_message = _l("Your list is full: take an old post out first.")
