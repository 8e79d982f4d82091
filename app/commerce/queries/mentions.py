"""How often products stand in posts, for those above who look for what is rising."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import sqlalchemy as sa

from app.commerce.queries.tags import PRODUCT, TAG
from app.kernel import clock
from app.kernel.db import db


@dataclass(frozen=True, slots=True)
class Mention:
    """A product in visible posts.

    Attributes:
        weeks: posts by week, the oldest first.
        authors: different people of the last week.
    """

    product_id: int
    slug: str
    name_zh: str
    name_en: str
    weeks: tuple[int, ...]
    authors: int


def mentions(until: date, weeks: int) -> list[Mention]:
    """Return how often shown products stand in visible posts, by week. One statement.

    Args:
        until: the day after the last one that counts.
        weeks: how many weeks of seven days, ending there.
    """
    starts = [clock.day_start(until - timedelta(days=7 * n)) for n in range(weeks, -1, -1)]
    counted = [
        sa.func.count(sa.distinct(sa.case((_within(begin, end), TAG.c.thread_id)))).label(f"w{n}")
        for n, (begin, end) in enumerate(pairwise(starts))
    ]
    people = sa.func.count(sa.distinct(sa.case((_within(*starts[-2:]), TAG.c.author_id))))
    rows = db.session.execute(
        sa.select(
            PRODUCT.c.id, PRODUCT.c.slug, PRODUCT.c.name_zh, PRODUCT.c.name_en, *counted,
            people.label("people"),
        )
        .join(TAG, TAG.c.product_id == PRODUCT.c.id)
        .where(PRODUCT.c.is_shown, TAG.c.is_visible, _within(starts[0], starts[-1]))
        .group_by(PRODUCT.c.id, PRODUCT.c.slug, PRODUCT.c.name_zh, PRODUCT.c.name_en)
        .order_by(PRODUCT.c.id)
    )  # fmt: skip
    return [
        Mention(
            row.id, row.slug, row.name_zh, row.name_en,
            tuple(getattr(row, f"w{n}") for n in range(weeks)), row.people,
        )
        for row in rows
    ]  # fmt: skip


def _within(begin: object, end: object) -> sa.ColumnElement[bool]:
    return sa.and_(TAG.c.created_at >= begin, TAG.c.created_at < end)


def threads_with(product_ids: Sequence[int], since: date, few: int = 5) -> dict[int, list[int]]:
    """Return the newest visible posts since a day that show products. One statement.

    No statement for no products.
    """
    if not product_ids:
        return {}
    place = sa.func.row_number().over(
        partition_by=TAG.c.product_id, order_by=(TAG.c.created_at.desc(), TAG.c.id.desc())
    )
    ranked = (
        sa.select(TAG.c.product_id, TAG.c.thread_id, place.label("place"))
        .where(
            TAG.c.product_id.in_(product_ids), TAG.c.is_visible,
            TAG.c.created_at >= clock.day_start(since),
        )
        .subquery()
    )  # fmt: skip
    found: dict[int, list[int]] = {}
    rows = db.session.execute(
        sa.select(ranked).where(ranked.c.place <= few).order_by(ranked.c.product_id, ranked.c.place)
    )
    for row in rows:
        found.setdefault(row.product_id, []).append(row.thread_id)
    return found
