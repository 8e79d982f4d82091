"""Words of referrals: who brought whom, what it earned, what goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person

SETTING = "referral.rules"
BROUGHT, JOINED_IN = "referral.brought", "referral.joined"
"""The actions that rules pay for: to who invited, and to who came."""

QUALIFYING = ("thread.published", "reply.published", "checkin.daily", "order.paid")
"""Acts that staff may choose to count as joining in."""


class ReferralState(StrEnum):
    """How far somebody who came by an invitation is."""

    JOINED = "joined"  # signed up, has not joined in yet
    REWARDED = "rewarded"  # joined in; the rules have paid both
    VOID = "void"  # both turned out to be one, or one had invited the other


class VoidReason(StrEnum):
    """Why an invitation counts as none."""

    ONESELF = "oneself"
    LOOP = "loop"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class ReferralRules:
    """What counts as joining in. How much it pays, and its limits, stand in the rule book.

    Attributes:
        actions: the acts of which the first one counts.
        least_amount: an order counts from so many whole units of money up.
        within_days: an act counts so long after sign-up; later it is too late.
    """

    actions: tuple[str, ...] = ("thread.published", "order.paid")
    least_amount: int = 0
    within_days: int = 60

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            ReferralRulesError: it says what.
        """
        if not self.actions or not set(self.actions) <= set(QUALIFYING):
            raise ReferralRulesError(_l("Choose at least one act that counts."))
        if not 0 <= self.least_amount <= 10**9:
            raise ReferralRulesError(_l("The amount of an order can't be negative."))
        if not 1 <= self.within_days <= 3_650:  # noqa: PLR2004 - ten years
            raise ReferralRulesError(_l("Write between 1 and 3,650 days."))


@dataclass(frozen=True, slots=True)
class Inviter:
    """Whose invitation a link is."""

    id: int
    person: Person


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by one's invitation, as the inviter sees him.

    Attributes:
        masked: enough of the name to know whom one invited.
        points: what he brought the inviter; None: nothing yet.
        is_waiting: the points wait until staff have looked at something.
        is_undone: what had counted is gone, and the points with it.
    """

    id: int
    masked: str
    joined_at: datetime
    state: ReferralState
    points: int | None
    is_waiting: bool
    is_undone: bool


@dataclass(frozen=True, slots=True)
class InvitePage:
    """What ``/me/invite`` shows.

    Attributes:
        code: of the personal link; None: not made yet.
        earned_points: what invitations have earned so far and not lost again.
    """

    code: str | None
    came: int
    joined_in: int
    earned_points: int
    guests: Sequence[Guest]
    next_key: str | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How invitations spread within some days.

    Attributes:
        members: active members at the end of it, the base of ``per_member``.
        links: members who have a link.
        taps: how often somebody accepted an invitation and went to the sign-up form.
        came: members who signed up by a link; ``joined_in`` of them did something that counts.
    """

    since: date
    until: date
    members: int
    links: int
    taps: int
    came: int
    joined_in: int
    flagged: int

    @property
    def per_member(self) -> float:
        """Return i: accepted invitations for each active member."""
        return self.taps / self.members if self.members else 0.0

    @property
    def conversion(self) -> float:
        """Return c: the part of accepted invitations that became members."""
        return self.came / self.taps if self.taps else 0.0

    @property
    def k_factor(self) -> float:
        """Return k = i * c, how many members each member brings.

        Source: https://en.wikipedia.org/wiki/K-factor_(marketing).
        """
        return self.came / self.members if self.members else 0.0


@dataclass(frozen=True, slots=True)
class TopInviter:
    """A member who brought others.

    Attributes:
        alike: of those who came, who share a device, network or nearly a contact with him.
    """

    person: Person
    came: int
    joined_in: int
    points: int
    alike: int


class ReferralRulesError(InvalidError):
    """Rules of referrals that make no sense."""

    code = "referral_rules"


class NoInvitationError(NotFoundError):
    """A link that leads to nobody."""

    default_message: ClassVar[object] = _l(
        "This invitation leads nowhere any more. You are welcome all the same: just sign up."
    )
