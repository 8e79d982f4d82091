"""What happens to members."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class MemberJoined(Fact):
    """Somebody proved a contact and became a member."""

    name: ClassVar[str] = "member.joined"
    member_id: int
    contact_kind: str


@dataclass(frozen=True, slots=True)
class ProfileChanged(Fact):
    """A member changed what he says of himself.

    Attributes:
        is_complete: there is a name, a line about him and a face now.
    """

    name: ClassVar[str] = "member.profile_changed"
    is_complete: bool


@dataclass(frozen=True, slots=True)
class ContactAdded(Fact):
    """A member proved another contact."""

    name: ClassVar[str] = "member.contact_added"
    member_id: int
    contact_kind: str


@dataclass(frozen=True, slots=True)
class PasswordChanged(Fact):
    """A member has a new password; all his sessions died."""

    name: ClassVar[str] = "member.password_changed"
    member_id: int
    by_code: bool


@dataclass(frozen=True, slots=True)
class RoleGranted(Fact):
    """A member has one more role."""

    name: ClassVar[str] = "member.role_granted"
    member_id: int
    role: str


@dataclass(frozen=True, slots=True)
class RoleRevoked(Fact):
    """A member lost a role."""

    name: ClassVar[str] = "member.role_revoked"
    member_id: int
    role: str


@dataclass(frozen=True, slots=True)
class MemberMerged(Fact):
    """Two members became one: what was the source's is the target's from now on."""

    name: ClassVar[str] = "member.merged"
    merge_id: int
    source_id: int
    target_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class MemberParted(Fact):
    """A merge was undone."""

    name: ClassVar[str] = "member.parted"
    merge_id: int
    source_id: int
    target_id: int


@dataclass(frozen=True, slots=True)
class MemberLeft(Fact):
    """A member's account was closed for good: what named or reached him is deleted."""

    name: ClassVar[str] = "member.left"
    member_id: int
    keeps_posts: bool
