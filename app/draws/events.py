"""What draws tell upper floors. Ids, enums and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class DrawOpened(Fact):
    """A draw opened; its odds and the first commitments are public from now on."""

    name: ClassVar[str] = "draw.opened"
    draw_id: int
    game: str


@dataclass(frozen=True, slots=True)
class DrawPlayed(Fact):
    """A member played a try.

    Attributes:
        points: what it cost.
        is_win: it brought more than a thank you.
    """

    name: ClassVar[str] = "draw.played"
    draw_id: int
    play_id: int
    prize_id: int
    points: int
    is_win: bool


@dataclass(frozen=True, slots=True)
class PrizeWon(Fact):
    """A floor or an entry of a list won a prize, and it was handed over."""

    name: ClassVar[str] = "draw.prize_won"
    draw_id: int
    win_id: int
    prize_id: int


@dataclass(frozen=True, slots=True)
class DrawPaused(Fact):
    """A draw stands still, by itself or by the team."""

    name: ClassVar[str] = "draw.paused"
    draw_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class DrawClosed(Fact):
    """A draw is over; its seeds are public."""

    name: ClassVar[str] = "draw.closed"
    draw_id: int
    plays: int


@dataclass(frozen=True, slots=True)
class DrawCancelled(Fact):
    """The team called a draw off; tries that brought nothing are paid back."""

    name: ClassVar[str] = "draw.cancelled"
    draw_id: int
    plays: int
