"""Boards: over which time, where, for whom, what the first places get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from app.kernel.errors import ConflictError
from app.kernel.goods import Thing
from app.kernel.i18n import lazy_gettext as _l
from app.ranking.types.formulas import Formula

MAX_PLACES = 100  # of a period stand in the hall of fame
MAX_PRIZES = 10  # rows of a board
MAX_PRIZE_COUNT = 1_000


class Period(StrEnum):
    """How often a board begins anew, in the brand's time zone."""

    DAY = "day"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"
    SEASON = "season"  # a quarter of the year
    ALL = "all"  # never


class Scope(StrEnum):
    """Where things must happen to count; ``kernel.places`` brings more kinds of places."""

    SITE = "site"
    BOARD = "board"
    TOPIC = "topic"
    CITY = "city"  # the boards of a city


class Ties(StrEnum):
    """Who is first of those with equal scores."""

    SHARED = "shared"  # they share the rank, and its prize
    EARLIER = "earlier"  # who had the score first


class BoardState(StrEnum):
    """Life of a board."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"  # counts no more; its hall of fame stays


@dataclass(frozen=True, slots=True)
class Prize:
    """What a range of ranks gets.

    Attributes:
        thing: what is handed over, see ``kernel.goods``.
        count: how many of it each of them gets.
    """

    from_rank: int
    to_rank: int
    thing: Thing
    count: int = 1

    def stored(self) -> dict[str, Any]:
        """Return it as a board keeps it."""
        return {
            "from": self.from_rank, "to": self.to_rank, "thing": str(self.thing),
            "count": self.count,
        }  # fmt: skip

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Prize":
        """Read what :meth:`stored` wrote."""
        return cls(
            int(stored["from"]), int(stored["to"]), Thing.parse(str(stored["thing"])),
            int(stored["count"]),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class BoardDraft:
    """A board as staff write it.

    Attributes:
        scope: a :class:`Scope`, or the key of a kind of ``kernel.places``.
        scope_ref: slug of the board or topic, English name of the city; empty for the site.
        audience: who counts, see ``kernel.audience``.
        not_audience: who does not although he would; empty: nobody.
        has_staff: who can open the console counts too.
        minimum: below this score nobody stands in the hall of fame or gets a prize.
        wait_hours: how long after the freeze prizes are handed over: time to look.
    """

    slug: str
    name_zh: str
    name_en: str
    period: Period = Period.WEEK
    scope: str = Scope.SITE
    scope_ref: str = ""
    audience: str = "all"
    not_audience: str = ""
    has_staff: bool = False
    ties: Ties = Ties.SHARED
    minimum: int = 1
    wait_hours: int = 24
    prizes: Sequence[Prize] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board.

    Attributes:
        draft: what staff wrote.
        formula: the formula that is being worked on.
        version: of the formula that was published last; 0: none yet.
        starts_on: first day of the period that runs now, if one does.
    """

    id: int
    draft: BoardDraft
    state: BoardState
    formula: Formula = field(default_factory=Formula)
    version: int = 0
    starts_on: date | None = None

    @property
    def slug(self) -> str:
        """Return its address."""
        return self.draft.slug

    def name(self, locale: str) -> str:
        """Return what it is called in a language."""
        draft = self.draft
        return draft.name_zh if locale.startswith("zh") else draft.name_en


class BoardTakenError(ConflictError):
    """Another board has this address."""

    code: ClassVar[str] = "ranking_board_taken"
    default_message = _l("Another leaderboard has this address already. Choose another one.")
