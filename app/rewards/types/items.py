"""Items as pages show them, and as staff write them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from markupsafe import Markup

from app.kernel.goods import About
from app.kernel.types import Page, Photo
from app.rewards.types.kinds import Delivery, Drop

LITTLE_LEFT = 20
"""From here down a card says how many are left."""


@dataclass(frozen=True, slots=True)
class Card:
    """An item on a shelf.

    Attributes:
        left: pieces left; None: as many as one likes.
        is_open: he may buy it by its audience.
        audience: for whom it is, in words; empty where he belongs to them.
    """

    id: int
    slug: str
    name: str
    cover: Photo | None
    points: int
    minor: int
    currency: str
    left: int | None
    audience: str
    is_open: bool
    opens_at: datetime | None
    closes_at: datetime | None
    drop: Drop
    is_presale: bool
    is_hidden_edition: bool
    goods: str | None = None

    def missing(self, available: int) -> int:
        """Return how many points somebody still needs."""
        return max(0, self.points - available)


@dataclass(frozen=True, slots=True)
class Variant:
    """One kind of an item."""

    id: int
    code: str
    label: str
    left: int | None


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf."""

    id: int
    slug: str
    name_zh: str
    name_en: str
    position: int = 0
    item_count: int = 0

    def name(self, tag: str) -> str:
        """Return its name in a language."""
        return self.name_zh if tag.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class Terms:
    """What decides whether somebody may buy: the pure half of a purchase.

    Attributes:
        limit: how many one member may have; 0: no limit.
        tier_limits: the same by tier, instead.
        price_points: for one piece.
        price_minor: for one piece.
        deposit_points: for one piece; > 0: sold ahead.
    """

    is_shown: bool
    opens_at: datetime | None
    closes_at: datetime | None
    drop: Drop
    draws_at: datetime | None
    limit: int
    tier_limits: Mapping[str, int]
    price_points: int
    price_minor: int
    deposit_points: int
    rest_until: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of who asks.

    Attributes:
        tier: key of his tier.
        had: pieces that he has already; cancelled and refunded ones don't count.
        is_in_audience: the item is for him.
        has_unlocked: the hidden edition is open to him; True where there is nothing to unlock.
    """

    tier: str = ""
    had: int = 0
    is_in_audience: bool = True
    has_unlocked: bool = True


@dataclass(frozen=True, slots=True)
class LotsView:
    """A draw of lots as everybody may check it."""

    commitment: str
    seed: str | None
    entry_count: int
    winner_count: int
    drawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """A member's own ticket."""

    code: str
    state: str
    points: int
    order_code: str | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item's page for one viewer.

    Attributes:
        available: points he can spend.
        can_have: how many more he may take; None: no limit.
        wish_at: since when it stands on his list of wishes.
        about: what whoever hands it over says of it: when and where, how many there are.
    """

    id: int
    slug: str
    name: str
    other_name: str
    category: str
    category_slug: str
    description: Markup
    description_lang: str
    rules: str
    photos: Sequence[Photo]
    variants: Sequence[Variant]
    delivery: Delivery
    goods: str | None
    product_id: int | None
    worth_minor: int | None
    currency: str
    audience: str  # for whom it is, in words; empty where the viewer belongs to them
    is_hidden_edition: bool
    ships_on: date | None
    rest_from: datetime | None
    pay_hours: int
    terms: Terms
    standing: Standing
    available: int
    wish_at: datetime | None
    lots: LotsView | None
    entry: EntryView | None
    about: About = field(default_factory=About)

    @property
    def left(self) -> int | None:
        """Return how many pieces are left in all; None: as many as one likes."""
        lefts = [variant.left for variant in self.variants]
        own = None if None in lefts else sum(left or 0 for left in lefts)
        counted = [each for each in (own, self.about.left) if each is not None]
        return min(counted) if counted else None

    @property
    def points(self) -> int:
        """Return what one piece costs in points."""
        return self.terms.price_points

    @property
    def minor(self) -> int:
        """Return what one piece costs in money, in minor units."""
        return self.terms.price_minor

    @property
    def due_now(self) -> int:
        """Return the points that are set aside or taken at once for one piece."""
        return self.terms.deposit_points or self.terms.price_points

    @property
    def missing(self) -> int:
        """Return how many points he still needs for one piece."""
        return self.missing_for(1)

    def missing_for(self, count: int) -> int:
        """Return how many points he still needs for so many pieces."""
        return max(0, self.due_now * count - self.available)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The mall's page."""

    page: Page[Card]
    categories: Sequence[Category]
    available: int
    secrets: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantDraft:
    """A variant as staff write it. Its stock moves on a page of its own, after the first time."""

    id: int | None = None
    code: str
    label_zh: str = ""
    label_en: str = ""
    is_endless: bool = False
    initial: int = 0
    low_at: int = 0
    is_retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDraft:
    """An item as staff write it."""

    slug: str
    category: str
    name_zh: str
    name_en: str
    description_zh: str = ""
    description_en: str = ""
    rules_zh: str = ""
    rules_en: str = ""
    price_points: int
    price_minor: int = 0
    currency: str
    worth_minor: int | None = None
    delivery: Delivery = Delivery.POST
    goods: str = ""
    product_id: int | None = None
    limit_each: int = 0
    tier_limits: Mapping[str, int] = field(default_factory=dict)
    audience: str = "all"
    unlock: str = ""
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    drop: Drop = Drop.NONE
    draws_at: datetime | None = None
    deposit_points: int = 0
    rest_from: datetime | None = None
    rest_until: datetime | None = None
    ships_on: date | None = None
    pay_hours: int = 24
    pay_url: str = ""
    is_shown: bool = True
    photo_ids: Sequence[int] = ()
    variants: Sequence[VariantDraft] = ()
