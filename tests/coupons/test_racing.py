"""64 takers of ten codes, the same key from everywhere, a code seen while it is taken back."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from app.coupons import service
from app.coupons.queries.tables import COUPON
from app.coupons.types import CouponState
from app.identity.types import MemberRow
from app.kernel import clock, goods
from app.kernel.db import db
from app.kernel.errors import DomainError
from tests.coupons.pools import a_pool, own, standing

pytestmark = pytest.mark.race
TAKERS, CODES, AT_ONCE = 64, 10, 16


def at_once(app: Flask, acts: list[object]) -> list[str]:
    """Run acts in threads; return how each ended."""
    now = clock.now()

    def run(act: object) -> str:
        with app.app_context(), clock.frozen(now):
            try:
                return str(act())  # type: ignore[operator]
            except DomainError as error:
                return error.code
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, acts))


def take(member_id: int, pool: str, key: str) -> object:
    giving = goods.Giving(member_id=member_id, ref=pool, key=key)
    return lambda: goods.give("coupon", giving).is_new


def test_sixty_four_takers_of_ten_codes_get_ten(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    pool = a_pool(staff, CODES)
    members = (alice.id, bob.id)
    ends = at_once(app, [take(members[n % 2], pool, f"draw:{n}") for n in range(TAKERS)])
    assert Counter(ends) == {"True": CODES, "goods_gone": TAKERS - CODES}
    assert standing(pool) == (0, CODES, 0, 0)
    owned = db.session.execute(
        sa.select(COUPON.c.code_digest, COUPON.c.giving_id).where(
            COUPON.c.state == CouponState.GIVEN
        )
    ).all()
    assert len({row.code_digest for row in owned}) == len({row.giving_id for row in owned}) == CODES


def test_one_key_from_everywhere_gives_once(app: Flask, staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, CODES)
    ends = at_once(app, [take(alice.id, pool, "mall:1")] * AT_ONCE)
    assert Counter(ends) == {"True": 1, "False": AT_ONCE - 1}
    assert standing(pool) == (CODES - 1, 1, 0, 0)


def test_a_code_that_is_seen_never_goes_back_to_the_pool(
    app: Flask, staff: MemberRow, alice: MemberRow
) -> None:
    for turn in range(6):
        pool = a_pool(staff, 1, prefix=f"TURN-{turn}-")
        goods.give("coupon", goods.Giving(member_id=alice.id, ref=pool, key=f"mall:{turn}"))
        code = own(alice).code

        def look(code: str = code) -> object:
            return service.show(alice.id, code)

        def back(key: str = f"mall:{turn}") -> object:
            return goods.take_back("coupon", key)

        acts = [look, back] if turn % 2 else [back, look]
        ends = at_once(app, list(acts))
        assert "True" in ends
        db.session.rollback()
        row = db.session.execute(
            sa.select(COUPON.c.state, COUPON.c.shown_at).where(COUPON.c.code == code)
        ).one()
        assert (row.state, row.shown_at is None) in {
            (CouponState.FREE, True), (CouponState.VOID, False),
        }  # fmt: skip
        standing(pool)
