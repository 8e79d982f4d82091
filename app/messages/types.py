"""Words of messages: consent, who may write, what a conversation shows, what can go wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from markupsafe import Markup

from app.identity.types import MemberState
from app.kernel.errors import DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person, Photo
from app.moderation.types import HideReason

KIND = "message"
"""What moderation and the audit call one."""

MAX_TEXT = 2_000
EXCERPT = 80
PAGE, INBOX = 30, 20
AROUND = 3
"""So many messages before and after a reported one are shown to whoever judges it."""

AGAIN = timedelta(days=30)
"""Nobody is asked twice within that time, whatever he answered."""

KEEP_DELETED = timedelta(days=30)
"""What nobody sees any more is kept so long: a report of it may still have to be judged."""

CASE_OPENS = timedelta(days=30)
"""So long after a verdict the team can still look at what was said around it."""

NEW_PER_DAY, PER_MINUTE = 20, 20

TEAM_KIND = "team_line"
"""What moderation and the audit call a message between a member and the team."""

MAX_ABOUT = 80
"""Characters of what a page says a message to the team is about."""


class Consent(StrEnum):
    """What a member says to being written to by another."""

    NONE = "none"
    ASKED = "asked"  # a first message waits for his answer
    ACCEPTED = "accepted"  # he said yes, follows the other, or has written himself
    DECLINED = "declined"


class Who(StrEnum):
    """Who may begin to write to a member."""

    EVERYBODY = "everybody"
    FOLLOWED = "followed"
    NOBODY = "nobody"


WHO_LABELS: Mapping[Who, object] = {
    Who.EVERYBODY: _l("Everybody: people I don't follow ask first"),
    Who.FOLLOWED: _l("People I follow"),
    Who.NOBODY: _l("Nobody new"),
}


class Door(StrEnum):
    """How a message that a member would send now is received."""

    OPEN = "open"
    ASK = "ask"  # it goes as a request
    WAIT = "wait"  # a request is with the other, or was declined: nobody tells which
    SHUT = "shut"  # blocked, closed, or not wanted: nobody tells which
    HIDDEN = "hidden"  # the member himself has muted or blocked the other
    SILENT = "silent"  # the team has muted him


class LineState(StrEnum):
    """How a message stands for who looks."""

    SHOWN = "shown"
    HIDDEN = "hidden"  # the team hid it; its author still sees it
    GONE = "gone"  # the team removed it, or its text was erased


@dataclass(frozen=True, slots=True)
class Wish:
    """What a member has chosen.

    Attributes:
        shows_seen: others see how far he has read; nobody does unless he says so.
    """

    who: Who = Who.EVERYBODY
    shows_seen: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """What decides about a conversation, as one of the two sees it.

    Attributes:
        conversation_id: None: the two have never written to each other.
        consent: what the viewer says to the other.
        their_consent: what the other says to the viewer; ``asked_at``: when he was asked last.
        is_reachable: the other can sign in.
        follows_me: the other follows the viewer.
        wish: the other's.
        hides: the viewer has muted (False) or blocked (True) the other; None: neither.
        is_blocked: the other has blocked the viewer.
        seen_number: how far the other has read.
    """

    me_id: int
    my_state: MemberState
    other: Person
    is_reachable: bool
    conversation_id: int | None = None
    consent: Consent = Consent.NONE
    their_consent: Consent = Consent.NONE
    asked_at: datetime | None = None
    follows_me: bool = False
    wish: Wish = Wish()
    hides: bool | None = None
    is_blocked: bool = False
    cleared_number: int = 0
    read_number: int = 0
    unread_count: int = 0
    seen_number: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One message as its reader sees it.

    Attributes:
        text: as it was written; html: printed, links and all.
        reason: why the team hid it, for its author.
    """

    id: int
    number: int
    is_mine: bool
    text: str
    html: str
    photo: Photo | None
    sent_at: datetime
    state: LineState = LineState.SHOWN
    reason: HideReason | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A page of a conversation, the oldest line first.

    Attributes:
        earlier: number before which there is more, or None.
    """

    lines: Sequence[Line]
    earlier: int | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """A conversation in the inbox.

    Attributes:
        place: its place in the list; newer ones have a greater one.
        excerpt: how its last message begins; empty where there is nothing to read.
        waits: the viewer's request has not been accepted.
    """

    conversation_id: int
    other: Person
    place: int
    excerpt: str
    has_photo: bool
    is_mine: bool
    sent_at: datetime
    unread: int
    waits: bool
    state: LineState = LineState.SHOWN


@dataclass(frozen=True, slots=True)
class TeamEntry:
    """A message between a member and the team.

    Attributes:
        author: the member, or who of the team wrote.
        html: printed; empty where ``state`` is not shown and the reader is not its author.
        reason: why it was hidden, for its author.
    """

    id: int
    author: Person
    is_team: bool
    is_mine: bool
    html: Markup
    photo: Photo | None
    sent_at: datetime
    state: LineState = LineState.SHOWN
    reason: HideReason | None = None


@dataclass(frozen=True, slots=True)
class TeamDesk:
    """A member's talk with the team.

    Attributes:
        entries: a page of it, the oldest first; ``earlier``: id before which there is more.
        waiting_count: lines of the member that nobody has answered or set aside.
        read_id: up to where the member has read; ``unread_count``: lines of the team after that.
    """

    member: Person
    entries: Sequence[TeamEntry] = ()
    earlier: int | None = None
    waiting_count: int = 0
    read_id: int = 0
    unread_count: int = 0


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A talk in the team's list.

    Attributes:
        place: its place in the list.
        by: who of the team wrote last; None: the member did.
    """

    member: Person
    place: int
    excerpt: str
    has_photo: bool
    by: Person | None
    sent_at: datetime
    waiting: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that was sent; ``is_new`` is False when the same form came twice."""

    conversation_id: int
    message_id: int
    number: int
    is_request: bool = False
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class SeedChat:
    """A conversation for bulk loading: ``lines`` are (who, when, what), who being 0 or 1."""

    members: tuple[int, int]
    lines: Sequence[tuple[int, datetime, str]]
    is_accepted: bool = True
    unread: int = 0


class EmptyMessageError(InvalidError):
    """Nothing that could be read or seen."""

    code = "message_empty"
    default_message = _l("Write something, or add a photo.")


class LongMessageError(InvalidError):
    """Over the limit."""

    code = "message_long"
    default_message = _l("That is too long for one message. Send it in parts.")


class OwnMessageError(InvalidError):
    """To oneself."""

    code = "message_self"
    default_message = _l("That is you. Write to somebody else.")


class ShutError(DomainError):
    """The other can't be written to; it is not said why."""

    code = "message_shut"
    http_status = 403
    default_message = _l("You can't write to this member right now.")


class WaitError(DomainError):
    """A request was sent and not accepted; it is not said whether it was declined."""

    code = "message_wait"
    default_message = _l("Your first message is there. As soon as it is accepted you can go on.")


class HiddenPersonError(DomainError):
    """The writer has muted or blocked the other himself."""

    code = "message_hidden_person"
    default_message = _l("You have muted or blocked this member. See each other again, then write.")


class SilentError(DomainError):
    """The team has muted the writer."""

    code = "message_silent"
    http_status = 403
    default_message = _l(
        "You can read but not write for now. Under Me, Reports you find why and until when."
    )
