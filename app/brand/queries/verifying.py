"""What ``flask verify`` recomputes for the brand world."""

from collections.abc import Iterator

import sqlalchemy as sa

from app.brand.queries.tables import COLUMN, ISSUE, MEMBER, PERSON
from app.kernel.db import db


def drifting_columns() -> Iterator[str]:
    """Yield every column whose count of issues is not what its issues are, without gaps."""
    rows = db.session.execute(
        sa.select(
            COLUMN.c.slug,
            COLUMN.c.issue_count,
            sa.func.count(ISSUE.c.thread_id).label("issues"),
            sa.func.coalesce(sa.func.max(ISSUE.c.number), 0).label("newest"),
        )
        .outerjoin(ISSUE, ISSUE.c.column_id == COLUMN.c.id)
        .group_by(COLUMN.c.id, COLUMN.c.slug, COLUMN.c.issue_count)
    )
    for row in rows:
        if not row.issue_count == row.issues == row.newest:
            yield (
                f"column {row.slug}: {row.issue_count} counted, {row.issues} issues, "
                f"the newest is number {row.newest}"
            )


def drifting_people() -> Iterator[str]:
    """Yield every member whose job differs from his card among the people of the brand."""
    shown = sa.and_(PERSON.c.member_id == MEMBER.c.id, PERSON.c.is_shown.is_(True))
    rows = db.session.execute(
        sa.select(
            MEMBER.c.yid, MEMBER.c.job_zh, MEMBER.c.job_en,
            sa.func.coalesce(PERSON.c.job_zh, "").label("wanted_zh"),
            sa.func.coalesce(PERSON.c.job_en, "").label("wanted_en"),
        )
        .outerjoin(PERSON, shown)
        .where(sa.or_(MEMBER.c.job_zh != "", PERSON.c.member_id.is_not(None)))
    )  # fmt: skip
    for row in rows:
        if (row.job_zh, row.job_en) != (row.wanted_zh, row.wanted_en):
            yield f"member {row.yid}: job {row.job_zh!r}, by the card {row.wanted_zh!r}"
