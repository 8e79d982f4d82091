"""Content that is withdrawn: what an upper floor must know before the next page is read.

Facts tell within seconds. Where a page may not show for one more second what an author took down,
what the team hid, or what waits to be looked at, the domain registers here and is told inside the
transaction that withdraws, as its last step: whoever hears may lock what he keeps, and holds it for
a moment only. What comes back is told by facts as ever; that may take seconds.
"""

from collections.abc import Callable
from enum import StrEnum

from app.kernel.types import Ref


class Why(StrEnum):
    """What became of it."""

    GONE = "gone"  # taken down or hidden, with everything that hangs on it
    DOUBTED = "doubted"  # it stands, but counts nothing until somebody has looked


Hear = Callable[[Ref, Why], object]
"""``thread:…`` or ``reply:…``, and why. Runs inside the transaction; twice is once."""

_hearers: list[Hear] = []


def register(hear: Hear) -> None:
    """Hear of what is withdrawn. Called from a domain's manifest."""
    if hear not in _hearers:
        _hearers.append(hear)


def tell(ref: Ref, why: Why = Why.GONE) -> None:
    """Tell everybody concerned that something is withdrawn, in the current transaction."""
    for hear in _hearers:
        hear(ref, why)
