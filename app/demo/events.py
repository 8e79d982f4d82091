"""What the demo's loader notes: where it stands, in the same transaction as what it wrote."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class DemoBegun(Fact):
    """A demo community began to be loaded.

    Attributes:
        ends_at: when its year ends, in seconds since 1970.
        in_the_past: points are posted on the days they were earned, not today.
    """

    name: ClassVar[str] = "demo.begun"
    members: int
    threads: int
    orders: int
    seed: int
    ends_at: int
    in_the_past: bool


@dataclass(frozen=True, slots=True)
class DemoMovedOn(Fact):
    """A stretch of the demo's year was loaded; ``told`` happenings are in now."""

    name: ClassVar[str] = "demo.moved_on"
    load_id: int
    told: int


@dataclass(frozen=True, slots=True)
class DemoLoaded(Fact):
    """A demo community is complete."""

    name: ClassVar[str] = "demo.loaded"
    load_id: int
