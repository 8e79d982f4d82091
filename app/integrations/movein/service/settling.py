"""What every phase does with its rows: ask what they belong to, and write down what they became."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.integrations.movein.queries import ITEM, PATH, PHOTO, Item
from app.integrations.movein.service import jobs
from app.integrations.movein.types import (
    ItemState,
    Job,
    PhotoState,
    Problem,
    Trouble,
)
from app.kernel import ids
from app.kernel.db import changed_by_all, db, insert

MAX_PHOTOS = 9


@dataclass(slots=True)
class Settled:
    """What became of the rows of one chunk.

    Attributes:
        done: item id -> (state, target id, written, whether the row itself is kept).
    """

    done: dict[int, tuple[ItemState, int | None, str | None, bool]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    photos: list[dict[str, Any]] = field(default_factory=list)
    paths: list[dict[str, Any]] = field(default_factory=list)

    def count(self, name: str, by: int = 1) -> None:
        """Add to a figure."""
        self.counts[name] = self.counts.get(name, 0) + by

    def stands(
        self, item: Item, target_id: int, written: str | None = None, *, is_linking: bool = False
    ) -> None:
        """Say that a row stands here; a text with links to turn keeps its row for that."""
        state = ItemState.LINKING if is_linking else ItemState.DONE
        self.done[item.id] = (state, target_id, written, is_linking)
        if item.target_id is None:
            self.count("new")
            self.count(item.kind.value)
        else:
            self.count("changed")

    def is_bad(self, item: Item, trouble: Trouble) -> None:
        """Say that a row can't be taken in."""
        self.problems.append(problem(item, trouble))
        self.done[item.id] = (ItemState.BAD, item.target_id, item.written, False)

    def is_aside(self, item: Item, trouble: Trouble) -> None:
        """Say that what a row belongs to is not here; the next move looks again."""
        self.problems.append(problem(item, trouble))
        self.count("aside")
        self.done[item.id] = (ItemState.ASIDE, item.target_id, item.written, True)

    def notes(self, item: Item, trouble: Trouble) -> None:
        """Say something about a row that came in."""
        self.problems.append(problem(item, trouble))

    def hang(
        self, job: Job, item: Item, target_id: int, listed: Sequence[str], *, is_face: bool = False
    ) -> None:
        """Let photos follow; at most nine of a post."""
        if len(listed) > MAX_PHOTOS:
            self.notes(item, Trouble.TOO_MANY_PHOTOS)
        self.photos += [
            photo_row(job, target_id, path, position, item.source_id, is_face=is_face)
            for position, path in enumerate(listed[:MAX_PHOTOS])
        ]

    def stood_at(self, job: Job, item: Item, **where: int | None) -> None:
        """Keep the old addresses of a row."""
        blank = dict.fromkeys(("thread_id", "floor", "member_id", "board_id"))
        self.paths += [
            {"path": path, "source": job.source, **blank, **where}
            for path in item.fields.get("urls", ())
        ]


def problem(item: Item, trouble: Trouble) -> Problem:
    """Return what is said about a row."""
    return Problem(trouble, item.line, item.kind.value, item.source_id, item.part)


def photo_row(
    job: Job, target_id: int, path: str, position: int, source_id: str, *, is_face: bool = False
) -> dict[str, Any]:
    """Return the row of a photo that is to follow."""
    return {
        "id": ids.next_id(),
        "job_id": job.id,
        "target_id": target_id,
        "is_face": is_face,
        "position": position,
        "path": path,
        "state": PhotoState.WAITING,
        "source_id": source_id,
    }


def write(job: Job, settled: Settled) -> None:
    """Write down what became of rows, in the transaction that has taken them in."""
    rows = [
        {"item_id": i, "new_state": state, "target": target, "text": text, "kept": kept}
        for i, (state, target, text, kept) in sorted(settled.done.items())
    ]
    if rows:
        item = sa.update(ITEM).where(ITEM.c.id == sa.bindparam("item_id"))
        values = {
            "state": sa.bindparam("new_state", type_=ITEM.c.state.type),
            "target_id": sa.bindparam("target", type_=ITEM.c.target_id.type),
            "written": sa.bindparam("text", type_=ITEM.c.written.type),
            "payload": sa.case((sa.bindparam("kept", type_=sa.Boolean()), ITEM.c.payload)),
        }
        db.session.connection().execute(item.values(values), rows)
    if settled.photos:
        changed_by_all(insert(PHOTO).on_conflict_do_nothing(), settled.photos)
    if settled.paths:
        once = {row["path"]: row for row in settled.paths}
        statement = insert(PATH).on_conflict_do_nothing(index_elements=["path"])
        changed_by_all(statement, [row for _path, row in sorted(once.items())])
    jobs.tell(job, settled.counts, settled.problems)
