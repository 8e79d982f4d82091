"""What draws are made of, as stored words."""

import re
from enum import StrEnum

MAX_PPM = 1_000_000
"""All chances together, in parts of a million."""

NOTHING = ""
"""The kind of a prize that is a thank you."""

SLUG = re.compile(r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")
CODE = re.compile(r"^[a-z0-9](?:[a-z0-9_-]{0,22}[a-z0-9])?$")
SEED = re.compile(r"^[A-Za-z0-9_-]{1,64}$")
"""A member's own seed: no sign that could be taken for the bar between parts of the message."""

RESERVED = frozenset({"ended"})
"""Names that are pages already."""


class Game(StrEnum):
    """How a draw is played."""

    GRID = "grid"  # nine-grid
    SCRATCH = "scratch"
    FLOOR = "floor"  # a reply to a thread takes a floor
    ENTRIES = "entries"  # winners out of a frozen list


PLAYED = frozenset({Game.GRID, Game.SCRATCH})
"""Games that a member plays himself, try by try."""


class State(StrEnum):
    """Where a draw stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PauseCause(StrEnum):
    """Why a draw stands still."""

    STAFF = "staff"
    HEADLINE = "headline"  # the last headline prize was won
    BUDGET = "budget"
    GONE = "gone"  # the headline prize could not be handed over


class EpochState(StrEnum):
    """Where a server seed stands."""

    NEXT = "next"  # its commitment is out, nobody has played under it
    CURRENT = "current"
    ENDED = "ended"


class PaidBy(StrEnum):
    """What a try was played with, in the order in which they are used."""

    FREE = "free"
    TICKET = "ticket"
    POINTS = "points"


class Reason(StrEnum):
    """Why a try got the prize it got."""

    ROLLED = "rolled"
    GUARANTEED = "guaranteed"
    SOLD_OUT = "sold_out"  # the rolled prize was gone: its fallback
    BUDGET = "budget"  # it would have cost more than the budget: its fallback
    GONE = "gone"  # it could not be handed over any more: its fallback


class WinState(StrEnum):
    """Whether a prize of a list was handed over."""

    WAITING = "waiting"
    GIVEN = "given"
    GONE = "gone"  # could not be handed over; the team looks after it


class EntrySource(StrEnum):
    """Where entrants come from."""

    AUDIENCE = "audience"
    FACT = "fact"
    YIDS = "yids"
