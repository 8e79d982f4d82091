"""Parts of a post that another domain brings: the products in it, say.

Neighbours never meet: ``community`` knows posts and ``commerce`` knows products. A domain registers
a *part*; the community asks it for fields when somebody writes, gives it back what came with the
form, lets it save inside the publishing transaction, and asks what to show. What a part shows is
the same for everybody (pages keep it); only :meth:`Part.for_author` may speak to one person.

The other way round a part's domain may want to show posts: it asks :func:`glances`, which the
community answers.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.kernel.types import Person, Photo


@dataclass(frozen=True, slots=True)
class Opening:
    """A composer that is opened or sent.

    Attributes:
        thread_id: the post that is changed; None for a new one.
        asked: the query string: ``?product=…`` may fill something in.
        photo_ids: the photos that the post has, or that came with the form, in their places.
        remixed_id: the post that a new one is a version of: what it used may be taken over.
    """

    author_id: int
    thread_id: int | None
    asked: Mapping[str, str]
    photo_ids: tuple[int, ...] = ()
    remixed_id: int | None = None


@dataclass(frozen=True, slots=True)
class Owned:
    """A post that is being saved, inside its transaction.

    Attributes:
        photo_ids: its photos in their places.
    """

    thread_id: int
    author_id: int
    photo_ids: tuple[int, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """A post whose page is shown.

    Attributes:
        is_official: somebody wrote it who speaks for the brand.
    """

    thread_id: int
    code: str
    author_id: int
    is_official: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a photo that leads somewhere.

    Attributes:
        photo_position: which photo, from 0.
        x_permille: from its left edge, 0 to 1,000; ``y_permille`` from its top.
    """

    photo_position: int
    x_permille: int
    y_permille: int
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class OnPage:
    """What a part adds to the page of a post: below its photos, after its text, on its photos."""

    below: Markup | None = None
    after: Markup | None = None
    spots: tuple[Spot, ...] = ()


class Draft(Protocol):
    """What a part knows of a composer: shown again when something is wrong, else saved."""

    @property
    def errors(self) -> Sequence[str]:
        """Return what is wrong, for the summary on top; the fields say it at their place."""


class Part(Protocol):
    """What a domain adds to posts. Reads take a fixed number of statements."""

    def open(self, opening: Opening) -> Any:
        """Return the draft of a new post, or of one that is changed.

        Raises:
            NotFoundError: the query string names something that is not the member's.
        """

    def read(self, opening: Opening, form: MultiDict[str, str]) -> Any:
        """Return the draft that came with a form; nothing typed is lost, whatever is wrong."""

    def fields(self, draft: Any) -> Markup:
        """Return the fields of the composer. They work without JavaScript."""

    def save(self, post: Owned, draft: Any) -> None:
        """Keep a draft without errors; called inside the transaction that keeps the post."""

    def show(self, thread_id: int, *, is_visible: bool) -> None:
        """Follow a post that left or came back; twice is once, in the post's transaction."""

    def on_page(self, post: Standing) -> OnPage:
        """Return what stands on a post's page. One statement."""

    def on_cards(self, thread_ids: Collection[int]) -> Mapping[int, Markup]:
        """Return what stands on the cards of posts. One statement."""

    def for_author(self, thread_id: int) -> Markup:
        """Return what only the author reads on his post. One statement."""


_parts: dict[str, Part] = {}


def register(name: str, part: Part) -> None:
    """Add a part to posts. Called from a domain's manifest."""
    _parts[name] = part


@dataclass(frozen=True, slots=True)
class Given:
    """The drafts of all parts, by name."""

    drafts: Mapping[str, Any]

    @property
    def errors(self) -> list[str]:
        """Return everything that is wrong."""
        return [str(error) for draft in self.drafts.values() for error in draft.errors]

    def fields(self) -> list[Markup]:
        """Return the fields of every part, in the order of registration."""
        return [_parts[name].fields(draft) for name, draft in self.drafts.items()]


def opened(opening: Opening) -> Given:
    """Return the drafts of a composer that is opened."""
    return Given({name: part.open(opening) for name, part in _parts.items()})


def read(opening: Opening, form: MultiDict[str, str]) -> Given:
    """Return the drafts that came with a form."""
    return Given({name: part.read(opening, form) for name, part in _parts.items()})


def save(post: Owned, given: Given | None) -> None:
    """Keep what came with a post, in its transaction; None leaves the parts as they are."""
    for name, draft in (given.drafts if given else {}).items():
        _parts[name].save(post, draft)


def show(thread_id: int, *, is_visible: bool) -> None:
    """Tell every part that a post left or came back, in the post's transaction."""
    for part in _parts.values():
        part.show(thread_id, is_visible=is_visible)


def on_page(post: Standing) -> OnPage:
    """Return what all parts add to a post's page."""
    found = [part.on_page(post) for part in _parts.values()]
    return OnPage(
        Markup().join(each.below for each in found if each.below),
        Markup().join(each.after for each in found if each.after),
        tuple(spot for each in found for spot in each.spots),
    )


def on_cards(thread_ids: Collection[int]) -> dict[int, Markup]:
    """Return what all parts add to the cards of posts; an empty one where there is nothing."""
    shown = dict.fromkeys(thread_ids, Markup())
    if shown:
        for part in _parts.values():
            for thread_id, markup in part.on_cards(thread_ids).items():
                shown[thread_id] += markup
    return shown


def for_author(thread_id: int) -> Markup:
    """Return what only the author reads on his post."""
    return Markup().join(part.for_author(thread_id) for part in _parts.values())


# --- what posts have in common -------------------------------------------------------------------

Kin = Callable[[sa.BindParameter[int], sa.BindParameter[int]], sa.Select[tuple[int]]]
"""(a post, how many): a SELECT ``id`` of visible posts that share something with it, bounded."""

_kin: list[Kin] = []


def relates(kin: Kin) -> None:
    """Say what makes posts relatives: the same product, say. Called from a manifest."""
    _kin.append(kin)


def kin() -> tuple[Kin, ...]:
    """Return all ways in which posts are relatives, the closest first."""
    return tuple(_kin)


# --- the other way round: posts as other domains show them ---------------------------------------


@dataclass(frozen=True, slots=True)
class Glance:
    """A visible post in a few words, for a page of another domain."""

    id: int
    code: str
    url: str
    title: str
    excerpt: str
    lang: str
    author: Person
    cover: Photo | None
    like_count: int
    reply_count: int
    created_at: datetime


class Posts(Protocol):
    """Who knows posts."""

    def glances(self, thread_ids: Collection[int]) -> Mapping[int, Glance]:
        """Return the visible ones among posts, by id. One statement."""

    def glances_among(self, thread_ids: sa.Select[tuple[int]]) -> Sequence[Glance]:
        """Return the visible ones among selected posts, the newest first. One statement."""

    def find(self, code: str) -> int | None:
        """Return the id of a visible post by its code. One statement."""


_posts: list[Posts] = []


def posts_are_known_by(posts: Posts) -> None:
    """Answer for posts. Called from the community's manifest."""
    _posts[:] = [posts]


def glances(thread_ids: Collection[int]) -> Mapping[int, Glance]:
    """Return the visible ones among posts, by id. One statement, none for no ids."""
    return _posts[0].glances(thread_ids) if _posts and thread_ids else {}


def glances_among(thread_ids: sa.Select[tuple[int]]) -> Sequence[Glance]:
    """Return the visible ones among selected posts, the newest first. One statement."""
    return _posts[0].glances_among(thread_ids) if _posts else ()


def find_post(code: str | None) -> int | None:
    """Return the id of a visible post by its code, or None. At most one statement."""
    return _posts[0].find(code) if _posts and code else None
