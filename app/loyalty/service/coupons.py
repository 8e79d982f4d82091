"""Members and the team are told about coupons: once each, wherever the coupon is by then."""

from collections.abc import Collection

from app.coupons import queries
from app.coupons.events import CouponExpiring, CouponGiven, PoolRanLow
from app.kernel.db import use_case
from app.notify import service as notify
from app.notify.types import Link, Tell

GIVEN, EXPIRING, LOW = "loyalty.coupon", "loyalty.coupon_ends", "loyalty.coupons_low"


def _link(code: str) -> Link:
    return Link("coupons.my_coupon", {"code": code})


@use_case
def tell_given(fact: CouponGiven) -> bool:
    """Tell whoever has the coupon now that the team gave it; return whether that is news."""
    owner = queries.owner_of(fact.coupon_id)
    return owner is not None and notify.tell(
        owner, GIVEN, key=str(fact.coupon_id), params={"pool": fact.pool_id},
        link=_link(fact.code), about=f"coupon:{fact.coupon_id}",
    )  # fmt: skip


@use_case
def tell_expiring(fact: CouponExpiring) -> bool:
    """Tell whoever has the coupon, unused, that it is about to expire; return if that is news."""
    owner = queries.owner_of(fact.coupon_id, unused=True)
    return owner is not None and notify.tell(
        owner, EXPIRING, key=str(fact.coupon_id),
        params={"pool": fact.pool_id, "until": fact.until_on, "coupon": fact.coupon_id},
        link=_link(fact.code), about=f"coupon:{fact.coupon_id}",
    )  # fmt: skip


@use_case
def tell_low(fact: PoolRanLow, team: Collection[int], fact_id: int) -> int:
    """Tell the team that a pool has few codes left; return how many were told."""
    return notify.tell_many(
        [
            Tell(
                member_id, LOW, f"{fact.pool_id}:{fact_id}",
                {"pool": fact.pool_id, "left": fact.left},
                Link("coupons_staff.pool", {"code": fact.code}),
            )
            for member_id in sorted(team)
        ]
    )  # fmt: skip
