"""What draws are called in a statement, and their words on pages."""

from app.draws.types import (
    EntrySource,
    Game,
    PaidBy,
    PauseCause,
    Reason,
    State,
    WinState,
)
from app.kernel import reasons
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag
from app.kernel.reasons import Reason as Meaning

REASONS = {
    "draw.play": Meaning(
        _l("Lucky draw"),
        icon="ticket",
        explain=lambda _version: _("You played a try. What it brought stands on its page."),
    ),
    "draw.refund": Meaning(
        _l("Draw called off"),
        icon="receipt-refund",
        explain=lambda _version: _("The draw was called off, so your try was paid back."),
    ),
}
GAMES = {
    Game.GRID: _l("Nine-grid"),
    Game.SCRATCH: _l("Scratch card"),
    Game.FLOOR: _l("Floor prize"),
    Game.ENTRIES: _l("List of entrants"),
}
STATES = {
    State.DRAFT: _l("Draft"),
    State.OPEN: _l("Open to play"),
    State.PAUSED: _l("Paused"),
    State.CLOSED: _l("Ended"),
    State.CANCELLED: _l("Called off"),
}
PAUSES = {
    PauseCause.STAFF: _l("The team paused it. It may go on."),
    PauseCause.HEADLINE: _l("The headline prize is won, so the draw paused by itself."),
    PauseCause.BUDGET: _l("Its budget is used up, so the draw paused by itself."),
    PauseCause.GONE: _l("The headline prize can't be handed over, so the draw paused by itself."),
}
WHY = {
    Reason.ROLLED: _l("as rolled"),
    Reason.GUARANTEED: _l("guaranteed after tries without a prize"),
    Reason.SOLD_OUT: _l("the rolled prize was gone"),
    Reason.BUDGET: _l("the budget was used up"),
    Reason.GONE: _l("the rolled prize could not be handed over"),
}
PAID = {
    PaidBy.FREE: _l("Free try"),
    PaidBy.TICKET: _l("Ticket"),
    PaidBy.POINTS: _l("Points"),
}
SOURCES = {
    EntrySource.AUDIENCE: _l("Everybody in an audience"),
    EntrySource.FACT: _l("Whoever did something in a period"),
    EntrySource.YIDS: _l("Yids that I paste"),
}
HANDED = {
    WinState.WAITING: _l("On its way"),
    WinState.GIVEN: _l("Handed over"),
    WinState.GONE: _l("Could not be handed over"),
}


def register() -> None:
    """Name every reason that draws post under."""
    for name, meaning in REASONS.items():
        reasons.register(name, meaning)


def in_language(zh: str, en: str) -> str:
    """Return the text in the reader's language, or the other where it is missing."""
    return (zh or en) if locale_tag().startswith("zh") else (en or zh)
