"""The lab's figures against published examples."""

import random
from itertools import combinations
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ranking.policy import lab


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        # The example of ``Gini`` in R's packages ineq and DescTools.
        ([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261], 0.4620911),
        ([1, 2, 3, 4], 0.25),  # (n - 1) / 3n for 1 to n
        ([5, 5, 5], 0.0),
        ([0, 0, 0, 9], 0.75),
        ([], 0.0),
        ([0, 0], 0.0),
    ],
)
def test_gini(points: list[int], expected: float) -> None:
    assert lab.gini(points) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # The example in the documentation of scipy.stats.kendalltau (tau-b).
        ([12, 2, 1, 12, 2], [1, 4, 7, 1, 0], -0.47140452079103173),
        ([1, 2, 3, 4], [1, 2, 3, 4], 1.0),
        ([1, 2, 3, 4], [4, 3, 2, 1], -1.0),
    ],
)
def test_kendalls_tau_b(one: list[int], other: list[int], expected: float) -> None:
    assert lab.tau_b(one, other) == pytest.approx(expected, abs=1e-12)


def test_a_ranking_of_equals_says_nothing() -> None:
    assert lab.tau_b([1, 1, 1], [1, 2, 3]) is None
    assert lab.tau_b([], []) is None
    assert lab.tau_b([1], [1]) is None


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=25))
@settings(max_examples=80)
def test_tau_counts_as_all_pairs_do(pairs: list[tuple[int, int]]) -> None:
    signs = [((a > c) - (a < c), (b > d) - (b < d)) for (a, b), (c, d) in combinations(pairs, 2)]
    free = sqrt(sum(x != 0 for x, _ in signs) * sum(y != 0 for _, y in signs))
    found = lab.tau_b([a for a, _ in pairs], [b for _, b in pairs])
    if not free:
        assert found is None
    else:
        assert found == pytest.approx(sum(x * y for x, y in signs) / free, abs=1e-9)


def test_the_share_of_the_few_and_ranks_with_ties() -> None:
    assert lab.few_share([10] * 20) == 0.5
    assert lab.few_share([]) == 0.0
    assert lab.ranks({1: 5, 2: 9, 3: 5, 4: 1}) == {2: 1, 1: 2, 3: 2, 4: 4}
    points = {n: random.Random(n).randrange(9) for n in range(80)}
    assert [points[n] for n in lab.top_of(points)] == sorted(points.values(), reverse=True)[:50]
