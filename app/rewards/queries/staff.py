"""The catalogue as staff see it: stock, cover, what was sold, movements, what waits for money."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.identity import queries as identity
from app.kernel import clock, listings
from app.kernel.db import db
from app.kernel.listings import Listing
from app.kernel.media.queries import MEDIA, photo_columns, photo_from
from app.kernel.types import Page, Person, Photo
from app.rewards.models import (
    CATEGORY,
    ITEM,
    MOVEMENT,
    MOVEMENT_WORD,
    ORDER,
    PHOTO,
    VARIANT,
)
from app.rewards.queries import rights
from app.rewards.queries.orders import line_columns, line_from
from app.rewards.queries.shelf import is_zh
from app.rewards.types import (
    Category,
    ItemDraft,
    Movement,
    NoSuchItemError,
    OrderLine,
    State,
    VariantDraft,
)

PAGE = 30
WEEK = timedelta(days=7)
SOLD = (Movement.BOUGHT, Movement.GIVEN)
CAME_BACK = (Movement.CANCELLED, Movement.REFUNDED, Movement.TAKEN_BACK)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item in the staff list.

    Attributes:
        left: pieces in stock; None: endless.
        received: pieces that ever came in, for the bar.
        sold: pieces that went out in the last seven days, less what came back.
        is_low: one of its kinds is at its threshold.
    """

    slug: str
    name_zh: str
    name_en: str
    cover: Photo | None
    points: int
    minor: int
    currency: str
    is_shown: bool
    left: int | None
    received: int
    sold: int
    is_low: bool

    @property
    def cover_days(self) -> int | None:
        """Return for how many days the stock lasts at last week's pace; None: nobody knows."""
        if self.left is None or self.sold <= 0:
            return None
        return self.left * WEEK.days // self.sold


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item as the editor shows it."""

    id: int
    draft: ItemDraft
    version: int
    photos: Sequence[Photo]


@dataclass(frozen=True, slots=True)
class StockRow:
    """A kind with its stock."""

    id: int
    code: str
    label_zh: str
    label_en: str
    stock: int
    is_endless: bool
    low_at: int
    is_retired: bool


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A movement of a stock."""

    id: int
    code: str
    amount: int
    cause: Movement
    word: str
    who: Person | None
    order_id: int | None
    at: datetime


def _is_low() -> sa.ColumnElement[bool]:
    return sa.and_(
        VARIANT.c.low_at > 0,
        VARIANT.c.stock <= VARIANT.c.low_at,
        ~VARIANT.c.is_endless,
        ~VARIANT.c.is_retired,
    )


def counting_low() -> sa.Select[Any]:
    """Return how many kinds run low, as a statement."""
    return (
        sa.select(sa.func.count())
        .select_from(VARIANT)
        .join(ITEM, ITEM.c.id == VARIANT.c.item_id)
        .where(_is_low(), ITEM.c.is_shown)
    )


@dataclass(frozen=True, slots=True)
class DeskFigures:
    """The mall in six numbers, for the strip above the list of items.

    Attributes:
        shown: items that members see.
        low: kinds that run low.
        redeemed: orders of the last week, prizes left out.
        points: what these took.
        to_pack, unpaid: orders that wait for us, and for the money of their buyer.
    """

    shown: int
    low: int
    redeemed: int
    points: int
    to_pack: int
    unpaid: int


def desk_figures() -> DeskFigures:
    """Return what the team looks at first. One statement."""
    count = sa.func.count()
    of_week = (ORDER.c.made_at > clock.now() - WEEK, ORDER.c.given_key.is_(None))
    points = sa.func.coalesce(sa.func.sum(ORDER.c.points), 0)

    def waiting(*states: State) -> sa.Select[Any]:
        return sa.select(count).select_from(ORDER).where(ORDER.c.state.in_(states))

    parts = (
        sa.select(count).select_from(ITEM).where(ITEM.c.is_shown),
        counting_low(),
        sa.select(count).select_from(ORDER).where(*of_week),
        sa.select(points).where(*of_week),
        waiting(State.TO_PACK),
        waiting(State.WAITING_MONEY),
    )
    row = db.session.execute(sa.select(*(part.scalar_subquery() for part in parts))).one()
    return DeskFigures(*map(int, row))


def items(q: str = "", state: str = "", after: str | None = None) -> Page[ItemRow]:
    """Return items for staff, the newest first. One statement.

    Args:
        q: a part of a name or address.
        state: ``shown``, ``hidden``, ``low``, ``out``; empty: all.
        after: key of the page before.
    """
    own = VARIANT.c.item_id == ITEM.c.id
    moved = sa.select(sa.func.coalesce(sa.func.sum(MOVEMENT.c.amount), 0)).join(
        VARIANT, VARIANT.c.id == MOVEMENT.c.variant_id
    )
    sold = moved.where(
        own, MOVEMENT.c.cause.in_([*SOLD, *CAME_BACK]), MOVEMENT.c.at > clock.now() - WEEK
    )
    came = moved.where(own, MOVEMENT.c.amount > 0, MOVEMENT.c.cause.not_in(CAME_BACK))
    low = sa.exists().where(own, _is_low())
    left = rights.left_of(ITEM.c.id)
    conditions: list[sa.ColumnElement[bool]] = []
    if q:
        like = f"%{q.lower()}%"
        conditions.append(
            sa.or_(
                ITEM.c.slug.like(like),
                sa.func.lower(ITEM.c.name_en).like(like),
                ITEM.c.name_zh.like(like),
            )
        )
    known = {"shown": ITEM.c.is_shown, "hidden": ~ITEM.c.is_shown, "low": low, "out": left == 0}
    if state in known:
        conditions.append(known[state])
    if after and after.isdecimal() and len(after) <= 18:  # noqa: PLR2004 - fits 64 bits
        conditions.append(ITEM.c.id < int(after))
    rows = db.session.execute(
        sa.select(
            ITEM,
            left.label("left_over"),
            sold.scalar_subquery().label("sold"),
            came.scalar_subquery().label("received"),
            low.label("is_low"),
            *photo_columns(),
        )
        .outerjoin(PHOTO, sa.and_(PHOTO.c.item_id == ITEM.c.id, PHOTO.c.position == 0))
        .outerjoin(MEDIA, MEDIA.c.id == PHOTO.c.media_id)
        .where(*conditions)
        .order_by(ITEM.c.id.desc())
        .limit(PAGE + 1)
    ).all()
    next_key = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Page([_item_row(row) for row in rows[:PAGE]], next_key)


def _item_row(row: Any) -> ItemRow:
    return ItemRow(
        row.slug,
        row.name_zh,
        row.name_en,
        photo_from(row),
        row.price_points,
        row.price_minor,
        row.currency,
        row.is_shown,
        None if row.left_over is None else int(row.left_over),
        int(row.received),
        max(0, -int(row.sold)),
        bool(row.is_low),
    )


def categories() -> list[Category]:
    """Return all categories. One statement."""
    rows = db.session.execute(
        sa.select(CATEGORY).order_by(CATEGORY.c.position, CATEGORY.c.id)
    ).all()
    return [Category(row.id, row.slug, row.name_zh, row.name_en, row.position) for row in rows]


def _shelves() -> sa.Select[Any]:
    name = CATEGORY.c.name_zh if is_zh() else CATEGORY.c.name_en
    return listings.rows(CATEGORY.c.slug, name, order=[CATEGORY.c.position, CATEGORY.c.id])


SHELVES = Listing(_shelves)
"""The categories, for a form."""


def item_state(slug: str) -> ItemState:
    """Return an item as the editor shows it. Three statements.

    Raises:
        NoSuchItemError: there is none.
    """
    rows = db.session.execute(
        sa.select(ITEM, CATEGORY.c.slug.label("category"), *photo_columns())
        .join(CATEGORY, CATEGORY.c.id == ITEM.c.category_id)
        .outerjoin(PHOTO, PHOTO.c.item_id == ITEM.c.id)
        .outerjoin(MEDIA, MEDIA.c.id == PHOTO.c.media_id)
        .where(ITEM.c.slug == slug)
        .order_by(PHOTO.c.position)
    ).all()
    if not rows:
        raise NoSuchItemError
    row = rows[0]
    photos = [photo for each in rows if (photo := photo_from(each))]
    names = [
        name
        for name in ItemDraft.__dataclass_fields__
        if name not in {"category", "goods", "drop", "photo_ids", "variants"}
    ]
    draft = ItemDraft(
        **{name: getattr(row, name) for name in names},
        category=row.category,
        goods=row.goods or "",
        drop=row.drop_kind,
        photo_ids=[photo.id for photo in photos],
        variants=[
            VariantDraft(
                id=each.id,
                code=each.code,
                label_zh=each.label_zh,
                label_en=each.label_en,
                is_endless=each.is_endless,
                low_at=each.low_at,
                is_retired=each.is_retired,
            )
            for each in stocks(row.id)
        ],
    )
    return ItemState(row.id, draft, row.version, photos)


def stocks(item_id: int) -> list[StockRow]:
    """Return an item's kinds with their stocks. One statement."""
    rows = db.session.execute(
        sa.select(VARIANT)
        .where(VARIANT.c.item_id == item_id)
        .order_by(VARIANT.c.position, VARIANT.c.id)
    ).all()
    return [
        StockRow(
            row.id,
            row.code,
            row.label_zh,
            row.label_en,
            row.stock,
            row.is_endless,
            row.low_at,
            row.is_retired,
        )
        for row in rows
    ]


def movements(item_id: int, after: str | None = None) -> Page[MoveRow]:
    """Return the movements of an item's stocks, the newest first. Two statements."""
    query = (
        sa.select(MOVEMENT, VARIANT.c.code, MOVEMENT_WORD.c.text)
        .join(VARIANT, VARIANT.c.id == MOVEMENT.c.variant_id)
        .outerjoin(MOVEMENT_WORD, MOVEMENT_WORD.c.movement_id == MOVEMENT.c.id)
        .where(VARIANT.c.item_id == item_id)
    )
    if after and after.isdecimal() and len(after) <= 18:  # noqa: PLR2004 - fits 64 bits
        query = query.where(MOVEMENT.c.id < int(after))
    rows = db.session.execute(query.order_by(MOVEMENT.c.id.desc()).limit(PAGE + 1)).all()
    people = identity.people(sorted({row.actor_id for row in rows if row.actor_id}))
    next_key = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Page(
        [
            MoveRow(
                row.id,
                row.code,
                row.amount,
                row.cause,
                row.text or "",
                people.get(row.actor_id),
                row.order_id,
                row.at,
            )
            for row in rows[:PAGE]
        ],
        next_key,
    )


def waiting_for_money(after: str | None = None) -> Page[OrderLine]:
    """Return orders whose money part has not come, the oldest first. One statement."""
    query = sa.select(*line_columns()).where(ORDER.c.state == State.WAITING_MONEY)
    if after and after.isdecimal() and len(after) <= 18:  # noqa: PLR2004 - fits 64 bits
        query = query.where(ORDER.c.id > int(after))
    rows = db.session.execute(query.order_by(ORDER.c.id).limit(PAGE + 1)).all()
    next_key = str(rows[PAGE - 1].id) if len(rows) > PAGE else None
    return Page([line_from(row) for row in rows[:PAGE]], next_key)
