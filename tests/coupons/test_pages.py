"""Coupons on pages: the owner's own, and the console's."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from app.coupons import queries, service
from app.coupons.types import CouponState
from app.identity.types import MemberRow
from app.kernel import clock, goods, slots
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from tests.coupons.pools import TWENTY_OFF, a_draft, a_pool, given, own, standing
from tests.factories.identity import Browser, browser, sign_in

Counting = Callable[[], AbstractContextManager[list[str]]]
POOL_FORM = {
    "name_zh": "满减券",
    "name_en": "Money off",
    "worth": "money",
    "amount": "9.90",
    "least": "99",
    "channel": "",
    "place_zh": "天猫旗舰店",
    "place_en": "Tmall",
    "use_url": "https://shop.example/",
    "days": "30",
    "low_at": "5",
}


def coupon_page(member: MemberRow) -> str:
    return f"/me/coupons/{own(member).code}"


# --- the owner -----------------------------------------------------------------------------------


def test_the_code_is_shown_to_its_owner_once_he_asks(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    given(a_pool(staff, 1, use_url="https://shop.example/"), alice)
    page = coupon_page(alice)
    assert "SECRET0" not in alice_client.get(page).text
    assert alice_client.get(f"{page}/qr.svg").status_code == 404
    assert alice_client.post(f"{page}/show").status_code == 303
    shown = alice_client.get(page)
    assert "SECRET0" in shown.text
    assert "https://shop.example/" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert alice_client.get(f"{page}/qr.svg").mimetype == "image/svg+xml"
    assert "SECRET0" not in alice_client.get("/me/coupons").text


def test_nobody_else_learns_that_a_coupon_is_there(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow, client: Browser
) -> None:
    where = given(a_pool(staff, 1), alice).where
    assert where is not None
    page = coupon_page(alice)
    stranger = sign_in(browser(app), bob)
    assert stranger.get(page).status_code == 404
    assert stranger.get(f"{page}/qr.svg").status_code == 404
    assert stranger.post(f"{page}/show").status_code == 404
    assert stranger.post(f"{page}/used").status_code == 404
    assert stranger.get(f"/go/coupon/{where.id}").status_code == 404
    assert own(alice).shown_at is None
    assert client.get(page).status_code == 303
    assert sign_in(browser(app), alice).get(f"/go/coupon/{where.id}").status_code == 303


def test_i_have_used_it_can_be_undone(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    pool = a_pool(staff, 1)
    given(pool, alice)
    page = coupon_page(alice)
    alice_client.post(f"{page}/used")
    assert standing(pool) == (0, 0, 1, 0)
    assert "Used on" in alice_client.get(page).text
    assert "Broth coupon" in alice_client.get("/me/coupons?view=past").text
    alice_client.post(f"{page}/used", data={"undo": "1"})
    assert standing(pool) == (0, 1, 0, 0)


def test_an_expired_coupon_shows_no_code(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    given(a_pool(staff, 1, days=1), alice)
    page = coupon_page(alice)
    clock.tick(timedelta(days=1))
    sign_in(alice_client, alice)
    alice_client.post(f"{page}/show")
    assert "SECRET0" not in alice_client.get(page).text
    assert "Expired" in alice_client.get("/me/coupons?view=past").text
    assert "Broth coupon" not in alice_client.get("/me/coupons").text


def test_the_first_to_expire_stands_first_and_pages_follow_it(
    staff: MemberRow, alice: MemberRow, alice_client: Browser
) -> None:
    for days in (9, 3, None, 5):
        given(a_pool(staff, 8, prefix=f"D{days}-", name_en=f"Good {days}", days=days), alice,
              f"mall:{days}", count=8)  # fmt: skip
    first = alice_client.get("/me/coupons").text
    assert re.findall(r"Good (\w+)<", first) == ["3"] * 8 + ["5"] * 8 + ["9"] * 4
    again = re.search(r'href="(/me/coupons\?[^"]*after=[^"]+)"', first)
    assert again is not None
    second = alice_client.get(again.group(1).replace("&amp;", "&")).text
    assert re.findall(r"Good (\w+)<", second) == ["9"] * 4 + ["None"] * 8


@pytest.mark.parametrize("after", ["x", "1-", "-1", "9" * 30, "1-" + "9" * 30])
def test_a_key_that_is_none_leads_to_the_first_page(
    alice_client: Browser, staff_client: Browser, after: str
) -> None:
    for address in ("/me/coupons", "/me/coupons?view=past"):
        join = "&" if "?" in address else "?"
        assert alice_client.get(f"{address}{join}after={after}").status_code == 200
    assert staff_client.get(f"/staff/coupons?after={after}").status_code == 200


def test_the_rewards_page_says_how_many(
    app: Flask, staff: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    given(a_pool(staff, 3), alice, count=3)
    with app.test_request_context():
        filled = slots.fill("rewards_home", [alice.id, bob.id])
    assert "3" in filled[alice.id]
    assert "/me/coupons" in filled[bob.id]


# --- the console ---------------------------------------------------------------------------------


def test_a_pool_is_made_filled_and_changed(staff: MemberRow, staff_client: Browser) -> None:
    made = staff_client.post("/staff/coupons/new", data=POOL_FORM)
    assert made.status_code == 303
    page = made.headers["Location"]
    code = page.rpartition("/")[2]
    assert queries.get_pool(code).draft.worth.minor == 9_90
    assert queries.get_pool(code).draft.min_minor == 99_00
    sent = staff_client.post(
        f"{page}/import",
        data={"file": (io.BytesIO(b"AAAA-1\nAAAA-2\n"), "codes.txt")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    while service.work_some():
        pass
    job = staff_client.get(sent.headers["Location"])
    assert "codes.txt" in job.text
    assert "AAAA" not in job.text
    assert standing(code)[0] == 2
    changed = {**POOL_FORM, "worth": "percent", "percent": "20"}
    assert staff_client.post(f"{page}/edit", data=changed).status_code == 303
    assert queries.get_pool(code).draft.worth.percent == 20
    assert queries.get_pool(code).draft.worth.minor == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name_zh", ""),
        ("amount", ""),
        ("amount", "-1"),
        ("amount", "NaN"),
        ("least", "lots"),
        ("use_url", "http://shop.example"),
        ("use_url", "javascript:alert(1)"),
        ("days", "100000"),
        ("worth", "gold"),
        ("channel", "nowhere"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_lost(
    staff_client: Browser, field: str, value: str
) -> None:
    answer = staff_client.post("/staff/coupons/new", data={**POOL_FORM, field: value})
    assert answer.status_code == 422
    assert "Please check this" in answer.text
    assert 'value="Money off"' in answer.text
    assert queries.pools().items == []


def test_a_bad_file_comes_back_with_the_page(staff: MemberRow, staff_client: Browser) -> None:
    page = f"/staff/coupons/{a_pool(staff)}"
    answer = staff_client.post(
        f"{page}/import", data={"file": (io.BytesIO(b""), "empty.csv")},
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "This file is empty" in answer.text
    assert staff_client.post(f"{page}/make", data={"count": "0"}).status_code == 422
    assert staff_client.post("/staff/coupons/used", data={}).status_code == 422


def test_staff_see_codes_masked_and_can_take_one_back(
    staff: MemberRow, alice: MemberRow, staff_client: Browser
) -> None:
    pool = a_pool(staff, 2, prefix="MYSECRET-")
    given(pool, alice)
    page = f"/staff/coupons/{pool}/codes"
    listed = staff_client.get(page).text
    assert "MYSECRET" not in listed
    assert alice.yid in listed
    assert alice.yid not in staff_client.get(f"{page}?state=free").text
    code = own(alice).code
    assert staff_client.get(f"{page}/{code}/void").status_code == 200
    assert standing(pool) == (1, 1, 0, 0)
    assert staff_client.post(f"{page}/{code}/void").status_code == 303
    assert standing(pool) == (1, 0, 0, 1)
    other = a_pool(staff, 0)
    assert staff_client.get(f"/staff/coupons/{other}/codes/{code}/void").status_code == 404


def test_a_coupon_for_one_member(staff: MemberRow, alice: MemberRow, staff_client: Browser) -> None:
    page = f"/staff/coupons/{a_pool(staff, 1)}"
    form = {"yid": alice.yid, "reason": "thank you", "request_key": "k" * 20}
    assert staff_client.post(f"{page}/give", data={**form, "yid": "nobody"}).status_code == 422
    for _ in range(2):
        assert staff_client.post(f"{page}/give", data=form).status_code == 303
    assert own(alice).note == "thank you"
    again = staff_client.post(f"{page}/give", data={**form, "request_key": "l" * 20})
    assert again.status_code == 409
    details = [each.detail for each in db.session.query(AuditEntry).all()]
    assert not any("thank you" in each for each in details)


def test_a_pool_is_stopped_on_a_page_of_its_own(staff: MemberRow, staff_client: Browser) -> None:
    pool = a_pool(staff, 1)
    page = f"/staff/coupons/{pool}"
    assert staff_client.get(f"{page}/stop").status_code == 200
    assert goods.kind_of(goods.Thing("coupon", pool)).left(pool) == 1
    staff_client.post(f"{page}/stop")
    assert goods.kind_of(goods.Thing("coupon", pool)).left(pool) == 0
    staff_client.post(f"{page}/resume")
    assert goods.kind_of(goods.Thing("coupon", pool)).left(pool) == 1


def test_made_codes_are_sent_by_a_noted_download(staff: MemberRow, staff_client: Browser) -> None:
    pool = a_pool(staff, 0)
    form = {"count": "3", "prefix": "pot-", "request_key": "k" * 20}
    job = staff_client.post(f"/staff/coupons/{pool}/make", data=form).headers["Location"]
    assert staff_client.post(f"{job}/list").status_code == 404
    while service.work_some():
        pass
    sent = staff_client.post(f"{job}/list")
    assert len(re.findall(r"^POT-\w{13}$", sent.text, re.MULTILINE)) == 3
    assert sent.headers["Cache-Control"] == "no-store"
    assert db.session.query(AuditEntry).filter_by(action="coupons.made_listed").count() == 1


def test_only_who_looks_after_coupons_comes_in(
    alice_client: Browser, app: Flask, moderator: MemberRow, staff: MemberRow
) -> None:
    pool = a_pool(staff)
    watching = sign_in(browser(app), moderator)
    for client in (alice_client, watching):
        for path in ("", "/new", f"/{pool}", f"/{pool}/codes", "/used"):
            assert client.get(f"/staff/coupons{path}").status_code == 403
        assert client.post(f"/staff/coupons/{pool}/give").status_code == 403


@pytest.mark.parametrize("count", [2, 40])
def test_pages_run_a_fixed_number_of_statements(
    count_statements: Counting,
    staff: MemberRow,
    alice: MemberRow,
    alice_client: Browser,
    staff_client: Browser,
    count: int,
) -> None:
    pool = a_pool(staff, count)
    for number in range(count // 2):
        a_pool(staff, 0, worth=TWENTY_OFF)
        given(pool, alice, f"mall:{number}")
    code = queries.usable_coupons(alice.id).items[0].code
    pages = [
        (alice_client, "/me/coupons", 5),
        (alice_client, "/me/coupons?view=past", 5),
        (alice_client, f"/me/coupons/{code}", 5),
        (staff_client, "/staff/coupons", 5),
        (staff_client, f"/staff/coupons/{pool}", 5),
        (staff_client, f"/staff/coupons/{pool}/codes", 5),
        (staff_client, "/staff/coupons/used", 5),
    ]
    for client, address, most in pages:
        with count_statements() as ran:
            assert client.get(address).status_code == 200
        assert len(ran) <= most, (address, ran)
    with count_statements() as ran:
        given(pool, alice, "mall:last")
    assert len(ran) <= 6, ran


def test_a_changed_pool_keeps_its_currency(staff: MemberRow, staff_client: Browser) -> None:
    pool = a_pool(staff, 0)
    staff_client.post(f"/staff/coupons/{pool}/edit", data=POOL_FORM)
    assert queries.get_pool(pool).draft.worth.currency == "CNY"
    assert queries.get_pool(pool).draft != a_draft()
    assert queries.codes_of(queries.get_pool(pool).id, CouponState.FREE).items == []
