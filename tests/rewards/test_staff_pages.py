"""The catalogue in the staff console: list, editor, stock, categories."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
import sqlalchemy as sa
from flask import Flask

from app.commerce import service as commerce
from app.commerce.types.tags import TagDraft
from app.identity.types import MemberRow
from app.kernel.audit import AuditEntry
from app.kernel.db import db
from app.rewards import service
from app.rewards.queries import staff as queries
from tests.factories import mall
from tests.factories.community import a_painted_photo, a_thread
from tests.factories.goods import a_product
from tests.factories.identity import Browser
from tests.ledger.book import earn

Counting = Callable[[], AbstractContextManager[list[str]]]
GOOD = {
    "slug": "pot",
    "category": "goods",
    "name_zh": "锅",
    "name_en": "Pot",
    "price_points": "300",
    "price_minor": "9.90",
    "pay_hours": "12",
    "delivery": "post",
    "audience": "all",
    "drop": "none",
    "is_shown": "y",
    "tier_limits": "gold: 3",
    "variants-0-code": "one",
    "variants-0-initial": "7",
    "variants-0-low_at": "2",
    "opens_at": "2026-09-02T10:00",
}


def text(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_an_item_is_made_and_changed(staff: MemberRow, staff_client: Browser) -> None:
    mall.a_shelf()
    assert staff_client.get("/staff/mall/items/new").status_code == 200
    answer = staff_client.post("/staff/mall/items/new", data=GOOD)
    assert answer.status_code == 303, text(answer.text)
    state = queries.item_state("pot")
    draft = state.draft
    assert (draft.price_points, draft.price_minor, draft.tier_limits) == (300, 990, {"gold": 3})
    assert draft.opens_at is not None
    assert draft.opens_at.isoformat() == "2026-09-02T02:00:00+00:00"
    page = staff_client.get("/staff/mall/items/pot").text
    assert 'value="2026-09-02T10:00"' in page
    changed = {**GOOD, "price_points": "280", "version": "1"}
    assert staff_client.post("/staff/mall/items/pot", data=changed).status_code == 303
    again = staff_client.post("/staff/mall/items/pot", data=changed)
    assert again.status_code == 422
    assert "Somebody else saved this meanwhile." in text(again.text)
    acts = list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))
    assert acts[-2:] == ["mall.item_made", "mall.item_changed"]


def test_an_item_of_one_kind_needs_no_code_for_it(staff_client: Browser) -> None:
    mall.a_shelf()
    sent = {name: value for name, value in GOOD.items() if not name.startswith("variants-")}
    answer = staff_client.post("/staff/mall/items/new", data={**sent, "variants-0-initial": "7"})
    assert answer.status_code == 303, text(answer.text)
    (kind,) = queries.item_state("pot").draft.variants
    assert (kind.code, kind.initial or mall.stock_of("pot")) == ("one", 7)
    two = {**sent, "slug": "pan", "variants-0-initial": "7", "variants-1-initial": "5"}
    refused = staff_client.post("/staff/mall/items/new", data=two)
    assert "Every kind needs a code of its own." in text(refused.text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"price_points": "-1"}, "A whole number, 0 or more."),
        ({"price_points": "x"}, "Price in points"),
        ({"price_points": "0", "price_minor": ""}, "It has to cost something."),
        ({"price_minor": "-3"}, "Write an amount, such as 12.50."),
        ({"slug": "Not So!"}, "Small letters, figures and hyphens only."),
        ({"slug": "mug"}, "Another item has this address."),
        ({"tier_limits": "gold"}, "One a line"),
        ({"delivery": "goods", "goods": ""}, "Choose what is handed over."),
        ({"delivery": "goods", "goods": "item:1"}, "Not a valid choice"),
        ({"closes_at": "2026-09-01T10:00"}, "It has to end after it begins."),
        ({"variants-0-code": "", "variants-0-initial": ""}, "Write at least one kind"),
        ({"variants-0-initial": "-2"}, "A whole number, 0 or more."),
        ({"pay_url": "javascript:alert(1)"}, "Write a whole address, with https."),
        ({"audience": "segment:9"}, "Not a valid choice"),
    ],
)
def test_bad_input_is_told_and_nothing_is_written(
    staff_client: Browser, changes: dict[str, str], said: str
) -> None:
    mall.an_item()
    answer = staff_client.post("/staff/mall/items/new", data={**GOOD, **changes})
    assert answer.status_code == 422
    assert said in text(answer.text)
    assert "锅" in answer.text
    assert len(queries.items().items) == 1


def test_stock_is_moved_by_hand_with_a_reason(staff_client: Browser) -> None:
    variant = mall.variant_id(mall.an_item())
    page = "/staff/mall/items/mug/stock"
    sent = {"variant": str(variant), "cause": "received", "amount": "4", "word": "delivery 12"}
    assert staff_client.post(page, data=sent).status_code == 303
    assert mall.stock_of() == 9
    shown = text(staff_client.get(page).text)
    assert "Stock came in" in shown
    assert "delivery 12" in shown
    for bad in ({"amount": "-40", "cause": "corrected"}, {"amount": "0"}, {"variant": "8"}):
        assert staff_client.post(page, data={**sent, **bad}).status_code == 422
    assert mall.stock_of() == 9


def test_an_item_is_hidden_and_shown_again(staff_client: Browser, client: Browser) -> None:
    mall.an_item()
    assert staff_client.post("/staff/mall/items/mug/hide").status_code == 303
    assert client.get("/mall/mug").status_code == 404
    assert "Undo" in staff_client.get("/staff/mall/items/mug?done=hidden").text
    assert staff_client.post("/staff/mall/items/mug/show").status_code == 303
    assert client.get("/mall/mug").status_code == 200


def test_categories_are_added(staff_client: Browser) -> None:
    assert "No categories yet" in text(staff_client.get("/staff/mall/categories").text)
    sent = {"slug": "cups", "name_zh": "杯子", "name_en": "Cups", "position": "3"}
    assert staff_client.post("/staff/mall/categories", data=sent).status_code == 303
    assert "Cups" in staff_client.get("/staff/mall/categories").text
    assert staff_client.post("/staff/mall/categories", data={}).status_code == 422


def test_the_list_tells_stock_cover_and_what_went_out(
    alice: MemberRow, staff_client: Browser, count_statements: Counting
) -> None:
    earn(alice.id, 1_000)
    mall.an_item(stock=9)
    for number in range(5):
        mall.an_item(f"cup-{number}", stock=0)
    mall.buy(alice.id)
    back = mall.buy(alice.id)
    service.cancel(alice.id, back.code)
    row = queries.items(q="mug").items[0]
    assert (row.left, row.received, row.sold, row.cover_days) == (8, 9, 1, 56)
    budgets = {
        "/staff/mall": 8, "/staff/mall?state=out": 8, "/staff/mall/items/mug/stock": 9,
        "/staff/mall/payments": 8,
        # Each kind of goods, audiences and the shops say in one what there is to choose from.
        "/staff/mall/items/mug": 9,
    }  # fmt: skip
    for path, most in budgets.items():
        with count_statements() as seen:
            assert staff_client.get(path).status_code == 200
        assert len(seen) <= most, (path, seen)
    assert "No item fits" in text(staff_client.get("/staff/mall?q=zzz").text)


def test_members_stay_outside(app: Flask, alice_client: Browser) -> None:
    mall.an_item()
    for path in ("", "/items/new", "/items/mug", "/items/mug/stock", "/categories", "/payments"):
        assert alice_client.get(f"/staff/mall{path}").status_code == 403


def test_what_is_typed_is_seen_as_fans_will_see_it_and_nothing_is_saved(
    staff_client: Browser, alice_client: Browser
) -> None:
    mall.an_item()
    page = staff_client.get("/staff/mall/items/mug").text
    assert 'formaction="/staff/mall/items/preview"' in page
    assert '<item-preview data-form="item"' in page
    sent = {
        **GOOD, "slug": "mug", "version": "1", "name_en": "Mug of the night", "price_points": "777",
        "description_en": "**Warm** hands.",
    }  # fmt: skip
    seen = staff_client.post("/staff/mall/items/preview", data=sent)
    assert seen.status_code == 200
    assert "As fans will see it" in seen.text
    assert "Mug of the night" in seen.text
    assert "<strong>Warm</strong>" in seen.text
    assert "777" in seen.text
    assert "Mug of the night" not in staff_client.get("/mall/mug").text
    wrong = staff_client.post("/staff/mall/items/preview", data={**sent, "price_points": "x"})
    assert wrong.status_code == 422
    assert "Mug of the night" in wrong.text
    assert alice_client.post("/staff/mall/items/preview", data=sent).status_code == 403


def test_fans_photos_of_the_same_thing_stand_on_its_page(
    alice: MemberRow,
    bob: MemberRow,
    alice_client: Browser,
    staff_client: Browser,
    count_statements: Counting,
) -> None:
    product_id = a_product("BEEF-1")
    mall.an_item(product_id=product_id)
    assert "Fans showed theirs" not in alice_client.get("/mall/mug").text
    for fan, photos in ((alice, 1), (bob, 1), (bob, 0)):
        ids = [a_painted_photo(fan)] * photos
        post = a_thread(fan, f"{fan.name} {photos}", photo_ids=ids)
        commerce.save_tags(post.thread_id, fan.id, [TagDraft(product_id)], is_new=True)
    earn(alice.id, 100)
    alice_client.get("/mall/mug")
    with count_statements() as seen:
        page = alice_client.get("/mall/mug").text
    assert len(seen) <= 6, seen
    assert page.count('class="said-face"') == 2
    assert page.index("bob 1") < page.index("alice 1")
    assert "bob 0" not in page
    assert "The same thing in the shops" in staff_client.get("/staff/mall/items/mug").text


def test_only_who_can_get_a_kind_is_asked_about_it(
    alice_client: Browser, staff_client: Browser
) -> None:
    for_the_team = ("A stock runs low", "Coupon pools running low", "First posts to welcome")
    fan = alice_client.get("/settings/notices?lang=en").text
    team = staff_client.get("/settings/notices?lang=en").text
    assert "Your redemptions" in fan
    assert [name in fan for name in for_the_team] == [False, False, False]
    assert [name in team for name in for_the_team] == [True, True, True]
