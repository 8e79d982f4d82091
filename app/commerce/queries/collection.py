"""Sets that people collect, and which of their SKUs a member owns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import (
    CollectionItem,
    CollectionSet,
    CollectionShowing,
    Order,
    OrderLine,
    Product,
    Sku,
)
from app.commerce.queries.catalogue import PHOTOS, is_cover
from app.commerce.types import LineKind
from app.commerce.types.catalogue import SetDraft
from app.kernel import i18n
from app.kernel.db import db
from app.kernel.media.queries import MEDIA, photo_columns, photo_from
from app.kernel.types import Photo

SETS = cast("sa.Table", CollectionSet.__table__)
ITEMS = cast("sa.Table", CollectionItem.__table__)


@dataclass(frozen=True, slots=True)
class Piece:
    """One SKU of a set as a member sees it.

    A hidden edition that he does not own is nothing but a place: no name, no picture, no address.

    Attributes:
        slug: of its product's page; empty where there is none to go to.
        is_gone: no longer sold, and not owned: it does not count against him.
    """

    name: str
    label: str
    slug: str
    photo: Photo | None
    is_owned: bool
    is_secret: bool
    is_gone: bool
    is_hidden_edition: bool = False


@dataclass(frozen=True, slots=True)
class SetView:
    """A set with its pieces."""

    slug: str
    name: str
    pieces: Sequence[Piece]

    @property
    def owned(self) -> int:
        """Return how many of its pieces the member owns."""
        return sum(piece.is_owned for piece in self.pieces)

    @property
    def total(self) -> int:
        """Return how many pieces count: those that can still be had, and those he has."""
        return sum(not piece.is_gone for piece in self.pieces)

    @property
    def percent(self) -> int:
        """Return how complete it is, rounded down: 100 means all."""
        return self.owned * 100 // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class Collection:
    """A member's collection book.

    Attributes:
        owned: different SKUs that he owns of all sets together; one in two sets counts once.
    """

    sets: Sequence[SetView]
    owned: int
    total: int

    @property
    def percent(self) -> int:
        """Return how complete it is, rounded down."""
        return self.owned * 100 // self.total if self.total else 0


def collection(member_id: int) -> Collection:
    """Return a member's collection book. Two statements.

    He owns what an order brought him and he kept: not cancelled, not withdrawn, not sent back.
    """
    rows = db.session.execute(_pieces()).all()
    owned = _owned(member_id)
    pieces: dict[int, list[Piece]] = defaultdict(list)
    counted: dict[int, bool] = {}
    for row in rows:
        piece = _piece(row, is_owned=row.sku_id in owned)
        pieces[row.set_id].append(piece)
        if not piece.is_gone:
            counted[row.sku_id] = piece.is_owned
    heads = {row.set_id: row for row in rows}
    sets = [
        SetView(row.set_slug, _pick(row.set_zh, row.set_en), pieces[set_id])
        for set_id, row in heads.items()
    ]
    return Collection(sets, sum(counted.values()), len(counted))


def _pieces() -> sa.Select[Any]:
    cover = MEDIA.alias()
    return (
        sa.select(
            SETS.c.id.label("set_id"),
            SETS.c.slug.label("set_slug"),
            SETS.c.name_zh.label("set_zh"),
            SETS.c.name_en.label("set_en"),
            Sku.id.label("sku_id"),
            Sku.label_zh,
            Sku.label_en,
            Sku.is_hidden,
            Sku.retired_at,
            Product.name_zh,
            Product.name_en,
            Product.slug,
            Product.is_shown,
            *photo_columns(),
            *photo_columns(cover.c, "cover_"),
        )
        .join(ITEMS, ITEMS.c.set_id == SETS.c.id)
        .join(Sku, Sku.id == ITEMS.c.sku_id)
        .join(Product, Product.id == Sku.product_id)
        .outerjoin(MEDIA, MEDIA.c.id == Sku.media_id)
        .outerjoin(PHOTOS, is_cover())
        .outerjoin(cover, cover.c.id == PHOTOS.c.media_id)
        .order_by(SETS.c.position, SETS.c.id, ITEMS.c.position, ITEMS.c.sku_id)
    )


def _owned(member_id: int) -> set[int]:
    return set(db.session.scalars(_owning(member_id)))


def _owning(member_id: int) -> sa.Select[Any]:
    """Return the statement that finds the SKUs of sets that a member bought and kept."""
    return (
        sa.select(Sku.id)
        .join(OrderLine, OrderLine.sku == Sku.code)
        .join(Order, Order.id == OrderLine.order_id)
        .join(ITEMS, ITEMS.c.sku_id == Sku.id)
        .where(
            Order.member_id == member_id,
            Order.cancelled_at.is_(None),
            Order.withdrawn_at.is_(None),
            OrderLine.kind == LineKind.GOODS,
            OrderLine.qty > OrderLine.refunded_qty,
        )
        .distinct()
    )


# --- on the profile ------------------------------------------------------------------------------

ON_PROFILE = 6


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a profile shows of a collection book whose owner wants it there.

    Attributes:
        pieces: the first ones he owns, in the order of the sets. A hidden edition counts, but
            stays hidden: who has not found it would see it here.
        owned: different SKUs that he owns of all sets together.
    """

    pieces: Sequence[Piece]
    owned: int


def is_shown(member_id: int) -> bool:
    """Return whether a member's collection book stands on his profile. One statement."""
    return db.session.get(CollectionShowing, member_id) is not None


def shelves(member_ids: Iterable[int]) -> dict[int, Shelf]:
    """Return what profiles show of collections, by member; one statement each.

    Whoever keeps his book to himself, and whoever owns nothing yet, is left out.
    """
    found = {member_id: _shelf(member_id) for member_id in member_ids}
    return {member_id: shelf for member_id, shelf in found.items() if shelf is not None}


def _shelf(member_id: int) -> Shelf | None:
    shown = sa.exists().where(CollectionShowing.member_id == member_id)
    rows = db.session.execute(
        _pieces().where(shown, Sku.id.in_(_owning(member_id).where(shown)))
    ).all()
    pieces = {row.sku_id: _piece(row, is_owned=True) for row in rows}
    if not pieces:
        return None
    open_ones = [piece for piece in pieces.values() if not piece.is_hidden_edition]
    return Shelf(open_ones[:ON_PROFILE], len(pieces))


def _piece(row: Any, *, is_owned: bool) -> Piece:
    is_gone = row.retired_at is not None and not is_owned
    if row.is_hidden and not is_owned:
        return Piece("", "", "", None, is_owned=False, is_secret=True, is_gone=is_gone)
    return Piece(
        _pick(row.name_zh, row.name_en),
        _pick(row.label_zh, row.label_en),
        row.slug if row.is_shown else "",
        photo_from(row) or photo_from(row, "cover_"),
        is_owned=is_owned,
        is_secret=False,
        is_gone=is_gone,
        is_hidden_edition=row.is_hidden,
    )


def _pick(zh: str, en: str) -> str:
    return zh if i18n.locale_tag().startswith("zh") else en


# --- staff ---------------------------------------------------------------------------------------


def set_drafts() -> list[SetDraft]:
    """Return all sets in their order, as they are stored. One statement."""
    rows = db.session.execute(
        sa.select(SETS, Sku.code)
        .outerjoin(ITEMS, ITEMS.c.set_id == SETS.c.id)
        .outerjoin(Sku, Sku.id == ITEMS.c.sku_id)
        .order_by(SETS.c.position, SETS.c.id, ITEMS.c.position)
    ).all()
    codes: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.code is not None:
            codes[row.slug].append(row.code)
    heads = {row.slug: row for row in rows}
    return [
        SetDraft(slug, row.name_zh, row.name_en, tuple(codes[slug]), row.position)
        for slug, row in heads.items()
    ]


def find_set(slug: str) -> SetDraft | None:
    """Return a set as it is stored, or None. One statement."""
    return next((draft for draft in set_drafts() if draft.slug == slug), None)
