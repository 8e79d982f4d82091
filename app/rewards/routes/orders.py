"""A member's own orders."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import ids, web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.kernel.refs import link
from app.rewards import policy, queries, service, shown
from app.rewards.back_shown import money_lines
from app.rewards.forms import AddressForm, PiecesForm, PlainForm
from app.rewards.routes.blueprint import bp
from app.rewards.types import Delivery, OrderView


@bp.get("/me/mall-orders")
@web.member_required
@web.no_store
def my_orders() -> ResponseReturnValue:
    """List what a member redeemed and won."""
    page = queries.orders_of(web.me().id, request.args.get("after"))
    next_url = url_for(".my_orders", after=page.next_key) if page.next_key else None
    return render_template(
        "rewards/my_orders.html", page=page, next_url=next_url, shown=shown,
        is_first=not request.args.get("after"),
    )  # fmt: skip


@bp.get("/me/mall-orders/<code>")
@web.member_required
@web.no_store
def my_order(code: str) -> ResponseReturnValue:
    """Show one of a member's orders.

    Raises:
        NotFoundError: it is none of his.
    """
    return _order_page(_mine(code))


def _order_page(order: OrderView, error: DomainError | None = None) -> ResponseReturnValue:
    page = render_template(
        "rewards/my_order.html",
        order=order,
        way=shown.way(order),
        story=shown.story(order),
        form=PlainForm(),
        may_pay_rest=shown.may_pay_rest(order),
        may_cancel=order.line.state in policy.MEMBER_CANCELS or bool(order.returnable),
        where_url=link(order.where),
        may_ask=shown.may_ask_refund(order),
        asked=money_lines(order),
        error=str(error.message) if error else None,
        shown=shown,
    )
    return page, (error.http_status if error else 200)


def _mine(code: str) -> OrderView:
    canonical = ids.read_code(code)
    if canonical is None:
        raise NotFoundError
    return queries.order_page(web.me().id, canonical)


@bp.route("/me/mall-orders/<code>/cancel", methods=["GET", "POST"])
@web.member_required
@web.no_store
def cancel_order(code: str) -> ResponseReturnValue:
    """Ask, then cancel an order.

    Raises:
        NotFoundError: it is none of his.
    """
    order, form = _mine(code), PiecesForm()
    form.offer(order.returnable)
    if request.method == "GET" or not form.validate():
        text = shown.cancelling(order)
        page = render_template("rewards/cancel.html", order=order, form=form, text=text)
        return page, (200 if request.method == "GET" else 422)
    try:
        service.cancel(web.me().id, order.line.code, form.chosen())
    except DomainError as error:
        if web.wants_json():
            raise
        return _order_page(_mine(code), error)
    web.toast(_("Cancelled. Your points are back"))
    return redirect(url_for(".my_order", code=order.line.code), 303)


@bp.route("/me/mall-orders/<code>/refund", methods=["GET", "POST"])
@web.member_required
@web.no_store
def ask_refund(code: str) -> ResponseReturnValue:
    """Ask whether a refund is wanted, then tell the team.

    Raises:
        NotFoundError: it is none of his.
    """
    order, form = _mine(code), PlainForm()
    if request.method == "GET" and not shown.may_ask_refund(order):
        return redirect(url_for(".my_order", code=order.line.code), 303)
    if request.method == "GET" or not form.validate():
        page = render_template("rewards/ask_refund.html", order=order, form=form)
        return page, (200 if request.method == "GET" else 422)
    try:
        service.ask_refund(web.me().id, order.line.code)
    except DomainError as error:
        if web.wants_json():
            raise
        return _order_page(_mine(code), error)
    web.toast(_("Asked. We'll look at it and answer"))
    return redirect(url_for(".my_order", code=order.line.code), 303)


@bp.post("/me/mall-orders/<code>/rest")
@web.member_required
@web.no_store
def pay_rest(code: str) -> ResponseReturnValue:
    """Pay the rest of a pre-order.

    Raises:
        NotFoundError: it is none of his.
    """
    order = _mine(code)
    try:
        service.pay_rest(web.me().id, order.line.code)
    except DomainError as error:
        if web.wants_json():
            raise
        return _order_page(order, error)
    web.toast(_("Paid in full. It's yours"))
    return redirect(url_for(".my_order", code=order.line.code), 303)


@bp.post("/me/mall-orders/<code>/received")
@web.member_required
@web.no_store
def receive(code: str) -> ResponseReturnValue:
    """Note that a parcel has come.

    Raises:
        NotFoundError: it is none of his.
    """
    order = _mine(code)
    try:
        service.receive(web.me().id, order.line.code)
    except DomainError as error:
        if web.wants_json():
            raise
        return _order_page(order, error)
    web.toast(_("Enjoy it"))
    return redirect(url_for(".my_order", code=order.line.code), 303)


@bp.route("/me/mall-orders/<code>/address", methods=["GET", "POST"])
@web.member_required
@web.no_store
def order_address(code: str) -> ResponseReturnValue:
    """Ask where an order goes.

    Raises:
        NotFoundError: it is none of his, or no parcel.
    """
    order = _mine(code)
    if order.delivery is not Delivery.POST or order.line.state not in policy.MEMBER_CANCELS:
        raise NotFoundError
    if request.method == "GET":
        kept = order.address or queries.kept_address(web.me().id)
        data = {name: getattr(kept, name) for name in shown.ADDRESS} if kept else {}
        form = AddressForm(formdata=None, data=data)
        return render_template("rewards/address.html", order=order, form=form)
    form = AddressForm()
    is_right = form.validate()
    address = form.address()
    if not is_right or address is None:
        return render_template("rewards/address.html", order=order, form=form), 422
    service.set_address(web.me().id, order.line.code, address)
    web.toast(_("Noted. That is where it goes"))
    return redirect(url_for(".my_order", code=order.line.code), 303)


def order_url(order_id: int, viewer_id: int | None) -> str | None:
    """Return the address of an order for its owner, or for staff who ship."""
    code = queries.order_address_of(order_id, viewer_id)
    if code is not None:
        return url_for("rewards.my_order", code=code)
    viewer = web.viewer()
    if viewer is None or not viewer.can(Permission.MALL_SHIP):
        return None
    return shown.staff_order_url(order_id)
