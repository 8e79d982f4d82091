"""Who may buy what, now, at which price."""

from datetime import datetime

from app.rewards.types import (
    Delivery,
    Drop,
    LimitReachedError,
    NotForYouError,
    NotYetError,
    OverError,
    PriceChangedError,
    Standing,
    State,
    Terms,
)


def check_open(terms: Terms, now: datetime) -> None:
    """See whether it is on sale at this moment.

    Raises:
        NotYetError: the sale has not begun.
        OverError: it is over, or the item is off the shelf.
    """
    if not terms.is_shown:
        raise OverError
    if terms.opens_at is not None and now < terms.opens_at:
        raise NotYetError
    if terms.closes_at is not None and now >= terms.closes_at:
        raise OverError


def limit_of(terms: Terms, tier: str) -> int:
    """Return how many pieces somebody of a tier may have; 0: as many as he likes.

    A tier's own limit stands instead of the general one.
    """
    return int(terms.tier_limits.get(tier, terms.limit))


def check_terms(
    terms: Terms, standing: Standing, count: int, *, seen: tuple[int, int], now: datetime
) -> None:
    """See whether somebody may buy so many pieces at the price that he saw.

    Args:
        terms: of the item.
        standing: of who asks.
        count: pieces.
        now: this moment.
        seen: the points and the minor units that he was shown, for all pieces.

    Raises:
        NotYetError: the sale has not begun.
        OverError: it is over.
        NotForYouError: it is for others.
        LimitReachedError: it would be more than one may have.
        PriceChangedError: it costs something else than he was shown.
    """
    check_open(terms, now)
    if terms.drop is Drop.LOTS:
        raise NotForYouError  # by lot only: an entry, never a purchase
    if not (standing.is_in_audience and standing.has_unlocked):
        raise NotForYouError
    limit = limit_of(terms, standing.tier)
    if limit and standing.had + count > limit:
        raise LimitReachedError
    if seen != (terms.price_points * count, terms.price_minor * count):
        raise PriceChangedError


def first_state(delivery: Delivery, *, has_money: bool, is_ahead: bool, has_address: bool) -> State:
    """Return where an order begins, or goes on once everything is paid."""
    if has_money:
        return State.WAITING_MONEY
    if is_ahead:
        return State.WAITING_REST
    if delivery is Delivery.GOODS:
        return State.DONE
    return State.TO_PACK if has_address else State.WAITING_ADDRESS
