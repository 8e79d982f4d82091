"""Who is there: the signed-in member of this request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from flask import abort, g

from app.kernel.permissions import Permission, Role, permissions_of
from app.kernel.types import Person


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in member of this request; one join loads him with his session and roles.

    Attributes:
        figures: small numbers that upper floors let him come with, see :mod:`app.kernel.figures`.
    """

    id: int
    yid: str
    name: str
    avatar_url: str | None
    locale: str | None
    theme: str
    roles: frozenset[Role]
    session_id: int
    is_muted: bool = False
    permissions: frozenset[Permission] = field(default=frozenset())
    figures: Mapping[str, int] = field(default_factory=dict)
    frame: str = ""

    def __post_init__(self) -> None:
        """Work out what the roles allow."""
        object.__setattr__(self, "permissions", permissions_of(self.roles))

    def can(self, permission: Permission | str) -> bool:
        """Return whether one of his roles allows it."""
        return Permission(permission) in self.permissions

    @property
    def person(self) -> Person:
        """Return him as others see him."""
        marks = tuple(sorted(role.value for role in self.roles))
        return Person(self.id, self.yid, self.name, self.avatar_url, marks, frame=self.frame)


def viewer() -> Viewer | None:
    """Return the signed-in member, or None. Set by identity before every request."""
    return cast("Viewer | None", g.get("viewer"))


def me() -> Viewer:
    """Return the signed-in member of a ``@member_required`` view."""
    found = viewer()
    if found is None:  # a view without the mark: the architecture test would have told
        abort(401)
    return found
