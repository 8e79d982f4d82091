"""Rolling an import back: what it brought in counts as nothing, chunk by chunk."""

from datetime import timedelta

import sqlalchemy as sa

from app.commerce import queries
from app.commerce.events import ImportRolledBack
from app.commerce.models import ImportBatch
from app.commerce.service.deciding import keep_figures
from app.commerce.service.refunds import withdraw_refunds
from app.commerce.service.settling import withdraw_orders
from app.commerce.types import (
    ROLLBACK_DAYS,
    AlreadyDecidedError,
    Batch,
    FileKind,
    RollbackRefusedError,
)
from app.kernel import audit, clock, facts, jobs
from app.kernel.db import changed, use_case
from app.kernel.errors import NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref

CHUNK = 200


@use_case
def ask_rollback(code: str, *, actor_id: int | None) -> Batch:
    """Note that an import is to be rolled back; the worker does it. Asking twice is asking once.

    Raises:
        NotFoundError: there is no such import.
        RollbackRefusedError: it still runs, or is older than a week.
    """
    batch = queries.get_batch(code)
    now = clock.now()
    asked = changed(
        sa.update(ImportBatch)
        .where(
            ImportBatch.id == batch.id,
            ImportBatch.rollback_at.is_(None),
            ImportBatch.finished_at > now - timedelta(days=ROLLBACK_DAYS),
        )
        .values(rollback_at=now, rollback_by=actor_id)
    )
    if asked:
        audit.note(actor_id, "orders.rollback_asked", Ref("import", batch.id))
        jobs.nudge("commerce.roll_back")
    elif batch.rollback_at is None:
        raise RollbackRefusedError(_reason(batch))
    return queries.batch_by_id(batch.id)


def _reason(batch: Batch) -> object:
    if batch.finished_at is None:
        return _l("This import still runs. Roll it back when it is done.")
    return _l(
        "An import can be rolled back for 7 days. This one is older: correct its orders one by "
        "one, or import a corrected file."
    )


def roll_back_some() -> int:
    """Go on with the oldest roll-back by one chunk; return how much that was."""
    batch = queries.next_rollback()
    return 0 if batch is None else roll_back(batch)


def roll_back(batch: Batch) -> int:
    """Withdraw one chunk of an import, or close its roll-back; return how much that was.

    Killed at any moment, the next call goes on: what is withdrawn says so itself.
    """
    done = _withdraw(batch.id)
    if not done:
        done = _decline(batch)
    if not done:
        _close(batch.id)
        return 1
    return done


@use_case
def _withdraw(batch_id: int) -> int:
    # The lock first: two workers would count the same orders.
    changed(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .values(withdrawn_count=ImportBatch.withdrawn_count)
    )
    batch = queries.batch_by_id(batch_id)
    is_refunds = batch.kind is FileKind.REFUNDS
    find = queries.standing_refunds if is_refunds else queries.standing_orders
    withdraw = withdraw_refunds if is_refunds else withdraw_orders
    found = find(batch_id, CHUNK)
    if found:
        withdraw(found, actor_id=batch.rollback_by)
        changed(
            sa.update(ImportBatch)
            .where(ImportBatch.id == batch_id)
            .values(withdrawn_count=ImportBatch.withdrawn_count + len(found))
        )
    return len(found)


def _decline(batch: Batch) -> int:
    """Decline the figures that this import laid aside and nobody has decided."""
    found = queries.open_issues(batch.id, CHUNK)
    for issue_id in found:
        try:
            keep_figures(issue_id, actor_id=batch.rollback_by)  # type: ignore[arg-type]  # None: by command
        except (AlreadyDecidedError, NotFoundError):
            continue
    return len(found)


@use_case
def _close(batch_id: int) -> None:
    closed = changed(
        sa.update(ImportBatch)
        .where(ImportBatch.id == batch_id, ImportBatch.rolled_back_at.is_(None))
        .values(rolled_back_at=clock.now())
    )
    if closed:
        batch = queries.batch_by_id(batch_id)
        audit.note(
            batch.rollback_by, "orders.rolled_back", Ref("import", batch_id), count=batch.withdrawn
        )
        facts.publish(
            ImportRolledBack(batch_id, batch.channel_id, batch.withdrawn),
            subject=Ref("import", batch_id),
            scope=Ref("channel", batch.channel_id),
        )
