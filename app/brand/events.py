"""What happens in the brand world, in the past tense. Ids, enums and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class PagePublished(Fact):
    """Staff published a version of a page of the brand."""

    name: ClassVar[str] = "brand.page_published"
    page_id: int
    number: int


@dataclass(frozen=True, slots=True)
class IssuePublished(Fact):
    """A thread became an issue of a column."""

    name: ClassVar[str] = "brand.issue_published"
    column_id: int
    thread_id: int
    number: int
