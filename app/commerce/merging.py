"""How orders, product tags and clicks follow when two members become one."""

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa

from app.commerce.models import (
    CollectionShowing,
    ImportBatch,
    ImportDraft,
    ImportIssue,
    ImportMapping,
    Order,
    OrderAward,
    OrderClaim,
    OrderStep,
    ProductClick,
    ProductTag,
)
from app.kernel import merging
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.merging import Moved


def _columns(model: type[Any]) -> Any:
    return cast("sa.Table", model.__table__).c


def register() -> None:
    """Say what moves and what stays."""
    merging.register(
        "commerce",
        moves=(
            Moved(_columns(Order).member_id, _l("orders")),
            Moved(_columns(OrderAward).member_id),
            Moved(_columns(OrderClaim).member_id, _l("claims of orders")),
            Moved(_columns(ImportIssue).member_id),
            Moved(_columns(ProductTag).author_id, _l("products in posts")),
            Moved(_columns(ProductClick).member_id),
        ),
        figures={"orders": _orders},
    )
    wish = "a wish of each account: that of the one that stays holds for both collections"
    merging.stays(_columns(CollectionShowing).member_id, wish)
    history = "who did it, as it was written"
    for model, name in (
        (OrderClaim, "decided_by"),
        (OrderStep, "actor_id"),
        (ImportIssue, "decided_by"),
        (ImportBatch, "started_by"),
        (ImportBatch, "rollback_by"),
        (ImportDraft, "started_by"),
        (ImportMapping, "created_by"),
    ):
        merging.stays(_columns(model)[name], history)


def _orders(member_ids: Sequence[int]) -> int:
    """Return how many orders members have. One statement."""
    counted = sa.select(sa.func.count()).where(Order.member_id.in_(list(member_ids)))
    return int(db.session.scalar(counted) or 0)
