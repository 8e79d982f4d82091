"""What the demo's content is made of."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a post is: it decides which general replies suit it."""

    SHOW = "show"  # look what I cooked
    RECIPE = "recipe"
    QUESTION = "question"
    REVIEW = "review"
    ORDER = "order"  # look what arrived
    MEETUP = "meetup"
    TIP = "tip"


@dataclass(frozen=True, slots=True)
class Board:
    """A board of the community.

    Attributes:
        slug: its address.
        zh: name in Chinese.
        en: name in English.
        about_zh: what belongs there, in Chinese.
        about_en: the same in English.
        icon: name of a Tabler icon.
        share: how many of a hundred posts go there.
    """

    slug: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    icon: str
    share: int


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the community.

    Attributes:
        name: display name.
        language: ``zh`` or ``en``: what he reads and mostly writes.
        city: where he lives, in his language.
        bio: one line about himself; may be empty.
        role: ``fan``, ``koc``, ``mentor``, ``leader``, ``concierge``, ``moderator``, ``operator``,
            ``analyst`` or ``administrator``.
        portrait: key of an avatar.
        zest: how much he takes part; 1 is usual.
    """

    name: str
    language: str
    city: str
    bio: str
    role: str
    portrait: str
    zest: float


class Voice(StrEnum):
    """Who says a reply."""

    ANYONE = "anyone"
    AUTHOR = "author"  # of the thread
    HOUSE = "house"  # somebody who works for the brand


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply.

    Attributes:
        text: Markdown.
        voice: who says it.
    """

    text: str
    voice: Voice = Voice.ANYONE


@dataclass(frozen=True, slots=True)
class Post:
    """A thread's opening, with replies that answer it.

    Attributes:
        board: slug of its board.
        kind: what it is.
        title: one line.
        body: Markdown.
        pictures: subjects of its pictures, in order; none for a text post.
        replies: what others answer to exactly this, in order.
        language: ``zh`` or ``en``.
        by: its author's name or role, or empty when anyone may have written it.
        goods: slugs of the house's products that it shows or names, the closest first.
    """

    board: str
    kind: Kind
    title: str
    body: str
    pictures: tuple[str, ...] = ()
    replies: tuple[Answer, ...] = ()
    language: str = "zh"
    by: str = ""
    goods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """Something the brand sells.

    Attributes:
        sku: stock number.
        zh: name in Chinese.
        en: name in English.
        category: ``base``, ``dip``, ``noodle``, ``side``, ``drink`` or ``set``.
        price_minor: price in fen.
        weight_grams: net weight in grams.
        demand: how often it is bought; 10 is usual.
    """

    sku: str
    zh: str
    en: str
    category: str
    price_minor: int
    weight_grams: int
    demand: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category of the shop; on one of novelties people look for what is new."""

    slug: str
    zh: str
    en: str
    is_novelty: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A SKU of a product.

    Attributes:
        sku: stock number, as in :class:`Product`.
        zh: what tells it from others, in Chinese.
        en: the same in English.
        pack_size: how many pieces are in a pack, ``unit`` says of what.
        daily_milli: thousandths of such a piece that a person uses a day.
        trial_of: stock number of the full size.
        price_minor: price in fen, where it is no :class:`Product`.
        picture: key of its own picture.
    """

    sku: str
    zh: str
    en: str
    pack_size: int = 1
    unit: str = ""
    daily_milli: int | None = None
    trial_of: str = ""
    is_hidden: bool = False
    price_minor: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Good:
    """A product's page: ``zh`` and ``en`` are names, ``about_…`` Markdown.

    Attributes:
        shelf: slug of its category.
        line: its brand line in both languages.
        pictures: keys of pictures, the cover first.
        risk: what buyers must know, in Chinese and in English.
        facts: names and values in both languages.
        goes_with: slugs of other products.
    """

    slug: str
    zh: str
    en: str
    shelf: str
    line: str
    about_zh: str
    about_en: str
    items: tuple[Item, ...]
    pictures: tuple[str, ...]
    risk: tuple[str, str] = ("", "")
    allergens: tuple[str, ...] = ()
    facts: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    goes_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """A set to collect: stock numbers in their places."""

    slug: str
    zh: str
    en: str
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """Where the brand sells.

    Attributes:
        code: short name.
        zh: name in Chinese.
        en: name in English.
        return_days: days in which an order may be sent back.
        share: how many of a hundred orders come from there.
        prefix: how its order numbers begin.
    """

    code: str
    zh: str
    en: str
    return_days: int
    share: int
    prefix: str
