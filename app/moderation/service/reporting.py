"""A member reports something; enough of them, and it waits unseen until somebody has looked."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.moderation import queries
from app.moderation.events import ContentReported
from app.moderation.queries import CASE, REPORT
from app.moderation.types import (
    HOLD_AFTER,
    NOTE_CHARS,
    WEIGHTS,
    CaseState,
    HideReason,
    Item,
    Outcome,
    OwnThingError,
    kinds,
)


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a report.

    Attributes:
        is_new: he had not reported it before.
        is_held: the thing now waits unseen.
    """

    case_id: int
    is_new: bool
    is_held: bool


@use_case
def report(
    reporter_id: int, kind_key: str, subject_id: int, reason: HideReason, note: str = ""
) -> Reported:
    """Report something. The same member's second report of an open case changes nothing.

    Raises:
        NotFoundError: there is no such thing, or it is not to be seen any more.
        OwnThingError: he wrote it himself.
    """
    kind = kinds.get(kind_key)
    item = kind.load([subject_id]).get(subject_id)
    if item is None or item.is_gone:
        raise NotFoundError
    if item.author.id == reporter_id:
        raise OwnThingError
    case = _open_case(kind_key, item)
    if item.is_hidden and not case.is_held:
        raise NotFoundError
    counts = queries.is_trusted(reporter_id)
    row = {
        "id": ids.next_id(),
        "case_id": case.id,
        "reporter_id": reporter_id,
        "reason": reason,
        "note": note[:NOTE_CHARS],
        "counts": counts,
        "outcome": Outcome.WAITING,
        "reported_at": clock.now(),
    }
    added = changed(insert(REPORT).values(row).on_conflict_do_nothing())
    if not added:
        return Reported(case.id, is_new=False, is_held=case.is_held)
    holds = not case.is_held and case.counting + counts >= HOLD_AFTER
    held = holds and kind.hide(None, subject_id, None)
    if held:
        audit.note(
            None, "moderation.held", Ref(kind_key, subject_id), reports=case.counting + counts
        )
    changed(
        sa.update(CASE)
        .where(CASE.c.id == case.id)
        .values(
            report_count=CASE.c.report_count + 1,
            counting=CASE.c.counting + int(counts),
            weight=CASE.c.weight + WEIGHTS[reason],
            is_held=case.is_held or held,
        )
    )
    facts.publish(
        ContentReported(kind_key, subject_id, reason.value, held),
        actor_id=reporter_id,
        subject=Ref(kind_key, subject_id),
        concerns_id=item.author.id,
    )
    return Reported(case.id, is_new=True, is_held=case.is_held or held)


def _open_case(kind_key: str, item: Item) -> Any:
    """Return the open case of a thing under its lock, made if there is none."""
    row = {
        "id": ids.next_id(),
        "kind": kind_key,
        "subject_id": item.id,
        "author_id": item.author.id,
        "state": CaseState.OPEN,
        "weight": 0,
        "report_count": 0,
        "counting": 0,
        "is_held": False,
        "opened_at": clock.now(),
        "was_hidden": False,
    }
    changed(insert(CASE).values(row).on_conflict_do_nothing())
    lock = (
        sa.update(CASE)
        .where(
            CASE.c.kind == kind_key,
            CASE.c.subject_id == item.id,
            CASE.c.state == CaseState.OPEN,
        )
        .values(author_id=item.author.id)
        .returning(CASE)
    )
    return db.session.execute(lock).one()
