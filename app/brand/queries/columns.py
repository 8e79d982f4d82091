"""Columns: the list, one with its issues, what is due, whom to tell."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from app.brand.queries.tables import COLUMN, FOLLOW, ISSUE, MEMBER, PERSON, PLAN
from app.brand.types import (
    ISSUES_PER_PAGE,
    PLANNED_AHEAD,
    WEEK,
    ColumnView,
    Due,
    IssueKey,
    PlannedIssue,
)
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.types import Page

NOBODY = 0  # no member has this id


def column_list(viewer_id: int | None, *, even_ended: bool = False) -> list[ColumnView]:
    """Return columns, the running ones first. One statement."""
    statement = _columns(viewer_id)
    if not even_ended:
        statement = statement.where(sa.or_(COLUMN.c.is_active, COLUMN.c.issue_count > 0))
    order = (COLUMN.c.is_active.desc(), COLUMN.c.id)
    return [_column(row) for row in db.session.execute(statement.order_by(*order))]


def find_column(slug: str, viewer_id: int | None) -> ColumnView | None:
    """Return a column. One statement."""
    row = db.session.execute(_columns(viewer_id).where(COLUMN.c.slug == slug)).one_or_none()
    return _column(row) if row else None


def _columns(viewer_id: int | None) -> sa.Select[Any]:
    mine = sa.and_(FOLLOW.c.column_id == COLUMN.c.id, FOLLOW.c.member_id == (viewer_id or NOBODY))
    everybody = FOLLOW.alias("everybody")
    followers = (
        sa.select(sa.func.count())
        .where(everybody.c.column_id == COLUMN.c.id)
        .correlate(COLUMN)
        .scalar_subquery()
    )
    return (
        sa.select(
            COLUMN,
            *identity.person_columns(),
            FOLLOW.c.member_id.label("follower"),
            followers.label("followers"),
        )
        .join(MEMBER, MEMBER.c.id == COLUMN.c.author_id)
        .outerjoin(FOLLOW, mine)
    )


def _column(row: Any) -> ColumnView:
    return ColumnView(
        row.id, row.slug, row.title_zh, row.title_en, row.about_zh, row.about_en, row.weekday,
        identity.person_from(row), row.issue_count, row.due_on, row.is_active, row.followers,
        row.follower is not None,
    )  # fmt: skip


def issues(column_id: int, before: int | None = None) -> Page[IssueKey]:
    """Return the issues of a column, the newest first. One statement.

    Args:
        column_id: which column.
        before: the number to go on below; None for the first page.
    """
    statement = (
        sa.select(ISSUE.c.thread_id, ISSUE.c.number)
        .where(ISSUE.c.column_id == column_id)
        .order_by(ISSUE.c.number.desc())
        .limit(ISSUES_PER_PAGE + 1)
    )
    if before is not None:
        statement = statement.where(ISSUE.c.number < before)
    found = [IssueKey(row.thread_id, row.number) for row in db.session.execute(statement)]
    shown = found[:ISSUES_PER_PAGE]
    return Page(shown, str(shown[-1].number) if len(found) > ISSUES_PER_PAGE else None)


def find_column_of(thread_id: int) -> tuple[ColumnView, int] | None:
    """Return the column that a thread is an issue of, and its number. One statement."""
    row = db.session.execute(
        _columns(None)
        .add_columns(ISSUE.c.number)
        .join(ISSUE, ISSUE.c.column_id == COLUMN.c.id)
        .where(ISSUE.c.thread_id == thread_id)
    ).one_or_none()
    return (_column(row), row.number) if row else None


def issue_of(thread_id: int) -> Any | None:
    """Return the row of an issue, or None. One statement."""
    return db.session.execute(sa.select(ISSUE).where(ISSUE.c.thread_id == thread_id)).one_or_none()


def writable_columns(member_id: int) -> list[ColumnView]:
    """Return the running columns that somebody writes. One statement."""
    statement = _columns(None).where(
        COLUMN.c.author_id == member_id,
        COLUMN.c.is_active,
        sa.exists().where(PERSON.c.member_id == member_id, PERSON.c.is_shown.is_(True)),
    )
    return [_column(row) for row in db.session.execute(statement.order_by(COLUMN.c.id))]


# --- what is due ---------------------------------------------------------------------------------


def _is_due() -> tuple[sa.ColumnElement[bool], ...]:
    return COLUMN.c.is_active.is_(True), COLUMN.c.due_on <= clock.business_date()


def counting_due() -> sa.Select[Any]:
    """Return a SELECT of how many columns wait for an issue."""
    return sa.select(sa.func.count()).select_from(COLUMN).where(*_is_due())


def due_columns() -> list[Due]:
    """Return columns whose issue is due and missing, the latest first. One statement."""
    today = clock.business_date()
    rows = db.session.execute(_columns(None).where(*_is_due()).order_by(COLUMN.c.due_on))
    return [Due(_column(row), (today - row.due_on).days) for row in rows]


def plan_of(column: ColumnView) -> list[PlannedIssue]:
    """Return the next issues of a column with what is planned for them. One statement."""
    days = [column.due_on + timedelta(days=WEEK * n) for n in range(PLANNED_AHEAD)]
    rows = db.session.execute(
        sa.select(PLAN.c.due_on, PLAN.c.title, *identity.person_columns())
        .outerjoin(MEMBER, MEMBER.c.id == PLAN.c.planned_by)
        .where(PLAN.c.column_id == column.id, PLAN.c.due_on.in_(days))
    )
    planned: dict[date, PlannedIssue] = {
        row.due_on: PlannedIssue(
            row.due_on, row.title, identity.person_from(row) if row.person_id else None
        )
        for row in rows
    }
    return [planned.get(day, PlannedIssue(day)) for day in days]


# --- whom to tell --------------------------------------------------------------------------------


def untold(limit: int) -> Sequence[Any]:
    """Return issues whose followers have not been told. One statement."""
    return db.session.execute(
        sa.select(ISSUE.c.thread_id, ISSUE.c.column_id, ISSUE.c.number, COLUMN.c.author_id)
        .join(COLUMN, COLUMN.c.id == ISSUE.c.column_id)
        .where(ISSUE.c.told_at.is_(None))
        .order_by(ISSUE.c.thread_id)
        .limit(limit)
    ).all()


def followers_to_tell(column_id: int, after: int, limit: int) -> list[int]:
    """Return followers of a column beyond an id, in order. One statement."""
    return list(
        db.session.scalars(
            sa.select(FOLLOW.c.member_id)
            .where(FOLLOW.c.column_id == column_id, FOLLOW.c.member_id > after)
            .order_by(FOLLOW.c.member_id)
            .limit(limit)
        )
    )
