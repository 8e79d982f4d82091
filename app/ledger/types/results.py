"""What comes back."""

from app.kernel.types import record


@record(frozen=True, slots=True)
class Posted:
    """What a command did.

    Attributes:
        is_new: False when the key had been posted before and nothing moved now.
        points: how the member's points changed in all (pending + available + held − debt).
        growth: how the growth changed.
        available: spendable points right after this posting; 0 if it moved no points.
        pending: points pending right after this posting; 0 if it moved no points.
    """

    txn_id: int
    is_new: bool
    points: int
    growth: int
    available: int
    pending: int
