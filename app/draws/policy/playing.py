"""Who may play now, and what a try costs. Pure."""

from datetime import datetime

from app.draws.types import (
    DrawClosedError,
    DrawRow,
    LimitReachedError,
    Member,
    OutOfHoursError,
    PaidBy,
    PriceChangedError,
    State,
)
from app.kernel import clock
from app.kernel.i18n import lazy_gettext as _l


def is_in_hours(draw: DrawRow, now: datetime) -> bool:
    """Return whether a draw is open at this hour of the brand's day; over midnight too."""
    if draw.day_from == draw.day_until:
        return True
    local = now.astimezone(clock.zone())
    minute = local.hour * 60 + local.minute
    if draw.day_from < draw.day_until:
        return draw.day_from <= minute < draw.day_until
    return minute >= draw.day_from or minute < draw.day_until


def tries_left(draw: DrawRow, member: Member) -> int | None:
    """Return how many tries the limits leave; None: as many as one likes."""
    left = [
        limit - used
        for limit, used in ((draw.per_day, member.today), (draw.per_person, member.total))
        if limit
    ]
    return max(0, min(left)) if left else None


def free_left(draw: DrawRow, member: Member) -> int:
    """Return how many free tries today still has."""
    return max(0, draw.free_per_day - member.free_today)


def pays_with(draw: DrawRow, member: Member) -> PaidBy | None:
    """Return what the next try is paid with; None: there is no way."""
    if free_left(draw, member):
        return PaidBy.FREE
    if member.tickets:
        return PaidBy.TICKET
    return PaidBy.POINTS if draw.cost_points else None


def check_open(draw: DrawRow, now: datetime) -> None:
    """Refuse what is not open now.

    Raises:
        DrawClosedError: it is not open, has not begun or is over.
        OutOfHoursError: it is open at other hours.
    """
    if draw.state is State.PAUSED:
        raise DrawClosedError(_l("This draw is paused. Nothing was taken."))
    if draw.state is not State.OPEN or now >= draw.ends_at:
        raise DrawClosedError(_l("This draw is over. Nothing was taken."))
    if now < draw.starts_at:
        raise DrawClosedError(_l("This draw has not begun yet. Nothing was taken."))
    if not is_in_hours(draw, now):
        raise OutOfHoursError


def choose_payment(draw: DrawRow, member: Member, shown: PaidBy) -> PaidBy:
    """Return what a try is paid with; never more than was shown.

    Raises:
        LimitReachedError: no try is left.
        PriceChangedError: it would cost points that were not shown.
    """
    if tries_left(draw, member) == 0:
        raise LimitReachedError
    way = pays_with(draw, member)
    if way is None:
        raise LimitReachedError(_l("You have no free try left today. Nothing was taken."))
    if way is PaidBy.POINTS and shown is not PaidBy.POINTS:
        raise PriceChangedError
    if way is PaidBy.TICKET and shown is PaidBy.FREE:
        raise PriceChangedError
    return way
