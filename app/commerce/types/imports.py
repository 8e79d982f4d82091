"""Files on their way in: what is prepared, and what a dry run foresees."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.commerce.types.drafts import BadRow, Counts
from app.commerce.types.words import DraftState, FileFormat, FileKind, Problem

ROLLBACK_DAYS = 7
"""How long an import can be rolled back, and an upload's file is kept."""
MAX_EXAMPLES = 5
OPEN_STATES = (DraftState.ARRIVING, DraftState.MAPPING, DraftState.CHECKING, DraftState.CHECKED)


@dataclass(frozen=True, slots=True)
class Draft:
    """An uploaded file that is being prepared; nothing of it has been imported.

    Attributes:
        options: how it is read, as chosen so far: plain values, see service.drafts.
        position: rows that the dry run has looked at.
        foreseen: what :meth:`Foreseen.as_json` wrote, or None.
    """

    id: int
    code: str
    channel_id: int
    kind: FileKind
    format: FileFormat
    file_name: str
    state: DraftState
    options: Mapping[str, Any]
    position: int
    rows: int | None
    foreseen: Mapping[str, Any] | None
    batch_id: int | None
    started_by: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SavedMapping:
    """Columns of one source, saved under a name; an empty name: the last choice for a header."""

    id: int
    name: str
    header_digest: str
    options: Mapping[str, Any]


@dataclass(slots=True)
class Foreseen:
    """What an import would do.

    Attributes:
        counts: of orders or refunds; bad ones in rows.
        members: buyers who are members already, silent ones left out.
        known_silent: buyers who are silent members already.
        new_silent: buyers who would become silent members.
        waiting: refunds whose order is not known yet.
        money: minor units by currency, of what is new.
        problems: rows by problem.
        examples: the first rows of every problem: line of the file, and column.
    """

    counts: Counts = field(default_factory=Counts)
    members: int = 0
    known_silent: int = 0
    new_silent: int = 0
    waiting: int = 0
    money: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def note_bad(self, row: BadRow) -> None:
        """Count a bad row, and keep it as an example if there are few."""
        self.problems[row.problem.value] += 1
        shown = self.examples.setdefault(row.problem.value, [])
        if len(shown) < MAX_EXAMPLES:
            shown.append((row.line_number, row.column[:64]))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        counts = self.counts
        return {
            "counts": [
                counts.new, counts.duplicate, counts.changed, counts.kept_aside, counts.bad,
            ],
            "buyers": [self.members, self.known_silent, self.new_silent],
            "waiting": self.waiting,
            "money": dict(self.money),
            "problems": dict(self.problems),
            "examples": self.examples,
        }  # fmt: skip

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Foreseen":
        """Return what :meth:`as_json` wrote."""
        known = {problem.value for problem in Problem}
        members, known_silent, new_silent = values["buyers"]
        return cls(
            Counts(*values["counts"]),
            members,
            known_silent,
            new_silent,
            values["waiting"],
            Counter(values["money"]),
            Counter({name: num for name, num in values["problems"].items() if name in known}),
            {
                name: [(line, column) for line, column in rows]
                for name, rows in values["examples"].items()
                if name in known
            },
        )
