"""Figures that tell two rankings apart. Pure; exact integers as long as that is possible."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt

from app.ranking.types.lab import FEW, TOP

THOUSAND = 1000


def gini(points: Sequence[int]) -> float:
    """Return the Gini coefficient of points, 0 (all the same) to (n - 1) / n (one has all).

    G = sum((2i - n - 1) x_i) / (n sum(x)) over ascending x_i, i from 1: Dixon et al.,
    *Bootstrapping the Gini coefficient of inequality*, Ecology 68 (1987), without their correction
    for small samples; as ``Gini`` of R's package ineq.
    """
    ordered = sorted(points)
    total, n = sum(ordered), len(ordered)
    if not total:
        return 0.0
    return sum((2 * i - n - 1) * x for i, x in enumerate(ordered, start=1)) / (n * total)


def few_share(points: Sequence[int], few: int = FEW) -> float:
    """Return the share of the first few in all points."""
    total = sum(points)
    return sum(sorted(points, reverse=True)[:few]) / total if total else 0.0


def tau_b(one: Sequence[int], other: Sequence[int]) -> float | None:
    """Return Kendall's tau-b of two rankings of the same members; None where one ranks nobody.

    Ties are taken out of the denominator (Kendall, *The treatment of ties in ranking problems*,
    Biometrika 33, 1945); pairs are counted in n log n (Knight, JASA 61, 1966).
    """
    pairs = sorted(zip(one, other, strict=True))
    n = len(pairs)
    all_pairs = n * (n - 1) // 2
    ties_one, ties_other = _tied(one), _tied(other)
    free = (all_pairs - ties_one) * (all_pairs - ties_other)
    if free <= 0:
        return None
    discordant = _inversions([second for _first, second in pairs])
    both = _tied(pairs)
    concordant = all_pairs - ties_one - ties_other + both - discordant
    return (concordant - discordant) / sqrt(free)


def _tied(values: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def _inversions(values: list[int]) -> int:
    """Return how many pairs stand in the wrong order: by merging sorted halves."""
    if len(values) < 2:  # noqa: PLR2004 - one stands in order
        return 0
    middle = len(values) // 2
    left, right = values[:middle], values[middle:]
    found = _inversions(left) + _inversions(right)
    left.sort()
    return found + sum(len(left) - bisect_right(left, value) for value in right)


def ranks(points: dict[int, int]) -> dict[int, int]:
    """Return members' ranks by points, those with the same points share one."""
    ordered = sorted(points.values(), reverse=True)
    first: dict[int, int] = {}
    for place, value in enumerate(ordered, start=1):
        first.setdefault(value, place)
    return {member_id: first[value] for member_id, value in points.items()}


def top_of(points: dict[int, int], most: int = TOP) -> list[int]:
    """Return the first members by points, of equals the oldest member."""
    return sorted(points, key=lambda member_id: (-points[member_id], member_id))[:most]


def permille(value: float) -> int:
    """Return a share in thousandths."""
    return round(THOUSAND * value)
