"""Reads of the ledger."""

from app.ledger.queries.balances import Balance, balance, balances
from app.ledger.queries.expiring import Lapse, lapsing, points_lapsing
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
from app.ledger.queries.rollups import (
    CostRow,
    MonthRow,
    Outstanding,
    cohorts,
    costs,
    months,
    outstanding_by_expiry,
    rolled_through,
)
from app.ledger.queries.sources import (
    SourcePosting,
    earned_by_sources,
    left_of_source,
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
    "CostRow",
    "Detail",
    "FundRow",
    "HoldLine",
    "Lapse",
    "Line",
    "LinePart",
    "LotLine",
    "MonthRow",
    "Outstanding",
    "PublicKey",
    "RollForward",
    "SealedLine",
    "Show",
    "SourcePosting",
    "TieOut",
    "balance",
    "balances",
    "checkpoints",
    "cohorts",
    "costs",
    "detail",
    "earned_by_sources",
    "lapsing",
    "left_of_source",
    "months",
    "open_holds",
    "outstanding_by_expiry",
    "points_lapsing",
    "postings_of_source",
    "proof",
    "proof_command",
    "proof_script",
    "public_key",
    "roll_forward",
    "rolled_through",
    "statement",
]
