"""How ballots become a result. Pure.

A ranked poll is decided by the Schulze method: M. Schulze, *A new monotonic, clone-independent,
reversal symmetric, and Condorcet-consistent single-winner election method*, Social Choice and
Welfare 36 (2011), 267-303. ``pairs[a][b]`` ballots put a before b; the strength of a path is that
of its weakest link; a beats b when its strongest path to b is stronger than b's to a. The pairs add
up ballot by ballot, so a vote costs the same however many came before it. Options that a ballot
leaves out stand behind those it names, equal among themselves.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.community.types.reading import ChoiceError, PollKind


def empty_tally(options: int) -> dict[str, Any]:
    """Return the tally of no ballots."""
    return {"votes": [0] * options, "pairs": [[0] * options for _ in range(options)]}


def checked_choice(kind: PollKind, choice: Sequence[int], options: int) -> list[int]:
    """Return a choice in one written form.

    Raises:
        ChoiceError: it names nothing, an option twice, one that is not there, or too many.
    """
    if not choice or len(set(choice)) != len(choice):
        raise ChoiceError
    if any(not 0 <= option < options for option in choice):
        raise ChoiceError
    if kind is PollKind.SINGLE and len(choice) != 1:
        raise ChoiceError
    return list(choice) if kind is PollKind.RANKED else sorted(choice)


def added(
    kind: PollKind, tally: Mapping[str, Any], choice: Sequence[int], by: int
) -> dict[str, Any]:
    """Return a tally with a ballot more (``by`` 1) or less (-1)."""
    votes = list(tally["votes"])
    pairs = [list(row) for row in tally["pairs"]]
    if kind is PollKind.RANKED:
        votes[choice[0]] += by
        for place, better in enumerate(choice):
            for worse in range(len(votes)):
                if worse != better and worse not in choice[:place]:
                    pairs[better][worse] += by
    else:
        for option in choice:
            votes[option] += by
    return {"votes": votes, "pairs": pairs}


def ranking(pairs: Sequence[Sequence[int]]) -> list[int]:
    """Return the options from first to last by Schulze's method; equal ones in their own order."""
    count = len(pairs)
    strength = [
        [pairs[a][b] if pairs[a][b] > pairs[b][a] else 0 for b in range(count)]
        for a in range(count)
    ]
    for by in range(count):  # Floyd and Warshall's widest paths
        for a in range(count):
            for b in range(count):
                if a != b:
                    through = min(strength[a][by], strength[by][b])
                    strength[a][b] = max(strength[a][b], through)
    wins = [sum(strength[a][b] > strength[b][a] for b in range(count)) for a in range(count)]
    return sorted(range(count), key=lambda option: (-wins[option], option))
