"""Pure rules of coupons: how one stands, until when it is good, what a code looks like."""

from datetime import date, datetime

from app.coupons.types import Coupon, CouponState, PoolDraft, Standing
from app.kernel import clock, ids

MASKED_FROM = 8  # codes this long show four signs of their end, shorter ones two
MASK = "••••"


def validity(draft: PoolDraft, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Return from when and until when (exclusive) a coupon given ``now`` is good.

    Days count from the day of giving, that day included; a pool's last day ends them all.
    """
    begins = clock.day_start(draft.starts_on) if draft.starts_on else None
    last = draft.ends_on
    if draft.days is not None:
        first = max(clock.business_date(now), draft.starts_on or date.min)
        own = first + (draft.days - 1) * clock.ONE_DAY
        last = own if last is None else min(own, last)
    return begins, clock.day_end(last) if last else None


def standing(coupon: Coupon, now: datetime) -> Standing:
    """Return how a coupon stands for its owner."""
    if coupon.state is CouponState.USED:
        return Standing.USED
    if coupon.state is not CouponState.GIVEN:
        return Standing.VOID
    if coupon.until_at is not None and coupon.until_at <= now:
        return Standing.EXPIRED
    if coupon.from_at is not None and coupon.from_at > now:
        return Standing.SOON
    return Standing.USABLE


def last_day(until_at: datetime) -> date:
    """Return the last day on which a coupon is good."""
    return clock.business_date(until_at - clock.ONE_DAY / 2)


def masked(secret: str) -> str:
    """Return enough of a code to recognise it, too little to use it."""
    return MASK + secret[-4 if len(secret) >= MASKED_FROM else -2 :]


def new_secret(prefix: str) -> str:
    """Return a code nobody can guess (60 random bits) in signs nobody mistakes, with a check."""
    return prefix + ids.new_code()
