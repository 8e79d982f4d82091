"""Flagged content counts nothing until somebody has looked at it. Whoever looks calls this."""

from collections.abc import Collection

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.types import Ref
from app.ranking.queries.tables import ACTIVITY, FLAG
from app.ranking.service.gathering import Mark, mark


@use_case
def set_flagged(subjects: Collection[Ref], *, is_flagged: bool) -> list[Mark]:
    """Let posts and replies count nothing, or again; return whose lines of which days changed.

    Joins the caller's transaction, twice is once. What is flagged before its line is there
    (a post is looked at the moment it is published) counts nothing from the first.

    Args:
        subjects: ``thread:…`` and ``reply:…``.
        is_flagged: False when somebody has found it in order.
    """
    refs = sorted(set(subjects), key=str)
    if not refs:
        return []
    if is_flagged:
        rows = [{"kind": r.kind, "subject_id": r.id, "flagged_at": clock.now()} for r in refs]
        changed_by_all(insert(FLAG).on_conflict_do_nothing(), rows)
    else:
        changed(sa.delete(FLAG).where(_among(FLAG.c.kind, FLAG.c.subject_id, refs)))
    lines = sa.and_(
        _among(ACTIVITY.c.subject_kind, ACTIVITY.c.subject_id, refs),
        ACTIVITY.c.is_flagged.is_(not is_flagged),
    )
    return turn(lines, is_flagged=is_flagged)


def turn(lines: sa.ColumnElement[bool], **values: bool) -> list[Mark]:
    """Change lines and mark whom they count for, in the caller's transaction; return those.

    Two statements.
    """
    rows = db.session.execute(
        sa.update(ACTIVITY)
        .where(lines)
        .values(**values)
        .returning(ACTIVITY.c.member_id, ACTIVITY.c.on_date)
    ).all()
    marks = [(row.member_id, row.on_date) for row in rows]
    mark(marks)
    return marks


def _among(
    kind: sa.ColumnElement[str], subject_id: sa.ColumnElement[int], refs: Collection[Ref]
) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            sa.and_(kind == name, subject_id.in_([ref.id for ref in refs if ref.kind == name]))
            for name in sorted({ref.kind for ref in refs})
        )
    )
