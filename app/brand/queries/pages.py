"""Pages of the brand: what members read, what staff see of versions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.brand.queries.tables import CHAPTER, MEDIA, MEMBER, PAGE, PERSON, VERSION
from app.brand.types import (
    HISTORY,
    VALUES,
    ChapterView,
    PageKind,
    PageLine,
    PageView,
    VersionLine,
)
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.text import stored_markup


def find_page(slug: str, *, number: int | None = None, draft: bool = False) -> PageView | None:
    """Return a version of a page with its chapters, or None. One statement.

    Args:
        slug: the page's address.
        number: that version; None: the published one.
        draft: the newest version, published or not.
    """
    if draft:
        which = VERSION.c.number == PAGE.c.version_count
    elif number is not None:
        which = VERSION.c.number == number
    else:
        which = VERSION.c.id == PAGE.c.published_id
    rows = db.session.execute(
        sa.select(
            PAGE.c.slug, PAGE.c.kind, PAGE.c.published_id, VERSION.c.id.label("version_id"),
            VERSION.c.page_id, VERSION.c.number, VERSION.c.title_zh, VERSION.c.title_en,
            VERSION.c.lead_zh, VERSION.c.lead_en, VERSION.c.saved_at,
            *(CHAPTER.c[name].label(f"chapter_{name}") for name in _CHAPTER),
            *media.photo_columns(),
        )
        .select_from(PAGE)
        .join(VERSION, sa.and_(VERSION.c.page_id == PAGE.c.id, which))
        .outerjoin(CHAPTER, CHAPTER.c.version_id == VERSION.c.id)
        .outerjoin(MEDIA, MEDIA.c.id == CHAPTER.c.media_id)
        .where(PAGE.c.slug == slug)
        .order_by(CHAPTER.c.position)
    ).all()  # fmt: skip
    return _page(rows) if rows else None


_CHAPTER = (
    "position", "icon", "title_zh", "title_en", "body_zh", "body_en", "html_zh", "html_en",
    "media_id",
)  # fmt: skip


def _page(rows: Sequence[Any]) -> PageView:
    first = rows[0]
    return PageView(
        first.page_id, first.slug, first.kind, first.version_id, first.number, first.title_zh,
        first.title_en, first.lead_zh, first.lead_en, first.saved_at,
        first.published_id == first.version_id,
        tuple(_chapter(row) for row in rows if row.chapter_position is not None),
    )  # fmt: skip


def _chapter(row: Any) -> ChapterView:
    return ChapterView(
        row.chapter_position, row.chapter_title_zh, row.chapter_title_en, row.chapter_body_zh,
        row.chapter_body_en, stored_markup(row.chapter_html_zh),
        stored_markup(row.chapter_html_en), row.chapter_icon, row.chapter_media_id,
        media.photo_from(row),
    )  # fmt: skip


def values() -> tuple[ChapterView, ...]:
    """Return the published value cards. One statement."""
    found = find_page(VALUES)
    return found.chapters if found else ()


def page_lines() -> list[PageLine]:
    """Return all pages for staff, each with its newest version. One statement."""
    return [_line(row) for row in db.session.execute(_lines(VERSION.c.number))]


def published_lines() -> list[PageLine]:
    """Return what members can read, in order, the values left out: the story shows them."""
    rows = db.session.execute(
        sa.select(
            PAGE.c.id, PAGE.c.slug, PAGE.c.kind, VERSION.c.title_zh, VERSION.c.title_en,
            VERSION.c.number, VERSION.c.saved_at, PAGE.c.published_id, PAGE.c.version_count,
            VERSION.c.id.label("version_id"),
        )
        .join(VERSION, VERSION.c.id == PAGE.c.published_id)
        .where(PAGE.c.kind != PageKind.VALUES)
        .order_by(PAGE.c.position, PAGE.c.id)
    )  # fmt: skip
    return [_line(row) for row in rows]


def _lines(number: Any) -> sa.Select[Any]:
    return (
        sa.select(
            PAGE.c.id, PAGE.c.slug, PAGE.c.kind, VERSION.c.title_zh, VERSION.c.title_en,
            VERSION.c.number, VERSION.c.saved_at, PAGE.c.published_id, PAGE.c.version_count,
            VERSION.c.id.label("version_id"),
        )
        .join(VERSION, sa.and_(VERSION.c.page_id == PAGE.c.id, number == PAGE.c.version_count))
        .order_by(PAGE.c.position, PAGE.c.id)
    )  # fmt: skip


def _line(row: Any) -> PageLine:
    return PageLine(
        row.id, row.slug, row.kind, row.title_zh, row.title_en, row.number, row.saved_at,
        row.published_id is not None, row.published_id != row.version_id,
    )  # fmt: skip


def history(page_id: int) -> list[VersionLine]:
    """Return the latest versions of a page, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(VERSION, PAGE.c.published_id, *identity.person_columns())
        .join(PAGE, PAGE.c.id == VERSION.c.page_id)
        .outerjoin(MEMBER, MEMBER.c.id == VERSION.c.saved_by)
        .where(VERSION.c.page_id == page_id)
        .order_by(VERSION.c.number.desc())
        .limit(HISTORY)
    )
    return [
        VersionLine(
            row.id, row.number, row.title_zh, row.title_en, row.saved_at,
            identity.person_from(row) if row.person_id is not None else None,
            row.published_at, row.published_id == row.id,
        )
        for row in rows
    ]  # fmt: skip


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos a chapter or a portrait shows. No statement for none."""
    if not media_ids:
        return set()
    columns = (CHAPTER.c.media_id, PERSON.c.media_id)
    shown = [sa.select(column).where(column.in_(media_ids)) for column in columns]
    return {each for each in db.session.scalars(sa.union(*shown)) if each is not None}


def page_photos(page_id: int) -> set[int]:
    """Return the photos that some version of a page shows. One statement."""
    rows = db.session.scalars(
        sa.select(CHAPTER.c.media_id)
        .join(VERSION, VERSION.c.id == CHAPTER.c.version_id)
        .where(VERSION.c.page_id == page_id, CHAPTER.c.media_id.is_not(None))
    )
    return set(rows)
