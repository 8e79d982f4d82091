"""Pools and coupons for the tests of coupons."""

import sqlalchemy as sa

from app.coupons import queries, service
from app.coupons.queries.tables import COUPON
from app.coupons.types import Coupon, Pool, PoolDraft, Worth, WorthKind
from app.identity.types import MemberRow
from app.kernel import goods, verify
from app.kernel.db import db

TWENTY_OFF = Worth(WorthKind.MONEY, 20_00, "CNY")


def a_draft(**changes: object) -> PoolDraft:
    """Return what staff would say about a pool."""
    told = {"name_zh": "锅底券", "name_en": "Broth coupon", "worth": TWENTY_OFF, "low_at": 2}
    return PoolDraft(**{**told, **changes})  # type: ignore[arg-type]


def a_pool(staff: MemberRow, codes: int = 3, *, prefix: str = "SECRET", **changes: object) -> str:
    """Make a pool of codes ``SECRET0``, ``SECRET1`` …; return its public code."""
    code = service.make_pool(staff.id, a_draft(**changes))
    if codes:
        service.seed_codes(code, [f"{prefix}{n}" for n in range(codes)])
    return code


def given(pool: str, member: MemberRow, key: str = "mall:1", count: int = 1) -> goods.Given:
    """Give a member the next codes of a pool as the mall would."""
    return goods.give("coupon", goods.Giving(member_id=member.id, ref=pool, key=key, count=count))


def own(member: MemberRow) -> Coupon:
    """Return the one coupon that a member can use."""
    db.session.rollback()
    (found,) = queries.usable_coupons(member.id).items
    return found


def standing(pool: str) -> tuple[int, int, int, int]:
    """Return a pool's counts (free, given, used, void), once everything adds up."""
    db.session.rollback()
    names = ("coupons.counts", "coupons.givings")
    assert [drift for report in verify.run(names) for drift in report.drifts] == []
    found: Pool = queries.get_pool(pool)
    return found.free, found.given, found.used, found.void


def stored() -> list[str]:
    """Return what stands in the database in place of secrets."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(COUPON.c.sealed_code).order_by(COUPON.c.id)))
