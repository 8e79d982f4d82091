"""Words that every domain shares."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

__all__ = ["Page", "Person", "Photo", "Ref", "record"]

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(*, frozen: bool, slots: bool, kw_only: bool = False) -> Any:  # noqa: ARG001
        """Make a frozen dataclass that the type checker keeps frozen, not the interpreter.

        For values that are made by the million: a frozen one sets every field by a call, which
        was a tenth of an import's processor time.
        """
        return dataclass(slots=slots, kw_only=kw_only, unsafe_hash=True)


@record(frozen=True, slots=True)
class Ref:
    """A pointer to a thing in another domain, without importing that domain."""

    kind: str
    id: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read ``kind:id`` back.

        Raises:
            ValueError: the text is no reference.
        """
        kind, _, number = text.partition(":")
        return cls(kind, int(number))


@dataclass(frozen=True, slots=True)
class Person:
    """A member as others see him: enough for a name and a face.

    Attributes:
        yid: the public identity; the profile is ``/u/<yid>``.
        avatar_url: a picture of 96 px, or None for a letter on a colour.
        marks: visible roles, e.g. ``("koc",)``; ``official`` for who speaks for the brand.
        job: what he does for the brand, in the reader's language; empty for everybody else.
        frame: the frame around his face, e.g. ``dots-gold``, or empty.
    """

    id: int
    yid: str
    name: str
    avatar_url: str | None = None
    marks: tuple[str, ...] = ()
    job: str = ""
    frame: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture with its renditions.

    Attributes:
        width: of the upright original, in pixels.
        color: placeholder, ``#rrggbb``.
        url_for: returns the address of the smallest rendition at least that wide.
    """

    id: int
    width: int
    height: int
    color: str
    alt: str
    url_for: Callable[[int], str] = field(repr=False, compare=False)

    def url(self, width: int) -> str:
        """Return the address of the smallest rendition at least ``width`` pixels wide."""
        return self.url_for(width)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a keyset list.

    Attributes:
        next_key: opaque key of the page after (``?after=``), or None at the end.
    """

    items: Sequence[T]
    next_key: str | None = None
