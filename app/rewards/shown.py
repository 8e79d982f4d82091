"""The mall in words and macro-shaped values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app, url_for

from app.kernel import clock, web
from app.kernel.goods import Thing, UnknownGoodsError, kind_of
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import locale_tag, moment, money, ngettext, number, sentences
from app.kernel.types import Person
from app.rewards import policy
from app.rewards.back_shown import (  # noqa: F401 - for templates
    pieces_line,
    price,
    went_back,
)
from app.rewards.policy.carriers import carrier_name, tracking_url  # noqa: F401 - for templates
from app.rewards.queries.home import Way
from app.rewards.types import (
    LITTLE_LEFT,
    MAX_AT_ONCE,
    Card,
    Delivery,
    Drop,
    ItemView,
    Ordered,
    OrderLine,
    OrderView,
    State,
    Variant,
)
from app.rewards.words import KINDS, STATES, WHYS

ADDRESS = ("name", "phone", "region", "street", "postcode")


def unit(points: int) -> str:
    """Return the word that stands after so many points."""
    return ngettext("%(figure)s point", "%(figure)s points", points, figure="").strip()


def now() -> datetime:
    """Return the present moment."""
    return clock.now()


def face() -> Person | None:
    """Return who looks, to show a frame around his own face; None for a guest."""
    viewer = web.viewer()
    return viewer.person if viewer else None


def desk_kpis(figures: Any) -> list[dict[str, object]]:
    """Return the strip above the team's list of items."""
    return [
        {"label": _("On the shelf"), "value": number(figures.shown)},
        {
            "label": _("Running low"),
            "value": number(figures.low),
            "href": url_for("rewards_staff.items", state="low") if figures.low else None,
        },
        {"label": _("Redeemed in 7 days"), "value": number(figures.redeemed)},
        {"label": _("Points for it"), "value": number(figures.points)},
        {"label": _("To be packed"), "value": number(figures.to_pack)},
        {
            "label": _("Waiting for money"),
            "value": number(figures.unpaid),
            "href": url_for("rewards_staff.payments"),
        },
    ]


def counts(item: ItemView) -> list[tuple[int, int]]:
    """Return how many pieces one may choose."""
    limit = policy.limit_of(item.terms, item.standing.tier)
    most = min(
        MAX_AT_ONCE,
        limit - item.standing.had if limit else MAX_AT_ONCE,
        MAX_AT_ONCE if item.left is None else item.left,
    )
    return [(each, each) for each in range(1, max(1, most) + 1)]


def left_text(left: int | None) -> str:
    """Return how many are left where it matters: none, or few; else an empty text."""
    if left is None or left >= LITTLE_LEFT:
        return ""
    if left <= 0:
        return _("Sold out")
    return ngettext("%(num)s left", "%(num)s left", left)


def audience_text(who: str) -> str:
    """Return for whom a shelf is."""
    return _("For %(who)s", who=who)


def card_mark(card: Card, now: datetime) -> tuple[str, str]:
    """Return (text, icon) of the mark on a card's picture; empty for none."""
    if card.left is not None and card.left <= 0:
        return _("Sold out"), "ban"
    if card.opens_at is not None and card.opens_at > now:
        return _("From %(moment)s", moment=moment(card.opens_at)), "clock"
    if not card.is_open:
        return audience_text(card.audience), "lock"
    if card.is_presale:
        return _("Pre-order"), "calendar-event"
    if card.is_hidden_edition:
        return _("Hidden edition"), "sparkles"
    if card.drop is not Drop.NONE:
        return _("Limited"), "flame-filled"
    return "", ""


def variant_label(variant: Variant, item: ItemView) -> str:
    """Return a kind with what is left of it."""
    label, left = variant.label or item.name, left_text(variant.left)
    return f"{label} · {left}" if left else label


@dataclass(frozen=True, slots=True)
class Door:
    """What stands where the button is: the button, or why there is none and what to do.

    Attributes:
        state: ``open``, ``missing`` (points), ``not_yet``, ``over``, ``sold_out``, ``not_for_you``,
            ``limit``, ``guest``, ``lots``, ``entered``.
        text: in words.
        missing: points that are missing.
    """

    state: str
    text: str
    missing: int = 0
    at: datetime | None = None


def door(item: ItemView, now: datetime, *, is_guest: bool) -> Door:
    """Return what stands where the button is."""
    terms = item.terms
    checks = (
        _by_time(item, now),
        _by_person(item),
        Door("sold_out", _("Sold out")) if item.left == 0 and item.entry is None else None,
        Door("guest", _("Sign in to redeem it")) if is_guest else None,
        Door("lots", _("Enter the draw")) if terms.drop is Drop.LOTS and not item.missing else None,
        Door("missing", missing_text(item.missing), item.missing) if item.missing else None,
    )
    return next((each for each in checks if each), Door("open", _("Redeem")))


def _by_time(item: ItemView, now: datetime) -> Door | None:
    terms = item.terms
    if not terms.is_shown or (terms.closes_at is not None and now >= terms.closes_at):
        return Door("over", _("No longer on offer"))
    if terms.opens_at is not None and now < terms.opens_at:
        text = _("Starts %(moment)s", moment=moment(terms.opens_at))
        return Door("not_yet", text, at=terms.opens_at)
    if item.entry is not None and item.entry.state != "withdrawn":
        return Door("entered", entry_text(item.entry.state))
    if terms.drop is Drop.LOTS and terms.draws_at is not None and now >= terms.draws_at:
        return Door("over", _("Entries are closed"))
    return None


def entry_text(state: str) -> str:
    """Return what became of a ticket."""
    return {
        "waiting": _("You're in. Lots are drawn when entries close."),
        "won": _("You won. It's yours!"),
        "lost": _("Not this time. Your points are back."),
        "withdrawn": _("You took your entry back."),
    }[state]


def _by_person(item: ItemView) -> Door | None:
    standing = item.standing
    if not standing.is_in_audience:
        return Door("not_for_you", audience_text(item.audience))
    limit = policy.limit_of(item.terms, standing.tier)
    if limit and standing.had >= limit:
        return Door(
            "limit",
            _("You have yours: %(limit)s for each member", limit=number(limit)),
        )  # fmt: skip
    return None


def missing_text(missing: int) -> str:
    """Return how many points are missing."""
    return ngettext(
        "%(figure)s more point to go", "%(figure)s more points to go", missing,
        figure=number(missing),
    )  # fmt: skip


def sums(item: ItemView, count: int) -> list[tuple[str, str]]:
    """Return what a purchase costs and leaves, line by line."""
    due = item.due_now * count
    lines = [(_("Price"), price(item.points * count, item.minor * count, item.currency))]
    if item.terms.deposit_points:
        lines.append((_("Deposit now"), price(due, 0, item.currency)))
    lines += [
        (_("You have"), price(item.available, 0, item.currency)),
        (_("You keep"), price(max(0, item.available - due), 0, item.currency)),
    ]
    return lines


def delivery_text(item: ItemView) -> str:
    """Return how it comes."""
    if item.delivery is Delivery.POST:
        if item.ships_on is not None:
            return _("By post, from %(day)s", day=day_name(item.ships_on))
        return _("By parcel post")
    try:
        return _("At once: %(what)s", what=kind_of(Thing.parse(item.goods or "")).label)
    except (UnknownGoodsError, ValueError):
        return _("At once")


def facts(item: ItemView) -> list[tuple[str, str]]:
    """Return the facts of an item's page."""
    terms, rows = item.terms, [(_("Delivery"), delivery_text(item)), *item.about.lines]
    if item.worth_minor:
        rows.append((_("In the shops"), str(money(item.worth_minor, item.currency))))
    if item.left is not None:
        rows.append((_("In stock"), ngettext("%(num)s piece", "%(num)s pieces", item.left)))
    limit = policy.limit_of(terms, item.standing.tier)
    if limit:
        rows.append((_("For each member"), ngettext("%(num)s piece", "%(num)s pieces", limit)))
    if terms.closes_at is not None:
        rows.append((_("Until"), moment(terms.closes_at)))
    if terms.deposit_points:
        rows += _ahead(item)
    return rows


def _ahead(item: ItemView) -> list[tuple[str, str]]:
    terms = item.terms
    rows = [(_("Deposit now"), price(terms.deposit_points, 0, item.currency))]
    if item.rest_from is not None and terms.rest_until is not None:
        span = _("%(start)s to %(end)s", start=moment(item.rest_from), end=moment(terms.rest_until))
        rows.append((_("Rest due"), span))
    return rows


def told_ordered(done: Ordered) -> str:
    """Return what the toast says after a purchase."""
    if not done.is_new:
        return _("You have this order already. Your points moved only once.")
    return {
        State.WAITING_MONEY: _("Reserved. Your points are set aside until you pay"),
        State.WAITING_REST: _("Pre-ordered. Your deposit is set aside"),
        State.DONE: _("Yours. Enjoy it"),
    }.get(done.state, _("Yours. We'll pack it soon"))


def state_badge(line: OrderLine) -> tuple[str, str]:
    """Return (word, kind) of an order's state."""
    return str(STATES[line.state]), KINDS.get(line.state, "")


def order_price(line: OrderLine) -> str:
    """Return what an order cost."""
    return _("A prize") if line.is_prize else price(line.points, line.minor, line.currency)


AHEAD = {
    Delivery.POST: (State.TO_PACK, State.PACKED, State.SHIPPED, State.DONE),
    Delivery.GOODS: (State.DONE,),
}


def way(order: OrderView) -> list[dict[str, Any]]:
    """Return an order's way as the timeline macro takes it: what was, and what is to come."""
    steps = [
        {
            "title": STATES[step.state],
            "at": step.at,
            "text": _step_text(order, step.state),
            "state": "done",
        }
        for step in order.steps
    ]
    if steps and order.line.state not in policy.ENDED and order.line.state is not State.DONE:
        steps[-1]["state"] = "now"
    ahead = AHEAD[order.delivery]
    if order.line.state in policy.ENDED or order.line.state is State.PROBLEM:
        return steps
    begun = order.line.state in ahead
    coming = ahead[ahead.index(order.line.state) + 1 :] if begun else ahead
    return [
        *steps,
        *({"title": STATES[each], "at": None, "text": "", "state": "todo"} for each in coming),
    ]


def _step_text(order: OrderView, state: State) -> str:
    if state is State.SHIPPED and order.shipment is not None:
        return f"{carrier_name(order.shipment.carrier)} {order.shipment.number}"
    return ""


def story(order: OrderView) -> str:
    """Return in a sentence where an order stands and what happens next."""
    line = order.line
    if line.state is State.WAITING_MONEY and line.pay_by is not None:
        return _(
            "Pay %(amount)s until %(moment)s. Your points wait for you; if it isn't paid, they "
            "come back by themselves.",
            amount=money(line.minor, line.currency),
            moment=moment(line.pay_by),
        )
    if line.state is State.WAITING_REST and line.pay_by is not None:
        return _(
            "The rest, %(rest)s, is due until %(moment)s. If it isn't paid, your deposit comes "
            "back.",
            rest=price(line.points - order.deposit_points, 0, line.currency),
            moment=moment(line.pay_by),
        )
    if line.state in policy.ENDED:
        why = str(WHYS[order.why]) if order.why else ""
        back = _("Your points are back.") if line.points else ""
        return sentences(each for each in (why, back) if each)
    return {
        State.WAITING_ADDRESS: _("Tell us where to send it."),
        State.TO_PACK: _("We'll pack it soon. You can still change your mind."),
        State.PACKED: _("It is packed and waits for the courier."),
        State.SHIPPED: _("It is on its way to you."),
        State.PROBLEM: _("Something came up. We're on it and will write to you."),
    }.get(line.state, "")


def cancelling(order: OrderView) -> str:
    """Return what happens when an order is cancelled now."""
    parts = [_("Your points come back at once, and the piece goes back on the shelf.")]
    if order.returnable:
        parts = [_("Your points come back at once, and somebody else can have it.")]
    if len(order.returnable) > 1:
        parts = [_("The points of what you give back come back at once.")]
    if order.paid_at is not None:
        parts.append(_("We give back what you paid in money; our team sends it by hand."))
    return sentences(parts)


def may_ask_refund(order: OrderView) -> bool:
    """Return whether its owner may ask for a refund, and has not yet."""
    line = order.line
    return order.refund_asked_at is None and policy.may_ask_refund(
        line.state, order.delivery, minor=line.minor, is_prize=line.is_prize
    )


def may_pay_rest(order: OrderView) -> bool:
    """Return whether the rest of a pre-order is due."""
    line = order.line
    is_due = line.rest_from is None or line.rest_from <= clock.now()
    return line.state is State.WAITING_REST and is_due


def way_row(each: Way) -> dict[str, Any]:
    """Return a way to more points as a row: what, where, how much."""
    pays = _("+%(points)s points", points=number(each.points)) if each.points else ""
    if each.kind == "mission":
        url = url_for("loyalty_missions.missions")
        return {"icon": "target", "text": each.name(locale_tag()), "note": pays, "href": url}
    if each.kind == "post":
        url = url_for("community.compose")
        return {"icon": "photo", "text": _("Post a photo"), "note": pays, "href": url}
    url = url_for("checkin.calendar")
    return {"icon": "calendar-check", "text": _("Check in"), "note": pays, "href": url}


def staff_order_url(order_id: int) -> str | None:
    """Return the address of an order's staff page, where that page exists."""
    if "rewards_fulfilment.order" not in current_app.view_functions:
        return None
    return url_for("rewards_fulfilment.order", order_id=order_id)


def team_url() -> str | None:
    """Return where a member writes to the team, where that page exists."""
    if "messages.team" not in current_app.view_functions:
        return None
    return url_for("messages.team")
