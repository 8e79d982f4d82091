"""Posts about the same product are relatives, see :func:`app.kernel.parts.relates`."""

from typing import cast

import sqlalchemy as sa

from app.commerce.models import ProductTag
from app.commerce.types import TagKind

TAG = cast("sa.Table", ProductTag.__table__)


def same_product(
    thread: sa.BindParameter[int], some: sa.BindParameter[int]
) -> sa.Select[tuple[int]]:
    """Return the newest visible posts that show the first product of a post.

    A few rows of the index for each kind of tag, however many posts show the product.
    """
    product = (
        sa.select(TAG.c.product_id)
        .where(TAG.c.thread_id == thread)
        .order_by(TAG.c.position)
        .limit(1)
        .scalar_subquery()
    )
    newest = [
        sa.select(TAG.c.thread_id)
        .where(TAG.c.product_id == product, TAG.c.kind == kind, TAG.c.is_visible)
        .order_by(TAG.c.id.desc())
        .limit(some)
        .subquery(f"by_{kind.value}")
        for kind in TagKind
    ]
    every = sa.union_all(*(sa.select(each.c.thread_id) for each in newest)).subquery("same_product")
    return sa.select(every.c.thread_id.label("id"))
