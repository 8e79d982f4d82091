"""Drops that are shared out by lot: entries in a window, then a draw that anybody can repeat.

The seed's digest is published with the item, before anybody enters. Winners are the entries with
the smallest SHA-256 of seed and entry code, as many as there are pieces: whoever knows the seed
(published after) and the codes finds the same ones.
"""

import hashlib
import secrets

from app.kernel import sealing
from app.kernel.db import changed, insert
from app.rewards.models import LOTS

PURPOSE = "mall.lots"
SEED_BYTES = 32


def commit_seed(item_id: int) -> None:
    """Make an item's seed and publish its digest, once. One statement."""
    seed = secrets.token_hex(SEED_BYTES)
    statement = insert(LOTS).values(
        item_id=item_id,
        commitment=hashlib.sha256(bytes.fromhex(seed)).hexdigest(),
        sealed_seed=sealing.seal(seed, PURPOSE),
        entry_count=0,
        winner_count=0,
    )
    changed(statement.on_conflict_do_nothing(index_elements=["item_id"]))
