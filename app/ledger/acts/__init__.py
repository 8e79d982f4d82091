"""What each command does to wallets and lots, decided in memory under the lock.

Every act first brings its wallet up to date: lots that are due mature, lots that have lapsed
expire, each in a transaction of its own. A scheduler that died can so neither leak points nor keep
them back. Points are always used first-expiring first.
"""

from app.ledger.acts.due import lapse, open_wallet, refresh, settle
from app.ledger.acts.earning import adjust, earn, spend
from app.ledger.acts.holding import HeldPoints, capture, hold, release
from app.ledger.acts.undoing import (
    give_back,
    give_growth_back,
    take_back,
    take_growth_back,
)

__all__ = [
    "HeldPoints",
    "adjust",
    "capture",
    "earn",
    "give_back",
    "give_growth_back",
    "hold",
    "lapse",
    "open_wallet",
    "refresh",
    "release",
    "settle",
    "spend",
    "take_back",
    "take_growth_back",
]
