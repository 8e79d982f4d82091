"""Flagged content counts nothing until somebody has looked at it. Whoever looks calls this."""

from collections.abc import Collection

import sqlalchemy as sa

from app.kernel import clock
from app.kernel.db import changed, changed_by_all, insert, use_case
from app.kernel.types import Ref
from app.ranking.queries.tables import ACTIVITY, FLAG
from app.ranking.service.gathering import mark_where


@use_case
def set_flagged(subjects: Collection[Ref], *, is_flagged: bool) -> int:
    """Let posts and replies count nothing, or again; return how many lines that changed.

    Joins the caller's transaction, twice is once. What is flagged before its line is there
    (a post is looked at the moment it is published) counts nothing from the first.

    Args:
        subjects: ``thread:…`` and ``reply:…``.
        is_flagged: False when somebody has found it in order.
    """
    refs = sorted(set(subjects), key=str)
    if not refs:
        return 0
    if is_flagged:
        rows = [{"kind": r.kind, "subject_id": r.id, "flagged_at": clock.now()} for r in refs]
        changed_by_all(insert(FLAG).on_conflict_do_nothing(), rows)
    else:
        changed(sa.delete(FLAG).where(_among(FLAG.c.kind, FLAG.c.subject_id, refs)))
    lines = sa.and_(
        _among(ACTIVITY.c.subject_kind, ACTIVITY.c.subject_id, refs),
        ACTIVITY.c.is_flagged.is_(not is_flagged),
    )
    mark_where(lines)
    return changed(sa.update(ACTIVITY).where(lines).values(is_flagged=is_flagged))


def _among(
    kind: sa.ColumnElement[str], subject_id: sa.ColumnElement[int], refs: Collection[Ref]
) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(
            sa.and_(kind == name, subject_id.in_([ref.id for ref in refs if ref.kind == name]))
            for name in sorted({ref.kind for ref in refs})
        )
    )
