"""Commands: everything that can be asked of the ledger."""

from dataclasses import field
from datetime import date, datetime

from app.kernel import clock
from app.kernel.types import Ref, record
from app.ledger.types.moments import full_hour
from app.ledger.types.words import (
    GRACE_DAYS,
    MAX_AMOUNT,
    MAX_KEY,
    MAX_REASON,
    MAX_SCOPE,
    NEVER,
    Fund,
    Reason,
)


@record(frozen=True, slots=True)
class Part:
    """One reason's share of an earning.

    Attributes:
        reason: stable dotted name, e.g. ``checkin.daily``.
        points: spendable points, ≥ 0.
        growth: growth points, ≥ 0; at least one of the two is > 0.
        fund: which purse pays.
        matures_on: first business day on which the points can be spent; None or a day that has
            come: at once.
        expires_on: last business day on which they can be spent.
        matures_at: instead of ``matures_on``, the moment from which the points can be spent; the
            ledger rounds it up to the full hour.
    """

    reason: str
    points: int = 0
    growth: int = 0
    fund: Fund = field(kw_only=True)
    matures_on: date | None = None
    expires_on: date = NEVER
    matures_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        _check_text("reason", self.reason, MAX_REASON)
        _check_amounts(self.points, self.growth)
        matures_on = self.matures_on
        if self.matures_at is not None:
            if matures_on is not None:
                message = f"matures on {matures_on} and at {self.matures_at}: one of them"
                raise ValueError(message)
            if self.matures_at.tzinfo is None:
                message = f"naive moment {self.matures_at!r}"
                raise ValueError(message)
            matures_on = clock.business_date(full_hour(self.matures_at))
        if matures_on is not None and self.expires_on < matures_on:
            message = f"expires on {self.expires_on}, before it matures on {matures_on}"
            raise ValueError(message)

    @property
    def usable_from(self) -> datetime | None:
        """The moment from which the points can be spent, as the ledger keeps it; None: at once."""
        if self.matures_at is not None:
            return full_hour(self.matures_at)
        return None if self.matures_on is None else clock.day_start(self.matures_on)


@record(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries.

    Attributes:
        scope: who names the key: ``order.award``, ``checkin``, ``api:7``.
        key: idempotency key, unique within its scope. The same command again changes nothing and
            returns the first result; another command under the same key is refused. Scope and key
            are kept for ever: ids and enums only, never a name or a contact.
        source: the thing that caused it.
        rule_version: the version of the rule that decided the amount.
        actor_id: the member of staff who did it; None for the member himself or the house.
        occurred_at: when it happened in business; default: when it is posted.
    """

    scope: str
    key: str
    source: Ref | None = None
    rule_version: int | None = None
    actor_id: int | None = None
    occurred_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        _check_text("scope", self.scope, MAX_SCOPE)
        _check_text("key", self.key, MAX_KEY)
        if self.occurred_at is not None and self.occurred_at.tzinfo is None:
            message = f"naive moment {self.occurred_at!r}"
            raise ValueError(message)


@record(frozen=True, slots=True, kw_only=True)
class Earn(Command):
    """One act earns its parts (daily award, milestone, bonus) in one transaction."""

    member_id: int
    parts: tuple[Part, ...]

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        if not self.parts:
            message = "an earning needs at least one part"
            raise ValueError(message)


@record(frozen=True, slots=True, kw_only=True)
class Spend(Command):
    """Take ``points`` at once, first-expiring first."""

    member_id: int
    points: int
    reason: str

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        _check_amounts(self.points)


@record(frozen=True, slots=True, kw_only=True)
class Hold(Command):
    """Reserve ``points`` until ``expires_at``. The hold's id is the ``txn_id`` that comes back."""

    member_id: int
    points: int
    reason: str
    expires_at: datetime

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        _check_amounts(self.points)
        if self.expires_at.tzinfo is None:
            message = f"naive moment {self.expires_at!r}"
            raise ValueError(message)


@record(frozen=True, slots=True, kw_only=True)
class Capture(Command):
    """Spend a hold: ``points`` of it (default: all); the rest goes back in the same transaction."""

    hold_id: int
    points: int | None = None
    reason: str = Reason.CAPTURED

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        if self.points is not None:
            _check_amounts(self.points)


@record(frozen=True, slots=True, kw_only=True)
class Release(Command):
    """Give a hold back.

    Attributes:
        grace_days: how long points live that lapsed while they were held, as a grace lot; None:
            they expire at once.
    """

    hold_id: int
    reason: str = Reason.RELEASED
    grace_days: int | None = None

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        if self.grace_days is not None:
            _check_grace(self.grace_days)


@record(frozen=True, slots=True, kw_only=True)
class Reverse(Command):
    """Undo an earning, spend, capture or adjustment, whole or in part.

    Spent points return to the lots they came from, the last taken first, so that *spend 10,
    reverse 3* equals *spend 7*; what lapsed meanwhile returns as a grace lot. Earned points are
    taken back as :class:`Claw` takes them.

    Attributes:
        points: how many of the original's points; default: all that are left. 0: none.
        growth: the same for growth.
        grace_days: how long points live whose lot has lapsed; 0: today only.
    """

    txn_id: int
    points: int | None = None
    growth: int | None = None
    grace_days: int = GRACE_DAYS
    reason: str = Reason.REVERSED

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        given = [amount for amount in (self.points, self.growth) if amount is not None]
        _check_grace(self.grace_days)
        if any(amount < 0 for amount in given) or (len(given) == 2 and not any(given)):  # noqa: PLR2004 - both given
            message = f"nothing to reverse: {self.points} points, {self.growth} growth"
            raise ValueError(message)


@record(frozen=True, slots=True, kw_only=True)
class Claw(Command):
    """Take back what a source earned (a refund, a removed post).

    Taken from the source's own pending lot, then from available lots of the same fund, then from
    the other available lots first-expiring first; what is missing becomes debt.

    Attributes:
        source: what earned them (required).
        fund: the fund they were earned in.
    """

    member_id: int
    fund: Fund
    points: int = 0
    growth: int = 0
    reason: str = Reason.CLAWED

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        _check_amounts(self.points, self.growth)
        if self.source is None:
            message = "a claw names the source whose points it takes back"
            raise ValueError(message)


@record(frozen=True, slots=True, kw_only=True)
class Adjust(Command):
    """A correction by staff: points or growth up or down, never below zero."""

    member_id: int
    points: int = 0
    growth: int = 0
    fund: Fund = Fund.ADJUST
    expires_on: date = NEVER
    reason: str = Reason.ADJUSTED

    def __post_init__(self) -> None:
        """Refuse what can only be a bug of the caller."""
        Command.__post_init__(self)
        _check_text("reason", self.reason, MAX_REASON)
        _check_amounts(abs(self.points), abs(self.growth))


def _check_text(name: str, value: str, most: int) -> None:
    if not value or len(value) > most:
        message = f"{name} must have 1 to {most} characters, got {value!r}"
        raise ValueError(message)


def _check_grace(days: int) -> None:
    if not 0 <= days <= 3_650:  # noqa: PLR2004 - ten years
        message = f"days of grace must be 0 to 3650, got {days}"
        raise ValueError(message)


def _check_amounts(*amounts: int) -> None:
    if any(not 0 <= amount <= MAX_AMOUNT for amount in amounts) or not any(amounts):
        message = f"amounts must be ≥ 0 and not all 0, got {amounts}"
        raise ValueError(message)
