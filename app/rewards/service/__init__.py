"""Writes of the mall: redeeming, cancelling, giving back, the catalogue."""

from app.rewards.service.buying import buy
from app.rewards.service.catalogue import save_category, save_item, show_item
from app.rewards.service.ending import cancel, refund
from app.rewards.service.keeping import move_stock
from app.rewards.service.stepping import set_address

__all__ = [
    "buy",
    "cancel",
    "move_stock",
    "refund",
    "save_category",
    "save_item",
    "set_address",
    "show_item",
]
