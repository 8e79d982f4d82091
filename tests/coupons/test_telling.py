"""Who is told what: expiring soon, given by the team, a pool that runs low; leaving."""

from datetime import timedelta

from app.coupons import queries, service
from app.coupons.queries.tables import GIVING
from app.coupons.types import CouponState
from app.identity.types import MemberRow
from app.kernel import clock, facts, leaving
from app.kernel.db import db, use_case
from app.notify.models import NoticeRow
from tests.coupons.pools import a_pool, given, own, standing
from tests.factories.identity import Browser, sign_in


def told(member: MemberRow) -> list[str]:
    while facts.deliver():
        pass
    db.session.rollback()
    return [row.kind for row in db.session.query(NoticeRow).filter_by(member_id=member.id)]


def test_an_owner_is_warned_once_before_his_coupon_expires(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    given(a_pool(staff, 2, days=7), alice)
    assert service.warn() == 0
    clock.tick(timedelta(days=4))
    assert service.warn() == 1
    assert service.warn() == 0
    assert told(alice) == ["loyalty.coupon_ends"]
    sign_in(alice_client, alice)
    assert "Broth coupon expires after 7 Sep" in alice_client.get("/notices").text
    service.mark_used(alice.id, own(alice).code)
    assert "Broth coupon is used or over" in alice_client.get("/notices").text


def test_a_used_coupon_is_not_warned_of(staff: MemberRow, alice: MemberRow) -> None:
    given(a_pool(staff, 1, days=2), alice)
    service.mark_used(alice.id, own(alice).code)
    assert service.warn() == 0
    assert told(alice) == []


def test_who_gets_one_from_the_team_is_told_and_who_buys_one_is_not(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    pool = a_pool(staff, 2)
    given(pool, alice)
    assert told(alice) == []
    service.give_one(staff.id, pool, alice.yid, "thanks", "k" * 20)
    assert told(alice) == ["loyalty.coupon"]
    assert "A coupon for you: Broth coupon" in alice_client.get("/notices").text


def test_the_team_is_told_once_each_time_a_pool_runs_low(
    staff: MemberRow, operator: MemberRow, alice: MemberRow
) -> None:
    pool = a_pool(staff, 4, low_at=2)
    given(pool, alice, "mall:1")
    assert service.tell_low() == 0
    given(pool, alice, "mall:2")
    assert service.tell_low() == 1
    given(pool, alice, "mall:3")
    assert service.tell_low() == 0
    assert told(operator) == ["loyalty.coupons_low"]
    assert told(alice) == []
    service.seed_codes(pool, [f"MORE-{n}" for n in range(5)])
    assert not queries.get_pool(pool).is_low
    given(pool, alice, "mall:4", count=4)
    assert service.tell_low() == 1
    assert told(operator) == ["loyalty.coupons_low"] * 2


def test_an_empty_new_pool_alarms_nobody(staff: MemberRow) -> None:
    a_pool(staff, 0, low_at=20)
    assert service.tell_low() == 0


def test_who_leaves_takes_no_usable_coupon_along(staff: MemberRow, alice: MemberRow) -> None:
    pool = a_pool(staff, 2)
    service.give_one(staff.id, pool, alice.yid, "for your birthday", "k" * 20)
    use_case(leaving.forget)(alice.id)
    use_case(leaving.forget)(alice.id)
    assert standing(pool) == (1, 0, 0, 1)
    assert db.session.scalars(GIVING.select().with_only_columns(GIVING.c.note)).all() == [""]
    (line,) = queries.codes_of(queries.get_pool(pool).id, CouponState.VOID).items
    assert line.owner is not None


def test_his_own_file_holds_his_coupons_without_the_codes(
    staff: MemberRow, alice: MemberRow
) -> None:
    given(a_pool(staff, 1), alice)
    (section,) = [each for each in leaving.sections() if each.key == "coupon"]
    (row,) = leaving.rows_of(section, alice.id)
    assert row["state"] == "given"
    assert not {"sealed_code", "code_digest"} & set(row)
