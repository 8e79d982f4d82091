"""Trial pack, feedback, full size: a card that asks, and then shows where the full size is sold.

Whether somebody told how it was follows from his reviews. That he would rather not say is between
him and his browser: a cookie.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.commerce.clicks import where_to_buy
from app.commerce.queries import clicks, trials
from app.commerce.settings import trial_time
from app.commerce.types.clicks import Shop
from app.commerce.types.trials import Trial
from app.kernel import clock, slots, web
from app.kernel.errors import NotFoundError

bp = Blueprint("commerce_trials", __name__)

COOKIE = "trials"
KEPT_SECONDS, KEPT_ANSWERS = 180 * 86_400, 40
AT_ONCE = 2  # cards on one page


class Answer(StrEnum):
    """What somebody said to a card without words."""

    SKIP = "s"  # no feedback: show the full size
    ENOUGH = "e"  # nothing more about this one


@dataclass(frozen=True, slots=True)
class Card:
    """A trial on its way: asked for feedback, or followed by the full size."""

    trial: Trial
    is_asking: bool
    shops: Markup | None = None


@bp.post("/products/<slug>/trial")
@web.member_required
@web.no_store
def answer(slug: str) -> ResponseReturnValue:
    """Keep that somebody would rather not say, or wants to hear no more of it.

    Raises:
        NotFoundError: there is no such product, or no such answer.
    """
    product_id = clicks.product_id_of(slug)
    given = request.form.get("answer", "")
    if product_id is None or given not in set(Answer):
        raise NotFoundError
    response = make_response(redirect(web.safe_path(request.form.get("next"), "/me"), 303))
    _remember(response, {**_answers(), product_id: Answer(given)})
    return response


def _answers() -> dict[int, Answer]:
    """Return what this browser knows: product -> answer."""
    found = {}
    for each in request.cookies.get(COOKIE, "").split("-")[:KEPT_ANSWERS]:
        number, _dot, given = each.partition(".")
        if number.isascii() and number.isdecimal() and given in set(Answer):
            found[int(number)] = Answer(given)
    return found


def _remember(response: Response, answers: dict[int, Answer]) -> None:
    latest = list(answers.items())[-KEPT_ANSWERS:]
    response.set_cookie(
        COOKIE, "-".join(f"{number}.{given}" for number, given in latest), max_age=KEPT_SECONDS,
        httponly=True, samesite="Lax", secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )  # fmt: skip


@slots.fills("me_cards")
def me_cards(member_ids: Collection[int]) -> dict[int, Markup]:
    """Ask on a member's own page how his trial was. One statement, two with a full size to show."""
    return {
        each: _print(_cards(trials.trials_of(each, clock.now(), trial_time())[:AT_ONCE], each))
        for each in member_ids
    }


@slots.fills("order_cards")
def order_cards(order_ids: Collection[int]) -> dict[int, Markup]:
    """Ask on the page of an own order how the trial in it was."""
    me = web.me().id
    return {
        each: _print(_cards(trials.trials_of(me, clock.now(), trial_time(), each)[:AT_ONCE], me))
        for each in order_ids
    }


def _cards(found: Collection[Trial], member_id: int) -> list[Card]:
    answers = _answers()
    open_ones = [
        trial
        for trial in found
        if not trial.has_full_size and answers.get(trial.product.id) is not Answer.ENOUGH
    ]
    told = [t for t in open_ones if t.is_reviewed or t.product.id in answers]
    shops: dict[int, list[Shop]] = {}
    if told:
        shops = clicks.shops_of(
            [t.product.id for t in told], member_id, [t.full_sku_id for t in told]
        )
    return [
        Card(trial, is_asking=False, shops=where_to_buy(shops[trial.product.id], is_member=True))
        if trial.product.id in shops
        else Card(trial, is_asking=True)
        for trial in open_ones
    ]


def _print(cards: list[Card]) -> Markup:
    if not cards:
        return Markup()
    back = url_for("identity.me") if request.endpoint == "identity.me" else request.path
    return Markup(render_template("commerce/_trials.html", cards=cards, back=back))  # noqa: S704 - a template's own output
