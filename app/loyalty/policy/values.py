"""Points in money. Pure."""

from collections.abc import Iterable

MOST_MINOR_PER_100 = 1_000_000


def worth(parts: Iterable[tuple[int, int]]) -> int:
    """Return what points are worth, in minor units, rounded half away from zero once at the end.

    Args:
        parts: (points, minor units for a hundred of them); points may be negative.
    """
    exact = sum(points * minor_per_100 for points, minor_per_100 in parts)
    rounded = (abs(exact) + 50) // 100
    return rounded if exact >= 0 else -rounded
