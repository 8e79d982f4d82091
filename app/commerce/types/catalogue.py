"""The catalogue as it is edited, imported and exported, and what it refuses."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import quote

from app.commerce.types.words import CategoryMode
from app.kernel.errors import ConflictError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l

MAX_PRODUCT_PHOTOS = 9
MAX_DESCRIPTION = 10_000
MAX_PRICE_MINOR = 100_000_000_00
MAX_DAILY_USE_MILLI = 1_000_000
ITEM = "{item}"
GOES_WITH = "goes_with"
"""The attribute that lists compatible parts: addresses (slugs) of other products."""


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A shelf of the catalogue."""

    id: int
    slug: str
    name_zh: str
    name_en: str
    mode: CategoryMode
    position: int = 0
    product_count: int = 0

    def name(self, tag: str) -> str:
        """Return its name in the language of a BCP 47 tag."""
        return self.name_zh if tag.startswith("zh") else self.name_en


@dataclass(frozen=True, slots=True)
class ListingDraft:
    """A SKU in a channel: the channel's own item number, and its price where it differs."""

    channel: str
    item_id: str
    price_minor: int | None = None


@dataclass(frozen=True, slots=True)
class SkuDraft:
    """A SKU as staff write it; its code is what orders name it by and never changes.

    Attributes:
        trial_of: code of the full-size SKU, or empty.
        media_id: its own picture; None: it shows the product's.
    """

    code: str
    price_minor: int
    currency: str
    label_zh: str = ""
    label_en: str = ""
    pack_size: int = 1
    pack_unit: str = ""
    daily_use_milli: int | None = None
    is_hidden: bool = False
    trial_of: str = ""
    is_retired: bool = False
    media_id: int | None = None
    listings: tuple[ListingDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductDraft:
    """A product as staff write it.

    Attributes:
        category: the slug of its category.
        attributes: name -> value or list, see :data:`GOES_WITH`.
        photo_ids: its pictures in order, the cover first; None: pictures stay as they are, those
            of its SKUs too.
        skus: those that are told; others stay as they are.
    """

    slug: str
    name_zh: str
    name_en: str
    category: str
    brand_line: str = ""
    description_zh: str = ""
    description_en: str = ""
    risk_zh: str = ""
    risk_en: str = ""
    allergens: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    is_shown: bool = True
    photo_ids: tuple[int, ...] | None = None
    skus: tuple[SkuDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductState:
    """A product as it is stored: what a form starts from and an import is compared with."""

    id: int
    version: int
    category_id: int
    draft: ProductDraft
    sku_ids: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SetDraft:
    """A set that people collect: SKU codes in their places."""

    slug: str
    name_zh: str
    name_en: str
    codes: tuple[str, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """What staff decide about a channel. Permille: thousandths.

    Attributes:
        earning_permille: what orders earn here against the rule; 1000 is as elsewhere.
        link_template: address of a product there, with ``{item}``; empty: none.
        price_floor_permille: the lowest price it may ask, of the list price; None: any.
        delivers: identity keys its orders bring besides the buyer's own.
    """

    code: str
    name: str
    return_window_days: int
    earning_permille: int = 1000
    link_template: str = ""
    price_floor_permille: int | None = None
    delivers: tuple[str, ...] = ()
    is_closed: bool = False
    id: int = field(default=0, repr=False, compare=False)

    @property
    def mark(self) -> str:
        """Return what tells these settings from any other: what a form was filled with."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


# --- figures and attributes as people write them -------------------------------------------------

NUMBER = re.compile(r"(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,6})?")


def scaled(text: str, places: int) -> int | None:
    """Return a plain decimal as a whole number of its 10^-``places``, or None if it is none."""
    if not NUMBER.fullmatch(text):
        return None
    value = Decimal(text.replace(",", "")).scaleb(places)
    return int(value) if value == value.to_integral_value() else None


def unscaled(value: int | None, places: int, *, least: int = 0) -> str:
    """Return a whole number of small parts as a decimal with at least ``least`` decimals."""
    if value is None:
        return ""
    whole, _, rest = f"{Decimal(value).scaleb(-places):f}".partition(".")
    kept = rest.rstrip("0").ljust(least, "0")
    return f"{whole}.{kept}" if kept else whole


def read_attributes(lines: str, goes_with: str) -> dict[str, Any]:
    """Return attributes from lines such as ``Material: clay``; of two equal names the later."""
    found: dict[str, Any] = {}
    for line in lines.splitlines():
        name, _, value = line.replace("：", ":", 1).partition(":")
        values = [each.strip() for each in value.split(";") if each.strip()]
        if name.strip() and values and name.strip() != GOES_WITH:
            found[name.strip()] = values if len(values) > 1 else values[0]
    slugs = [each.strip().lower() for each in goes_with.replace("，", ",").split(",")]
    if wanted := list(dict.fromkeys(slug for slug in slugs if slug)):
        found[GOES_WITH] = wanted
    return found


def written_attributes(found: Mapping[str, Any]) -> tuple[str, str]:
    """Return attributes as lines, and compatible products as a list with commas."""
    lines = [
        f"{name}: {'; '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in found.items()
        if name != GOES_WITH
    ]
    return "\n".join(lines), ", ".join(map(str, found.get(GOES_WITH, [])))


SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
RESERVED_SLUGS = frozenset({"suggest", "out"})
"""What other pages are called under /products: no product can be."""


def is_slug(text: str) -> bool:
    """Return whether a text is written like a product's address."""
    return SLUG.fullmatch(text) is not None


# --- channels ------------------------------------------------------------------------------------


def link_to_item(template: str, item_id: str) -> str | None:
    """Return the address of an item in a channel, or None where there is no way to it."""
    if not item_id or ITEM not in template or not template.startswith("https://"):
        return None
    return template.replace(ITEM, quote(item_id, safe=""))


def is_below_floor(price_minor: int, list_minor: int, floor_permille: int | None) -> bool:
    """Return whether a channel's price is lower than the channel may ask."""
    return floor_permille is not None and price_minor * 1000 < list_minor * floor_permille


# --- what it refuses -----------------------------------------------------------------------------


class ProductChangedError(ConflictError):
    """Somebody else saved this product meanwhile; the newer state is on the page."""

    code: ClassVar[str] = "product_changed"
    default_message = _l("Somebody else saved this meanwhile. Look at the newer state below.")


class ChannelChangedError(ConflictError):
    """Somebody else saved this channel meanwhile; its newer settings are on the page."""

    code: ClassVar[str] = "channel_changed"
    default_message = _l("Somebody else saved this meanwhile. Look at the newer state below.")


class CatalogueChangedError(ConflictError):
    """The catalogue is no longer what the dry run looked at."""

    code: ClassVar[str] = "catalogue_changed"
    default_message = _l("The catalogue has changed meanwhile. Look at what would happen now.")


class CatalogueError(InvalidError):
    """Something in a draft can't be.

    Attributes:
        field: which field of the form it concerns.
        sku: the SKU's code, where it is about one.
    """

    code: ClassVar[str] = "catalogue_invalid"

    def __init__(self, message: object, *, field: str, sku: str = "") -> None:
        self.field, self.sku = field, sku
        super().__init__(message)


class NoSuchProductError(NotFoundError):
    """There is no such product, or it is not shown."""

    code: ClassVar[str] = "no_such_product"
