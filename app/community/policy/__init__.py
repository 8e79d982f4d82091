"""Who may do what to which thread. Pure: takes what is known, asks nobody."""

from typing import Protocol

from app.identity.types import MemberState


class Owned(Protocol):
    """Something that a member wrote."""

    @property
    def author_id(self) -> int:
        """Return who."""

    @property
    def is_removed(self) -> bool:
        """Return whether its author took it down."""

    @property
    def is_hidden(self) -> bool:
        """Return whether the team hid it."""


class Readable(Owned, Protocol):
    """Something that a page shows."""

    @property
    def is_final(self) -> bool:
        """Return whether the team took it from its author too."""


def can_write(state: MemberState) -> bool:
    """Return whether a member in this state may publish and reply: active and not muted."""
    return state == MemberState.ACTIVE


def can_read(thing: Readable, viewer_id: int | None, *, moderates: bool = False) -> bool:
    """Return whether somebody may read it: everybody what is visible, its author and the team more.

    The team reads what is hidden, to judge it again, but not what its author took down. What the
    team removed for good is gone for its author too.
    """
    if thing.is_removed:
        return thing.author_id == viewer_id and not thing.is_final
    return not thing.is_hidden or moderates or (thing.author_id == viewer_id and not thing.is_final)


def can_edit(thing: Owned, member_id: int) -> bool:
    """Return whether a member may change or remove it: its author, while it is visible.

    A removed one is brought back first; what the team hid stays as it is.
    """
    return thing.author_id == member_id and not thing.is_hidden and not thing.is_removed
