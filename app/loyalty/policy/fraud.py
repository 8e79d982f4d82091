"""What counts as a signal: rings in a graph of likes, peaks against a median. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

Edge = tuple[int, int]
"""(who liked, whom)."""


def rings(likes: Mapping[Edge, int], *, least: int, largest: int) -> list[frozenset[int]]:
    """Return small groups in which everybody reaches everybody by likes.

    Strongly connected components (Tarjan 1972), written without recursion: a chain of ten thousand
    members must not exhaust the stack.

    Args:
        likes: how many likes went along each edge.
        least: fewer likes along an edge don't connect.
        largest: bigger components are no rings but a community.
    """
    follows: dict[int, list[int]] = defaultdict(list)
    for (giver, taker), count in likes.items():
        if count >= least and giver != taker:
            follows[giver].append(taker)
    found = [group for group in _components(follows) if 2 <= len(group) <= largest]  # noqa: PLR2004 - a pair at least
    return sorted(found, key=min)


@dataclass(slots=True)
class _Walk:
    """Where Tarjan's walk is."""

    index: dict[int, int]
    low: dict[int, int]
    stack: list[int]
    on_stack: set[int]


def _components(follows: Mapping[int, Sequence[int]]) -> Iterator[frozenset[int]]:
    walk = _Walk({}, {}, [], set())
    for start in sorted(follows):
        if start not in walk.index:
            yield from _component_from(start, follows, walk)


def _component_from(
    start: int, follows: Mapping[int, Sequence[int]], walk: _Walk
) -> Iterator[frozenset[int]]:
    work: list[tuple[int, Iterator[int]]] = [_enter(start, follows, walk)]
    while work:
        node, rest = work[-1]
        further = next(rest, None)
        if further is None:
            work.pop()
            if work:
                above = work[-1][0]
                walk.low[above] = min(walk.low[above], walk.low[node])
            if walk.low[node] == walk.index[node]:
                yield _leave(node, walk)
        elif further not in walk.index:
            work.append(_enter(further, follows, walk))
        elif further in walk.on_stack:
            walk.low[node] = min(walk.low[node], walk.index[further])


def _enter(
    node: int, follows: Mapping[int, Sequence[int]], walk: _Walk
) -> tuple[int, Iterator[int]]:
    walk.index[node] = walk.low[node] = len(walk.index)
    walk.stack.append(node)
    walk.on_stack.add(node)
    return node, iter(follows.get(node, ()))


def _leave(node: int, walk: _Walk) -> frozenset[int]:
    group = set()
    while True:
        member = walk.stack.pop()
        walk.on_stack.discard(member)
        group.add(member)
        if member == node:
            return frozenset(group)


@dataclass(frozen=True, slots=True)
class RingFigures:
    """A ring in figures.

    Attributes:
        inside: likes that its members gave each other; ``given`` all that they gave.
    """

    members: int
    inside: int
    given: int

    @property
    def share(self) -> int:
        """Return the part of their likes that stays inside, in whole percent, rounded down."""
        return 100 * self.inside // self.given if self.given else 0


def ring_figures(
    ring: Collection[int], likes: Mapping[Edge, int], given: Mapping[int, int]
) -> RingFigures:
    """Return how much of what a group likes stays inside it."""
    inside = sum(likes.get((a, b), 0) for a in ring for b in ring if a != b)
    return RingFigures(len(ring), inside, sum(given.get(member, 0) for member in ring))


def median_of(histogram: Mapping[int, int]) -> int:
    """Return the lower median of values that are given with how often each occurs; 0 of none."""
    total = sum(histogram.values())
    passed = 0
    for value in sorted(histogram):
        passed += histogram[value]
        if 2 * passed >= total:
            return value
    return 0


def groups_by_mark(marks: Mapping[int, Collection[str]], at_least: int) -> list[frozenset[int]]:
    """Return members who share a mark, where so many do; the largest groups first."""
    holders: dict[str, set[int]] = defaultdict(set)
    for member_id, held in marks.items():
        for mark in held:
            holders[mark].add(member_id)
    found = {frozenset(group) for group in holders.values() if len(group) >= at_least}
    return sorted(found, key=lambda group: (-len(group), min(group)))
