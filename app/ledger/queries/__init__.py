"""Reads of the ledger."""

from app.ledger.queries.balances import Balance, balance, balances
from app.ledger.queries.proofs import (
    PublicKey,
    SealedLine,
    checkpoints,
    proof,
    proof_command,
    proof_script,
    public_key,
)
from app.ledger.queries.reports import FundRow, RollForward, TieOut, roll_forward
from app.ledger.queries.sources import (
    SourceLeft,
    SourcePosting,
    earned_by_sources,
    left_by_member,
    left_of_source,
    left_of_sources,
    postings_of_source,
)
from app.ledger.queries.statements import (
    Buckets,
    Detail,
    HoldLine,
    Line,
    LinePart,
    LotLine,
    Show,
    detail,
    open_holds,
    statement,
)

__all__ = [
    "Balance",
    "Buckets",
    "Detail",
    "FundRow",
    "HoldLine",
    "Line",
    "LinePart",
    "LotLine",
    "PublicKey",
    "RollForward",
    "SealedLine",
    "Show",
    "SourceLeft",
    "SourcePosting",
    "TieOut",
    "balance",
    "balances",
    "checkpoints",
    "detail",
    "earned_by_sources",
    "left_by_member",
    "left_of_source",
    "left_of_sources",
    "open_holds",
    "postings_of_source",
    "proof",
    "proof_command",
    "proof_script",
    "public_key",
    "roll_forward",
    "statement",
]
