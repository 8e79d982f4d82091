"""Missions, camps and badges in words: what is to be done and where, how far, how to get it."""

from collections.abc import Mapping
from typing import Any

from flask import current_app, g, url_for

from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import ngettext
from app.loyalty.queries import measures, options
from app.loyalty.types.badges import Badge, Criterion, Standard
from app.loyalty.types.camps import TaskKind
from app.loyalty.types.doings import Doing, Wanted
from app.loyalty.types.missions import Period

# Where a thing is done: endpoints of upper floors, asked for by name; the home page without them.
PLACES: Mapping[Doing, tuple[str, object]] = {
    Doing.CHECK_IN: ("checkin.calendar", _l("Check in")),
    Doing.POST: ("community.compose", _l("Post")),
    Doing.REPLY: ("community.home", _l("Reply")),
    Doing.LIKE: ("community.home", _l("Look around")),
    Doing.LIKED: ("community.compose", _l("Post")),
    Doing.PROFILE: ("identity.profile_settings", _l("Complete it")),
    Doing.ORDER: ("commerce.products", _l("See products")),
    Doing.EVENT: ("seats.my_tickets", _l("Event tickets")),
}
DOING_ICONS: Mapping[Doing, str] = {
    Doing.CHECK_IN: "calendar-check",
    Doing.POST: "pencil",
    Doing.REPLY: "message-circle",
    Doing.LIKE: "heart",
    Doing.LIKED: "heart-filled",
    Doing.PROFILE: "user-circle",
    Doing.ORDER: "shopping-bag",
    Doing.EVENT: "calendar-event",
}
KIND_ICONS: Mapping[TaskKind, str] = {
    TaskKind.ACT: "target",
    TaskKind.STEPS: "list-check",
    TaskKind.LINK: "link",
    TaskKind.PHOTO: "camera",
}
PERIODS: Mapping[Period, object] = {
    Period.DAY: _l("Every day"),
    Period.WEEK: _l("Every week"),
    Period.ONCE: _l("Once"),
}
LEVELS: Mapping[int, tuple[str, object]] = {
    1: ("bronze", _l("Bronze")),
    2: ("silver", _l("Silver")),
    3: ("gold", _l("Gold")),
}


def place_of(wanted: Wanted) -> tuple[str, str]:
    """Return the address where something is done, and the verb that leads there."""
    endpoint, verb = PLACES[wanted.doing]
    known = endpoint in current_app.view_functions
    return (url_for(endpoint) if known else "/"), str(verb)


def _name_of(attribute: str, value: int) -> str:
    """Return what a board or topic is called; asked for once a request, and only if one is."""
    if not value:
        return ""
    kept = g.setdefault("names_of_attributes", {})
    if attribute not in kept:
        kept[attribute] = dict(options.options_of(attribute))
    return str(kept[attribute].get(value, value))


def conditions(wanted: Wanted | None) -> list[str]:
    """Return what is asked beyond the act itself, each in a few words."""
    if wanted is None:
        return []
    if not wanted.doing.is_written:
        return []
    told: list[tuple[object, str]] = [
        (wanted.board, _("on the board %(name)s", name=_name_of("board", wanted.board))),
        (wanted.topic, _("under the topic %(name)s", name=_name_of("topic", wanted.topic))),
        (wanted.tag, _("with #%(name)s", name=wanted.tag)),
        (wanted.has_photo, _("with a photo")),
        (
            wanted.min_length,
            ngettext(
                "at least %(num)s sign of text",
                "at least %(num)s characters of text",
                wanted.min_length,
            ),
        ),
    ]
    return [text for is_asked, text in told if is_asked]


def how_to_get(badge: Badge) -> str:
    """Return how a badge is got, in one sentence."""
    told = badge.draft.criterion
    if told is None:
        return _("Given by our team.")
    return _measured(told)


def _measured(told: Criterion) -> str:
    num = told.at_least
    if told.standard is Standard.COUNT and told.doing:
        return _counted(told.doing, num)
    if told.standard is Standard.DAYS and told.doing:
        return _on_days(told.doing, num)
    if told.standard is Standard.STREAK:
        return ngettext("Check in %(num)s day in a row.", "Check in %(num)s days in a row.", num)
    if told.standard is Standard.MISSIONS:
        return ngettext("Finish %(num)s mission.", "Finish %(num)s missions.", num)
    if told.standard is Standard.CAMPS:
        return ngettext(
            "Graduate from %(num)s camp.", "Graduate from %(num)s different camps.", num
        )
    measure = measures.find(told.name)
    return _("%(what)s: at least %(num)s.", what=measure.label if measure else told.name, num=num)


def _on_days(doing: Doing, num: int) -> str:
    sentences: Mapping[Doing, str] = {
        Doing.CHECK_IN: _("Check in on %(num)s days.", num=num),
        Doing.POST: _("Post on %(num)s different days.", num=num),
        Doing.REPLY: _("Reply on %(num)s different days.", num=num),
        Doing.LIKE: _("Like something on %(num)s different days.", num=num),
        Doing.LIKED: _("Receive likes on %(num)s different days.", num=num),
        Doing.PROFILE: _("Complete your profile."),
        Doing.ORDER: _("Pay orders on %(num)s different days.", num=num),
        Doing.EVENT: _("Come to events on %(num)s different days.", num=num),
    }
    return sentences[doing]


def _counted(doing: Doing, num: int) -> str:
    sentences: Mapping[Doing, str] = {
        Doing.CHECK_IN: ngettext("Check in once.", "Check in %(num)s times.", num),
        Doing.POST: ngettext("Post a thread.", "Post %(num)s threads.", num),
        Doing.REPLY: ngettext("Write a reply.", "Write %(num)s replies.", num),
        Doing.LIKE: ngettext("Like something.", "Like %(num)s things.", num),
        Doing.LIKED: ngettext("Receive a like.", "Receive %(num)s likes.", num),
        Doing.PROFILE: _("Complete your profile."),
        Doing.ORDER: ngettext("Link a paid order.", "Link %(num)s paid orders.", num),
        Doing.EVENT: ngettext("Come to an event.", "Come to %(num)s events.", num),
    }
    return sentences[doing]


def rarity(holders: int, members: int) -> str:
    """Return how rare a badge is among members, in words."""
    if not holders or not members:
        return _("Nobody yet")
    share = min(1.0, holders / members)
    if share < 0.001:  # noqa: PLR2004 - one in a thousand
        return _("Fewer than 1 in 1,000 have it")
    percent = f"{share * 100:.1f}".removesuffix(".0")
    return _("%(percent)s%% of members have it", percent=percent)


def values() -> dict[str, Any]:
    """Return what the templates of missions, camps and badges need."""
    return {
        "place_of": place_of,
        "conditions": conditions,
        "how_to_get": how_to_get,
        "levels": LEVELS,
        "doing_icons": DOING_ICONS,
        "kind_icons": KIND_ICONS,
        "periods": PERIODS,
        "rarity": rarity,
    }
