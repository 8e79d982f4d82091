"""What happens in loyalty."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class RulesPublished(Fact):
    """A new version of the earning rules holds."""

    name: ClassVar[str] = "loyalty.rules_published"

    version: int
