"""Products of posts: kept, hidden and shown with their post, counted in the same transaction."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from app.commerce.queries.tags import LINE, ORDER, PRODUCT, SKU, TAG, recounted
from app.commerce.types import TagKind
from app.commerce.types.tags import (
    ABOUT_ONE,
    MAX_PRODUCTS,
    STARS,
    OneProductError,
    SeedTag,
    StarsMissingError,
    TagDraft,
    TooManyProductsError,
)
from app.kernel import clock, ids
from app.kernel.db import changed, db, use_case
from app.kernel.types import Ref
from app.loyalty import service as loyalty

FIGURES = ("post_count", "review_count", "star_sum")


def check_tags(tags: Sequence[TagDraft]) -> None:
    """Let only those products through that a post may carry.

    Raises:
        TagError: too many, a review of several, or without stars.
    """
    if len(tags) > MAX_PRODUCTS:
        raise TooManyProductsError
    about = [tag for tag in tags if tag.kind in ABOUT_ONE]
    if about and len(tags) != 1:
        raise OneProductError
    if any((tag.stars in STARS) != (tag.kind is TagKind.REVIEW) for tag in tags):
        raise StarsMissingError


@use_case
def save_tags(
    thread_id: int,
    author_id: int,
    tags: Sequence[TagDraft],
    *,
    order_code: str | None = None,
    is_new: bool = False,
) -> None:
    """Give a visible post exactly these products, each once. At most four statements.

    What it carried before keeps its place in lists and the order that proved it.

    Args:
        thread_id: the post.
        author_id: who wrote it.
        tags: in their places; of a product named twice the first counts.
        order_code: an order of the author that the post was written from.
        is_new: the post carries nothing yet.

    Raises:
        TagError: see :func:`check_tags`.
    """
    first: dict[int, TagDraft] = {}
    for tag in tags:
        first.setdefault(tag.product_id, tag)
    wanted = list(first.values())
    check_tags(wanted)
    before = [] if is_new else _taken_off(thread_id)
    known = {row["product_id"]: row for row in before}
    rows = [
        _row(thread_id, author_id, position, tag, known.get(tag.product_id))
        for position, tag in enumerate(wanted)
    ]
    _store(rows, author_id, order_code)
    _count([*((row, -1) for row in before), *((row, 1) for row in rows)])
    if is_new and any(row["kind"] is TagKind.REVIEW for row in rows):
        _reward_review(thread_id, author_id, order_code)


def _reward_review(thread_id: int, author_id: int, order_code: str | None) -> None:
    """A review whose order proves that the product was bought may earn."""
    if not order_code:
        return
    proved = db.session.execute(
        sa.select(TAG.c.product_id, TAG.c.stars).where(
            TAG.c.thread_id == thread_id, TAG.c.order_id.is_not(None)
        )
    ).all()
    for row in proved:
        loyalty.reward(
            author_id,
            "review.published",
            source=Ref("review", thread_id),
            about={"product": row.product_id, "stars": row.stars or 0},
            cause=Ref("thread", thread_id),
        )


def _taken_off(thread_id: int) -> Sequence[Any]:
    statement = sa.delete(TAG).where(TAG.c.thread_id == thread_id)
    return db.session.execute(statement.returning(*TAG.c)).mappings().all()


def _store(rows: Sequence[dict[str, Any]], author_id: int, order_code: str | None) -> None:
    """Write products of a post, each with the own order of this number that holds it.

    One statement, or none. What an earlier version proved stays proved.
    """
    if not rows:
        return
    statement = sa.insert(TAG)
    if order_code:
        bound = [
            dict(row, proved_id=row.pop("order_id"), bought_id=row["product_id"]) for row in rows
        ]
        statement = statement.values(order_id=_proof(author_id, order_code))
        db.session.connection().execute(statement, bound)
    else:
        db.session.connection().execute(statement, rows)


def _proof(author_id: int, order_code: str) -> sa.ColumnElement[int | None]:
    """Return which order holds the product of a row, else what was known before."""
    found = (
        sa.select(ORDER.c.id)
        .select_from(ORDER)
        .join(LINE, LINE.c.order_id == ORDER.c.id)
        .join(SKU, SKU.c.code == LINE.c.sku)
        .where(
            ORDER.c.code == (ids.read_code(order_code) or ""),
            ORDER.c.member_id == author_id,
            SKU.c.product_id == sa.bindparam("bought_id"),
        )
        .limit(1)
        .scalar_subquery()
    )
    return sa.func.coalesce(found, sa.bindparam("proved_id", type_=TAG.c.order_id.type))


def _row(
    thread_id: int,
    author_id: int,
    position: int,
    tag: TagDraft,
    before: Any | None,
) -> dict[str, Any]:
    place = tag.place
    return {
        "id": before["id"] if before else ids.next_id(),
        "thread_id": thread_id,
        "position": position,
        "product_id": tag.product_id,
        "author_id": author_id,
        "kind": tag.kind,
        "stars": tag.stars,
        "photo_position": place.photo_position if place else None,
        "x_permille": place.x_permille if place else None,
        "y_permille": place.y_permille if place else None,
        "order_id": before["order_id"] if before else None,
        "is_visible": True,
        "created_at": before["created_at"] if before else clock.now(),
    }


@use_case
def show_tags(thread_id: int, *, is_visible: bool) -> None:
    """Hide or show the products of a post with it. Twice is once; at most two statements."""
    rows = db.session.execute(
        sa.update(TAG)
        .where(TAG.c.thread_id == thread_id, TAG.c.is_visible.is_not(is_visible))
        .values(is_visible=is_visible)
        .returning(TAG.c.product_id, TAG.c.kind, TAG.c.stars)
    ).mappings()
    _count([(row, 1 if is_visible else -1) for row in rows])


def _count(moved: Iterable[tuple[Any, int]]) -> None:
    """Move the products' figures, in ascending order of their ids. One statement or none."""
    by: dict[str, Counter[int]] = {name: Counter() for name in FIGURES}
    for row, sign in moved:
        product_id = row["product_id"]
        by["post_count"][product_id] += sign
        if row["kind"] is TagKind.REVIEW:
            by["review_count"][product_id] += sign
            by["star_sum"][product_id] += sign * (row["stars"] or 0)
    touched = sorted({key for counter in by.values() for key, n in counter.items() if n})
    if not touched:
        return
    more = {name: PRODUCT.c[name] + sa.bindparam(f"more_{name}") for name in FIGURES}
    statement = sa.update(PRODUCT).where(PRODUCT.c.id == sa.bindparam("row_id")).values(more)
    # The Core connection: the ORM would take an executemany of updates for its own.
    db.session.connection().execute(
        statement,
        [{"row_id": key, **{f"more_{name}": by[name][key] for name in FIGURES}} for key in touched],
    )


@use_case
def seed_tags(seeds: Sequence[SeedTag]) -> int:
    """Load products of visible posts that carry none yet; return how many. Some thousands a call.

    Raises:
        TagError: the products of one of the posts break a rule; nothing was loaded.
    """
    by_thread: dict[int, list[SeedTag]] = {}
    for seed in seeds:
        by_thread.setdefault(seed.thread_id, []).append(seed)
    rows = []
    for thread_id, group in by_thread.items():
        drafts = [TagDraft(seed.product_id, seed.kind, seed.stars, seed.place) for seed in group]
        check_tags(drafts)
        for position, (seed, draft) in enumerate(zip(group, drafts, strict=True)):
            row = _row(thread_id, seed.author_id, position, draft, None)
            rows.append({**row, "created_at": seed.at})
    if rows:
        db.session.execute(sa.insert(TAG), rows)
        _count((row, 1) for row in rows)
    return len(rows)


@use_case
def recount_products() -> int:
    """Write the products' figures anew where they drift; return how many products that were."""
    figures = recounted()
    drifts = sa.or_(*(PRODUCT.c[name] != recount for name, recount in figures.items()))
    return changed(sa.update(PRODUCT).where(drifts).values(figures))
