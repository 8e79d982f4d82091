"""The board of parcels, and one of them: packed, sent, in trouble, refunded."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel import ids, web
from app.kernel.errors import DomainError
from app.kernel.i18n import gettext as _
from app.kernel.permissions import Permission
from app.rewards import policy, service, words
from app.rewards.back_shown import desk_lines, price, went_back
from app.rewards.forms.fulfilment import ProblemForm, RefundForm, ShipForm
from app.rewards.policy.carriers import carrier_name, find_carrier, tracking_url
from app.rewards.queries import fulfilment as queries
from app.rewards.queries.orders import money_back
from app.rewards.service import fulfilling, tracking
from app.rewards.types import Address, Delivery, State, TooLateError, Why
from app.rewards.types.fulfilling import Parcel, Sent

bp = Blueprint("rewards_fulfilment", __name__, url_prefix="/staff/redemptions")
SHIP = Permission.MALL_SHIP


def told(sent: Sent) -> str:
    """Return in words what became of a line of tracking numbers."""
    return {
        Sent.SHIPPED: _("Sent"),
        Sent.BEFORE: _("Was sent under this number before"),
        Sent.CORRECTED: _("The number was corrected"),
        Sent.UNKNOWN: _("There is no such parcel"),
        Sent.NOT_NOW: _("It is not to be sent: look at its page"),
        Sent.NO_CODE: _("The line names no order"),
        Sent.NO_NUMBER: _("No tracking number, or one that a spreadsheet has rounded"),
        Sent.NO_CARRIER: _("We don't know this carrier"),
        Sent.TWICE: _("A line above names this order already"),
    }[sent]


def state_of(asked: str | None) -> State:
    """Return the tab that an address names; the first one where it names none."""
    return State(asked) if asked in {each.value for each in queries.BOARD} else State.TO_PACK


@bp.get("")
@web.permission(SHIP)
def board() -> ResponseReturnValue:
    """List parcels by where they stand; a code leads to its order, whatever became of it."""
    asked = request.args.get("q", "").strip()
    if asked:
        found = queries.find_order_id(ids.read_code(asked))
        if found is not None:
            return redirect(url_for(".order", order_id=found), 303)
    state, counts = state_of(request.args.get("state")), queries.board_counts()
    page = queries.parcels(state, request.args.get("after"))
    return render_template(
        "rewards/staff_fulfilment.html",
        state=state,
        asked=asked,
        parcels=page.items,
        tabs=[
            (words.STATES[each], url_for(".board", state=each.value), each is state, counts[each])
            for each in queries.BOARD
        ],
        next_url=url_for(".board", state=state.value, after=page.next_key)
        if page.next_key
        else None,
        whys=words.STAFF_WHYS,
        carrier_name=carrier_name,
    )


@bp.get("/<int:order_id>")
@web.permission(SHIP)
def order(order_id: int) -> ResponseReturnValue:
    """Show an order; where it goes only to who asks for it.

    Raises:
        NoSuchOrderError: there is none.
    """
    return _page(queries.get_order(order_id))


def _page(parcel: Parcel, *, address: Address | None = None, form: ShipForm | None = None) -> str:
    data = {"tracking": parcel.tracking}
    if known := find_carrier(parcel.carrier):
        data["carrier"] = known.key
    return render_template(
        "rewards/staff_fulfil_order.html",
        parcel=parcel,
        address=address,
        steps=queries.steps_of(parcel.id),
        form=form or ShipForm(formdata=None, data=data),
        states=words.STATES,
        kinds=words.KINDS,
        whys={**words.WHYS, **words.STAFF_WHYS},
        carrier_name=carrier_name,
        tracking_url=tracking_url(parcel.carrier, parcel.tracking),
        may=_may(parcel),
        cost="" if parcel.is_prize else price(parcel.points, parcel.minor, parcel.currency),
        back=went_back(parcel),
        money_back=desk_lines(money_back(parcel.id)),
    )


def _may(parcel: Parcel) -> dict[str, Any]:
    """Return what can be done with an order where it stands; goods are never on their way."""
    state = parcel.state
    if parcel.delivery is not Delivery.POST:
        return {"refund": state not in policy.ENDED}
    return {
        "pack": state is State.TO_PACK,
        "unpack": State.TO_PACK in policy.NEXT[state] and state is not State.TO_PACK,
        "ship": state in tracking.READY,
        "correct": state is State.SHIPPED,
        "receive": state is State.SHIPPED,
        "report": State.PROBLEM in policy.NEXT[state],
        "refund": state not in policy.ENDED,
    }


@bp.post("/<int:order_id>/address")
@web.permission(SHIP)
def reveal(order_id: int) -> ResponseReturnValue:
    """Show where a parcel goes, and note who looked.

    Raises:
        NoSuchOrderError: there is none.
    """
    parcel = queries.get_parcel(order_id)
    found = fulfilling.reveal([parcel.code], actor_id=web.me().id)
    return _page(parcel, address=found.get(parcel.code))


@bp.post("/<int:order_id>/move")
@web.permission(SHIP)
def move(order_id: int) -> ResponseReturnValue:
    """Let one parcel go on.

    Raises:
        NoSuchOrderError: there is none.
    """
    parcel = queries.get_parcel(order_id)
    wanted = request.form.get("state", "")
    state = State(wanted) if wanted in fulfilling.BY_HAND else parcel.state
    try:
        if not fulfilling.move(parcel.code, state, actor_id=web.me().id):
            web.toast(_("A colleague was faster: it stands there already."), "info")
    except TooLateError as error:
        web.toast(str(error), "warn")
    return redirect(url_for(".order", order_id=order_id), 303)


@bp.post("/<int:order_id>/ship")
@web.permission(SHIP)
def ship(order_id: int) -> ResponseReturnValue:
    """Send a parcel, or correct its number.

    Raises:
        NoSuchOrderError: there is none.
    """
    parcel, form = queries.get_parcel(order_id), ShipForm()
    if not form.validate_on_submit():
        return _page(parcel, form=form), 422
    number = str(form.tracking.data).upper()
    sent = tracking.ship(parcel.code, form.carrier.data, number, actor_id=web.me().id)
    web.toast(told(sent), "warn" if sent is Sent.NOT_NOW else "ok")
    return redirect(url_for(".order", order_id=order_id), 303)


@bp.route("/<int:order_id>/problem", methods=["GET", "POST"])
@web.permission(SHIP)
def problem(order_id: int) -> ResponseReturnValue:
    """Ask what is wrong, then note it.

    Raises:
        NoSuchOrderError: there is none.
    """
    parcel, form, status = queries.get_parcel(order_id), ProblemForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                is_new = fulfilling.report_problem(
                    parcel.code, Why(form.why.data), actor_id=web.me().id
                )
            except TooLateError as error:
                form.form_errors = [error.message]
            else:
                told_it = _("Noted. Its owner is told that we are on it.")
                web.toast(told_it if is_new else _("It was noted before."))
                return redirect(url_for(".order", order_id=order_id), 303)
    page = render_template("rewards/staff_fulfil_problem.html", parcel=parcel, form=form)
    return page, status


@bp.route("/<int:order_id>/refund", methods=["GET", "POST"])
@web.permission(SHIP)
def refund(order_id: int) -> ResponseReturnValue:
    """Ask why, then end an order and give its points back.

    Raises:
        NoSuchOrderError: there is none.
    """
    parcel, form, status = queries.get_order(order_id), RefundForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                is_new = service.refund(
                    parcel.code, actor_id=web.me().id, why=Why(form.why.data),
                    returns_to_stock=bool(form.returns_to_stock.data),
                )  # fmt: skip
            except DomainError as error:
                form.form_errors = [error.message]
            else:
                done = _("Ended. The points are back with their owner.")
                web.toast(done if is_new else _("It had ended before."))
                return redirect(url_for(".order", order_id=order_id), 303)
    page = render_template("rewards/staff_fulfil_refund.html", parcel=parcel, form=form)
    return page, status
