"""Writes of the ledger: one door for every movement, and the sweeps that keep it up to date."""

from app.ledger.journal import Locked
from app.ledger.service.checkpoints import checkpoint
from app.ledger.service.merging import Merged, merge, unmerge
from app.ledger.service.posting import freeze, lock_wallets, post, post_many, unfreeze
from app.ledger.service.reconciling import Difference, reconcile, register_reconciler
from app.ledger.service.sweeps import (
    close_days,
    expire_due,
    mature_due,
    release_expired_holds,
)

__all__ = [
    "Difference",
    "Locked",
    "Merged",
    "checkpoint",
    "close_days",
    "expire_due",
    "freeze",
    "lock_wallets",
    "mature_due",
    "merge",
    "post",
    "post_many",
    "reconcile",
    "register_reconciler",
    "release_expired_holds",
    "unfreeze",
    "unmerge",
]
