"""Posts that digests show beside what happened around their readers: asked of the floors above."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Highlight:
    """A post that a digest shows beside what happened around its reader.

    Attributes:
        path: of its page.
        by: its author's name.
        photo_path: of a small square picture; None: it has no photo.
        alt: what the picture shows, for who sees no pictures.
    """

    title: str
    path: str
    by: str
    lang: str = "zh"
    photo_path: str | None = None
    alt: str = ""


Highlights = Callable[[Collection[int]], Mapping[int, Sequence[Highlight]]]
_highlights: list[Highlights] = []


def register_highlights(source: Highlights) -> None:
    """Let a domain say what digests show. Called from its manifest.

    It is asked once for all digests that are written together (a few statements, please), and says
    by member the posts that he may and wants to see.
    """
    if source not in _highlights:
        _highlights.append(source)


def highlights(member_ids: Collection[int]) -> dict[int, list[Highlight]]:
    """Return by member what his digest shows beside his notices."""
    found: dict[int, list[Highlight]] = {}
    for source in _highlights:
        for member_id, posts in source(member_ids).items():
            found.setdefault(member_id, []).extend(posts)
    return found
