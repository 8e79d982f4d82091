"""Products in posts, as pages see them: the part of the composer, cards, and what products show."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from jinja2 import Environment
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.commerce import links, service
from app.commerce.queries import clicks
from app.commerce.queries import tags as queries
from app.commerce.types import TagKind
from app.commerce.types.tags import (
    ABOUT_ONE,
    MAX_PRODUCTS,
    STARS,
    OneProductError,
    Place,
    ProductPick,
    StarsMissingError,
    TagDraft,
    TagError,
    Tagged,
    TagLine,
    Talk,
)
from app.kernel import parts, slots, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag
from app.kernel.parts import Glance, OnPage, Opening, Owned, Spot, Standing

bp = Blueprint("commerce_tags", __name__)

ABOUT = {TagKind.REVIEW.value: TagKind.REVIEW, TagKind.QUESTION.value: TagKind.QUESTION}
USES = {TagKind.SHOWN.value: TagKind.SHOWN, TagKind.PART.value: TagKind.PART}
LONGEST_QUERY, LONGEST_NAMES, WHOLE = 60, 2_000, 1_000


@dataclass(frozen=True, slots=True)
class Row:
    """A product in the composer.

    Attributes:
        use: ``shown`` or ``part``.
        spot: ``<photo id>:<x>:<y>``, or empty.
    """

    pick: ProductPick
    use: str = TagKind.SHOWN.value
    spot: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """The products of a composer as they stand or were typed.

    Attributes:
        about: ``review``, ``question`` or empty.
        names: lines of products to be added, as typed without JavaScript.
        order_code: the own order that the post is written from.
        errors: what is wrong, in whole sentences.
    """

    rows: tuple[Row, ...] = ()
    about: str = ""
    stars: int | None = None
    names: str = ""
    order_code: str = ""
    errors: tuple[str, ...] = ()


class ProductsPart:
    """The part *products* of a post, see :class:`app.kernel.parts.Part`."""

    def open(self, opening: Opening) -> Draft:
        """Return what a post carries, or what the link to the composer asks for."""
        if opening.thread_id is not None:
            return _stored(opening.thread_id, opening.photo_ids)
        if opening.remixed_id is not None:
            return _used_in(opening.remixed_id)
        asked = opening.asked
        about = asked.get("about", "")
        rows: list[ProductPick] = []
        order_code = asked.get("order", "")[:LONGEST_QUERY]
        if order_code:
            of_order = queries.picks_of_order(opening.author_id, order_code)
            if of_order is None:
                raise NotFoundError
            rows += of_order
        if slug := asked.get("product", "")[:LONGEST_QUERY]:
            rows += [pick for pick in queries.picks_by_slug([slug]).values() if pick.is_shown]
        seen = {pick.id: Row(pick) for pick in rows}
        return Draft(
            tuple(seen.values())[:MAX_PRODUCTS],
            about=about if about in ABOUT else "",
            order_code=order_code,
        )

    def read(self, opening: Opening, form: MultiDict[str, str]) -> Draft:  # noqa: ARG002 - every part gets it
        """Return what came with the form; at most two statements."""
        names = form.get("product_names", "")[:LONGEST_NAMES]
        rows, left, wrong = _with_names(_rows(form), names)
        about = form.get("product_about", "")
        stars = form.get("product_stars", "")
        draft = Draft(
            rows,
            about if about in ABOUT else "",
            int(stars) if stars.isdecimal() and len(stars) == 1 and int(stars) in STARS else None,
            left,
            form.get("product_order", "")[:LONGEST_QUERY],
            tuple(wrong),
        )
        return draft if wrong else _checked(draft)

    def fields(self, draft: Draft) -> Markup:
        """Return the fields of the composer."""
        return _print("composer", draft, MAX_PRODUCTS, locale_tag())

    def save(self, post: Owned, draft: Draft) -> None:
        """Keep the products, in the transaction of the post."""
        service.save_tags(
            post.thread_id,
            post.author_id,
            _tags(draft, post.photo_ids),
            order_code=draft.order_code or None,
            is_new=post.is_new,
        )

    def show(self, thread_id: int, *, is_visible: bool) -> None:
        """Follow the post."""
        service.show_tags(thread_id, is_visible=is_visible)

    def on_page(self, post: Standing) -> OnPage:
        """Return the product cards of a post, and the dots on its photos."""
        tags = queries.tags_of([post.thread_id])
        if not tags:
            return OnPage()
        shown = [tag for tag in tags if tag.kind is not TagKind.PART]
        used = [tag for tag in tags if tag.kind is TagKind.PART]
        return OnPage(
            _print("shown", shown, post.code, links, locale_tag()),
            _print("used", used, post.code, links, locale_tag()),
            tuple(_spots(tags, post.code, locale_tag())),
        )

    def on_cards(self, thread_ids: Collection[int]) -> dict[int, Markup]:
        """Return the first product of each post, and how many more there are."""
        by_thread: dict[int, list[Tagged]] = {}
        for tag in queries.tags_of(thread_ids):
            by_thread.setdefault(tag.thread_id, []).append(tag)
        return {
            thread_id: _print("pill", tags[0], len(tags) - 1, locale_tag())
            for thread_id, tags in by_thread.items()
        }

    def for_author(self, thread_id: int) -> Markup:
        """Return how many orders came from his post: a number and nothing more."""
        return _print("credited", clicks.orders_from_post(thread_id))


def _print(macro: str, *arguments: Any) -> Markup:
    env: Environment = _environment()
    return Markup(getattr(env.get_template("commerce/_tags.html").module, macro)(*arguments))  # noqa: S704 - a macro's own output


def _environment() -> Environment:
    from flask import current_app

    return current_app.jinja_env


# --- the composer --------------------------------------------------------------------------------


def _stored(thread_id: int, photo_ids: Sequence[int]) -> Draft:
    """Return what a post carries. Spots name photos and not their places: these may change."""
    tags = queries.tags_of([thread_id], even_hidden=True)
    rows = tuple(
        Row(
            tag.product,
            tag.kind.value if tag.kind.value in USES else TagKind.SHOWN.value,
            _spot(tag.place, photo_ids),
        )
        for tag in tags
    )
    about = next((tag for tag in tags if tag.kind in ABOUT_ONE), None)
    return Draft(rows, about.kind.value if about else "", about.stars if about else None)


def _used_in(thread_id: int) -> Draft:
    """Return what a remix begins with: the products of the post it comes from, as used."""
    picks = {tag.product.id: tag.product for tag in queries.tags_of([thread_id])}
    rows = [Row(pick, TagKind.PART.value) for pick in picks.values() if pick.is_shown]
    return Draft(tuple(rows[:MAX_PRODUCTS]))


def _spot(place: Place | None, photo_ids: Sequence[int]) -> str:
    if place is None or place.photo_position >= len(photo_ids):
        return ""
    return f"{photo_ids[place.photo_position]}:{place.x_permille}:{place.y_permille}"


def _rows(form: MultiDict[str, str]) -> list[Row]:
    """Return the products that the form lists, those taken off left out. One statement."""
    slugs = form.getlist("product")[: MAX_PRODUCTS * 2]
    uses, spots = form.getlist("product_as"), form.getlist("product_spot")
    known = queries.picks_by_slug(slugs)
    rows = []
    for n, slug in enumerate(slugs):
        use = uses[n] if n < len(uses) else TagKind.SHOWN.value
        if slug in known and use in USES:
            rows.append(Row(known[slug], use, spots[n][:LONGEST_QUERY] if n < len(spots) else ""))
    return rows


def _with_names(rows: list[Row], names: str) -> tuple[tuple[Row, ...], str, list[str]]:
    """Return the products with those that were typed, lines that mean nothing, and why."""
    lines = list(dict.fromkeys(line.strip() for line in names.splitlines() if line.strip()))
    found = queries.picks_named(lines[: MAX_PRODUCTS * 2])
    left, wrong = [], []
    for line in lines:
        picks = found.get(line.lower(), [])
        if len(picks) == 1:
            rows.append(Row(picks[0]))
            continue
        left.append(line)
        wrong.append(
            _("Several products are called “%(name)s”. Write the SKU instead.", name=line)
            if picks
            else _("We don't know “%(name)s”. Write its whole name or its SKU.", name=line)
        )
    first: dict[int, Row] = {}
    for row in rows:
        first.setdefault(row.pick.id, row)
    return tuple(first.values()), "\n".join(left), wrong


def _checked(draft: Draft) -> Draft:
    """Return the draft, with what the service would refuse."""
    kept = {name: getattr(draft, name) for name in Draft.__slots__}
    if draft.about == TagKind.REVIEW.value and draft.stars is None:
        return Draft(**{**kept, "errors": (str(StarsMissingError.default_message),)})
    if draft.about and len(draft.rows) != 1:
        return Draft(**{**kept, "errors": (str(OneProductError.default_message),)})
    try:
        service.check_tags(_tags(draft, ()))
    except TagError as error:
        return Draft(**{**kept, "errors": (str(error),)})
    return draft


def _tags(draft: Draft, photo_ids: Sequence[int]) -> list[TagDraft]:
    kind = ABOUT.get(draft.about)
    stars = draft.stars if kind is TagKind.REVIEW else None
    return [
        TagDraft(row.pick.id, kind or USES[row.use], stars, _place(row.spot, photo_ids))
        for row in draft.rows
    ]


def _place(spot: str, photo_ids: Sequence[int]) -> Place | None:
    """Return where a spot lies on the photos as they stand now; None when its photo is gone."""
    photo, _colon, point = spot.partition(":")
    x, _colon, y = point.partition(":")
    numbers = [photo, x, y]
    if not all(text.isascii() and text.isdecimal() and len(text) < 19 for text in numbers):  # noqa: PLR2004 - fits 64 bits
        return None
    which, across, down = (int(text) for text in numbers)
    if which not in photo_ids or across > WHOLE or down > WHOLE:
        return None
    return Place(photo_ids.index(which), across, down)


@bp.get("/products/suggest")
@web.member_required
@web.no_store
def suggest() -> ResponseReturnValue:
    """Offer products for a few letters: a list to choose from, ready to be put into the form."""
    text = request.args.get("q", "")[:LONGEST_QUERY]
    rows = [Row(pick) for pick in queries.suggested(text, web.me().id)]
    return render_template("commerce/suggest.html", rows=rows, text=text.strip())


# --- posts ---------------------------------------------------------------------------------------


def _spots(tags: Iterable[Tagged], code: str, locale: str) -> Iterable[Spot]:
    for tag in tags:
        if tag.place is not None:
            yield Spot(
                tag.place.photo_position,
                tag.place.x_permille,
                tag.place.y_permille,
                tag.product.name(locale),
                links.product_path(tag.product.slug, post=code),
            )


# --- the page of a product -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """A post about a product with what its tag says."""

    line: TagLine
    post: Glance


def _talk(product_ids: Collection[int]) -> tuple[Mapping[int, Talk], Mapping[int, Glance]]:
    """Return what three slots of one page show, read once a request. Three statements."""
    key = tuple(sorted(product_ids))
    kept: dict[tuple[int, ...], Any] = g.setdefault("commerce_talk", {})
    if key not in kept:
        talk = queries.talk_about(key)
        lines = [line for each in talk.values() for line in _all_lines(each)]
        kept[key] = talk, parts.glances({line.thread_id for line in lines})
    found: tuple[Mapping[int, Talk], Mapping[int, Glance]] = kept[key]
    return found


def _all_lines(talk: Talk) -> list[TagLine]:
    return [*talk.posts, *talk.reviews, *talk.questions]


def _said(lines: Iterable[TagLine], posts: Mapping[int, Glance]) -> tuple[Said, ...]:
    return tuple(Said(line, posts[line.thread_id]) for line in lines if line.thread_id in posts)


def _slug() -> str:
    """Return the product of the page, where the address tells it."""
    return str((request.view_args or {}).get("slug", ""))


@slots.fills("product_posts")
def product_posts(product_ids: Collection[int]) -> dict[int, Markup]:
    """Show the latest posts with a product, as small photo cards."""
    talk, posts = _talk(product_ids)
    return {each: _print("posts", _said(talk[each].posts, posts), _slug()) for each in product_ids}


@slots.fills("product_reviews")
def product_reviews(product_ids: Collection[int]) -> dict[int, Markup]:
    """Show the reviews of a product: how the stars fall, and the latest ones."""
    talk, posts = _talk(product_ids)
    return {
        each: _print("reviews", talk[each].stars, _said(talk[each].reviews, posts), _slug())
        for each in product_ids
    }


@slots.fills("product_questions")
def product_questions(product_ids: Collection[int]) -> dict[int, Markup]:
    """Show the latest questions about a product with how many replies they have."""
    talk, posts = _talk(product_ids)
    return {
        each: _print("questions", _said(talk[each].questions, posts), _slug())
        for each in product_ids
    }


# --- the page of something that is the same thing elsewhere: an item of the mall -----------------

LOOKED_AT, STRIP = 18, 6


@slots.fills("product_fans")
def product_fans(product_ids: Collection[int]) -> dict[int, Markup]:
    """Show fans' newest photos of a product; nothing without one. One statement a product."""
    strips = {}
    for each in product_ids:
        posts = [
            post
            for post in parts.glances_among(queries.shown_in(each, LOOKED_AT))
            if post.cover is not None
        ]
        strips[each] = _print("fans", posts[:STRIP]) if posts else Markup()
    return strips
