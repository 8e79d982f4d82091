"""Words of products in posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.commerce.types.words import TagKind
from app.kernel.errors import InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Photo

MAX_PRODUCTS = 9
MOST_STARS = 5
STARS = range(1, MOST_STARS + 1)
ABOUT_ONE = frozenset({TagKind.REVIEW, TagKind.QUESTION})


@dataclass(frozen=True, slots=True)
class Place:
    """A place on a photo, in thousandths from its left and top edge."""

    photo_position: int
    x_permille: int
    y_permille: int


@dataclass(frozen=True, slots=True)
class TagDraft:
    """A product that a post is about to carry."""

    product_id: int
    kind: TagKind = TagKind.SHOWN
    stars: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class SeedTag:
    """A product of a post to be made in bulk; ``at`` is when the post was written."""

    thread_id: int
    author_id: int
    product_id: int
    at: datetime
    kind: TagKind = TagKind.SHOWN
    stars: int | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ProductPick:
    """A product as a card shows it.

    Attributes:
        price_minor: the lowest list price of what can be bought, trial packs left out; None:
            nothing of it is sold.
    """

    id: int
    slug: str
    name_zh: str
    name_en: str
    is_shown: bool
    price_minor: int | None
    currency: str | None
    cover: Photo | None

    def name(self, locale: str) -> str:
        """Return its name in a language."""
        return self.name_zh if locale.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Tagged:
    """A product that a post carries.

    Attributes:
        is_bought: its author has bought it and not sent it back.
    """

    thread_id: int
    kind: TagKind
    stars: int | None
    place: Place | None
    product: ProductPick
    is_bought: bool
    is_from_order: bool


@dataclass(frozen=True, slots=True)
class TagLine:
    """A post about a product, to be shown on the product's page."""

    thread_id: int
    kind: TagKind
    stars: int | None
    is_bought: bool


@dataclass(frozen=True, slots=True)
class Stars:
    """How the reviews of a product fall."""

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        """Return how many reviews there are."""
        return sum(self.counts.values())

    @property
    def tenths(self) -> int:
        """Return the average in tenths of a star, cut and never rounded up; 0 without reviews."""
        return 10 * sum(n * stars for stars, n in self.counts.items()) // max(1, self.total)

    def percent(self, stars: int) -> int:
        """Return which share of the reviews gave so many stars, in whole percent."""
        return 100 * self.counts.get(stars, 0) // max(1, self.total)


@dataclass(frozen=True, slots=True)
class Talk:
    """What fans say about a product: newest first."""

    posts: tuple[TagLine, ...]
    reviews: tuple[TagLine, ...]
    questions: tuple[TagLine, ...]
    stars: Stars


# --- what can go wrong ---------------------------------------------------------------------------


class TagError(InvalidError):
    """Something about the products of a post is wrong."""

    code: ClassVar[str] = "product_tag"


class TooManyProductsError(TagError):
    """More products than a post may carry."""

    default_message = _l("A post carries at most %(max)s products.", max=MAX_PRODUCTS)


class OneProductError(TagError):
    """A review or a question is about exactly one product."""

    default_message = _l("A review or a question is about one product: choose just that one.")


class StarsMissingError(TagError):
    """A review without its stars."""

    default_message = _l("Give it one to five stars.")
