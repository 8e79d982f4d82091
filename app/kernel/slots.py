"""Places in a page that upper floors may fill, many keys at a time (no N+1).

The home page leaves a ``"home_hero"`` slot; ``checkin`` fills it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from markupsafe import Markup

Filler = Callable[[Collection[int]], Mapping[int, Markup]]

_fillers: dict[str, list[Filler]] = defaultdict(list)


def fills(slot: str) -> Callable[[Filler], Filler]:
    """Register a filler: it gets all keys of the page at once and returns markup by key."""

    def decorate(filler: Filler) -> Filler:
        if filler not in _fillers[slot]:
            _fillers[slot].append(filler)
        return filler

    return decorate


def fill(slot: str, keys: Collection[int]) -> dict[int, Markup]:
    """Return the joined markup for every key; an empty one where nobody had anything to say."""
    filled = dict.fromkeys(keys, Markup())
    for filler in _fillers[slot]:
        for key, markup in filler(keys).items():
            filled[key] += markup
    return filled
