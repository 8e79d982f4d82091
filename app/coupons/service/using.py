"""What an owner does with his coupon: look at its code, say that he used it. And the reminder."""

from datetime import timedelta

import sqlalchemy as sa

from app.coupons import policy
from app.coupons.events import CouponExpiring, CouponUsed
from app.coupons.queries.mine import my_coupon
from app.coupons.queries.pools import PURPOSE
from app.coupons.queries.tables import COUPON
from app.coupons.service.giving import lock_pools, move
from app.coupons.types import (
    KIND,
    Coupon,
    CouponOverError,
    CouponState,
    Standing,
    UnreadableCodeError,
    UsedBy,
)
from app.kernel import clock, facts, sealing
from app.kernel.db import changed, db, use_case
from app.kernel.facts import Note
from app.kernel.types import Ref

WARN_BEFORE = timedelta(days=3)


def secret_of(coupon: Coupon) -> str:
    """Return the secret code of a coupon, for its owner's eyes only.

    Raises:
        UnreadableCodeError: it was sealed under a secret that the house has lost.
    """
    try:
        return sealing.unseal(coupon.sealed, PURPOSE)
    except sealing.UnsealableError:
        raise UnreadableCodeError from None


@use_case
def show(member_id: int, code: str) -> None:
    """Let a member see the code of his coupon; from now on it never goes back to the pool.

    Raises:
        NotFoundError: it is not his.
        CouponOverError: it can't be used any more.
    """
    coupon = my_coupon(member_id, code)
    if coupon.shown_at is not None:
        return
    if policy.standing(coupon, clock.now()) not in {Standing.USABLE, Standing.SOON}:
        raise CouponOverError
    secret_of(coupon)  # what can't be read isn't seen
    changed(
        sa.update(COUPON)
        .where(
            COUPON.c.id == coupon.id,
            COUPON.c.member_id == member_id,
            COUPON.c.state == CouponState.GIVEN,
            COUPON.c.shown_at.is_(None),
        )
        .values(shown_at=clock.now(), sealed_code=sealing.renewed(coupon.sealed, PURPOSE))
    )


@use_case
def mark_used(member_id: int, code: str) -> bool:
    """Let a member say that he has used his coupon; return whether that is new.

    Raises:
        NotFoundError: it is not his.
        CouponOverError: it was taken back.
    """
    coupon = my_coupon(member_id, code)
    if coupon.state is CouponState.USED:
        return False
    pool_id = _pool_of(coupon)
    lock_pools([pool_id])
    now = clock.now()
    moved = changed(
        sa.update(COUPON)
        .where(COUPON.c.id == coupon.id, COUPON.c.state == CouponState.GIVEN)
        .values(state=CouponState.USED, used_at=now, used_by=UsedBy.MEMBER)
    )
    if not moved:
        raise CouponOverError
    move(pool_id, given=-1, used=1)
    fact = CouponUsed(coupon.id, pool_id, UsedBy.MEMBER.value)
    facts.publish(fact, actor_id=member_id, subject=Ref(KIND, coupon.id), concerns_id=member_id)
    return True


@use_case
def unmark_used(member_id: int, code: str) -> bool:
    """Undo the member's own mark; what a channel said stays. Return whether it was undone.

    Raises:
        NotFoundError: it is not his.
    """
    coupon = my_coupon(member_id, code)
    pool_id = _pool_of(coupon)
    lock_pools([pool_id])
    moved = changed(
        sa.update(COUPON)
        .where(
            COUPON.c.id == coupon.id,
            COUPON.c.state == CouponState.USED,
            COUPON.c.used_by == UsedBy.MEMBER,
        )
        .values(state=CouponState.GIVEN, used_at=None, used_by=None)
    )
    if moved:
        move(pool_id, given=1, used=-1)
    return bool(moved)


def _pool_of(coupon: Coupon) -> int:
    found = db.session.scalar(sa.select(COUPON.c.pool_id).where(COUPON.c.id == coupon.id))
    assert found is not None  # noqa: S101 - its coupon was read just now
    return int(found)


@use_case
def warn(limit: int = 200) -> int:
    """Say once of each unused coupon that it is about to expire; return of how many."""
    now = clock.now()
    soon = (
        sa.select(COUPON.c.id)
        .where(
            COUPON.c.state == CouponState.GIVEN,
            COUPON.c.warned_at.is_(None),
            COUPON.c.until_at > now,
            COUPON.c.until_at <= now + WARN_BEFORE,
        )
        .order_by(COUPON.c.until_at)
        .limit(limit)
    )
    rows = db.session.execute(
        sa.update(COUPON)
        .where(
            COUPON.c.id.in_(soon),
            COUPON.c.warned_at.is_(None),
            COUPON.c.state == CouponState.GIVEN,
        )
        .values(warned_at=now)
        .returning(
            COUPON.c.id, COUPON.c.code, COUPON.c.pool_id, COUPON.c.member_id, COUPON.c.until_at
        )
    ).all()
    facts.publish_many(
        [
            Note(
                CouponExpiring(
                    row.id, row.pool_id, row.code, policy.last_day(row.until_at).isoformat()
                ),
                subject=Ref(KIND, row.id),
                concerns_id=row.member_id,
            )
            for row in rows
        ]
    )
    return len(rows)
