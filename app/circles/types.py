"""Words of circles: states, drafts, what pages show, what can go wrong."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.community.queries import BoardRow
from app.kernel.errors import ConflictError, ForbiddenError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person

ROOM = "circle"
"""The kind of rooms that a circle's board is, the kind of places, audiences and references."""
MEMBER_REF = "circle_member"
WORDS_CHARS = 200
CITY_CHARS = 40


class CircleState(StrEnum):
    """Whether anything new happens in a circle."""

    OPEN = "open"
    CLOSED = "closed"


class Joining(StrEnum):
    """How one gets in."""

    OPEN = "open"
    REQUEST = "request"


class Stand(StrEnum):
    """How a member stands to a circle."""

    ASKED = "asked"
    IN = "in"
    LEFT = "left"
    WITHDRAWN = "withdrawn"  # asked, and took it back
    REFUSED = "refused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class CircleDraft:
    """What the team says about a circle.

    Attributes:
        slug: its address, and that of its board; it never changes.
        city_zh, city_en: what is written there counts for this city; empty: for everybody.
    """

    slug: str
    name_zh: str
    name_en: str
    purpose_zh: str = ""
    purpose_en: str = ""
    icon: str = "soup"
    city_zh: str = ""
    city_en: str = ""
    joining: Joining = Joining.OPEN


@dataclass(frozen=True, slots=True)
class Mine:
    """How the viewer stands to a circle.

    Attributes:
        at: since when.
        must_ask: he was removed once: he asks, however the circle is joined.
        answer: why he was refused or removed.
    """

    id: int
    stand: Stand
    is_leader: bool
    must_ask: bool
    at: datetime
    answer: str = ""

    @property
    def is_in(self) -> bool:
        """Return whether he is a member."""
        return self.stand is Stand.IN

    @property
    def leads(self) -> bool:
        """Return whether he is one of its leaders."""
        return self.is_in and self.is_leader


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle as pages show it.

    Attributes:
        board: its board: names, purpose, icon, how many posts.
        mine: how the viewer stands to it; None: not at all, or a guest.
    """

    id: int
    board: BoardRow
    state: CircleState
    joining: Joining
    member_count: int
    city_zh: str
    city_en: str
    mine: Mine | None = None

    @property
    def slug(self) -> str:
        """Return its address."""
        return self.board.slug

    @property
    def is_open(self) -> bool:
        """Return whether it runs."""
        return self.state is CircleState.OPEN

    @property
    def asks(self) -> bool:
        """Return whether the viewer has to ask."""
        return self.joining is Joining.REQUEST or bool(self.mine and self.mine.must_ask)

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.board.name(locale)

    def purpose(self, locale: str) -> str:
        """Return the purpose in a language."""
        return self.board.purpose(locale)

    def city(self, locale: str) -> str:
        """Return the city in a language; empty for everybody's."""
        return self.city_zh if locale.startswith("zh") else self.city_en


@dataclass(frozen=True, slots=True)
class CircleMember:
    """A member of a circle, or somebody who asks to be one.

    Attributes:
        said: what he wrote when he asked.
    """

    id: int
    person: Person
    is_leader: bool
    at: datetime
    said: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """How a circle does, over the last thirty days.

    Attributes:
        asked: who waits for an answer.
        last_at: when somebody last posted or replied; None: never.
    """

    circle: Circle
    leaders: tuple[str, ...]
    posts: int
    replies: int
    joined: int
    asked: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Joined:
    """What became of a wish to join."""

    stand: Stand
    is_new: bool


class CircleClosedError(ConflictError):
    """Nobody joins, posts or leads any more."""

    code = "circle_closed"
    default_message = _l("This circle is closed. What was written stays.")


class TooSoonToAskError(ConflictError):
    """He was refused lately."""

    code = "circle_too_soon"
    default_message = _l("You asked lately. Ask again in a week.")


class NotLeaderError(ForbiddenError):
    """Only its leaders and the team do this."""

    code = "circle_not_leader"
    default_message = _l("Only the leaders of the circle and the team can do this.")


class OwnLeadError(InvalidError):
    """A leader is removed by the team only, and nobody removes himself."""

    code = "circle_leader"
    default_message = _l("A leader can't be removed here: the team takes the lead from him first.")


class NotInItError(ConflictError):
    """He is no member of the circle."""

    code = "circle_not_in"
    default_message = _l("He is not a member of this circle.")
