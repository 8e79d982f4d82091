"""Tables of the mall."""

from typing import cast

import sqlalchemy as sa

from app.rewards.models.catalogue import (
    MallCategory,
    MallItem,
    MallMovement,
    MallMovementWord,
    MallPhoto,
    MallVariant,
)
from app.rewards.models.money import MallMoneyBack, MallPayment
from app.rewards.models.orders import (
    MallAddress,
    MallEntry,
    MallLots,
    MallOrder,
    MallOrderAddress,
    MallOrderStep,
    MallShipment,
    MallWish,
)

CATEGORY = cast("sa.Table", MallCategory.__table__)
ITEM = cast("sa.Table", MallItem.__table__)
PHOTO = cast("sa.Table", MallPhoto.__table__)
VARIANT = cast("sa.Table", MallVariant.__table__)
MOVEMENT = cast("sa.Table", MallMovement.__table__)
MOVEMENT_WORD = cast("sa.Table", MallMovementWord.__table__)
ORDER = cast("sa.Table", MallOrder.__table__)
STEP = cast("sa.Table", MallOrderStep.__table__)
ORDER_ADDRESS = cast("sa.Table", MallOrderAddress.__table__)
ADDRESS = cast("sa.Table", MallAddress.__table__)
SHIPMENT = cast("sa.Table", MallShipment.__table__)
WISH = cast("sa.Table", MallWish.__table__)
ENTRY = cast("sa.Table", MallEntry.__table__)
LOTS = cast("sa.Table", MallLots.__table__)
PAYMENT = cast("sa.Table", MallPayment.__table__)
MONEY_BACK = cast("sa.Table", MallMoneyBack.__table__)

__all__ = [
    "ADDRESS", "CATEGORY", "ENTRY", "ITEM", "LOTS", "MONEY_BACK", "MOVEMENT", "MOVEMENT_WORD",
    "ORDER", "ORDER_ADDRESS", "PAYMENT", "PHOTO", "SHIPMENT", "STEP", "VARIANT", "WISH",
    "MallAddress", "MallCategory", "MallEntry", "MallItem", "MallLots", "MallMoneyBack",
    "MallMovement", "MallMovementWord", "MallOrder", "MallOrderAddress", "MallOrderStep",
    "MallPayment", "MallPhoto", "MallShipment", "MallVariant", "MallWish",
]  # fmt: skip
