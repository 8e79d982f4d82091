"""A member's own orders, and what each of them earned."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.commerce import queries, shown
from app.commerce.routes.blueprint import bp
from app.kernel import ids, slots, web
from app.kernel.errors import NotFoundError
from app.kernel.permissions import Permission
from app.ledger import queries as ledger


@bp.get("/me/orders")
@web.member_required
@web.no_store
def my_orders() -> ResponseReturnValue:
    """List a member's orders with what each of them earned."""
    page = queries.my_orders(web.me().id, request.args.get("after"))
    next_url = url_for("commerce.my_orders", after=page.next_key) if page.next_key else None
    return render_template("commerce/my_orders.html", page=page, next_url=next_url)


@bp.get("/me/orders/<code>")
@web.member_required
@web.no_store
def my_order(code: str) -> ResponseReturnValue:
    """Show one of a member's orders: what was bought, what it earned and why.

    Raises:
        NotFoundError: it is not his.
    """
    canonical = ids.read_code(code)
    if canonical is None:
        raise NotFoundError
    if canonical != code:
        return redirect(url_for("commerce.my_order", code=canonical), 303)
    order = queries.my_order(web.me().id, canonical)
    has_lost = any(step.moved_points < 0 for step in order.steps)
    return render_template(
        "commerce/my_order.html",
        order=order,
        story=shown.points_story(order),
        way=shown.way_of(order),
        steps=[step for step in shown.steps(order) if not step.is_nothing],
        kind_name=shown.kind_name,
        owed_points=ledger.balance(web.me().id).debt if has_lost else 0,
        cards=slots.fill("order_cards", [order.card.id])[order.card.id],
    )


def order_url(order_id: int, viewer_id: int | None) -> str | None:
    """Return the address of an order for whoever may see it: its buyer, or staff."""
    viewer = web.viewer()
    is_staff = viewer is not None and viewer.can(Permission.ORDERS_SEE)
    found = queries.address_of(order_id, viewer_id, is_staff=is_staff)
    if found is None:
        return None
    code, is_own = found
    return url_for("commerce.my_order" if is_own else "commerce_staff.order", code=code)
