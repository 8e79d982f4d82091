"""What the worker does with batches of adjustments: gather, post, take back, chunk by chunk."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import audit, clock
from app.kernel.db import changed, db, use_case
from app.kernel.errors import DomainError
from app.kernel.types import Ref
from app.ledger import service as ledger
from app.ledger.types import NotReversibleError, OverReversedError, Posted, Reverse
from app.loyalty.queries import grants_batches as queries
from app.loyalty.queries.grants import BATCH, GRANT
from app.loyalty.service import grants, telling
from app.loyalty.service.grants_batches import count_lines, write_lines
from app.loyalty.types.grants import BatchState, GrantState, Line

GATHER, POST = 500, 200
BACK_SCOPE = "staff.grant_back"
BACK_REASON = "staff.taken_back"


def work_some(*, gather: int = GATHER, post: int = POST) -> int:
    """Go on with the oldest batch by one chunk; return how many lines that was, 0: none waits."""
    found = queries.next_at_work()
    if found is None:
        return 0
    batch_id, state = found
    steps: Mapping[BatchState, Callable[[], int]] = {
        BatchState.GATHERING: lambda: _gather(batch_id, gather),
        BatchState.RUNNING: lambda: _run(batch_id, post),
        BatchState.REVERSING: lambda: _take_back(batch_id, post),
    }
    return max(1, steps[state]())


def _locked(batch_id: int, state: BatchState) -> Any | None:
    """Lock a batch's row and return it, or None when it is not in that state any more."""
    held = changed(
        sa.update(BATCH)
        .where(BATCH.c.id == batch_id, BATCH.c.state == state)
        .values(cursor=BATCH.c.cursor)
    )
    if not held:
        return None
    return db.session.execute(sa.select(BATCH).where(BATCH.c.id == batch_id)).one()


@use_case
def _gather(batch_id: int, limit: int) -> int:
    batch = _locked(batch_id, BatchState.GATHERING)
    if batch is None:
        return 0
    found = queries.audience_after(batch.audience, batch.cursor, limit, but=batch.maker_id)
    if not found:
        _end(batch_id, BatchState.CHECKED)
        return 0
    before = queries.given_before(batch.occasion, found)
    lines = [
        Line(batch.line_count + n, member_id, batch.points, batch.reason)
        for n, member_id in enumerate((each for each in found if each not in before), 1)
    ]
    write_lines(batch._mapping, lines)  # noqa: SLF001 - SQLAlchemy's public name
    count_lines(batch_id, lines, given_before=len(before), cursor=found[-1])
    return len(found)


def _end(batch_id: int, state: BatchState, **values: Any) -> None:
    changed(sa.update(BATCH).where(BATCH.c.id == batch_id).values(state=state, **values))


# --- posting -------------------------------------------------------------------------------------


@use_case
def _run(batch_id: int, limit: int) -> int:
    batch = _locked(batch_id, BatchState.RUNNING)
    if batch is None:
        return 0
    lines = queries.lines_in(batch_id, GrantState.PREPARED, limit)
    if not lines:
        _end(batch_id, BatchState.DONE, finished_at=clock.now())
        audit.note(
            batch.maker_id, "grants.done", Ref("grant_batch", batch_id),
            lines=batch.done_count, failed=batch.failed_count, points=batch.total_points,
        )  # fmt: skip
        return 0
    people = {batch.maker_id, batch.checker_id} - {None}
    now = identity.survivors_of({*people, *(line.member_id for line in lines)})
    posted = _post_all(_payable(batch, lines, now))
    _note_posted(lines, posted)
    telling.tell_grants(
        [
            (line.id, now[line.member_id], line.points, line.reason, posted[line.id].txn_id)
            for line in lines
            if line.id in posted
        ]
    )
    done = len(posted)
    changed(
        sa.update(BATCH)
        .where(BATCH.c.id == batch_id)
        .values(
            done_count=BATCH.c.done_count + done,
            failed_count=BATCH.c.failed_count + len(lines) - done,
        )
    )
    return len(lines)


def _payable(batch: Any, lines: Sequence[Any], now: Mapping[int, int]) -> list[tuple[Any, int]]:
    """Return lines with whom they pay by now, but for those that merges have made unpayable.

    Nobody gives himself points or agrees to his own, and an occasion gives a person once.
    """
    hands = {now[each] for each in (batch.maker_id, batch.checker_id) if each is not None}
    moved = {now[line.member_id] for line in lines if now[line.member_id] != line.member_id}
    paid = queries.paid_before(batch.occasion, moved) if batch.occasion else set[int]()
    payable: list[tuple[Any, int]] = []
    for line in lines:
        member_id = now[line.member_id]
        if member_id in hands or member_id in paid:
            continue
        if member_id in moved:
            paid.add(member_id)
        payable.append((line, member_id))
    return payable


def _post_all(lines: Sequence[tuple[Any, int]]) -> dict[int, Posted]:
    """Post lines set-wise; if the ledger refuses one of them, one by one without it."""
    try:
        with db.session.begin_nested():
            posted = ledger.post_many([_command(line, member) for line, member in lines])
    except DomainError:
        return _post_each(lines)
    return {line.id: each for (line, _), each in zip(lines, posted, strict=True)}


def _post_each(lines: Sequence[tuple[Any, int]]) -> dict[int, Posted]:
    posted: dict[int, Posted] = {}
    for line, member_id in lines:
        try:
            with db.session.begin_nested():
                posted[line.id] = ledger.post(_command(line, member_id))
        except DomainError:  # fewer points than shall be taken: the line says so
            continue
    return posted


def _command(line: Any, member_id: int) -> Any:
    return grants.command(
        line.id, member_id, line.points, line.reason, line.maker_role, line.maker_id
    )


_POSTED = (
    sa.update(GRANT)
    .where(GRANT.c.id == sa.bindparam("grant_id"))
    .values(
        state=sa.bindparam("new_state"),
        txn_id=sa.bindparam("new_txn"),
        decided_at=sa.bindparam("at"),
    )
)


def _note_posted(lines: Sequence[Any], posted: Mapping[int, Posted]) -> None:
    now = clock.now()
    rows = [
        {
            "grant_id": line.id,
            "new_state": GrantState.POSTED if line.id in posted else GrantState.FAILED,
            "new_txn": posted[line.id].txn_id if line.id in posted else None,
            "at": now,
        }
        for line in lines
    ]
    db.session.connection().execute(_POSTED, rows)


# --- the way back --------------------------------------------------------------------------------


@use_case
def _take_back(batch_id: int, limit: int) -> int:
    batch = _locked(batch_id, BatchState.REVERSING)
    if batch is None:
        return 0
    lines = queries.lines_in(batch_id, GrantState.POSTED, limit)
    if not lines:
        _end(batch_id, BatchState.REVERSED)
        audit.note(
            batch.maker_id, "grants.reversed", Ref("grant_batch", batch_id),
            lines=batch.undone_count,
        )  # fmt: skip
        return 0
    undone = [(line, _undo(line)) for line in lines]
    now = identity.survivors_of({line.member_id for line in lines})
    telling.tell_grants(
        [
            (line.id, now[line.member_id], back.points, line.reason, back.txn_id)
            for line, back in undone
            if back is not None
        ],
        is_back=True,
    )
    changed(
        sa.update(GRANT)
        .where(GRANT.c.id.in_([line.id for line in lines]))
        .values(state=GrantState.REVERSED)
    )
    changed(
        sa.update(BATCH)
        .where(BATCH.c.id == batch_id)
        .values(undone_count=BATCH.c.undone_count + len(lines))
    )
    return len(lines)


def _undo(line: Any) -> Posted | None:
    back = Reverse(
        txn_id=line.txn_id,
        scope=BACK_SCOPE,
        key=str(line.id),
        actor_id=line.maker_id,
        source=Ref("grant", line.id),
        reason=BACK_REASON,
    )
    try:
        with db.session.begin_nested():
            return ledger.post(back)
    except (OverReversedError, NotReversibleError):  # somebody has undone it by itself
        return None
