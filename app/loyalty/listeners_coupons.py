"""What loyalty hears of coupons: they lie too low to tell members and the team themselves."""

from app.coupons.events import CouponExpiring, CouponGiven, PoolRanLow
from app.identity import queries as identity
from app.kernel.facts import Told, subscribe
from app.kernel.permissions import Permission, roles_with
from app.loyalty.service import coupons


@subscribe(CouponGiven)
def tell_given(fact: CouponGiven, told: Told) -> None:  # noqa: ARG001 - a listener's signature
    """Tell a member that the team gave him a coupon; other givers tell themselves."""
    if fact.is_by_team:
        coupons.tell_given(fact)


@subscribe(CouponExpiring)
def tell_expiring(fact: CouponExpiring, told: Told) -> None:  # noqa: ARG001 - a listener's signature
    """Tell a member that his coupon is about to expire."""
    coupons.tell_expiring(fact)


@subscribe(PoolRanLow)
def tell_low(fact: PoolRanLow, told: Told) -> None:
    """Tell whoever looks after coupons that a pool has few codes left."""
    team = identity.members_with(roles_with(Permission.COUPONS_EDIT))
    coupons.tell_low(fact, team, told.id)
