"""Words of the super-membership."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import ConflictError, InvalidError, NotFoundError
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Person


class SuperState(StrEnum):
    """Where a super-membership stands."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVIEW = "review"  # below the mark; staff decide, or it lapses at the end of grace
    LAPSED = "lapsed"
    ENDED = "ended"  # by staff


IS_SUPER = (SuperState.ACCEPTED, SuperState.REVIEW)


@dataclass(frozen=True, slots=True)
class SuperRule:
    """What makes a super-member.

    Attributes:
        threshold_minor: net paid within the window, in minor units of the home currency.
        window_months: how far back counts.
        grace_days: how long a review lasts before the membership lapses.
    """

    threshold_minor: int = 3_000_00
    window_months: int = 12
    grace_days: int = 30


@dataclass(frozen=True, slots=True)
class SuperMembership:
    """Where one member's super-membership stands.

    Attributes:
        net_minor: net paid in the window, when it was last read.
        kept_until: staff decided that he stays up to this day, whatever the figures say.
    """

    member_id: int
    state: SuperState
    net_minor: int
    invited_at: datetime
    answered_at: datetime | None
    review_until: date | None
    kept_until: date | None

    @property
    def is_super(self) -> bool:
        """Return whether it counts now."""
        return self.state in IS_SUPER


@dataclass(frozen=True, slots=True)
class SuperLine:
    """A super-membership with its person, for the list of staff."""

    person: Person
    membership: SuperMembership


class NotInvitedError(NotFoundError):
    """There is no invitation to answer."""

    default_message = _l("There is no invitation for you at the moment.")


class SuperStateError(ConflictError):
    """The membership stands elsewhere by now."""

    code: ClassVar[str] = "super_state"
    default_message = _l("This has been decided already.")


class SuperRuleError(InvalidError):
    """A rule makes no sense."""

    default_message = _l("Write an amount above 0, a window from 1 month and grace from 0 days.")
