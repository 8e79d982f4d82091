"""Words of search: documents, kinds, filters, cards. Domains above fill the two registries."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.kernel.types import Person, Photo

MAX_QUERY = 100  # characters; what is longer is cut, and the page says so
MAX_PHRASES = 12
MAX_TOKENS = 16_000  # of one document; PostgreSQL counts positions up to 16,383
MAX_REPEATS = 250  # of one token in a document; PostgreSQL keeps 256 positions
MAX_TOKEN = 40  # characters
PAGE = 20
MANY = 100  # hits are counted up to here
RECENT = 10  # searches that a member finds again


# --- what is indexed -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Document:
    """One thing as the index takes it.

    Attributes:
        kind: key of its :class:`Kind`.
        at: when it came to be: the newest come first.
        title: texts that count more; a phrase never reaches from one text into the next.
        body: other texts, plain.
        marks: what filters ask for: ``("board", 12)``; a bare property has number 1.
    """

    kind: str
    thing_id: int
    at: datetime
    title: tuple[str, ...]
    body: tuple[str, ...] = ()
    marks: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A hit as the page prints it.

    Attributes:
        text: plain words; the page cuts out the piece around what was looked for.
        about: a quiet line: the board, the price, how many posts.
        photo: stands at the end of the row.
        person: who wrote it; for a person, himself.
        is_named_elsewhere: the title names where it stands (a reply's thread): not highlighted.
    """

    url: str
    title: str
    text: str = ""
    lang: str | None = None
    about: str = ""
    person: Person | None = None
    photo: Photo | None = None
    at: datetime | None = None
    icon: str | None = None
    is_named_elsewhere: bool = False


Documents = Callable[[Collection[int]], Sequence[Document]]
"""Ids -> the documents of those that may be found at all. One statement."""

Ids = Callable[[int, int], Sequence[int]]
"""(id, how many) -> the next ids after it, ascending: for a rebuild. One statement."""

Visible = Callable[[sa.ColumnElement[int], int | None], sa.ColumnElement[bool]]
"""(column that names a thing, viewer or None) -> whether he may see it, inside a statement."""

Cards = Callable[[Collection[int], int | None], Mapping[int, Card]]
"""(ids, viewer or None) -> cards of those that he may see. One statement."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things that can be found. Registered by the domain that owns them.

    Attributes:
        number: its place among the tabs.
        prefix_from: a Latin word of so many letters also finds words that begin with it.
        edition: raised when its things are found by something new: the worker then goes through
            all of them by itself, old ones too (``search.service.fill``).
    """

    key: str
    number: int
    label: object
    icon: str
    documents: Documents
    ids_after: Ids
    visible: Visible
    cards: Cards
    prefix_from: int = 4
    edition: int = 1


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let things of a kind be found. Called from a domain's manifest."""
    _kinds[kind.key] = kind


def kinds() -> list[Kind]:
    """Return all kinds in the order of their tabs."""
    return sorted(_kinds.values(), key=lambda kind: kind.number)


def find_kind(key: str | None) -> Kind | None:
    """Return a kind, or None where nobody registered it."""
    return _kinds.get(key or "")


# --- filters -------------------------------------------------------------------------------------

Resolve = Callable[[str, bool], sa.Select[Any]]
"""(value of the address, whether the reader reads Chinese) -> a SELECT of (id, label)."""

Where = Callable[[sa.ColumnElement[int], Sequence[int]], sa.ColumnElement[bool]]
"""(column that names a thing, ids) -> the condition."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that the filter page offers."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Something that narrows a search: a board, an author, a product.

    Attributes:
        name: of the parameter in the address.
        kinds: to which kinds it applies; the others are not shown while it is on.
        resolve: finds the ids that a value stands for; several where people were merged.
        where: the condition by kind; for other kinds the mark of the filter's name is asked for.
        choices: values to choose from; None: the value comes from a link only.
    """

    name: str
    label: object
    icon: str
    kinds: frozenset[str]
    resolve: Resolve
    where: Mapping[str, Where] = field(default_factory=dict)
    choices: Callable[[], Sequence[Choice]] | None = None


_filters: dict[str, Filter] = {}


def register_filter(each: Filter) -> None:
    """Let searches be narrowed. Called from a domain's manifest."""
    _filters[each.name] = each


def filters() -> list[Filter]:
    """Return all filters, in the order of registration."""
    return list(_filters.values())


# --- suggestions ---------------------------------------------------------------------------------

Suggest = Callable[[str], Sequence[str]]
"""What was typed so far -> things that are called so. One statement, few."""

_suggesters: list[Suggest] = []


def register_suggester(ask: Suggest) -> None:
    """Let things be suggested before words. Called from a domain's manifest; twice is once."""
    if ask not in _suggesters:
        _suggesters.append(ask)


def suggesters() -> list[Suggest]:
    """Return who suggests, in the order of registration."""
    return list(_suggesters)


# --- asking --------------------------------------------------------------------------------------


class Sort(StrEnum):
    """What comes first."""

    RELEVANCE = "relevance"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand side by side; ``is_open``: the last one may go on."""

    tokens: tuple[str, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """A filter that is on, with what its value stands for; no ids: it fits nothing."""

    filter: Filter
    value: str
    ids: tuple[int, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A search.

    Attributes:
        runs: what was typed, cut into pieces of one script, phrase by phrase.
        until: the first day that is not searched any more.
    """

    text: str
    runs: tuple[tuple[str, ...], ...]
    viewer_id: int | None = None
    chosen: tuple[Chosen, ...] = ()
    since: date | None = None
    until: date | None = None
    has_photo: bool = False
    sort: Sort = Sort.RELEVANCE

    @property
    def is_narrowed(self) -> bool:
        """Return whether any filter is on."""
        return bool(self.chosen or self.since or self.until or self.has_photo)


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that fits. ``rank`` 2: it is called exactly so; 1: its title says it; 0: it does."""

    entry_id: int
    thing_id: int
    rank: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        counts: hits by kind, up to :data:`MANY`.
    """

    kind: Kind
    hits: Sequence[Hit]
    next_key: str | None
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, looked for or not."""

    text: str
    is_hit: bool = False
