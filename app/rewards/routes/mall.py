"""Shelves, one item, redeeming it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.kernel import clock, slots, web
from app.kernel.errors import DomainError
from app.kernel.forms import REQUEST_KEY
from app.kernel.permissions import Permission
from app.rewards import queries, service, shown
from app.rewards.forms import PlainForm, RedeemForm
from app.rewards.routes.blueprint import bp
from app.rewards.types import (
    MAX_AT_ONCE,
    Address,
    Basket,
    Delivery,
    ItemView,
    UnknownVariantError,
)


@bp.get("/mall")
@web.public
@web.cached_for_guests(60)
def mall() -> ResponseReturnValue:
    """Show the mall: ``?category=…``, ``?can=1`` for what one has the points for."""
    viewer = web.viewer()
    category = request.args.get("category", "")[:40]
    can = viewer is not None and request.args.get("can") == "1"
    after = request.args.get("after")
    page = queries.shelf(
        viewer.id if viewer else None, category=category, affordable=can, after=after
    )
    next_key = page.page.next_key
    next_url = (
        url_for(".mall", category=category or None, can="1" if can else None, after=next_key)
        if next_key
        else None
    )
    values = {"shelf": page, "next_url": next_url, "is_first": not after, "shown": shown}
    if web.is_fragment():
        return render_template("rewards/_shelf.html", **values)
    return render_template(
        "rewards/mall.html",
        category=next((row for row in page.categories if row.slug == category), None),
        can=can,
        **values,
    )


@bp.get("/mall/<slug>")
@web.public
@web.cached_for_guests(60)
def item(slug: str) -> ResponseReturnValue:
    """Show an item.

    Raises:
        NoSuchItemError: there is none, or this viewer may not know of it.
    """
    viewer = web.viewer()
    found = queries.item_page(slug, viewer.id if viewer else None, sees_hidden=_sees_hidden())
    door = shown.door(found, clock.now(), is_guest=viewer is None)
    is_short = viewer is not None and door.state == "missing"
    return render_template(
        "rewards/item.html",
        item=found,
        door=door,
        ways=queries.ways(viewer.id) if is_short and viewer else [],
        fans=_fans(found.product_id),
        may_edit=_sees_hidden(),
        shown=shown,
    )


def _fans(product_id: int | None) -> Markup:
    """Return fans' photos of the same thing, where somebody knows it. At most one statement."""
    return slots.fill("product_fans", [product_id])[product_id] if product_id else Markup()


def _sees_hidden() -> bool:
    viewer = web.viewer()
    return viewer is not None and viewer.can(Permission.MALL_EDIT)


@bp.route("/mall/<slug>/redeem", methods=["GET", "POST"])
@web.member_required
@web.no_store
def redeem(slug: str) -> ResponseReturnValue:
    """Ask for kind, number and address, tell what it costs, then redeem.

    Raises:
        NoSuchItemError: there is none, or this viewer may not know of it.
    """
    if request.method == "GET":
        found = queries.item_page(slug, web.me().id)
        return _redeem_page(found, _blank(found))
    form = RedeemForm()
    form.variant.choices = [(form.variant.data, "")] if form.variant.data else []
    is_right = form.validate()
    address = None
    if request.form.get("parcel"):
        address = form.address()
        is_right = is_right and address is not None
    if not is_right:
        found = queries.item_page(slug, web.me().id)
        _offer(form, found)
        return _redeem_page(found, form), 422
    return _redeemed(slug, form, address)


def _redeemed(slug: str, form: RedeemForm, address: Address | None) -> ResponseReturnValue:
    count = int(form.count.data)
    try:
        done = service.buy(
            web.me().id,
            Basket(
                slug=slug,
                variant_id=_number(form.variant.data),
                count=count,
                seen_points=int(form.seen_points.data) * count,
                seen_minor=int(form.seen_minor.data) * count,
                request_key=form.request_key.data,
                address=address,
            ),
        )
    except DomainError as error:
        if web.wants_json():
            raise
        return _refused(slug, form, error)
    web.toast(shown.told_ordered(done))
    return redirect(url_for(".my_order", code=done.code), 303)


def _refused(slug: str, form: RedeemForm, error: DomainError) -> ResponseReturnValue:
    """Show the page again with the present price: nothing was taken, nothing typed is lost."""
    found = queries.item_page(slug, web.me().id)
    _offer(form, found)
    fresh = RedeemForm(formdata=None)  # whoever goes on agrees to what this page says
    form.request_key.data = fresh.request_key.data
    form.seen_points.data, form.seen_minor.data = str(found.points), str(found.minor)
    return _redeem_page(found, form, error), error.http_status


def _blank(found: ItemView) -> RedeemForm:
    count = request.args.get("count", 1, type=int)
    address = queries.kept_address(web.me().id) if found.delivery is Delivery.POST else None
    form = RedeemForm(
        formdata=None,
        data={
            "count": min(max(count, 1), MAX_AT_ONCE),
            "seen_points": str(found.points),
            "seen_minor": str(found.minor),
            "variant": _asked_variant(found),
            **({name: getattr(address, name) for name in shown.ADDRESS} if address else {}),
        },
    )
    key = request.args.get("key", "")
    if REQUEST_KEY.match(key):
        form.request_key.data = key
    _offer(form, found)
    return form


def _asked_variant(found: ItemView) -> str:
    asked = request.args.get("variant", "")
    ids = [str(each.id) for each in found.variants]
    if asked in ids:
        return asked
    free = [str(each.id) for each in found.variants if each.left is None or each.left > 0]
    return (free or ids or [""])[0]


def _offer(form: RedeemForm, found: ItemView) -> None:
    form.variant.choices = [
        (str(each.id), shown.variant_label(each, found)) for each in found.variants
    ]


def _number(text: str | None) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 - fits 64 bits
        raise UnknownVariantError
    return int(text)


def _redeem_page(found: ItemView, form: RedeemForm, error: DomainError | None = None) -> str:
    count = form.count.data if isinstance(form.count.data, int) else 1
    return render_template(
        "rewards/redeem.html",
        item=found,
        form=form,
        wish_form=PlainForm(),
        door=shown.door(found, clock.now(), is_guest=False),
        sums=shown.sums(found, max(1, count)),
        error=error,
        shown=shown,
    )


def item_url(item_id: int, viewer_id: int | None) -> str | None:
    """Return the address of an item for whoever may know of it."""
    slug = queries.item_address(item_id, viewer_id)
    return url_for("rewards.item", slug=slug) if slug else None
