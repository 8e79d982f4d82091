"""The rewards page: what one has, what it becomes, and how more comes."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.ledger import queries as ledger
from app.ledger.queries import Balance
from app.loyalty import queries as loyalty
from app.loyalty.queries import missions
from app.loyalty.types.missions import MissionDraft
from app.rewards.queries.shelf import picks, wishes_of
from app.rewards.types import Card

CHECK_IN, POST = "checkin.daily", "thread.with_photo"
MISSIONS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A way to more points.

    Attributes:
        kind: ``checkin``, ``post`` or ``mission``.
        names: of a mission, Chinese and English.
        points: what it pays.
    """

    kind: str
    points: int
    names: tuple[str, str] = ("", "")

    def name(self, tag: str) -> str:
        """Return a mission's name in a language."""
        return self.names[0] if tag.startswith("zh") else self.names[1]


@dataclass(frozen=True, slots=True)
class Home:
    """The rewards page."""

    balance: Balance
    now: Sequence[Card]
    near: Sequence[Card]
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class Wishes:
    """A member's list of wishes, with how to get there."""

    available: int
    cards: Sequence[Card]
    ways: Sequence[Way]


def home(member_id: int) -> Home:
    """Return the rewards page of a member. Five statements."""
    held = ledger.balance(member_id)
    now, near = picks(member_id, held.available)
    return Home(held, now, near, ways(member_id))


def wishes(member_id: int) -> Wishes:
    """Return a member's wishes. Five statements at most."""
    held = ledger.balance(member_id)
    return Wishes(held.available, wishes_of(member_id), ways(member_id))


def ways(member_id: int) -> list[Way]:
    """Return what brings points now, with what it pays. One statement."""
    found = [
        Way(kind, points)
        for kind, rule in (("checkin", CHECK_IN), ("post", POST))
        if (points := _pays(rule))
    ]
    open_ones = [row for row in missions.missions_of(member_id) if not row.is_done]
    return [
        *found,
        *(
            Way("mission", row.mission.draft.points, _names(row.mission.draft))
            for row in open_ones[:MISSIONS]
        ),
    ]


def _pays(rule: str) -> int:
    try:
        return loyalty.points_for(rule)
    except LookupError:
        return 0


def _names(draft: MissionDraft) -> tuple[str, str]:
    return draft.title_zh, draft.title_en
