"""What the mall hands over for others: a parcel, as an order of 0 points; what it pays back."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.kernel import goods, i18n
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.rewards.models import ITEM, VARIANT
from app.rewards.service import call_off, prizes
from app.rewards.types import Delivery


def register() -> None:
    """Answer for parcels, and undo orders of what is called off."""
    goods.register(
        goods.Kind(
            "item",
            _l("Something by post"),
            choices=choices,
            give=prizes.give,
            take_back=prizes.take_back,
            left=left,
        )
    )
    goods.register_giver("mall", call_off)


def choices() -> Sequence[tuple[str, object]]:
    """Return every kind of every parcel, by its variant's number."""
    is_zh = i18n.locale_tag().startswith("zh")
    rows = db.session.execute(
        sa.select(
            VARIANT.c.id,
            (ITEM.c.name_zh if is_zh else ITEM.c.name_en).label("name"),
            (VARIANT.c.label_zh if is_zh else VARIANT.c.label_en).label("label"),
        )
        .join(ITEM, ITEM.c.id == VARIANT.c.item_id)
        .where(ITEM.c.delivery == Delivery.POST, ~VARIANT.c.is_retired)
        .order_by(ITEM.c.id.desc(), VARIANT.c.position)
    )
    return [(str(row.id), f"{row.name} {row.label}".strip()) for row in rows]


def left(ref: str) -> int | None:
    """Return how many pieces are left; None: as many as one likes."""
    row = db.session.execute(
        sa.select(VARIANT.c.stock, VARIANT.c.is_endless).where(
            VARIANT.c.id == prizes.variant_id_of(ref)
        )
    ).one_or_none()
    if row is None:
        return 0
    return None if row.is_endless else int(row.stock)
