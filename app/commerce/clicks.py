"""Going to a shop: the buttons, the page in between, and what staff see of it."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.commerce import service
from app.commerce.queries import clicks as queries
from app.commerce.settings import credit_window
from app.commerce.types.clicks import By, Path, Shop
from app.kernel import clock, limits, parts, slots, web
from app.kernel.errors import NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag
from app.kernel.limits import Limit
from app.kernel.parts import Glance
from app.kernel.permissions import Permission

bp = Blueprint("commerce_clicks", __name__)

VISITS = Limit("product.visit", 30, 60)
CODE_LENGTH = 40
TABS = {By.POST: _l("By post"), By.PRODUCT: _l("By product"), By.CHANNEL: _l("By channel")}


@bp.post("/products/<slug>/visit")
@web.public
def visit(slug: str) -> ResponseReturnValue:
    """Note that somebody goes to a shop, and lead to the page in between.

    Without a channel it is the one where the member buys most.

    Raises:
        NotFoundError: there is no such product, or it is not sold there.
        TooManyError: too many visits in a minute.
    """
    someone = web.viewer()
    if someone is not None:
        web.csrf.protect()
    member_id = someone.id if someone else None
    limits.hit(VISITS, f"member {member_id}" if member_id else f"address {request.remote_addr}")
    product_id = queries.product_id_of(slug)
    if product_id is None:
        raise NotFoundError
    shop = _asked_shop(queries.shops_of([product_id], member_id)[product_id])
    thread_id = parts.find_post(request.form.get("from", "")[:CODE_LENGTH])
    code = service.note_click(product_id, shop.channel_id, member_id=member_id, thread_id=thread_id)
    return redirect(url_for("commerce_clicks.out", code=code), 303)


# A guest's page carries no token, so that it can be cached: his Origin and Sec-Fetch-Site are
# checked as for every request. A member's form has one, and it must fit.
web.csrf.exempt(visit)


def _asked_shop(shops: list[Shop]) -> Shop:
    wanted = request.form.get("channel")
    online = [shop for shop in shops if shop.is_online and wanted in {None, shop.channel_code}]
    if not online:
        raise NotFoundError(_("It isn't sold there any more."))
    return online[0]


@bp.get("/products/out/<code>")
@web.public
@web.no_store
def out(code: str) -> ResponseReturnValue:
    """Say where the next step leads. A form may not send people to another site by itself.

    Raises:
        NotFoundError: there is no such click, or the shop is gone.
    """
    found = queries.leaving(code)
    if found is None or found.url is None:
        raise NotFoundError
    return render_template(
        "commerce/out.html",
        leaving=found,
        days=credit_window().days,
        is_member=web.viewer() is not None,
    )


@slots.fills("product_where_to_buy")
def product_where_to_buy(product_ids: Collection[int]) -> dict[int, Markup]:
    """Show where a product is sold: first where the member buys most. One statement."""
    someone = web.viewer()
    shops = queries.shops_of(product_ids, someone.id if someone else None)
    return {
        each: where_to_buy(shops[each], is_member=someone is not None, alone=True)
        for each in product_ids
    }


def where_to_buy(shops: list[Shop], *, is_member: bool, alone: bool = False) -> Markup:
    """Return the lines of shops with their buttons.

    Args:
        shops: as :func:`queries.clicks.shops_of` gives them.
        is_member: the forms carry his token.
        alone: with a card and a heading of its own.
    """
    post = request.args.get("from", "")[:CODE_LENGTH]
    page = f"commerce/{'' if alone else '_'}where_to_buy.html"
    return Markup(render_template(page, shops=shops, post=post, is_member=is_member))  # noqa: S704 - a template's own output


# --- staff ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A path as the table prints it; ``post`` where one led there and can be seen."""

    path: Path
    post: Glance | None


@bp.get("/staff/attribution")
@web.permission(Permission.ORDERS_SEE)
def attribution() -> ResponseReturnValue:
    """Show which posts, products or channels led to orders: ``?by=post``."""
    asked = request.args.get("by", "")
    by = By(asked) if asked in set(By) else By.POST
    window = credit_window()
    since = clock.now() - window - service.SLACK
    found = queries.paths(by, since)
    posts = parts.glances([path.key for path in found]) if by is By.POST else {}
    return render_template(
        "commerce/staff_attribution.html",
        by=by.value,
        tabs=[
            (str(label), url_for("commerce_clicks.attribution", by=each.value), each is by)
            for each, label in TABS.items()
        ],
        lines=[Line(path, posts.get(path.key)) for path in found],
        most=queries.MOST_PATHS,
        window_days=window.days,
        kept_days=(window + service.SLACK).days,
        locale=locale_tag(),
    )
