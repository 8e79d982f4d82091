"""What a week still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.ops.types import Item, ItemKind, Row


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the checklist against what a week has.

    Attributes:
        planned: how often it is planned.
        done: how often it has happened.
    """

    row: Row
    planned: int
    done: int

    @property
    def is_done(self) -> bool:
        """Return whether it has happened as often as it shall."""
        return self.done >= self.row.goal

    @property
    def is_gap(self) -> bool:
        """Return whether nobody has planned enough of it."""
        return not self.is_done and max(self.planned, self.done) < self.row.goal

    @property
    def missing(self) -> int:
        """Return how many times are to be planned still."""
        return max(0, self.row.goal - max(self.planned, self.done))


def checked(
    rows: Sequence[Row], items: Sequence[Item], topics: int, picked: int, waiting: int
) -> list[Check]:
    """Return the checklist of a week; lines that are switched off are left out.

    Topics and features are counted where they happen, whoever planned them; first posts are
    welcomed when none waits and somebody has ticked it off. Everything else counts by its items.

    Args:
        rows: the checklist.
        items: the work of the week.
        topics: hot topics that run in it.
        picked: posts that were featured in it.
        waiting: first posts that nobody has welcomed yet.
    """
    return [_check(row, items, topics, picked, waiting) for row in rows if row.is_on]


def _check(row: Row, items: Sequence[Item], topics: int, picked: int, waiting: int) -> Check:
    planned = sum(item.draft.kind is row.kind for item in items)
    done = sum(item.draft.kind is row.kind and item.done_at is not None for item in items)
    if row.kind is ItemKind.TOPIC:
        return Check(row, max(planned, topics), topics)
    if row.kind is ItemKind.FEATURE:
        return Check(row, max(planned, picked), picked)
    if row.kind is ItemKind.WELCOME and waiting:
        return Check(row, planned, 0)
    return Check(row, planned, done)
