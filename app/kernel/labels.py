"""Names of things that upper floors own, asked for by their code: many at a time.

An identity knows the code of a sales channel; commerce knows what people call it.
"""

from collections.abc import Callable, Collection, Mapping

from app.kernel.listings import Listing

Namer = Callable[[Collection[str]], Mapping[str, str]]

_namers: dict[str, Namer] = {}
_listings: dict[str, Listing] = {}


def register(kind: str, namer: Namer, listing: Listing | None = None) -> None:
    """Answer for names of a kind. Called from a domain's manifest.

    Args:
        kind: what is named.
        namer: names codes; asked for none in particular, all it has.
        listing: the same as rows, for forms that ask for several things by one statement.
    """
    _namers[kind] = namer
    if listing:
        _listings[kind] = listing


def listed(kind: str) -> list[Listing]:
    """Return the listing of a kind, in a list; an empty one where its owner has none."""
    return [_listings[kind]] if kind in _listings else []


def names_of(kind: str, codes: Collection[str]) -> dict[str, str]:
    """Return the name of every code; the code itself where nobody knows better."""
    named = dict.fromkeys(codes, "")
    if codes and kind in _namers:
        named.update(_namers[kind](codes))
    return {code: name or code for code, name in named.items()}


def choices(kind: str) -> list[tuple[str, str]]:
    """Return (code, name) of everything of a kind that its owner lists: what a form offers.

    A namer that is asked for no code in particular names all it has.
    """
    return sorted(_namers[kind](()).items(), key=lambda each: each[1]) if kind in _namers else []
