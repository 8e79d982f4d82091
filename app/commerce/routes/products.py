"""Products for fans: the shelf, one product's page, the collection book."""

from collections.abc import Collection

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.commerce import service
from app.commerce.queries import catalogue, collection, shelf
from app.commerce.routes.blueprint import bp
from app.commerce.structured import product_data
from app.kernel import slots, web
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission

SEARCH_LENGTH = 60
PLACES = ("product_where_to_buy", "product_posts", "product_reviews", "product_questions")
"""Slots of a product's page, by product id, in the order in which they stand there."""


@bp.get("/products")
@web.public
@web.cached_for_guests(60)
def products() -> ResponseReturnValue:
    """Show the shelf: ``?category=…``, ``?q=…`` for a part of a name."""
    category = request.args.get("category", "")
    q = request.args.get("q", "")[:SEARCH_LENGTH].strip()
    after = request.args.get("after")
    page = shelf.shelf(category=category, q=q, after=after)
    next_url = url_for(
        "commerce.products", category=category or None, q=q or None, after=page.next_key
    )
    shown = {"cards": page.items, "next_url": next_url if page.next_key else None}
    if web.is_fragment():
        return render_template("commerce/_shelf.html", **shown)
    rows = [row for row in catalogue.categories() if row.product_count]
    return render_template(
        "commerce/products.html",
        categories=rows,
        category=next((row for row in rows if row.slug == category), None),
        q=q,
        is_first=not after,
        **shown,
    )


@bp.get("/products/<slug>")
@web.public
@web.cached_for_guests(60)
def product(slug: str) -> ResponseReturnValue:
    """Show a product.

    Raises:
        NoSuchProductError: there is none of this address, or it is hidden.
    """
    found = shelf.product_page(slug, sees_hidden=_sees_hidden())
    return render_template(
        "commerce/product.html",
        product=found,
        structured=product_data(found),
        slots={place: slots.fill(place, [found.id])[found.id] for place in PLACES},
        may_edit=_sees_hidden(),
    )


def _sees_hidden() -> bool:
    viewer = web.viewer()
    return viewer is not None and viewer.can(Permission.PRODUCTS_EDIT)


def paths() -> list[str]:
    """Return where products stand, for search engines. One statement."""
    pages = [url_for("commerce.product", slug=slug) for slug in shelf.addresses()]
    return [url_for("commerce.products"), *pages]


def product_url(product_id: int, _viewer_id: int | None) -> str | None:
    """Return the address of a product's page, for references."""
    slug = shelf.product_address(product_id, sees_hidden=_sees_hidden())
    return url_for("commerce.product", slug=slug) if slug else None


@bp.get("/me/collection")
@web.member_required
@web.no_store
def my_collection() -> ResponseReturnValue:
    """Show a member his collection book. It is his alone, unless he puts it on his profile."""
    me = web.me()
    return render_template(
        "commerce/collection.html",
        book=collection.collection(me.id),
        is_shown=collection.is_shown(me.id),
        yid=me.yid,
    )


@bp.post("/me/collection/show")
@web.member_required
@web.no_store
def show_collection() -> ResponseReturnValue:
    """Put the book on the profile, or take it off."""
    is_shown = request.form.get("is_shown") == "1"
    service.show_collection(web.me().id, is_shown=is_shown)
    web.toast(
        _("Your collection stands on your profile") if is_shown else _("Only you can see it now")
    )
    return redirect(url_for("commerce.my_collection"), 303)


@slots.fills("profile_showcase")
def collections(member_ids: Collection[int]) -> dict[int, Markup]:
    """Fill profiles with the collections that their owners show. One statement each."""
    return {
        member_id: Markup(  # noqa: S704 - a template's own output
            render_template("commerce/_collection.html", shelf=shelf)
        )
        for member_id, shelf in collection.shelves(member_ids).items()
    }
