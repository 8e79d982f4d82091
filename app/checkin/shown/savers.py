"""Shields and cards in words and macro-shaped values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.checkin import service
from app.checkin.types import Bought, Calendar, Cause, Item, MakeUp, MovementLine, State
from app.checkin.types.rules import Rules
from app.checkin.words import ITEMS
from app.kernel.i18n import day as day_name
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext, number

CAUSES = {
    Cause.EARNED: _l("Earned by your streak"),
    Cause.BOUGHT: _l("Bought"),
    Cause.GRANTED: _l("A gift"),
    Cause.USED: _l("Used"),
    Cause.EXPIRED: _l("Lapsed"),
    Cause.RETURNED: _l("Came back"),
    Cause.PERK: _l("From your tier"),
    Cause.MERGED: _l("Accounts joined or parted"),
}
ICONS = {Item.SHIELD: "shield-check", Item.CARD: "calendar-plus"}


def savers_rows(page: Calendar) -> list[dict[str, Any]]:
    """Return the two rows of the check-in page: what one has, and what to do with it."""
    standing, rules = page.hero.standing, page.hero.rules
    overview = url_for("checkin.savers")
    shields = {
        "icon": "shield-check",
        "text": ngettext("%(num)s shield", "%(num)s shields", standing.shields),
        "note": how_to_shield(rules),
        "href": overview,
    }
    cards = {
        "icon": "calendar-plus",
        "text": ngettext("%(num)s make-up card", "%(num)s make-up cards", standing.cards),
        "note": how_to_card(rules),
        "href": overview,
    }
    if page.open_day:
        cards["note"] = _("You missed %(day)s: make it up", day=day_name(page.open_day))
        cards["href"] = url_for("checkin.make_up", day=page.open_day.isoformat())
    return [shields, cards]


def tier_cards(count: int) -> str:
    """Return how many cards a tier brings a month; empty for none."""
    if not count:
        return ""
    return ngettext(
        "%(num)s card a month with your tier", "%(num)s cards a month with your tier", count
    )


def how_to_shield(rules: Rules) -> str:
    """Return in a line what a shield does and how one gets it."""
    if rules.days_per_shield:
        return _(
            "Saves a missed day by itself. Every %(days)s days in a row bring one.",
            days=rules.days_per_shield,
        )
    if rules.shield_price_points:
        return _(
            "Saves a missed day by itself. Yours for %(points)s points.",
            points=number(rules.shield_price_points),
        )
    return _("Saves a missed day by itself.")


def how_to_card(rules: Rules) -> str:
    """Return in a line what a card does and how one gets it."""
    reach = ngettext(
        "Makes up a day you missed, up to %(num)s day back.",
        "Makes up a day you missed, up to %(num)s days back.",
        rules.days_back,
    )
    if not rules.card_price_points:
        return reach
    price = _("Yours for %(points)s points.", points=number(rules.card_price_points))
    return _("%(what)s %(price)s", what=reach, price=price)


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be bought.

    Attributes:
        is_full: he holds as many as one can.
    """

    item: Item
    label: object
    price: int
    is_full: bool


def offers(state: State) -> list[Offer]:
    """Return what is for sale."""
    held = {Item.SHIELD: state.shields >= state.rules.shields_at_most, Item.CARD: False}
    prices = {item: service.price_of(item, state.rules) for item in Item}
    return [Offer(item, ITEMS[item], prices[item], held[item]) for item in Item if prices[item]]


def movement_rows(lines: Sequence[MovementLine]) -> list[dict[str, Any]]:
    """Return movements as the page prints them."""
    return [
        {
            "icon": ICONS[line.item],
            "title": ITEMS[line.item],
            "note": CAUSES[line.cause],
            "paid": line.points,
            "at": line.at,
            "amount": line.amount,
        }
        for line in lines
    ]


def told_bought(bought: Bought) -> str:
    """Return what the toast says after a purchase."""
    if not bought.is_new:
        return _("You have it already. Your points moved only once.")
    if bought.item is Item.CARD:
        return ngettext(
            "Yours. You hold %(num)s make-up card now.",
            "Yours. You hold %(num)s make-up cards now.",
            bought.stock,
        )
    return ngettext(
        "Yours. You hold %(num)s shield now.", "Yours. You hold %(num)s shields now.", bought.stock
    )


def told_make_up(done: MakeUp) -> str:
    """Return what the toast says after a make-up."""
    day = day_name(done.on)
    if not done.is_new:
        return _("%(day)s is kept already. No card was used.", day=day)
    streak = ngettext("%(num)s day in a row", "%(num)s days in a row", done.streak_after)
    if done.earns:
        return _(
            "%(day)s is made up: %(streak)s, +%(points)s points.",
            day=day,
            streak=streak,
            points=done.earns,
        )
    return _("%(day)s is made up: %(streak)s.", day=day, streak=streak)


def make_up_values(done: MakeUp) -> dict[str, Any]:
    """Return a make-up as JSON says it."""
    return {
        "on": done.on.isoformat(),
        "is_new": done.is_new,
        "streak_days": done.streak_after,
        "cards": done.cards,
        "points": done.earns,
        "message": told_make_up(done),
    }
