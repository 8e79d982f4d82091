"""Parcels: packed by one, sent once, in trouble and back; addresses seen by few, not for long."""

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.ledger import queries as ledger
from app.notify.models import NoticeRow
from app.rewards.policy.tracking import read_paste
from app.rewards.queries import fulfilment as queries
from app.rewards.service import erasing, fulfilling, stepping, tracking
from app.rewards.types import NoSuchOrderError, State, TooLateError, Why
from app.rewards.types.fulfilling import Moved, Sent
from tests.factories import mall
from tests.factories.identity import Browser, browser, sign_in
from tests.ledger.book import earn
from tests.rewards.parcels import id_of, kept_addresses, some_parcels, state_of
from tests.rewards.test_buying import all_is_well

Counting = Callable[[], AbstractContextManager[list[str]]]
BOARD = "/staff/redemptions"


def audited(action: str) -> int:
    db.session.rollback()
    return db.session.query(AuditEntry).filter_by(action=action).count()


def told(member: MemberRow) -> list[str]:
    db.session.rollback()
    return [row.kind for row in db.session.query(NoticeRow).filter_by(member_id=member.id)]


# --- packing -------------------------------------------------------------------------------------


def test_of_two_who_pack_the_second_is_told(staff: MemberRow, alice: MemberRow) -> None:
    one, two = some_parcels(alice, 2)
    assert fulfilling.move_many([one], State.PACKED, actor_id=staff.id) == Moved(1, 0, ())
    again = fulfilling.move_many([one, two, "NONE"], State.PACKED, actor_id=staff.id)
    assert again == Moved(1, 1, ("NONE",))
    assert (state_of(one), state_of(two)) == (State.PACKED, State.PACKED)
    assert audited("mall.order_moved") == 2
    all_is_well()


def test_what_cannot_follow_is_refused(staff: MemberRow, alice: MemberRow) -> None:
    (code,) = some_parcels(alice)
    with pytest.raises(TooLateError):
        fulfilling.move(code, State.DONE, actor_id=staff.id)
    with pytest.raises(TooLateError):
        fulfilling.move(code, State.SHIPPED, actor_id=staff.id)  # without a number
    with pytest.raises(TooLateError):
        fulfilling.move(code, State.REFUNDED, actor_id=staff.id)
    with pytest.raises(NoSuchOrderError):
        fulfilling.move("NONE", State.PACKED, actor_id=staff.id)
    assert state_of(code) is State.TO_PACK


def test_a_problem_has_a_reason_and_a_way_back(staff: MemberRow, alice: MemberRow) -> None:
    (code,) = some_parcels(alice)
    assert fulfilling.report_problem(code, Why.ADDRESS, actor_id=staff.id)
    assert not fulfilling.report_problem(code, Why.LOST, actor_id=staff.id)
    (parcel,) = queries.parcels(State.PROBLEM).items
    assert parcel.why is Why.ADDRESS
    assert told(alice) == ["rewards.trouble"]
    assert fulfilling.move(code, State.TO_PACK, actor_id=staff.id)
    (parcel,) = queries.parcels(State.TO_PACK).items
    assert parcel.why is None
    with pytest.raises(TooLateError):
        fulfilling.report_problem(code, Why.MEMBER, actor_id=staff.id)
    all_is_well()


# --- sending -------------------------------------------------------------------------------------


def test_a_paste_is_told_line_by_line_and_may_come_again(
    staff: MemberRow, alice: MemberRow
) -> None:
    one, two, three = some_parcels(alice, 3)
    fulfilling.report_problem(three, Why.OTHER, actor_id=staff.id)
    text = (
        f"{one} SF1234567890\n\n{two}, 中通, 7788990011\nnonsense here\n"
        f"{one} SF0000000000\n{three}\t1.23E+15\n{three} JD12345678\n"
    )
    results = tracking.ship_many(read_paste(text, "sf"), actor_id=staff.id)
    assert [(line.number, sent) for line, sent in results] == [
        (1, Sent.SHIPPED),
        (3, Sent.SHIPPED),
        (4, Sent.NO_CODE),
        (5, Sent.TWICE),
        (6, Sent.NO_NUMBER),
        (7, Sent.SHIPPED),
    ]
    sent = {
        each.code: (each.carrier, each.tracking) for each in queries.parcels(State.SHIPPED).items
    }
    assert sent == {
        one: ("sf", "SF1234567890"), two: ("zto", "7788990011"), three: ("sf", "JD12345678"),
    }  # fmt: skip
    again = tracking.ship_many(read_paste(text, "sf"), actor_id=staff.id)
    assert [each for _line, each in again][:2] == [Sent.BEFORE, Sent.BEFORE]
    all_is_well()


@pytest.mark.parametrize(
    ("pasted", "carrier", "number"),
    [
        ("SF Express\tSF1234567890", "sf", "SF1234567890"),
        ("China Post EMS 1234567890", "ems", "1234567890"),
        ("中国邮政 EMS，1234567890", "ems", "1234567890"),
        ("7788990011, ZTO Express", "zto", "7788990011"),
        ("顺丰 SF1234567890", "sf", "SF1234567890"),
    ],
)
def test_a_carrier_s_name_of_several_words_is_no_number(
    pasted: str, carrier: str, number: str
) -> None:
    code = ids.new_code()
    (line,) = read_paste(f"{code} {pasted}", "jd")
    assert (line.carrier, line.tracking) == (carrier, number)
    (without,) = read_paste(f"{code} SF Express", "jd")
    assert without.fault is Sent.NO_NUMBER


def test_a_number_can_be_corrected_and_strange_orders_are_named(
    staff: MemberRow, alice: MemberRow
) -> None:
    (code,) = some_parcels(alice)
    for number, what in (("AAA111", Sent.SHIPPED), ("BBB222", Sent.CORRECTED),
                         ("BBB222", Sent.BEFORE)):  # fmt: skip
        assert tracking.ship(code, "sf", number, actor_id=staff.id) is what
    assert tracking.ship("NONE", "sf", "AAA111", actor_id=staff.id) is Sent.UNKNOWN
    fulfilling.move(code, State.DONE, actor_id=staff.id)
    assert tracking.ship(code, "sf", "CCC333", actor_id=staff.id) is Sent.NOT_NOW
    assert audited("mall.tracking_corrected") == 1


def test_the_owner_is_told_once_and_sees_carrier_number_and_link(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    (code,) = some_parcels(alice)
    tracking.ship(code, "sf", "SF1234567890", actor_id=staff.id)
    tracking.ship(code, "sf", "SF1234567890", actor_id=staff.id)
    assert told(alice) == ["mall.order"]
    page = alice_client.get(f"/me/mall-orders/{code}").text
    assert "SF Express SF1234567890" in page
    assert "SF Express" in page
    assert "SF1234567890" in page
    assert "nu=SF1234567890" in page


# --- addresses -----------------------------------------------------------------------------------


def test_an_address_is_shown_to_who_ships_and_each_look_is_noted(
    app: Flask, alice: MemberRow, moderator: MemberRow, operator: MemberRow
) -> None:
    (code,) = some_parcels(alice)
    page = f"{BOARD}/{id_of(code)}"
    shipping = sign_in(browser(app), operator)
    assert mall.HOME.street not in shipping.get(page).text
    assert mall.HOME.street not in shipping.get(BOARD).text
    assert audited("mall.address_seen") == 0
    shown = shipping.post(f"{page}/address")
    assert mall.HOME.street in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert audited("mall.address_seen") == 1
    stranger = sign_in(browser(app), moderator)
    assert stranger.post(f"{page}/address").status_code == 403
    assert sign_in(browser(app), alice).post(f"{page}/address").status_code == 403
    assert audited("mall.address_seen") == 1
    assert shipping.get(f"{BOARD}/12345").status_code == 404


def test_slips_note_every_address_and_the_pick_list_names_nobody(
    staff_client: Browser, alice: MemberRow
) -> None:
    codes = some_parcels(alice, 3)
    picks = staff_client.get(f"{BOARD}/pick-list").text
    assert "Mug" in picks
    assert "alice" not in picks
    assert ">3<" in picks
    slips = staff_client.post(f"{BOARD}/many", data={"code": codes[:2], "act": "slips"})
    assert slips.text.count(mall.HOME.street) == 2
    assert codes[2] not in slips.text
    assert audited("mall.address_seen") == 2


def test_addresses_are_forgotten_after_the_orders_end(staff: MemberRow, alice: MemberRow) -> None:
    one, two = some_parcels(alice, 2)
    tracking.ship(one, "sf", "AAA111", actor_id=staff.id)
    stepping.receive(alice.id, one)
    clock.tick(timedelta(days=29))
    assert erasing.erase_addresses() == 0
    clock.tick(timedelta(days=1))
    assert erasing.erase_addresses() == 1
    assert erasing.erase_addresses() == 0
    assert kept_addresses() == 1
    assert state_of(two) is State.TO_PACK


def test_what_nobody_misses_for_three_weeks_has_arrived(staff: MemberRow, alice: MemberRow) -> None:
    (code,) = some_parcels(alice)
    tracking.ship(code, "sf", "AAA111", actor_id=staff.id)
    clock.tick(timedelta(days=20))
    assert erasing.settle_arrivals() == 0
    clock.tick(timedelta(days=1))
    assert erasing.settle_arrivals() == 1
    assert state_of(code) is State.DONE
    clock.tick(timedelta(days=30))
    assert erasing.erase_addresses() == 1
    all_is_well()


# --- pages ---------------------------------------------------------------------------------------


def test_the_journey_of_a_parcel_on_the_board(staff_client: Browser, alice: MemberRow) -> None:
    one, two = some_parcels(alice, 2)
    assert "parcels to send" in staff_client.get("/staff").text
    page = staff_client.get(BOARD).text
    assert one in page
    assert two in page
    staff_client.post(f"{BOARD}/many", data={"code": [one, two], "act": "packed"})
    assert state_of(two) is State.PACKED
    staff_client.post(f"{BOARD}/{id_of(one)}/ship", data={"carrier": "jd", "tracking": "jd123456"})
    assert queries.get_parcel(id_of(one)).tracking == "JD123456"
    bad = staff_client.post(f"{BOARD}/{id_of(two)}/ship", data={"carrier": "jd", "tracking": "?"})
    assert bad.status_code == 422
    staff_client.post(f"{BOARD}/many", data={"code": [one], "act": "done", "from": "shipped"})
    assert state_of(one) is State.DONE
    assert staff_client.post(f"{BOARD}/many", data={"act": "packed"}).status_code == 303
    staff_client.post(f"{BOARD}/{id_of(two)}/move", data={"state": "to_pack"})
    assert state_of(two) is State.TO_PACK
    staff_client.post(f"{BOARD}/{id_of(two)}/move", data={"state": "refunded"})
    assert state_of(two) is State.TO_PACK


def test_numbers_come_by_paste_or_file_and_what_failed_stays_in_the_field(
    staff_client: Browser, alice: MemberRow
) -> None:
    one, two = some_parcels(alice, 2)
    answer = staff_client.post(
        f"{BOARD}/tracking", data={"carrier": "sf", "lines": f"{one} AAA111\nwhat is this\n"}
    )
    assert answer.status_code == 422
    assert "The line names no order" in answer.text
    assert "what is this</textarea>" in answer.text
    assert state_of(one) is State.SHIPPED
    raw = f"快递单号,快递公司,订单号\nBBB222,京东,{two}\n".encode("gb18030")
    data = {"carrier": "sf", "file": (io.BytesIO(raw), "numbers.csv")}
    sent = staff_client.post(f"{BOARD}/tracking", data=data, content_type="multipart/form-data")
    assert sent.status_code == 303
    assert queries.get_parcel(id_of(two)).carrier == "jd"
    for bad in ({}, {"carrier": "sf"}, {"carrier": "sf", "lines": "x\n" * 501}):
        assert staff_client.post(f"{BOARD}/tracking", data=bad).status_code == 422


def test_an_order_is_ended_with_a_reason_and_its_points_go_back(
    staff_client: Browser, alice: MemberRow
) -> None:
    (code,) = some_parcels(alice)
    page = f"{BOARD}/{id_of(code)}"
    assert staff_client.get(f"{page}/refund").status_code == 200
    assert staff_client.post(f"{page}/refund", data={"why": "no reason"}).status_code == 422
    assert ledger.balance(alice.id).available == 0
    staff_client.post(f"{page}/refund", data={"why": "damaged"})
    assert state_of(code) is State.REFUNDED
    assert ledger.balance(alice.id).available == 100
    assert staff_client.post(f"{page}/problem", data={"why": "lost"}).status_code == 422
    assert staff_client.get(page).status_code == 200
    all_is_well()


def test_a_prize_waits_for_its_address_on_the_board(
    staff_client: Browser, alice: MemberRow
) -> None:
    from app.kernel import goods

    item = mall.an_item()
    giving = goods.Giving(member_id=alice.id, ref=str(mall.variant_id(item)), key="draw:1")
    goods.give("item", giving)
    page = staff_client.get(f"{BOARD}?state=waiting_address").text
    assert "A prize" in page
    assert "alice" in page


def test_nobody_but_who_ships_comes_in(
    app: Flask, alice: MemberRow, alice_client: Browser, moderator: MemberRow
) -> None:
    (code,) = some_parcels(alice)
    order_id = id_of(code)
    for client in (alice_client, sign_in(browser(app), moderator)):
        for path in ("", f"/{order_id}", "/pick-list", "/tracking", f"/{order_id}/refund"):
            assert client.get(f"{BOARD}{path}").status_code == 403
        for path in ("/many", f"/{order_id}/move", f"/{order_id}/ship", "/tracking"):
            assert client.post(f"{BOARD}{path}", data={"code": code}).status_code == 403
    assert state_of(code) is State.TO_PACK


@pytest.mark.parametrize("count", [2, 60])
def test_pages_run_a_fixed_number_of_statements(
    count_statements: Counting,
    staff: MemberRow,
    staff_client: Browser,
    alice: MemberRow,
    count: int,
) -> None:
    codes = some_parcels(alice, count)
    earn(alice.id, 100)
    pages = (BOARD, f"{BOARD}?state=shipped", f"{BOARD}/{id_of(codes[0])}", f"{BOARD}/pick-list")
    for address in pages:
        with count_statements() as ran:
            assert staff_client.get(address).status_code == 200
        assert len(ran) <= 6, (address, ran)
    with count_statements() as ran:
        tracking.ship(codes[0], "sf", "AAA111", actor_id=staff.id)
    assert len(ran) <= 12, ran
