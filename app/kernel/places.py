"""Where something happens, for whoever counts only what happened there.

A leaderboard counts for the whole community, for a board, a topic, a city. Kinds of places that
other domains bring (circles) are registered in their manifests; forms offer what is registered::

    places.register(places.PlaceKind("circle", _l("One circle"), choices=names, threads=threads_of))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """A kind of places.

    Attributes:
        key: stable, lower case, at most 32 characters; stored beside the place's own reference.
        label: what a form calls the kind, lazy.
        choices: (reference, name) of every place of the kind; a reference has at most 40 characters
            and never changes.
        threads: SELECT of the ids of threads that were written in a place, by its reference.
        url: the page of a place, by its reference; None where places of the kind have none.
    """

    key: str
    label: object
    choices: Callable[[], Sequence[tuple[str, str]]]
    threads: Callable[[str], "sa.Select[tuple[int]]"]
    url: Callable[[str], str] | None = None


_kinds: dict[str, PlaceKind] = {}


def register(kind: PlaceKind) -> None:
    """Answer for a kind of places. Called from a domain's manifest."""
    _kinds[kind.key] = kind


def forget(key: str) -> None:
    """Take a kind back: tests register kinds of their own."""
    _kinds.pop(key, None)


def kinds() -> list[PlaceKind]:
    """Return every kind that somebody answers for."""
    return list(_kinds.values())


def find(key: str) -> PlaceKind | None:
    """Return a kind, or None where nobody answers for it (any more)."""
    return _kinds.get(key)
