"""What circles tell upper floors."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class CircleOpened(Fact):
    """The team made a circle, or opened a closed one again."""

    name: ClassVar[str] = "circles.opened"

    circle_id: int
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class CircleClosed(Fact):
    """The team closed a circle."""

    name: ClassVar[str] = "circles.closed"

    circle_id: int


@dataclass(frozen=True, slots=True)
class CircleAsked(Fact):
    """A member asks to be let in."""

    name: ClassVar[str] = "circles.asked"

    circle_id: int


@dataclass(frozen=True, slots=True)
class CircleJoined(Fact):
    """A member came in."""

    name: ClassVar[str] = "circles.joined"

    circle_id: int


@dataclass(frozen=True, slots=True)
class CircleLeft(Fact):
    """A member is out: he left, or was removed."""

    name: ClassVar[str] = "circles.left"

    circle_id: int
    is_removed: bool = False
