"""What days, shields, cards and grants can be."""

from enum import StrEnum

from app.kernel.i18n import lazy_gettext as _l


class DayKind(StrEnum):
    """How a day came to be kept."""

    DONE = "done"  # the member's own tap
    SHIELDED = "shielded"  # a shield saved it: it joins two days and is not counted itself
    MADE_UP = "made_up"  # by hand, with a card
    GRANTED = "granted"  # by staff, after an outage


class Item(StrEnum):
    """What can be kept for a missed day."""

    SHIELD = "shield"  # saves a missed day by itself
    CARD = "card"  # used by hand


class Cause(StrEnum):
    """Why a stock of shields or cards changed."""

    EARNED = "earned"
    BOUGHT = "bought"
    GRANTED = "granted"  # by staff
    USED = "used"
    EXPIRED = "expired"
    RETURNED = "returned"  # the day that it was used on was granted afterwards
    PERK = "perk"  # the cards that a tier brings in a month
    MERGED = "merged"  # two accounts became one, or were parted


class Scope(StrEnum):
    """Whom a granted day is for."""

    ALIVE = "alive"  # whose streak was alive on the day before
    EVERYONE = "everyone"  # who had ever checked in before


SCOPE_LABELS: dict[Scope, object] = {
    Scope.ALIVE: _l("Whose streak was alive the day before"),
    Scope.EVERYONE: _l("Everybody who had ever checked in"),
}


class GrantState(StrEnum):
    """Where a grant stands."""

    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"


class DayState(StrEnum):
    """What a day in a calendar is, as the macros call it."""

    DONE = "done"
    SAVED = "saved"  # by a shield, or one that stands ready
    MADE_UP = "made-up"
    GRANTED = "granted"
    TODAY = "today"  # not yet checked in
    TODAY_DONE = "today-done"
    MISSED = "missed"
    FUTURE = "future"  # or before the member's first check-in: just a number
