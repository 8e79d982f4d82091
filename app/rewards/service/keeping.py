"""Stock by hand: received, corrected, damaged; each with a reason."""

import sqlalchemy as sa

from app.kernel import audit
from app.kernel.db import db, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref
from app.rewards.models import MOVEMENT_WORD, VARIANT
from app.rewards.service import stocking
from app.rewards.types import CatalogueError, Movement, NoSuchItemError

BY_HAND = (Movement.RECEIVED, Movement.CORRECTED, Movement.DAMAGED)


@use_case
def move_stock(variant_id: int, amount: int, cause: Movement, *, word: str, actor_id: int) -> int:
    """Change a stock by hand; return the movement's id.

    Args:
        variant_id: whose.
        amount: pieces, with its sign; damaged ones go out.
        cause: one of ``BY_HAND``.
        word: why, in the words of who does it.
        actor_id: the member of staff.

    Raises:
        NoSuchItemError: there is no such variant.
        CatalogueError: nothing moves, it goes the wrong way, or nothing is counted there.
        StockError: it would fall below zero.
    """
    row = db.session.execute(
        sa.select(VARIANT.c.item_id, VARIANT.c.is_endless).where(VARIANT.c.id == variant_id)
    ).one_or_none()
    if row is None:
        raise NoSuchItemError
    if row.is_endless:
        raise CatalogueError(_l("Nothing is counted here: there are as many as one likes."))
    wrong_way = (cause is Movement.RECEIVED and amount < 0) or (
        cause is Movement.DAMAGED and amount > 0
    )
    if cause not in BY_HAND or not amount or wrong_way:
        raise CatalogueError(_l("Write how many came in or went out."), "amount")
    movement_id = stocking.move(variant_id, amount, cause, actor_id)
    if word:
        db.session.execute(
            sa.insert(MOVEMENT_WORD), [{"movement_id": movement_id, "text": word[:200]}]
        )
    audit.note(
        actor_id, "mall.stock_moved", Ref("mall_item", row.item_id),
        variant=variant_id, amount=amount, cause=cause.value,
    )  # fmt: skip
    return movement_id
