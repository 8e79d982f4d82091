"""Words of claims: what became of a try to link an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from app.kernel.errors import DomainError, InvalidError
from app.kernel.i18n import lazy_gettext as _l


class ClaimOutcome(StrEnum):
    """What a fitting claim led to."""

    MATCHED = "matched"
    OWN = "own"  # it was his already
    PENDING = "pending"  # another member has it: staff look at it


@dataclass(frozen=True, slots=True)
class ClaimedOrder:
    """What became of a claim whose figures fit.

    Attributes:
        figures: what it brought, by name: ``orders``, ``points``.
    """

    outcome: ClaimOutcome
    figures: Mapping[str, int] = field(default_factory=dict)


class ClaimRefusedError(InvalidError):
    """No order fits these figures. Which of them is wrong, and whether it exists, stays open."""

    code: ClassVar[str] = "claim_refused"
    default_message = _l(
        "These details don't fit any order we can check by ourselves. Look at them again, "
        "or ask our team below."
    )


class ClaimDecidedError(DomainError):
    """A claim waits no more."""

    code: ClassVar[str] = "claim_decided"
    default_message = _l("This claim is settled already. Reload to see how.")


class ForeignOrderError(DomainError):
    """The claimed order belongs to a member who signed up."""

    code: ClassVar[str] = "foreign_order"
    default_message = _l(
        "This order belongs to a member who signed up. "
        "If the two are one person, merge them on the identity desk first."
    )
