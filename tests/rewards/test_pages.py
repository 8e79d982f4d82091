"""The mall on pages: shelves, an item, redeeming it without a script, one's orders."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.ledger import queries as ledger
from app.rewards import service
from app.rewards.types import Movement, VariantDraft
from tests.conftest import NOON
from tests.factories import mall
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
HOUR = timedelta(hours=1)
ADDRESS = {
    "parcel": "1",
    "name": "Lin",
    "phone": "13800138000",
    "region": "Chengdu",
    "street": "12 Pepper Lane",
}


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of the purchase, as a browser would send them."""
    form = page[page.index('id="redeem"') :]
    form = form[: form.index("</form>")]
    fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", form)
    found = {}
    for each in fields:
        name, value = re.search(r'name="([^"]+)"', each), re.search(r'value="([^"]*)"', each)
        if name and value and name.group(1) != "csrf_token":
            found[name.group(1)] = html.unescape(value.group(1))
    return found


def test_a_guest_looks_around_and_is_asked_in(client: Browser) -> None:
    mall.an_item(description_en="Holds **half a litre**.", description_zh="半升。")
    shelf = client.get("/mall")
    assert "100 points" in text(shelf.text)
    page = client.get("/mall/mug")
    assert page.status_code == 200
    assert "<strong>half a litre</strong>" in page.text
    assert "/signin?next=/mall/mug" in page.text
    assert client.get("/mall/mug/redeem").status_code == 303
    assert client.get("/mall/nothing").status_code == 404


def test_a_member_redeems_without_a_script(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 250)
    mall.an_item()
    assert "/mall/mug/redeem" in alice_client.get("/mall/mug").text
    page = alice_client.get("/mall/mug/redeem").text
    assert "You keep 150 points" in text(page)

    sent = {**hidden(page), **ADDRESS}
    first = alice_client.post("/mall/mug/redeem", data=sent)
    second = alice_client.post("/mall/mug/redeem", data=sent)

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert ledger.balance(alice.id).available == 150
    order = text(alice_client.get(first.location).text)
    assert "To be packed" in order
    assert "12 Pepper Lane" in order
    assert "Mug" in text(alice_client.get("/me/mall-orders").text)
    assert "Pepper" not in alice_client.get("/mall/mug").text
    assert "12 Pepper Lane" in alice_client.get("/mall/mug/redeem").text


def test_a_price_that_changed_meanwhile_is_asked_again(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 250)
    mall.an_item()
    sent = {**hidden(alice_client.get("/mall/mug/redeem").text), **ADDRESS, "street": "9 New Row"}
    service.save_item(mall.a_draft(points=120), actor_id=None, version=1)

    answer = alice_client.post("/mall/mug/redeem", data=sent)

    assert answer.status_code == 409
    assert "The price has changed" in text(answer.text)
    assert "9 New Row" in answer.text  # nothing typed is lost
    assert ledger.balance(alice.id).available == 250
    again = alice_client.post("/mall/mug/redeem", data={**hidden(answer.text), **ADDRESS})
    assert again.status_code == 303
    assert ledger.balance(alice.id).available == 130


def test_sold_out_in_the_cart_takes_nothing(
    alice: MemberRow, alice_client: Browser, staff: MemberRow
) -> None:
    earn(alice.id, 250)
    variant = mall.variant_id(mall.an_item(stock=1))
    sent = {**hidden(alice_client.get("/mall/mug/redeem").text), **ADDRESS}
    service.move_stock(variant, -1, Movement.DAMAGED, word="", actor_id=staff.id)
    answer = alice_client.post("/mall/mug/redeem", data=sent)
    assert answer.status_code == 409
    assert "Just sold out. Your points are untouched." in text(answer.text)
    assert ledger.balance(alice.id).available == 250


@pytest.mark.parametrize(
    "bad",
    [
        {"count": "0"},
        {"count": "-1"},
        {"count": "x"},
        {"count": "21"},
        {"phone": "call me"},
        {"street": ""},
        {"request_key": "short"},
        {"seen_points": "-5"},
    ],
)
def test_bad_input_is_told_at_the_field_and_takes_nothing(
    alice: MemberRow, alice_client: Browser, bad: dict[str, str]
) -> None:
    earn(alice.id, 250)
    mall.an_item()
    sent = {**hidden(alice_client.get("/mall/mug/redeem").text), **ADDRESS, **bad}
    answer = alice_client.post("/mall/mug/redeem", data=sent)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert ledger.balance(alice.id).available == 250


def test_a_kind_that_never_was_is_refused(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 250)
    mall.an_item()
    for variant in ("1", "nonsense"):
        sent = {**hidden(alice_client.get("/mall/mug/redeem").text), **ADDRESS, "variant": variant}
        answer = alice_client.post("/mall/mug/redeem", data=sent)
        assert answer.status_code == 422, variant
    assert mall.states() == []


def test_kinds_are_chosen_and_those_that_are_gone_say_so(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 250)
    kinds = [
        VariantDraft(code="s", label_en="Small", label_zh="小", initial=0),
        VariantDraft(code="l", label_en="Large", label_zh="大", initial=3),
    ]
    mall.an_item(variants=kinds)
    page = alice_client.get("/mall/mug/redeem").text
    assert "Small · Sold out" in text(page)
    assert "Large · 3 left" in text(page)


def test_an_order_is_cancelled_after_a_question(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 250)
    mall.an_item()
    code = mall.buy(alice.id).code
    asked = alice_client.get(f"/me/mall-orders/{code}/cancel")
    assert "Your points come back at once" in text(asked.text)
    assert mall.states() == ["to_pack"]
    assert alice_client.post(f"/me/mall-orders/{code}/cancel").status_code == 303
    assert ledger.balance(alice.id).available == 250
    assert "Cancelled" in text(alice_client.get(f"/me/mall-orders/{code}").text)


def test_an_address_can_be_corrected_until_it_is_packed(
    alice: MemberRow, alice_client: Browser
) -> None:
    earn(alice.id, 250)
    mall.an_item()
    code = mall.buy(alice.id).code
    page = f"/me/mall-orders/{code}/address"
    assert "12 Pepper Lane" in alice_client.get(page).text
    assert alice_client.post(page, data={**ADDRESS, "name": ""}).status_code == 422
    assert alice_client.post(page, data={**ADDRESS, "street": "9 New Row"}).status_code == 303
    assert "9 New Row" in alice_client.get(f"/me/mall-orders/{code}").text


def test_nobody_opens_another_members_order(app: Flask, alice: MemberRow) -> None:
    earn(alice.id, 250)
    mall.an_item()
    code = mall.buy(alice.id).code
    stranger = sign_in(browser(app), a_member("bob"))
    for path in ("", "/cancel", "/address"):
        assert stranger.get(f"/me/mall-orders/{code}{path}").status_code == 404
    assert stranger.post(f"/me/mall-orders/{code}/cancel").status_code == 404


def test_private_shelves_are_unknown_to_others_and_tier_shelves_are_seen_closed(
    alice_client: Browser, client: Browser
) -> None:
    mall.an_item("team-mug", audience="role:moderator")
    mall.an_item("gold-mug", audience="tier:of-nobody")
    mall.an_item("secret-mug", unlock="role:moderator")
    for each in (alice_client, client):
        shelf = text(each.get("/mall").text)
        assert "Gold mug" in shelf
        assert "Team mug" not in shelf
        assert "Secret mug" not in shelf
        assert "1 hidden edition waits to be found" in shelf
        for slug in ("team-mug", "secret-mug"):
            assert each.get(f"/mall/{slug}").status_code == 404
        assert "/mall/gold-mug/redeem" not in each.get("/mall/gold-mug").text


def test_what_has_not_begun_tells_when_it_does(alice: MemberRow, alice_client: Browser) -> None:
    earn(alice.id, 250)
    mall.an_item(opens_at=NOON + HOUR)
    page = alice_client.get("/mall/mug")
    assert "Starts" in text(page.text)
    assert "/mall/mug/redeem" not in page.text


@pytest.mark.parametrize("items", [3, 40])
def test_pages_run_few_statements(
    alice: MemberRow, alice_client: Browser, count_statements: Counting, items: int
) -> None:
    earn(alice.id, 250 * items)
    audiences = ("all", "tier:of-nobody", "role:moderator")
    for number in range(items):
        mall.an_item(f"mug-{number}", audience=audiences[number % 3])
    code = mall.buy(alice.id, "mug-0").code
    budgets = {"/mall": 6, "/mall/mug-0": 6, "/me/mall-orders": 8, f"/me/mall-orders/{code}": 9}
    for path, most in budgets.items():
        with count_statements() as seen:
            assert alice_client.get(path).status_code == 200
        assert len(seen) <= most, (path, seen)


def test_redeeming_keeps_its_budget(
    alice: MemberRow, alice_client: Browser, count_statements: Counting
) -> None:
    earn(alice.id, 250)
    mall.an_item()
    sent = {**hidden(alice_client.get("/mall/mug/redeem").text), **ADDRESS}
    with count_statements() as seen:
        assert alice_client.post("/mall/mug/redeem", data=sent).status_code == 303
    assert len(seen) <= 20, seen


def test_the_shelf_goes_on_page_by_page(alice_client: Browser) -> None:
    for number in range(26):
        mall.an_item(f"mug-{number}")
    first = alice_client.get("/mall").text
    more = re.search(r'href="(/mall\?after=\d+)"', first)
    assert more
    rest = alice_client.get(more.group(1)).text
    assert "/mall/mug-0" in rest
    assert "/mall/mug-25" not in rest
    only = alice_client.get("/mall?can=1").text
    assert "Nothing here for your points yet" in text(only)
