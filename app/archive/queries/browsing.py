"""The archive as staff look through it: posts by place, product, rights, quality, period."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from app.archive.queries.rights import digest_of
from app.archive.queries.tables import (
    ANSWER,
    ANSWER_PHOTO,
    MEDIA,
    MEMBER,
    PICK,
    STATE,
    state_columns,
    state_from,
)
from app.archive.types import (
    PAGE,
    REPLIES_WEIGH,
    SAVES_WEIGH,
    Answer,
    Filters,
    Item,
    Rights,
)
from app.commerce.queries.tags import PRODUCT
from app.commerce.queries.tags import TAG as PRODUCT_TAG
from app.community.queries import BOARD, THREAD, THREAD_PHOTO, visible
from app.community.queries.tables_reading import BOOKMARK, TAG
from app.community.types.reading import fold
from app.identity import queries as identity
from app.kernel import clock, ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.permissions import Role
from app.kernel.types import Page


def score_of() -> sa.ColumnElement[int]:
    """Return a post's quality as an expression: likes + 2 x saves + 3 x replies."""
    saves = (
        sa.select(sa.func.count())
        .select_from(BOOKMARK)
        .where(BOOKMARK.c.thread_id == THREAD.c.id)
        .correlate(THREAD)
        .scalar_subquery()
    )
    return THREAD.c.like_count + SAVES_WEIGH * saves + REPLIES_WEIGH * THREAD.c.reply_count


def archive_list(
    filters: Filters, *, before: int | None = None, selection_id: int | None = None
) -> Page[Item]:
    """Return posts that match, the newest first. One statement.

    Args:
        filters: what is wanted.
        before: the id to go on below; None for the first page.
        selection_id: mark what stands in this selection.
    """
    keys = sa.select(THREAD.c.id).where(*visible(THREAD.c), *_conditions(filters))
    if before is not None:
        keys = keys.where(THREAD.c.id < before)
    keys = _joined(keys, filters).order_by(THREAD.c.id.desc()).limit(PAGE + 1)
    rows = db.session.execute(_items(keys.subquery("k"), selection_id)).all()
    shown = [item_from(row) for row in rows[:PAGE]]
    return Page(shown, str(shown[-1].thread_id) if len(rows) > PAGE else None)


def _joined(keys: sa.Select[Any], filters: Filters) -> sa.Select[Any]:
    if filters.rights or filters.scope:
        keys = keys.outerjoin(STATE, STATE.c.thread_id == THREAD.c.id)
    if filters.board:
        keys = keys.join(BOARD, BOARD.c.id == THREAD.c.board_id)
    if filters.author:
        keys = keys.join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
    return keys


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if filters.board:
        found.append(BOARD.c.slug == filters.board)
    if filters.topic:
        found.append(_has_tag(fold(filters.topic)))
    if filters.product:
        found.append(_shows(filters.product))
    if filters.has_photo:
        found.append(THREAD.c.photo_count > 0)
    if filters.author:
        is_koc = MEMBER.c.marks.contains(Role.KOC.value)
        found.append(is_koc if filters.author == Role.KOC.value else sa.not_(is_koc))
    if filters.score:
        found.append(score_of() >= filters.score)
    if filters.days:
        found.append(THREAD.c.created_at >= clock.now() - timedelta(days=filters.days))
    return [*found, *_rights(filters)]


def _has_tag(name: str) -> sa.ColumnElement[bool]:
    return sa.exists().where(TAG.c.thread_id == THREAD.c.id, TAG.c.name == name)


def _shows(slug: str) -> sa.ColumnElement[bool]:
    return sa.exists(
        sa.select(sa.literal(1))
        .select_from(PRODUCT_TAG)
        .join(PRODUCT, PRODUCT.c.id == PRODUCT_TAG.c.product_id)
        .where(PRODUCT_TAG.c.thread_id == THREAD.c.id, PRODUCT.c.slug == slug)
        .correlate(THREAD)
    )


def _rights(filters: Filters) -> list[sa.ColumnElement[bool]]:
    today = clock.business_date()
    runs = sa.or_(STATE.c.until_on.is_(None), STATE.c.until_on >= today)
    granted = STATE.c.answer == Answer.GRANTED
    unsaid = sa.or_(STATE.c.answer.is_(None), STATE.c.answer == Answer.NONE)
    known: dict[Rights, sa.ColumnElement[bool]] = {
        Rights.GRANTED: sa.and_(granted, runs),
        Rights.ENDED: sa.and_(granted, STATE.c.until_on < today),
        Rights.REFUSED: STATE.c.answer == Answer.REFUSED,
        Rights.REVOKED: STATE.c.answer == Answer.REVOKED,
        Rights.ASKED: sa.and_(unsaid, STATE.c.asked_at.is_not(None)),
        Rights.NONE: sa.and_(unsaid, STATE.c.asked_at.is_(None)),
    }
    found = [known[filters.rights]] if filters.rights else []
    if filters.scope:
        bit = filters.scope.bit
        found += [granted, runs, STATE.c.scopes.op("&")(bit) == bit]
    return found


def _items(keys: sa.Subquery, selection_id: int | None) -> sa.Select[Any]:
    picked = sa.and_(PICK.c.thread_id == THREAD.c.id, PICK.c.selection_id == (selection_id or 0))
    return (
        sa.select(*item_columns(), PICK.c.thread_id.label("picked_id"))
        .select_from(keys)
        .join(THREAD, THREAD.c.id == keys.c.id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .outerjoin(STATE, STATE.c.thread_id == THREAD.c.id)
        .outerjoin(PICK, picked)
        .order_by(keys.c.id.desc())
    )


def item_columns() -> list[Any]:
    """Return what a list must select to print a post of the archive."""
    return [
        THREAD.c.id, THREAD.c.code, THREAD.c.title, THREAD.c.lang, THREAD.c.photo_count,
        THREAD.c.created_at, score_of().label("score"),
        *identity.person_columns(), *media.photo_columns(), *state_columns(), *_granted_text(),
    ]  # fmt: skip


def _granted_text() -> list[sa.Label[Any]]:
    """Return what tells whether a post is still what was granted; empty where nothing was."""
    is_granted = STATE.c.answer == Answer.GRANTED
    digest = (
        sa.select(ANSWER.c.text_digest)
        .where(ANSWER.c.id == STATE.c.answer_id)
        .correlate(STATE)
        .scalar_subquery()
    )
    granted = (
        sa.select(sa.func.count())
        .where(ANSWER_PHOTO.c.answer_id == STATE.c.answer_id)
        .correlate(STATE)
        .scalar_subquery()
    )
    known = sa.exists().where(
        ANSWER_PHOTO.c.answer_id == STATE.c.answer_id,
        ANSWER_PHOTO.c.media_id == THREAD_PHOTO.c.media_id,
    )
    kept = (
        sa.select(sa.func.count())
        .where(THREAD_PHOTO.c.thread_id == THREAD.c.id, known)
        .correlate(THREAD, STATE)
        .scalar_subquery()
    )
    columns = {
        "granted_digest": digest, "granted_salt": STATE.c.salt, "granted_photos": granted,
        "kept_photos": kept, "body": THREAD.c.body,
    }  # fmt: skip
    return [sa.case((is_granted, column)).label(name) for name, column in columns.items()]


def item_from(row: Any) -> Item:
    """Return the post of a row with :func:`item_columns`."""
    state = state_from(row, row.id, row.person_id)
    is_changed = state.answer is Answer.GRANTED and (
        digest_of(row.granted_salt, row.title, row.body) != row.granted_digest
        or not row.granted_photos == row.kept_photos == row.photo_count
    )
    return Item(
        row.id, row.code, row.title, row.lang, identity.person_from(row), media.photo_from(row),
        row.photo_count, row.created_at, int(row.score or 0), state, is_changed,
        getattr(row, "picked_id", None) is not None,
    )  # fmt: skip


def find_item(code: str) -> Item | None:
    """Return a visible post by its code. One statement."""
    return next(iter(_found(THREAD.c.code == (ids.read_code(code) or ""))), None)


def items(thread_ids: Collection[int]) -> list[Item]:
    """Return the visible ones among posts. One statement, none for no ids."""
    return _found(THREAD.c.id.in_(list(thread_ids))) if thread_ids else []


def _found(condition: sa.ColumnElement[bool]) -> list[Item]:
    keys = sa.select(THREAD.c.id).where(condition, *visible(THREAD.c)).subquery("k")
    return [item_from(row) for row in db.session.execute(_items(keys, None))]
