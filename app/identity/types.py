"""Words of identity: states, small results, errors."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.permissions import Role

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
    """What a session was opened on, in words a person knows; empty where unknown."""

    browser: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun.

    Attributes:
        token: the opaque id for the cookie; stored nowhere.
        csrf: the session's own form secret.
    """

    member_id: int
    session_id: int
    token: str = field(repr=False)
    csrf: str = field(repr=False)


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
