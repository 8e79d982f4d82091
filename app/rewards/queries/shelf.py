"""The mall's shelves."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from app.kernel import i18n
from app.kernel.db import db
from app.kernel.media.queries import MEDIA, photo_columns, photo_from
from app.kernel.types import Page
from app.ledger import queries as ledger
from app.rewards.models import CATEGORY, ITEM, PHOTO, VARIANT, WISH
from app.rewards.queries import rights
from app.rewards.types import Card, Category, Shelf

PAGE = 24
ROW = 8
WISHES = 60


def is_zh() -> bool:
    """Return whether the reader's language is Chinese."""
    return i18n.locale_tag().startswith("zh")


def shelf(
    member_id: int | None,
    *,
    category: str = "",
    affordable: bool = False,
    after: str | None = None,
    limit: int = PAGE,
) -> Shelf:
    """Return the mall's page for somebody. At most four statements.

    Args:
        member_id: who looks; None: a guest.
        category: address of a shelf; empty: all.
        affordable: only what he has the points for.
        after: key of the page before.
        limit: items a page.
    """
    available = ledger.balance(member_id).available if member_id else 0
    audiences, unlocks = rights.known_rules()
    conditions = [*_seen(audiences, unlocks, member_id), *_older(after)]
    if category:
        own = sa.select(CATEGORY.c.id).where(CATEGORY.c.slug == category).scalar_subquery()
        conditions.append(ITEM.c.category_id == own)
    if affordable:
        conditions += [ITEM.c.price_points <= available, _something_left()]
    rows = db.session.execute(
        _cards(audiences, member_id).where(*conditions).order_by(ITEM.c.id.desc()).limit(limit + 1)
    ).all()
    next_key = str(rows[limit - 1].id) if len(rows) > limit else None
    names = rights.names_of({row.audience for row in rows[:limit] if not row.is_open})
    page = Page([_card(row, names) for row in rows[:limit]], next_key)
    shelves, secrets = _categories(unlocks, member_id)
    return Shelf(page, shelves, available, secrets)


def _older(after: str | None) -> list[sa.ColumnElement[bool]]:
    if not after or not after.isdecimal() or len(after) > 18:  # noqa: PLR2004 - fits 64 bits
        return []
    return [ITEM.c.id < int(after)]


def _seen(
    audiences: Sequence[str] | set[str], unlocks: set[str], member_id: int | None
) -> list[sa.ColumnElement[bool]]:
    """Return which items somebody may know of."""
    open_ones = sorted(each for each in audiences if rights.is_shown_to_others(each))
    return [
        ITEM.c.is_shown,
        sa.or_(rights.among(ITEM.c.audience, audiences, member_id), ITEM.c.audience.in_(open_ones)),
        rights.among(ITEM.c.unlock, unlocks, member_id),
    ]


def _something_left() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        VARIANT.c.item_id == ITEM.c.id,
        ~VARIANT.c.is_retired,
        sa.or_(VARIANT.c.is_endless, VARIANT.c.stock > 0),
    )


def _cards(audiences: set[str], member_id: int | None) -> sa.Select[Any]:
    return (
        sa.select(
            ITEM.c.id,
            ITEM.c.slug,
            (ITEM.c.name_zh if is_zh() else ITEM.c.name_en).label("name"),
            ITEM.c.price_points,
            ITEM.c.price_minor,
            ITEM.c.currency,
            ITEM.c.audience,
            ITEM.c.unlock,
            ITEM.c.opens_at,
            ITEM.c.closes_at,
            ITEM.c.drop_kind,
            ITEM.c.deposit_points,
            ITEM.c.goods,
            rights.left_of(ITEM.c.id).label("left_over"),
            rights.among(ITEM.c.audience, audiences, member_id).label("is_open"),
            *photo_columns(),
        )
        .outerjoin(PHOTO, sa.and_(PHOTO.c.item_id == ITEM.c.id, PHOTO.c.position == 0))
        .outerjoin(MEDIA, MEDIA.c.id == PHOTO.c.media_id)
    )


def _card(row: Any, names: Mapping[str, str] = {}) -> Card:
    return Card(
        row.id,
        row.slug,
        row.name,
        photo_from(row, alt=row.name),
        row.price_points,
        row.price_minor,
        row.currency,
        None if row.left_over is None else int(row.left_over),
        "" if row.is_open else names.get(row.audience, ""),
        bool(row.is_open),
        row.opens_at,
        row.closes_at,
        row.drop_kind,
        row.deposit_points > 0,
        bool(row.unlock),
        row.goods,
    )


def _categories(unlocks: set[str], member_id: int | None) -> tuple[list[Category], int]:
    """Return the shelves that hold something, and how many hidden editions are to be found."""
    hidden = ~rights.among(ITEM.c.unlock, unlocks, member_id)
    rows = db.session.execute(
        sa.select(
            CATEGORY.c.id,
            CATEGORY.c.slug,
            CATEGORY.c.name_zh,
            CATEGORY.c.name_en,
            CATEGORY.c.position,
            sa.func.count().label("all"),
            sa.func.sum(sa.case((hidden, 1), else_=0)).label("secrets"),
        )
        .join(ITEM, ITEM.c.category_id == CATEGORY.c.id)
        .where(ITEM.c.is_shown)
        .group_by(CATEGORY.c.id)
        .order_by(CATEGORY.c.position, CATEGORY.c.id)
    ).all()
    shelves = [
        Category(row.id, row.slug, row.name_zh, row.name_en, row.position, seen)
        for row in rows
        if (seen := int(row.all) - int(row.secrets or 0))
    ]
    return shelves, sum(int(row.secrets or 0) for row in rows)


def picks(member_id: int, available: int) -> tuple[list[Card], list[Card]]:
    """Return what somebody can get now, and what he is nearest to. Two statements.

    Nearest: what costs least of all that he can't afford yet.
    """
    audiences, unlocks = rights.known_rules()
    seen = _seen(audiences, unlocks, member_id)
    mine = rights.among(ITEM.c.audience, audiences, member_id)
    base = _cards(audiences, member_id).where(*seen, mine, _something_left())
    now = base.where(ITEM.c.price_points <= available).order_by(
        ITEM.c.price_points.desc(), ITEM.c.id.desc()
    )
    near = base.where(ITEM.c.price_points > available).order_by(ITEM.c.price_points, ITEM.c.id)
    rows = [db.session.execute(each.limit(ROW)).all() for each in (now, near)]
    return [_card(row) for row in rows[0]], [_card(row) for row in rows[1]]


def wishes_of(member_id: int) -> list[Card]:
    """Return what a member wished, the newest first. At most two statements."""
    audiences, unlocks = rights.known_rules()
    rows = db.session.execute(
        _cards(audiences, member_id)
        .join(WISH, sa.and_(WISH.c.item_id == ITEM.c.id, WISH.c.member_id == member_id))
        .where(*_seen(audiences, unlocks, member_id))
        .order_by(WISH.c.at.desc(), ITEM.c.id.desc())
        .limit(WISHES)
    ).all()
    return [_card(row) for row in rows]
