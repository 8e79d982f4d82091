"""Products of threads: which rows they are, and where on the cover they stand."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from app.commerce.queries import catalogue
from app.commerce.types import TagKind
from app.commerce.types.tags import Place, SeedTag
from app.demo.content.catalogue import GOODS
from app.demo.content.shown import PLACES
from app.demo.plan import Posted


class Tagger:
    """Turns a thread's products into rows; asks for the shop's products once."""

    def __init__(self, photos: Mapping[str, int]) -> None:
        """Remember which picture is which; ``photos``: picture's key -> media id."""
        self._photos = photos

    @cached_property
    def _product_ids(self) -> dict[str, int]:
        states = catalogue.product_states([good.slug for good in GOODS])
        return {slug: state.id for slug, state in states.items()}

    @cached_property
    def _places(self) -> dict[int, dict[str, tuple[int, int]]]:
        return {self._photos[key]: spots for key, spots in PLACES.items() if key in self._photos}

    def seeds(
        self, posted: Posted, thread_id: int, author_id: int, photo_ids: Iterable[int]
    ) -> list[SeedTag]:
        """Return the thread's products; those that its cover shows with their places."""
        cover = next(iter(photo_ids), 0)
        spots = self._places.get(cover, {})
        return [
            SeedTag(
                thread_id,
                author_id,
                self._product_ids[tag.good],
                posted.at,
                tag.kind,
                tag.stars,
                _place(spots.get(tag.good), tag.kind),
            )
            for tag in posted.tags
            if tag.good in self._product_ids
        ]


def _place(spot: tuple[int, int] | None, kind: TagKind) -> Place | None:
    return Place(0, *spot) if spot and kind is not TagKind.QUESTION else None
