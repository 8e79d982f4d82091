"""Words of identity: states, small results, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role
from app.kernel.types import record

ChannelIdentity = tuple[str, str]
"""A person as a sales channel knows him: (channel code, external id)."""

CONSENT_WORDING = (
    "I agree that %(brand)s keeps my contact and what I post, so that my account works."
)
"""What a new member ticks; its digest is stored with the consent."""


class MemberState(StrEnum):
    """Life of a membership."""

    SILENT = "silent"  # known from an order only; has never signed in
    ACTIVE = "active"
    MUTED = "muted"  # may read, spend and sign in; may not write
    CLOSED = "closed"  # has left; can't sign in, his sessions are dead


class LinkProof(StrEnum):
    """How an identity of a channel came to a member."""

    ORDER = "order"  # an order named it; nobody has proved more
    CONTACT = "contact"  # a contact that he verified stands in its orders
    CLAIM = "claim"  # he knew an order of it
    STAFF = "staff"


class ConflictCause(StrEnum):
    """Why two members may be one."""

    PHONE = "phone"  # an order of the one carries the verified telephone of the other
    EMAIL = "email"
    CLAIM = "claim"  # one claims an order that belongs to the other, who is no silent member


class ConflictState(StrEnum):
    """What became of a conflict."""

    OPEN = "open"
    MERGED = "merged"
    APART = "apart"  # staff say that they are two


class MergeCause(StrEnum):
    """Why two members became one."""

    CONTACT = "contact"  # a silent member's contact was verified by the other
    CLAIM = "claim"  # an order was linked
    STAFF = "staff"


class Who(StrEnum):
    """Which members a staff list shows."""

    MEMBERS = "members"  # who signed up, whatever became of them
    SILENT = "silent"  # buyers who never did
    ALL = "all"


class Purpose(StrEnum):
    """What a one-time code is good for; it opens nothing else."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    ADD_CONTACT = "add_contact"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a member, whatever his address is.

    Attributes:
        context: what its template prints.
        unsubscribe: the path where one POST stops such letters (RFC 8058).
    """

    member_id: int
    context: Mapping[str, object] = field(default_factory=dict)
    unsubscribe: str | None = None


class BounceKind(StrEnum):
    """Why letters that nobody asked for no longer go to an address."""

    HARD = "hard"  # there is no such mailbox
    SOFT = "soft"  # full or away, several times running
    COMPLAINT = "complaint"  # its owner called one spam


class LeaveRefusal(StrEnum):
    """Why an account can't be closed now."""

    STAFF = "staff"  # rights are handed back first
    CLOSED = "closed"
    ASKED = "asked"


class MergeRefusal(StrEnum):
    """Why two members are not made one, or not parted."""

    SAME = "same"
    SOURCE_GONE = "source_gone"
    TARGET_GONE = "target_gone"
    STAFF = "staff"
    ACTIVE = "active"
    SILENT_TARGET = "silent_target"
    OWN = "own"
    PERMISSION = "permission"
    TOO_LATE = "too_late"
    MERGED_FURTHER = "merged_further"
    UNDONE = "undone"


# Begins the key of a buyer without an account in the shop: made of a contact that he typed.
GUEST_KEY = "guest-"


@record(frozen=True, slots=True)
class Buyer:
    """A buyer as an order tells him.

    Attributes:
        key: how the channel knows him; never empty.
        phone: a telephone as the order has it, or empty; one that can't exist is ignored.
        email: likewise.
    """

    key: str
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge of two members.

    Attributes:
        is_new: False when the two had been made one before.
    """

    id: int
    code: str
    source_id: int
    target_id: int
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Brought:
    """What a proved contact brought a member: buyers who turned out to be him.

    Attributes:
        figures: what they had, by name: ``orders``, ``points``.
    """

    members: int = 0
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, as services of other domains need him."""

    id: int
    yid: str
    name: str
    state: MemberState
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class SeedMember:
    """A member to be made in bulk, contacts taken as verified.

    Attributes:
        password: in the clear; equal passwords are hashed once. None: he can't sign in.
        avatar_id: a media id, with the content hash of the same picture in ``avatar_sha``.
    """

    name: str
    joined_at: datetime
    email: str | None = None
    phone: str | None = None
    password: str | None = None
    roles: Sequence[Role] = ()
    bio: str = ""
    locale: str | None = None
    avatar_id: int | None = None
    avatar_sha: str | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """What a session was opened on, in words a person knows; empty where unknown.

    Attributes:
        device_digest: keyed digest of the browser's own random mark; the mark is kept nowhere.
        net_digest: keyed digest of the network (/24, or /48) it came from; the address likewise.
    """

    browser: str = ""
    system: str = ""
    device_digest: str | None = None
    net_digest: str | None = None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun.

    Attributes:
        token: the opaque id for the cookie; stored nowhere.
        csrf: the session's own form secret.
        brought: what his contact brought him, where he has just joined.
    """

    member_id: int
    session_id: int
    token: str = field(repr=False)
    csrf: str = field(repr=False)
    brought: Brought = Brought()


class FieldError(InvalidError):
    """One field of a form is wrong.

    Attributes:
        field: its name in the form.
    """

    code = "invalid_field"

    def __init__(self, field: str, message: object) -> None:
        self.field = field
        super().__init__(message)


class SignInError(InvalidError):
    """The contact and the password don't belong together; which of them is wrong stays open."""

    code = "sign_in_failed"
    default_message = _l(
        "That contact and password don't match. Check both, or reset the password."
    )


class CodeError(InvalidError):
    """The code is wrong, used, too old, for something else, or was tried too often."""

    code = "code_wrong"
    default_message = _l("That code doesn't fit. Check the newest message, or ask for a new code.")


class ContactTakenError(DomainError):
    """Somebody proved that a contact is his, but it already opens another account."""

    code = "contact_taken"
    default_message = _l("This contact already has an account. Sign in with it.")


class LastAdministratorError(DomainError):
    """The house would be left without anyone who can grant roles."""

    code: ClassVar[str] = "last_administrator"
    default_message = _l("This is the last administrator. Make somebody else one first.")


MERGE_REFUSALS: Mapping[MergeRefusal, object] = {
    MergeRefusal.SAME: _l("This is one and the same member."),
    MergeRefusal.SOURCE_GONE: _l("The first member has left or was merged already."),
    MergeRefusal.TARGET_GONE: _l("The second member has left or was merged already."),
    MergeRefusal.STAFF: _l(
        "The first member works here. An administrator takes those roles back first: "
        "rights are never merged."
    ),
    MergeRefusal.ACTIVE: _l("Both have signed up. Only our team can make them one."),
    MergeRefusal.SILENT_TARGET: _l(
        "Only the first member has ever signed in. Swap the two: the one who signs in stays."
    ),
    MergeRefusal.OWN: _l("This is your own account. Somebody else of the team decides about it."),
    MergeRefusal.PERMISSION: _l("You may not merge members."),
    MergeRefusal.TOO_LATE: _l("This was more than 30 days ago and can't be undone any more."),
    MergeRefusal.MERGED_FURTHER: _l(
        "The member it went into was merged further. Undo that merge first."
    ),
    MergeRefusal.UNDONE: _l("This merge was undone already."),
}


class MergeRefusedError(DomainError):
    """Two members are not made one, or not parted.

    Attributes:
        reason: why.
    """

    code: ClassVar[str] = "merge_refused"

    def __init__(self, reason: MergeRefusal) -> None:
        self.reason = reason
        super().__init__(MERGE_REFUSALS[reason])


# --- people who move in with another community ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who was a member elsewhere.

    Attributes:
        key: his id there.
        name: as he was called; what the house can't show is changed.
        joined_at: when he joined there.
        email: only counts as his if ``email_is_proved``: that community had verified it.
        is_gone: he has left there; his posts stand here by a former member.
    """

    key: str
    name: str
    joined_at: datetime
    bio: str = ""
    email: str = ""
    phone: str = ""
    email_is_proved: bool = False
    phone_is_proved: bool = False
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who somebody is here.

    Attributes:
        is_new: a silent member was made for him; else he was known.
        is_renamed: his name could not be shown as it was.
        is_aside: somebody else has proved his contact; staff are asked whether they are one.
    """

    member_id: int
    name: str
    is_new: bool = True
    is_renamed: bool = False
    is_aside: bool = False


# --- frames around faces -------------------------------------------------------------------------


class FrameShape(StrEnum):
    """How a frame is drawn; the style sheet knows each."""

    RING = "ring"
    DOUBLE = "double"
    DOTS = "dots"
    DASHES = "dashes"
    GLOW = "glow"


class FrameColor(StrEnum):
    """Which colour of the theme a frame has."""

    ACCENT = "accent"
    GOLD = "gold"
    HERB = "herb"
    SEA = "sea"


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as pages show it.

    Attributes:
        name: in the reader's language.
        look: what the avatar macro prints, e.g. ``dots-gold``.
        owners: how many members own it.
        is_offered: it can be handed out.
    """

    id: int
    name: str
    look: str
    owners: int = 0
    is_offered: bool = True
