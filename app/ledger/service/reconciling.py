"""Compare what domains want posted with what is posted.

``verify`` asks whether the ledger agrees with itself; ``reconcile`` asks whether it agrees with the
rest of the house. A domain that posts toward a target (an order's points) registers the function
that compares; with ``repair`` that function may put its *own* projections right, never the ledger.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.kernel.types import Ref


@dataclass(frozen=True, slots=True)
class Difference:
    """A target that is not what was posted.

    Attributes:
        subject: what the points are for.
        wanted: points (or growth) the domain wants posted.
        posted: what the ledger holds.
        is_repaired: a projection of the domain was wrong and has been put right.
    """

    subject: Ref
    wanted: int
    posted: int
    is_repaired: bool = False


Reconciler = Callable[[bool], Iterator[Difference]]
"""Called with ``repair``; yields what differs."""

_reconcilers: dict[str, Reconciler] = {}


def register_reconciler(name: str, compare: Reconciler) -> None:
    """Answer for the targets called ``name`` (``commerce.orders``); from a domain's manifest."""
    _reconcilers[name] = compare


def reconcile(*, repair: bool = False) -> Iterator[tuple[str, Difference]]:
    """Yield every difference with the name of who found it."""
    for name, compare in sorted(_reconcilers.items()):
        for difference in compare(repair):
            yield name, difference
