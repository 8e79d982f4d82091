"""How wallets follow when two members become one. The ledger comes first: under its locks."""

from collections.abc import Sequence

from app.kernel import merging
from app.kernel.merging import Log
from app.ledger import queries, service
from app.ledger.models import MERGE, TXN, WALLET


def register() -> None:
    """Say what moves and what stays."""
    merging.register("ledger", carry=_carry, part=_part, figures={"points": _points}, is_first=True)
    own = "the ledger carries points lot by lot and keeps its own log of merges"
    for column in (WALLET.c.member_id, MERGE.c.source_member_id, MERGE.c.target_member_id):
        merging.stays(column, own)
    merging.stays(TXN.c.actor_id, "append-only: who did it, as it was written")


def _carry(log: Log) -> None:
    service.merge(
        log.source_id, log.target_id, key=f"member_merge:{log.merge_id}", actor_id=log.actor_id
    )


def _part(log: Log) -> None:
    service.unmerge(log.source_id, key=f"member_merge:{log.merge_id}")


def _points(member_ids: Sequence[int]) -> int:
    """Return what members have to spend or are about to get, in whole points. One statement."""
    found = queries.balances(member_ids).values()
    return sum(balance.available + balance.pending for balance in found)
