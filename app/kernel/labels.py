"""Names of things that upper floors own, asked for by their code: many at a time.

An identity knows the code of a sales channel; commerce knows what people call it.
"""

from collections.abc import Callable, Collection, Mapping

Namer = Callable[[Collection[str]], Mapping[str, str]]

_namers: dict[str, Namer] = {}


def register(kind: str, namer: Namer) -> None:
    """Answer for names of a kind. Called from a domain's manifest."""
    _namers[kind] = namer


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
