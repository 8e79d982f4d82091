"""Who is before whom, and what a rank gets."""

from collections.abc import Iterable, Sequence

from app.ranking.types import Prize, Ties


def order_key(score: int, early: int, member_id: int) -> tuple[int, int, int]:
    """Return the key by which places are sorted, the greatest first.

    Equal scores: who had his earlier, then who has the smaller id. ``early`` is the moment negated.
    """
    return score, early, -member_id


def ranks_of(scores: Sequence[int], ties: Ties, *, first: int = 1) -> list[int]:
    """Return the ranks of scores in order: 1, 1, 3 where equal ones share, else 1, 2, 3."""
    ranks: list[int] = []
    for place, score in enumerate(scores):
        is_shared = ties is Ties.SHARED and place > 0 and scores[place - 1] == score
        ranks.append(ranks[-1] if is_shared else first + place)
    return ranks


def prizes_for(rank: int, prizes: Iterable[Prize]) -> list[tuple[int, Prize]]:
    """Return what a rank gets, each with its number among the board's prizes."""
    return [
        (number, prize)
        for number, prize in enumerate(prizes)
        if prize.from_rank <= rank <= prize.to_rank
    ]
