"""What happens with rights, in the past tense. Ids, enums and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class RightsAnswered(Fact):
    """An author granted or refused the use of a post, or took a grant back."""

    name: ClassVar[str] = "archive.answered"
    thread_id: int
    answer: str
    scopes: int
    terms_version: int


@dataclass(frozen=True, slots=True)
class RightsAsked(Fact):
    """The team asked an author for rights."""

    name: ClassVar[str] = "archive.asked"
    thread_id: int


@dataclass(frozen=True, slots=True)
class PostUsed(Fact):
    """The team recorded a use of a post."""

    name: ClassVar[str] = "archive.used"
    thread_id: int
    use_id: int
    scope: str
