"""Weekly columns: plans, issues with numbers without gaps, followers who hear of them."""

from datetime import date, timedelta

import sqlalchemy as sa

from app.brand.events import IssuePublished
from app.brand.queries import columns as queries
from app.brand.queries.people import has_face
from app.brand.queries.tables import COLUMN, FOLLOW, ISSUE, PLAN
from app.brand.types import (
    WEEK,
    ColumnDraft,
    NoSuchAuthorError,
    NotLastIssueError,
    SlugTakenError,
)
from app.kernel import audit, clock, facts, ids, jobs
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref
from app.notify import service as notify
from app.notify.types import Link, Tell

ISSUED = "brand.issue"
TOLD_AT_ONCE = 500


def next_due(weekday: int, after: date) -> date:
    """Return the first day of a weekday (0 is Monday) after a day."""
    return after + timedelta(days=(weekday - after.weekday() - 1) % WEEK + 1)


def due_after(due_on: date, weekday: int, published_on: date) -> date:
    """Return when the next issue is due after one came out.

    An issue in the week up to its day, or late, stands for that day; one that came more than a
    week early is an extra and moves nothing.
    """
    if published_on <= due_on - timedelta(days=WEEK):
        return due_on
    return next_due(weekday, max(published_on, due_on))


@use_case
def open_column(actor_id: int | None, draft: ColumnDraft) -> int:
    """Begin a column; its first issue is due on the next of its weekdays, today included.

    Raises:
        SlugTakenError: there is a column of this address.
        NoSuchAuthorError: the author is no person of the brand.
    """
    if not has_face(draft.author_id):
        raise NoSuchAuthorError
    column_id, today = ids.next_id(), clock.business_date()
    made = changed(
        insert(COLUMN)
        .values(
            id=column_id, slug=draft.slug, title_zh=draft.title_zh, title_en=draft.title_en,
            about_zh=draft.about_zh, about_en=draft.about_en, weekday=draft.weekday,
            author_id=draft.author_id, issue_count=0, is_active=True,
            due_on=next_due(draft.weekday, today - timedelta(days=1)), created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["slug"])
    )  # fmt: skip
    if not made:
        raise SlugTakenError
    audit.note(actor_id, "brand.column_opened", Ref("brand_column", column_id))
    return column_id


@use_case
def save_column(actor_id: int, draft: ColumnDraft) -> None:
    """Change a column; its address stays. A new weekday moves the next issue, never the last.

    Raises:
        NotFoundError: there is none of this address.
        NoSuchAuthorError: the new author is no person of the brand.
    """
    row = db.session.execute(
        sa.select(COLUMN).where(COLUMN.c.slug == draft.slug).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.author_id != draft.author_id and not has_face(draft.author_id):
        raise NoSuchAuthorError
    due_on = row.due_on
    if row.weekday != draft.weekday:
        due_on = next_due(draft.weekday, clock.business_date() - timedelta(days=1))
    changed(
        sa.update(COLUMN)
        .where(COLUMN.c.id == row.id)
        .values(
            title_zh=draft.title_zh, title_en=draft.title_en, about_zh=draft.about_zh,
            about_en=draft.about_en, weekday=draft.weekday, author_id=draft.author_id,
            due_on=due_on,
        )
    )  # fmt: skip
    audit.note(actor_id, "brand.column_saved", Ref("brand_column", row.id))


@use_case
def end_column(actor_id: int, slug: str, *, is_active: bool) -> bool:
    """Let a column rest, or begin again; its issues stay. False where it is so already.

    Raises:
        NotFoundError: there is none of this address.
    """
    row = db.session.execute(
        sa.select(COLUMN).where(COLUMN.c.slug == slug).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.is_active == is_active:
        return False
    yesterday = clock.business_date() - timedelta(days=1)
    due_on = next_due(row.weekday, yesterday) if is_active else row.due_on
    changed(
        sa.update(COLUMN).where(COLUMN.c.id == row.id).values(is_active=is_active, due_on=due_on)
    )
    audit.note(
        actor_id, "brand.column_resumed" if is_active else "brand.column_rested",
        Ref("brand_column", row.id),
    )  # fmt: skip
    return True


@use_case
def plan_issue(actor_id: int, slug: str, due_on: date, title: str) -> None:
    """Write what the issue of a day will be about; an empty title takes the plan away.

    Raises:
        NotFoundError: there is no such column, or the day is none of its days.
    """
    column = queries.find_column(slug, None)
    if column is None or due_on not in {each.due_on for each in queries.plan_of(column)}:
        raise NotFoundError
    where = PLAN.c.column_id == column.id, PLAN.c.due_on == due_on
    if title:
        values = {"title": title, "planned_by": actor_id}
        statement = insert(PLAN).values(column_id=column.id, due_on=due_on, **values)
        changed(
            statement.on_conflict_do_update(index_elements=["column_id", "due_on"], set_=values)
        )
    else:
        changed(sa.delete(PLAN).where(*where))
    audit.note(
        actor_id, "brand.issue_planned", Ref("brand_column", column.id), on=due_on.isoformat()
    )


# --- issues --------------------------------------------------------------------------------------


@use_case
def join_column(member_id: int, column_id: int, thread_id: int) -> int:
    """Make a thread the next issue of a column; return its number. Twice is once.

    The column's row is the lock: two issues at once get two numbers, and none is left out.

    Raises:
        NotFoundError: the column rests, or is somebody else's.
    """
    known = queries.issue_of(thread_id)
    if known is not None:
        return int(known.number)
    if not has_face(member_id):
        raise NotFoundError
    row = db.session.execute(
        sa.update(COLUMN)
        .where(
            COLUMN.c.id == column_id, COLUMN.c.author_id == member_id, COLUMN.c.is_active.is_(True)
        )
        .values(issue_count=COLUMN.c.issue_count + 1)
        .returning(COLUMN.c.issue_count, COLUMN.c.due_on, COLUMN.c.weekday)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    today = clock.business_date()
    changed(
        sa.update(COLUMN)
        .where(COLUMN.c.id == column_id)
        .values(due_on=due_after(row.due_on, row.weekday, today))
    )
    db.session.execute(
        sa.insert(ISSUE).values(
            thread_id=thread_id, column_id=column_id, number=row.issue_count,
            published_on=today, was_due_on=row.due_on,
        )
    )  # fmt: skip
    facts.publish(
        IssuePublished(column_id, thread_id, row.issue_count),
        actor_id=member_id,
        subject=Ref("thread", thread_id),
    )
    jobs.nudge("brand.tell_followers")
    return int(row.issue_count)


@use_case
def take_out(actor_id: int, slug: str, number: int) -> None:
    """Take the newest issue out of its column; the thread stays where it is.

    Raises:
        NotFoundError: there is no such issue.
        NotLastIssueError: it is not the newest: the others keep their numbers.
    """
    row = db.session.execute(
        sa.select(ISSUE, COLUMN.c.issue_count)
        .join(COLUMN, COLUMN.c.id == ISSUE.c.column_id)
        .where(COLUMN.c.slug == slug, ISSUE.c.number == number)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    was_last = changed(
        sa.update(COLUMN)
        .where(COLUMN.c.id == row.column_id, COLUMN.c.issue_count == number)
        .values(issue_count=number - 1, due_on=row.was_due_on)
    )
    if not was_last:
        raise NotLastIssueError
    changed(sa.delete(ISSUE).where(ISSUE.c.thread_id == row.thread_id))
    audit.note(actor_id, "brand.issue_taken_out", Ref("thread", row.thread_id), number=number)


# --- following -----------------------------------------------------------------------------------


@use_case
def follow(member_id: int, slug: str) -> None:
    """Hear of every new issue of a column. Twice is once.

    Raises:
        NotFoundError: there is none of this address.
    """
    changed(
        insert(FOLLOW)
        .values(column_id=_column_id(slug), member_id=member_id, created_at=clock.now())
        .on_conflict_do_nothing(index_elements=["column_id", "member_id"])
    )


@use_case
def unfollow(member_id: int, slug: str) -> None:
    """Hear of a column no longer.

    Raises:
        NotFoundError: there is none of this address.
    """
    column_id = _column_id(slug)
    changed(
        sa.delete(FOLLOW).where(FOLLOW.c.column_id == column_id, FOLLOW.c.member_id == member_id)
    )


def _column_id(slug: str) -> int:
    found = db.session.scalar(sa.select(COLUMN.c.id).where(COLUMN.c.slug == slug))
    if found is None:
        raise NotFoundError
    return int(found)


@use_case
def tell_followers(limit: int = 20) -> int:
    """Tell the followers of columns of new issues; return how many issues were told.

    A notice is told once by its key, so the sweep may be killed and run again.
    """
    waiting = queries.untold(limit)
    for row in waiting:
        after = 0
        while members := queries.followers_to_tell(row.column_id, after, TOLD_AT_ONCE):
            notify.tell_many(
                [
                    Tell(
                        member_id, ISSUED, f"column:{row.column_id}:{row.number}",
                        {"column": row.column_id, "number": row.number, "thread": row.thread_id},
                        Link.to(Ref("thread", row.thread_id)), also_by_mail=True,
                        actor_id=row.author_id,
                    )
                    for member_id in members
                ]
            )  # fmt: skip
            after = members[-1]
    told = [row.thread_id for row in waiting]
    if told:
        changed(
            sa.update(ISSUE)
            .where(ISSUE.c.thread_id.in_(told), ISSUE.c.told_at.is_(None))
            .values(told_at=clock.now())
        )
    return len(told)
