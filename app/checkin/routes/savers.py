"""Shields and make-up cards: what one has, how one gets them, a missed day made up."""

from datetime import date

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.checkin import queries, service, shown
from app.checkin.forms import BuyForm, MakeUpForm
from app.checkin.routes.blueprint import bp
from app.checkin.types import DayOutOfReachError, Item, MakeUp
from app.kernel import web
from app.kernel.errors import DomainError, NotFoundError
from app.kernel.i18n import gettext as _


@bp.get("/checkin/savers")
@web.member_required
@web.no_store
def savers() -> ResponseReturnValue:
    """Show shields and cards, how one gets them, and what became of them."""
    return _savers_page()


def _savers_page(error: DomainError | None = None) -> ResponseReturnValue:
    after = request.args.get("after", type=int)
    state, page = queries.savers(web.me().id, after=after)
    offers = shown.offers(state)
    forms = {
        offer.item: BuyForm(data={"item": offer.item.value, "price": offer.price})
        for offer in offers
    }
    return render_template(
        "checkin/savers.html",
        state=state,
        offers=offers,
        forms=forms,
        lines=shown.movement_rows(page.items),
        next_url=url_for(".savers", after=page.next_key) if page.next_key else None,
        first_url=url_for(".savers") if after else None,
        error=str(error.message) if error else None,
        how_to_shield=shown.how_to_shield(state.rules),
        how_to_card=shown.how_to_card(state.rules),
    ), (error.http_status if error else 200)


@bp.post("/checkin/savers")
@web.member_required
@web.no_store
def buy_saver() -> ResponseReturnValue:
    """Buy one shield or card with points; a second submit gets the first answer."""
    form = BuyForm()
    if not form.validate_on_submit():
        return _savers_page(DayOutOfReachError(_("Please check what you entered.")))
    back = web.safe_path(request.args.get("next"), url_for(".savers"))
    try:
        bought = service.buy(
            web.me().id,
            Item(form.item.data),
            price_points=form.price.data,
            request_key=form.request_key.data,
        )
    except DomainError as error:
        if web.wants_json():
            raise
        return _savers_page(error)
    if web.wants_json():
        return jsonify(item=bought.item, stock=bought.stock, points=bought.points)
    web.toast(shown.told_bought(bought))
    return redirect(back, 303)


@bp.route("/checkin/make-up/<day>", methods=["GET", "POST"])
@web.member_required
@web.no_store
def make_up(day: str) -> ResponseReturnValue:
    """Ask, then make a missed day up with a card.

    Raises:
        NotFoundError: that is no day.
    """
    on, form = _day(day), MakeUpForm()
    if form.validate_on_submit():
        try:
            done = service.make_up(web.me().id, on)
        except DomainError as error:
            if web.wants_json():
                raise
            return _make_up_page(on, form, error)
        if web.wants_json():
            return jsonify(shown.make_up_values(done))
        web.toast(shown.told_make_up(done), "ok" if done.is_new else "info")
        return redirect(url_for(".calendar", month=f"{on:%Y-%m}"), 303)
    return _make_up_page(on, form)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFoundError from None


def _make_up_page(
    on: date, form: MakeUpForm, error: DomainError | None = None
) -> ResponseReturnValue:
    what: MakeUp | None = None
    try:
        what = queries.foresee_make_up(web.me().id, on)
    except DayOutOfReachError as refusal:
        error = error or refusal
    price = queries.rules().card_price_points if what and not what.cards else 0
    buying = BuyForm(data={"item": Item.CARD.value, "price": price}) if price else None
    return render_template(
        "checkin/make_up.html",
        on=on,
        form=form,
        what=what,
        buying=buying,
        price=price,
        error=str(error.message) if error else None,
    ), (error.http_status if error else 200)
