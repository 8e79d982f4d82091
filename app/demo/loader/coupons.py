"""Coupons at the end of the demo's year: pools with codes, some with members, some used."""

from datetime import datetime, timedelta

from app.coupons import queries, service
from app.demo.accounts import ACCOUNTS, HOUSE
from app.demo.content import coupons as content
from app.demo.loader.roll import Roll
from app.identity import queries as identity
from app.kernel import clock, goods
from app.kernel.db import use_case

GIVEN = timedelta(days=5)  # before the year's end
HOLDERS = 10


@use_case
def set_up(roll: Roll, ends_at: datetime) -> None:
    """Make pools and hand some of their codes out, once."""
    if queries.pools().items:
        return
    house_id = roll.members[HOUSE]
    fans = [roll.members[n] for n in sorted(roll.members) if n == 0 or n >= len(ACCOUNTS)]
    for number, (draft, prefix, count) in enumerate(content.POOLS):
        with clock.frozen(ends_at - GIVEN + timedelta(hours=number)):
            pool = service.make_pool(house_id, draft)
            service.seed_codes(pool, [f"{prefix}{_sign(number, n)}" for n in range(count)])
            for place, member_id in enumerate(fans[: HOLDERS if number else HOLDERS // 2]):
                key = f"demo:{number}:{place}"
                service.give(goods.Giving(member_id=member_id, ref=pool, key=key))
    _use_some(fans)
    _thank(house_id, fans[0])


def _sign(pool: int, number: int) -> str:
    """Return what looks like a code; made up, and the same in every demo."""
    return f"{(number * 7_919 + pool * 104_729 + 20_261) * 48_271 % 2_147_483_647:010d}"


def _use_some(fans: list[int]) -> None:
    for member_id in fans[1:4]:
        (first, *_rest) = queries.usable_coupons(member_id).items
        service.mark_used(member_id, first.code)
    mine = queries.usable_coupons(fans[0]).items
    service.show(fans[0], mine[0].code)
    service.mark_used(fans[0], mine[-1].code)


def _thank(house_id: int, member_id: int) -> None:
    """Let the team give the first fan one by hand, with a reason."""
    pool = queries.pools().items[-1]
    yid = identity.get_member(member_id).yid
    service.give_one(house_id, pool.code, yid, content.REASON, "demo-thanks-0000001")
