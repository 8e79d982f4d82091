"""The first pass: rows of the package are put down, each once, so that their order is no matter."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.integrations.movein import queries
from app.integrations.movein.queries import ITEM, Known
from app.integrations.movein.reading import Record
from app.integrations.movein.service import jobs
from app.integrations.movein.types import (
    ItemState,
    Job,
    Kind,
    Phase,
    Problem,
    Trouble,
)
from app.kernel import ids
from app.kernel.bulk import insert_dicts
from app.kernel.db import changed, db, use_case

CHUNK = 1_000
AGAIN = frozenset({ItemState.ASIDE, ItemState.BAD})

Read = Record | Problem


@use_case
def stage(job: Job, read: Sequence[Read]) -> Job:
    """Put a chunk of rows down and move the job behind it.

    A row that was read before and says the same is only looked at; one that says something else
    waits again, and so does one that was bad or found nothing to belong to.

    Raises:
        StoppedError: the job was paused or dropped, or somebody else drives it.
    """
    jobs.claim(job, position=job.position + len(read))
    problems = [each for each in read if isinstance(each, Problem)]
    rows, twice = once(read)
    problems += twice
    known = queries.known_items(job.source, rows.keys())
    new, other, same = [], [], []
    for key, record in rows.items():
        before = known.get(key)
        if before is None:
            new.append(_row(job, record, ItemState.WAITING))
        elif is_other_row(before, job.id, record):
            problems.append(twice_over(record))
            continue
        elif before.digest != record.digest or before.state in AGAIN:
            other.append((before.id, record))
        else:
            same.append(before.id)
        problems += record.notes
    insert_dicts(ITEM, new)
    _wait_again(job, other)
    for some in _chunks(same):
        changed(sa.update(ITEM).where(ITEM.c.id.in_(some)).values(job_id=job.id))
    counts = {"read": len(read), "known": len(same)}
    jobs.tell(job, counts, problems)
    return queries.job_by_id(job.id)


def once(read: Sequence[Read]) -> tuple[dict[tuple[Kind, str], Record], list[Problem]]:
    """Return the records of a chunk by kind and id, and those that stand in it twice."""
    rows: dict[tuple[Kind, str], Record] = {}
    twice = []
    for each in read:
        if isinstance(each, Problem):
            continue
        if rows.setdefault((each.kind, each.id), each) is not each:
            twice.append(twice_over(each))
    return rows, twice


def is_other_row(before: Known, job_id: int, record: Record) -> bool:
    """Return whether this very move has read another row under the same id."""
    return before.job_id == job_id and (before.part, before.line) != (record.part, record.line)


def twice_over(record: Record) -> Problem:
    """Return what is said about the second row of an id."""
    return Problem(Trouble.TWICE, record.line, record.kind.value, record.id, record.part)


def _row(job: Job, record: Record, state: ItemState) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "source": job.source,
        "kind": record.kind.value,
        "source_id": record.id,
        "job_id": job.id,
        "part": record.part,
        "line": record.line,
        "digest": record.digest,
        "state": state.value,
        "payload": record.fields,
        "at": record.at,
        "rank": record.rank,
        "handle": record.handle,
        "target_id": None,
        "written": None,
    }


def _wait_again(job: Job, other: Sequence[tuple[int, Record]]) -> None:
    if not other:
        return
    names = ("job_id", "part", "line", "digest", "state", "payload", "at", "rank", "handle")
    rows = []
    for item_id, record in other:
        row = _row(job, record, ItemState.WAITING)
        rows.append({"item_id": item_id, **{f"new_{name}": row[name] for name in names}})
    values = {name: sa.bindparam(f"new_{name}", type_=ITEM.c[name].type) for name in names}
    statement = sa.update(ITEM).where(ITEM.c.id == sa.bindparam("item_id")).values(values)
    db.session.connection().execute(statement, rows)


def _chunks(items: list[int]) -> list[list[int]]:
    return [items[start : start + 500] for start in range(0, len(items), 500)]


@use_case
def end_reading(job: Job) -> Job:
    """Go on to taking in, once the package has been read to its end."""
    return jobs.enter(job, Phase.BOARDS)
