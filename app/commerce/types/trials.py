"""Words of trial packs."""

from dataclasses import dataclass

from app.commerce.types.tags import ProductPick


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial pack that a member has had time to try.

    Attributes:
        order_id: the latest order that brought it.
        product: what it is a trial of.
        full_sku_id: the full size.
        is_reviewed: he has told how it was.
        has_full_size: he has bought the full size since.
    """

    order_id: int
    product: ProductPick
    full_sku_id: int
    is_reviewed: bool
    has_full_size: bool
