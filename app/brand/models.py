"""Pages with their versions, the people of the brand, columns and their issues."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.brand.types import PageKind
from app.kernel import clock
from app.kernel.db import BigInt, Id, Model, enum_type


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _text(length: int) -> Any:
    return mapped_column(sa.String(length), default="", server_default="")


def _long() -> Any:
    return mapped_column(sa.Text, default="", server_default="")


class BrandPage(Model):
    """A page of the brand.

    Attributes:
        position: its place among the links between pages.
        version_count: versions written so far; the newest has this number.
        published_id: the version that members read, or None.
    """

    __tablename__ = "brand_page"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    kind: Mapped[PageKind] = mapped_column(enum_type(PageKind))
    position: Mapped[int] = mapped_column(sa.Integer)
    version_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    published_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class BrandPageVersion(Model):
    """A version of a page: who wrote it, when, and when it went out. Versions are kept."""

    __tablename__ = "brand_page_version"
    __table_args__ = (sa.UniqueConstraint("page_id", "number"),)

    id: Mapped[Id]
    page_id: Mapped[int] = _to("brand_page.id")
    number: Mapped[int] = mapped_column(sa.Integer)
    title_zh: Mapped[str] = _text(60)
    title_en: Mapped[str] = _text(60)
    lead_zh: Mapped[str] = _text(200)
    lead_en: Mapped[str] = _text(200)
    saved_by: Mapped[int | None] = _to("member.id")
    saved_at: Mapped[datetime]
    published_by: Mapped[int | None] = _to("member.id")
    published_at: Mapped[datetime | None]


class BrandChapter(Model):
    """A chapter of a version. ``html_zh`` and ``html_en`` are what the Markdown renders to."""

    __tablename__ = "brand_chapter"

    version_id: Mapped[int] = _to("brand_page_version.id", primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True)
    icon: Mapped[str] = _text(32)
    title_zh: Mapped[str] = _text(60)
    title_en: Mapped[str] = _text(60)
    body_zh: Mapped[str] = _long()
    body_en: Mapped[str] = _long()
    html_zh: Mapped[str] = _long()
    html_en: Mapped[str] = _long()
    media_id: Mapped[int | None] = _to("media.id", index=True)


class BrandPerson(Model):
    """A person of the brand: a member with a role of the team, his face, his job.

    Attributes:
        is_shown: he stands on the page of the people and carries the mark of the team; his job is
            then copied to ``member`` (recomputed by ``flask verify brand.people``).
    """

    __tablename__ = "brand_person"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    job_zh: Mapped[str] = _text(24)
    job_en: Mapped[str] = _text(40)
    line_zh: Mapped[str] = _text(160)
    line_en: Mapped[str] = _text(160)
    ask_zh: Mapped[str] = _text(160)
    ask_en: Mapped[str] = _text(160)
    media_id: Mapped[int | None] = _to("media.id", index=True)
    position: Mapped[int] = mapped_column(sa.Integer)
    is_shown: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    changed_by: Mapped[int | None] = _to("member.id")
    changed_at: Mapped[datetime]


class BrandColumn(Model):
    """A weekly column.

    Attributes:
        weekday: 0 is Monday.
        issue_count: issues so far; the newest has this number. The row is the lock for the next.
        due_on: the day of the next issue.
    """

    __tablename__ = "brand_column"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    title_zh: Mapped[str] = _text(60)
    title_en: Mapped[str] = _text(60)
    about_zh: Mapped[str] = _text(200)
    about_en: Mapped[str] = _text(200)
    weekday: Mapped[int] = mapped_column(sa.SmallInteger)
    author_id: Mapped[int] = _to("member.id")
    issue_count: Mapped[int] = mapped_column(sa.Integer, default=0, server_default="0")
    due_on: Mapped[date] = mapped_column(index=True)
    is_active: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class BrandIssue(Model):
    """A thread that is an issue of a column. Numbers begin at 1 and have no gaps.

    Attributes:
        was_due_on: the column's due day before this issue, for taking it out again.
        told_at: when the followers were told; None while they wait.
    """

    __tablename__ = "brand_issue"
    __table_args__ = (
        sa.UniqueConstraint("column_id", "number"),
        sa.Index(
            "ix_brand_issue_untold",
            "thread_id",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )

    thread_id: Mapped[int] = _to("thread.id", primary_key=True)
    column_id: Mapped[int] = _to("brand_column.id")
    number: Mapped[int] = mapped_column(sa.Integer)
    published_on: Mapped[date]
    was_due_on: Mapped[date]
    told_at: Mapped[datetime | None]


class BrandPlan(Model):
    """What an issue to come will be about."""

    __tablename__ = "brand_plan"

    column_id: Mapped[int] = _to("brand_column.id", primary_key=True)
    due_on: Mapped[date] = mapped_column(primary_key=True)
    title: Mapped[str] = _text(120)
    planned_by: Mapped[int | None] = _to("member.id")


class BrandFollow(Model):
    """A member follows a column: he hears of every issue."""

    __tablename__ = "brand_follow"

    column_id: Mapped[int] = _to("brand_column.id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    created_at: Mapped[datetime]
