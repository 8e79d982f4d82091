"""What coupons tell upper floors. Codes are secrets: no fact holds one."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class CouponGiven(Fact):
    """A member got a coupon.

    Attributes:
        is_by_team: a person of the team gave it; nobody else tells the member.
    """

    name: ClassVar[str] = "coupons.given"

    coupon_id: int
    pool_id: int
    code: str
    is_by_team: bool = False


@dataclass(frozen=True, slots=True)
class CouponUsed(Fact):
    """A coupon was used.

    Attributes:
        said_by: ``member`` or ``channel``.
    """

    name: ClassVar[str] = "coupons.used"

    coupon_id: int
    pool_id: int
    said_by: str


@dataclass(frozen=True, slots=True)
class CouponTakenBack(Fact):
    """A coupon went back: to its pool where nobody had seen it, else nowhere.

    Attributes:
        is_whole: it had not been shown, and can be given again.
    """

    name: ClassVar[str] = "coupons.taken_back"

    coupon_id: int
    pool_id: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class CouponExpiring(Fact):
    """A member's unused coupon is about to expire.

    Attributes:
        code: public code of the coupon's page.
        until_on: its last day, ISO.
    """

    name: ClassVar[str] = "coupons.expiring"

    coupon_id: int
    pool_id: int
    code: str
    until_on: str


@dataclass(frozen=True, slots=True)
class PoolRanLow(Fact):
    """A pool has few free codes left; told once until it is filled up.

    Attributes:
        code: public code of the pool's page.
    """

    name: ClassVar[str] = "coupons.pool_low"

    pool_id: int
    code: str
    left: int
