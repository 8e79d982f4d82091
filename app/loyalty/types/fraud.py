"""Words of the fraud desk: signals, their evidence, cases, thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import ConflictError, InvalidError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person

SETTING = "fraud.rules"


class SignalKind(StrEnum):
    """What was seen. Each has evidence of its own: counts only, never addresses or contacts."""

    LIKE_RING = "like_ring"  # a small group that likes mostly each other
    SHARED_DEVICE = "shared_device"
    SHARED_NETWORK = "shared_network"
    BURST = "burst"  # more acts in a minute than people can do
    SELF_REFERRAL = "self_referral"  # guest and inviter look like one
    REFERRAL_RING = "referral_ring"  # guests of one inviter share a device
    CHECKIN_SWARM = "checkin_swarm"  # many check-ins in one second from one place
    SPENDING = "spending"  # many redemptions in a day


class CaseState(StrEnum):
    """What became of a case."""

    OPEN = "open"
    FROZEN = "frozen"  # nothing can be spent, and what is earned waits
    DISMISSED = "dismissed"  # a false alarm; quiet for a while
    CLOSED = "closed"  # right, and settled


LIVE = (CaseState.OPEN, CaseState.FROZEN)


class Verdict(StrEnum):
    """Whether a signal was right, as people decided."""

    RIGHT = "right"
    WRONG = "wrong"


Evidence = Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Signal:
    """Something that was seen of a member.

    Attributes:
        score: 1 to 100, how much it weighs.
        points: that came of it within the window, in whole points.
        evidence: figures by name; the page says them in plain words.
    """

    member_id: int
    kind: SignalKind
    score: int
    points: int
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FraudRules:
    """Thresholds, in plain units. A signal needs all that are named after it.

    Attributes:
        window_days: how far back the sweeps look.
        ring_likes: likes inside a group; ``ring_share`` percent of all that its members gave;
            ``ring_members`` the largest group that counts as a ring.
        device_members: members on one device; ``network_members`` on one network.
        burst_acts: acts within a minute; ``burst_factor`` times the median of all members.
        swarm_members: check-ins within one second from one device or network.
        referral_guests: guests of one inviter who share a device.
        spend_times: redemptions within a day, ``spend_points`` together.
        quiet_days: so long a dismissed case stays quiet.
        keep_days: so long evidence is kept after a case is decided.
    """

    window_days: int = 7
    ring_likes: int = 20
    ring_share: int = 60
    ring_members: int = 12
    device_members: int = 3
    network_members: int = 15
    burst_acts: int = 12
    burst_factor: int = 5
    swarm_members: int = 5
    referral_guests: int = 3
    spend_times: int = 5
    spend_points: int = 500
    quiet_days: int = 30
    keep_days: int = 180

    BOUNDS: ClassVar[Mapping[str, tuple[int, int]]] = {
        "window_days": (1, 60), "ring_likes": (2, 10_000), "ring_share": (1, 100),
        "ring_members": (2, 50), "device_members": (2, 1_000), "network_members": (2, 10_000),
        "burst_acts": (2, 10_000), "burst_factor": (1, 1_000), "swarm_members": (2, 1_000),
        "referral_guests": (2, 1_000), "spend_times": (1, 1_000), "spend_points": (0, 10**9),
        "quiet_days": (1, 365), "keep_days": (30, 3_650),
    }  # fmt: skip

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            FraudRulesError: a figure is out of bounds.
        """
        for field in fields(self):
            least, most = self.BOUNDS[field.name]
            if not least <= getattr(self, field.name) <= most:
                raise FraudRulesError(
                    _l("Write a figure from %(least)s to %(most)s.", least=least, most=most)
                )


@dataclass(frozen=True, slots=True)
class SignalRow:
    """A signal of a case.

    Attributes:
        evidence: empty once it was forgotten.
    """

    kind: SignalKind
    score: int
    points: int
    evidence: Evidence
    first_seen_at: datetime
    last_seen_at: datetime
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as the queue prints it."""

    id: int
    code: str
    member: Person
    state: CaseState
    score: int
    points: int
    kinds: Sequence[SignalKind]
    has_objection: bool
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ActRow:
    """Something the member did that earned points, as the desk may take it back.

    Attributes:
        source: ``kind:id`` of what it made.
        is_undone: its points are gone already.
    """

    award_id: int
    action: str
    source: str
    points: int
    at: datetime
    other: str | None
    is_undone: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case with all that the desk sees.

    Attributes:
        reversed_points: taken back through this case.
        objection: what the member wrote; empty where he did not, or it was forgotten.
    """

    row: CaseRow
    signals: Sequence[SignalRow]
    acts: Sequence[ActRow]
    quiet_until: datetime | None
    frozen_at: datetime | None
    decided_at: datetime | None
    decided_by: Person | None
    reversed_points: int
    objection: str
    objected_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What a member reads of his own case.

    Attributes:
        kinds: what was seen.
        may_object: he has not written yet, and somebody still looks.
    """

    state: CaseState
    kinds: Sequence[SignalKind]
    reversed_points: int
    waiting_points: int
    since: datetime
    objection: str
    may_object: bool


@dataclass(frozen=True, slots=True)
class SignalFigures:
    """How often a signal was seen, and how often it was a false alarm."""

    kind: SignalKind
    open: int
    right: int
    wrong: int

    @property
    def false_share(self) -> float | None:
        """Return the part of decided ones that were false alarms; None: none was decided."""
        decided = self.right + self.wrong
        return self.wrong / decided if decided else None


class FraudRulesError(InvalidError):
    """A threshold that makes no sense."""

    code = "fraud_rules"


class CaseDecidedError(ConflictError):
    """The case is not in a state for this."""

    code = "case_decided"
    default_message: ClassVar[object] = _l("This case was decided meanwhile. Here is how.")
