"""Writing pages of the brand. Every save is a version; members read the published one."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.brand.events import PagePublished
from app.brand.queries.pages import page_photos
from app.brand.queries.tables import CHAPTER, PAGE, VERSION
from app.brand.types import (
    FEWEST_VALUES,
    MOST_VALUES,
    STORY,
    VALUES,
    Chapter,
    NothingWrittenError,
    PageDraft,
    PageKind,
    SeedPage,
    SlugTakenError,
    ValuesCountError,
)
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.media import service as media
from app.kernel.text import render_markdown
from app.kernel.types import Ref

FIXED = {PageKind.STORY: STORY, PageKind.VALUES: VALUES}  # there is one of each


@use_case
def create_page(actor_id: int | None, slug: str, kind: PageKind, draft: PageDraft) -> int:
    """Make a page with its first version, a draft; return the page's id.

    Raises:
        SlugTakenError: there is a page of this address.
        BrandError: it can't be kept like this.
    """
    slug = FIXED.get(kind, slug)
    page_id = ids.next_id()
    last = db.session.scalar(sa.select(sa.func.max(PAGE.c.position))) or 0
    made = changed(
        insert(PAGE)
        .values(
            id=page_id, slug=slug, kind=kind, position=last + 1, version_count=0,
            created_at=clock.now(),
        )
        .on_conflict_do_nothing(index_elements=["slug"])
    )  # fmt: skip
    if not made:
        raise SlugTakenError
    _add_version(actor_id, page_id, kind, draft)
    audit.note(actor_id, "brand.page_created", Ref("brand_page", page_id), kind=kind.value)
    return page_id


@use_case
def save_page(actor_id: int, slug: str, draft: PageDraft) -> int:
    """Write a new version of a page; members read the published one on. Return its number.

    Raises:
        NotFoundError: there is no such page.
        BrandError: it can't be kept like this.
    """
    page = _page(slug)
    number = _add_version(actor_id, page.id, page.kind, draft)
    audit.note(actor_id, "brand.page_saved", Ref("brand_page", page.id), number=number)
    return number


def _page(slug: str) -> Any:
    """Return a page's row, locked: versions are numbered one by one.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(
        sa.select(PAGE).where(PAGE.c.slug == slug).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _add_version(actor_id: int | None, page_id: int, kind: PageKind, draft: PageDraft) -> int:
    _check(kind, draft)
    _take_photos(actor_id, page_id, draft.chapters)
    number = db.session.scalar(
        sa.update(PAGE)
        .where(PAGE.c.id == page_id)
        .values(version_count=PAGE.c.version_count + 1)
        .returning(PAGE.c.version_count)
    )
    version_id = ids.next_id()
    db.session.execute(
        sa.insert(VERSION).values(
            id=version_id, page_id=page_id, number=number, title_zh=draft.title_zh,
            title_en=draft.title_en, lead_zh=draft.lead_zh, lead_en=draft.lead_en,
            saved_by=actor_id, saved_at=clock.now(),
        )
    )  # fmt: skip
    rows = [_chapter(version_id, n, each, kind) for n, each in enumerate(draft.chapters)]
    if rows:
        db.session.execute(sa.insert(CHAPTER), rows)
    return int(number or 0)


def _check(kind: PageKind, draft: PageDraft) -> None:
    if kind is PageKind.VALUES:
        complete = all((c.body_zh or c.body_en) and c.icon for c in draft.chapters)
        if not FEWEST_VALUES <= len(draft.chapters) <= MOST_VALUES or not complete:
            raise ValuesCountError
    elif not draft.chapters:
        raise NothingWrittenError


def _take_photos(actor_id: int | None, page_id: int, chapters: Sequence[Chapter]) -> None:
    """Take new photos into use: the editor's own; those of former versions are the page's.

    Raises:
        PhotoGoneError: one is neither.
    """
    wanted = {each.media_id for each in chapters if each.media_id is not None}
    fresh = sorted(wanted - page_photos(page_id)) if wanted else []
    if fresh and actor_id is not None:
        media.use_photos(actor_id, fresh)


def _chapter(version_id: int, position: int, chapter: Chapter, kind: PageKind) -> dict[str, Any]:
    is_card = kind is PageKind.VALUES
    return {
        "version_id": version_id,
        "position": position,
        "icon": chapter.icon if is_card else "",
        "title_zh": chapter.title_zh,
        "title_en": chapter.title_en,
        "body_zh": chapter.body_zh,
        "body_en": chapter.body_en,
        "html_zh": str(render_markdown(chapter.body_zh)) if chapter.body_zh else "",
        "html_en": str(render_markdown(chapter.body_en)) if chapter.body_en else "",
        "media_id": chapter.media_id,
    }


@use_case
def publish_page(actor_id: int | None, slug: str) -> bool:
    """Let members read the newest version; False if they do already.

    Raises:
        NotFoundError: there is no such page.
    """
    page = _page(slug)
    newest = db.session.execute(
        sa.select(VERSION.c.id).where(
            VERSION.c.page_id == page.id, VERSION.c.number == page.version_count
        )
    ).scalar_one()
    if newest == page.published_id:
        return False
    changed(sa.update(PAGE).where(PAGE.c.id == page.id).values(published_id=newest))
    changed(
        sa.update(VERSION)
        .where(VERSION.c.id == newest)
        .values(published_by=actor_id, published_at=clock.now())
    )
    subject = Ref("brand_page", page.id)
    audit.note(actor_id, "brand.page_published", subject, number=page.version_count)
    facts.publish(PagePublished(page.id, page.version_count), actor_id=actor_id, subject=subject)
    return True


@use_case
def withdraw_page(actor_id: int, slug: str) -> bool:
    """Take a page from the members' eyes; its versions stay. False if nobody reads it.

    Raises:
        NotFoundError: there is no such page.
    """
    page = _page(slug)
    if page.published_id is None:
        return False
    changed(sa.update(PAGE).where(PAGE.c.id == page.id).values(published_id=None))
    audit.note(actor_id, "brand.page_withdrawn", Ref("brand_page", page.id))
    return True


@use_case
def restore_version(actor_id: int, slug: str, number: int) -> int:
    """Write a former version anew, as the newest draft; return its number.

    Raises:
        NotFoundError: there is no such page or version.
    """
    page = _page(slug)
    version = db.session.execute(
        sa.select(VERSION).where(VERSION.c.page_id == page.id, VERSION.c.number == number)
    ).one_or_none()
    if version is None:
        raise NotFoundError
    rows = db.session.execute(
        sa.select(CHAPTER).where(CHAPTER.c.version_id == version.id).order_by(CHAPTER.c.position)
    )
    chapters = [
        Chapter(r.title_zh, r.title_en, r.body_zh, r.body_en, r.icon, r.media_id) for r in rows
    ]
    draft = PageDraft(
        version.title_zh, version.title_en, version.lead_zh, version.lead_en, chapters
    )
    fresh = _add_version(actor_id, page.id, page.kind, draft)
    subject = Ref("brand_page", page.id)
    audit.note(actor_id, "brand.page_restored", subject, number=fresh, from_number=number)
    return fresh


@use_case
def move_page(actor_id: int, slug: str, *, up: bool) -> None:
    """Let a page change places with its neighbour in the order of links.

    Raises:
        NotFoundError: there is no such page.
    """
    page = _page(slug)
    beyond = PAGE.c.position < page.position if up else PAGE.c.position > page.position
    order = PAGE.c.position.desc() if up else PAGE.c.position
    other = db.session.execute(
        sa.select(PAGE.c.id, PAGE.c.position).where(beyond).order_by(order).limit(1)
    ).one_or_none()
    if other is None:
        return
    for page_id, position in ((page.id, other.position), (other.id, page.position)):
        changed(sa.update(PAGE).where(PAGE.c.id == page_id).values(position=position))
    audit.note(actor_id, "brand.page_moved", Ref("brand_page", page.id))


@use_case
def seed_page(seed: SeedPage, *, actor_id: int | None = None) -> None:
    """Make and publish a page, unless there is one of its address."""
    known = db.session.scalar(sa.select(PAGE.c.id).where(PAGE.c.slug == seed.slug))
    if known is None:
        create_page(actor_id, seed.slug, seed.kind, seed.draft)
        publish_page(actor_id, seed.slug)
