"""The mall's words."""

from app.rewards.types.errors import (
    AddressNeededError,
    CatalogueError,
    EntryClosedError,
    InvalidEntryError,
    ItemChangedError,
    LimitReachedError,
    NoSuchItemError,
    NoSuchOrderError,
    NotDueError,
    NotForYouError,
    NotYetError,
    OverError,
    PriceChangedError,
    SoldOutError,
    StockError,
    TooFewLeftError,
    TooLateError,
    UnknownVariantError,
)
from app.rewards.types.items import (
    LITTLE_LEFT,
    Card,
    Category,
    EntryView,
    ItemDraft,
    ItemView,
    LotsView,
    Shelf,
    Standing,
    Terms,
    Variant,
    VariantDraft,
)
from app.rewards.types.kinds import Delivery, Drop, Entry, Movement, State, Why
from app.rewards.types.orders import (
    ITEM_REF,
    MAX_AT_ONCE,
    ORDER_REF,
    Address,
    Basket,
    Ordered,
    OrderLine,
    OrderView,
    Shipment,
    Step,
)

__all__ = [
    "ITEM_REF", "LITTLE_LEFT", "MAX_AT_ONCE", "ORDER_REF", "Address", "AddressNeededError",
    "Basket", "Card", "CatalogueError", "Category", "Delivery", "Drop", "Entry",
    "EntryClosedError", "EntryView", "InvalidEntryError",
    "ItemChangedError", "ItemDraft", "ItemView",
    "LimitReachedError", "LotsView", "Movement", "NoSuchItemError", "NoSuchOrderError",
    "NotDueError", "NotForYouError", "NotYetError", "OrderLine", "OrderView", "Ordered",
    "OverError", "PriceChangedError", "Shelf", "Shipment", "SoldOutError", "Standing", "State",
    "Step", "StockError", "Terms", "TooFewLeftError", "TooLateError", "UnknownVariantError",
    "Variant", "VariantDraft", "Why",
]  # fmt: skip
