"""What of the points that sources earned has lapsed: it is gone already and can't be taken back."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

import sqlalchemy as sa

from app.kernel.db import db
from app.ledger.models import LOT, LOT_MOVE, TRANSFER, TXN, WALLET
from app.ledger.types import Account, Book, Move


def lapsed_by_member(
    kind: str, source_ids: Collection[int], today: date
) -> dict[int, dict[int, int]]:
    """Return how many points of sources have lapsed, by source and the member of the wallet.

    What a lot whose last day is over got from a source and no claw took from it has lapsed, or was
    spent before; a claw that took other points instead has taken these. Two statements.

    Args:
        kind: of the sources.
        source_ids: at most a few thousand.
        today: the business day.
    """
    wanted = sorted(source_ids)
    is_meant = sa.and_(TXN.c.source_kind == kind, TXN.c.source_id.in_(wanted))
    issued, clawed = (
        sa.func.sum(sa.case((LOT_MOVE.c.kind == move, LOT_MOVE.c.amount), else_=0))
        for move in (Move.ISSUE, Move.CLAW)
    )
    place = (TXN.c.source_id, WALLET.c.member_id, LOT.c.id, LOT.c.expires_on)
    lots = db.session.execute(
        sa.select(*place, issued.label("issued"), clawed.label("clawed"))
        .select_from(TXN)
        .join(LOT_MOVE, LOT_MOVE.c.txn_id == TXN.c.id)
        .join(LOT, LOT.c.id == LOT_MOVE.c.lot_id)
        .join(WALLET, WALLET.c.id == LOT.c.wallet_id)
        .where(is_meant, LOT_MOVE.c.kind.in_((Move.ISSUE, Move.CLAW)))
        .group_by(*place)
    )
    over: dict[tuple[int, int], int] = defaultdict(int)
    own: dict[tuple[int, int], int] = defaultdict(int)
    for row in lots:
        key = row.source_id, row.member_id
        own[key] += min(int(row.issued), int(row.clawed))
        if row.expires_on < today:
            over[key] += max(0, int(row.issued) - int(row.clawed))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    if any(over.values()):
        taken = _taken(is_meant)
        for (source_id, member_id), points in over.items():
            elsewhere = taken.get((source_id, member_id), 0) - own[source_id, member_id]
            if points > elsewhere:
                found[source_id][member_id] = points - max(0, elsewhere)
    return found


def _taken(is_meant: sa.ColumnElement[bool]) -> dict[tuple[int, int], int]:
    """Return how many points claws have taken, from wherever, by source and member."""
    rows = db.session.execute(
        sa.select(TXN.c.source_id, WALLET.c.member_id, sa.func.sum(TRANSFER.c.amount))
        .join(TRANSFER, TRANSFER.c.txn_id == TXN.c.id)
        .join(WALLET, WALLET.c.id == TRANSFER.c.debit_wallet_id)
        .where(is_meant, TRANSFER.c.book == Book.POINTS, TRANSFER.c.credit == Account.CLAWED)
        .group_by(TXN.c.source_id, WALLET.c.member_id)
    )
    return {(source_id, member_id): int(points) for source_id, member_id, points in rows}
