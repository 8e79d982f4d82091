"""How findings follow when two members become one: nobody copies from himself."""

from typing import Any

import sqlalchemy as sa

from app.community.queries import THREAD
from app.kernel import merging
from app.kernel.db import changed, db
from app.kernel.merging import Log
from app.originality.queries.tables import CLAIM, FINDING, IMPORT, LOOK
from app.originality.service.looking import settle_flag
from app.originality.types import FLAGGED, Because, State

_later, _earlier = THREAD.alias("later"), THREAD.alias("earlier")


def register() -> None:
    """Say what moves and what stays."""
    merging.register("originality", carry=_between_both, settle=_settle)
    history = "who of the team it was, as it was written"
    for column in (FINDING.c.judged_by, CLAIM.c.added_by, IMPORT.c.made_by):
        merging.stays(column, history)


def _between_both(log: Log) -> None:
    """Allow what one of the two posted after the other: it is one person's own work.

    Parting gives the findings back as they were.
    """
    for row in _pairs(log, FINDING.c.state.in_(FLAGGED)):
        log.change(
            FINDING, [row.id], dict(row._mapping),  # noqa: SLF001 - SQLAlchemy's public name
            state=State.ALLOWED, because=Because.OWN, version=row.version + 1,
        )  # fmt: skip


def _pairs(log: Log, *where: sa.ColumnElement[bool]) -> list[Any]:
    """Return findings of which one post came with the source and the other was the target's.

    The community comes first by its name: the source's posts name the target already.
    """
    pair = (log.source_id, log.target_id)
    came = {line.key[0] for line in log.lines if line.table == THREAD.name}
    rows = db.session.execute(
        sa.select(FINDING)
        .join(_later, _later.c.id == FINDING.c.thread_id)
        .join(_earlier, _earlier.c.id == FINDING.c.other_thread_id)
        .where(_later.c.author_id.in_(pair), _earlier.c.author_id.in_(pair), *where)
        .order_by(FINDING.c.thread_id, FINDING.c.id)
    )
    return [row for row in rows if (row.thread_id in came) != (row.other_thread_id in came)]


def _settle(log: Log) -> None:
    """Flag and clear anew, after the merge and after a parting."""
    touched = [line.key[0] for line in log.lines if line.table == FINDING.name]
    if not touched:
        return
    rows = db.session.execute(
        sa.select(FINDING.c.thread_id, THREAD.c.author_id)
        .join(THREAD, THREAD.c.id == FINDING.c.thread_id)
        .where(FINDING.c.id.in_(touched))
        .distinct()
        .order_by(FINDING.c.thread_id)
    ).all()
    for row in rows:
        changed(sa.update(LOOK).where(LOOK.c.thread_id == row.thread_id).values(asks=LOOK.c.asks))
        settle_flag(row.thread_id, row.author_id)
