"""Reads of the mall."""

from app.rewards.queries.addresses import kept_address
from app.rewards.queries.home import home, ways, wishes
from app.rewards.queries.item import item_address, item_page, photos_in_use
from app.rewards.queries.orders import order_address_of, order_page, orders_of
from app.rewards.queries.shelf import shelf

__all__ = [
    "home",
    "item_address",
    "item_page",
    "kept_address",
    "order_address_of",
    "order_page",
    "orders_of",
    "photos_in_use",
    "shelf",
    "ways",
    "wishes",
]
