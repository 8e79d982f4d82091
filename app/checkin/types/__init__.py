"""Check-in's words."""

from app.checkin.types.days import (
    Calendar,
    CheckedIn,
    Day,
    Hero,
    Honour,
    KeptDay,
    SeedCheckIn,
    Standing,
    State,
    Step,
    Streak,
    Tap,
)
from app.checkin.types.desk import (
    Grant,
    RulesVersion,
)
from app.checkin.types.errors import (
    CheckInError,
    DayOutOfReachError,
    GrantRefusedError,
    NoCardError,
    NotForSaleError,
    OutOfStockError,
    PriceChangedError,
    StockFullError,
)
from app.checkin.types.kinds import (
    Cause,
    DayKind,
    DayState,
    GrantState,
    Item,
    Scope,
)
from app.checkin.types.stock import (
    Bought,
    MakeUp,
    Movement,
    MovementLine,
)

__all__ = [
    "Bought",
    "Calendar",
    "Cause",
    "CheckInError",
    "CheckedIn",
    "Day",
    "DayKind",
    "DayOutOfReachError",
    "DayState",
    "Grant",
    "GrantRefusedError",
    "GrantState",
    "Hero",
    "Honour",
    "Item",
    "KeptDay",
    "MakeUp",
    "Movement",
    "MovementLine",
    "NoCardError",
    "NotForSaleError",
    "OutOfStockError",
    "PriceChangedError",
    "RulesVersion",
    "Scope",
    "SeedCheckIn",
    "Standing",
    "State",
    "Step",
    "StockFullError",
    "Streak",
    "Tap",
]
