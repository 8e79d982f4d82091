"""What happens to originality, in the past tense. Ids only."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class OriginalityFlagged(Fact):
    """A post is like something earlier, or was judged a copy: it counts nothing for now."""

    name: ClassVar[str] = "originality.flagged"
    thread_id: int


@dataclass(frozen=True, slots=True)
class OriginalityCleared(Fact):
    """A post counts again: nothing about it is open, and it is no copy."""

    name: ClassVar[str] = "originality.cleared"
    thread_id: int
