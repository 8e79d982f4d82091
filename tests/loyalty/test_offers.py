"""The audit looks at what is really given: rules, campaigns and shelves, by tier and VIP type."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from app.identity.types import MemberRow
from app.kernel.db import db
from app.loyalty.policy.closeness import STARTERS, problems_of, violations_of
from app.loyalty.queries import closeness
from app.loyalty.service import closeness as service
from app.loyalty.types import Compare, Condition
from app.loyalty.types.closeness import VipKeyTakenError
from tests.factories import mall
from tests.factories.identity import Browser
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_campaign, a_rule

Counting = Callable[[], AbstractContextManager[list[str]]]
REPLY = "reply.published"


def when(attribute: str, *keys: str, test: Compare = Compare.ANY_OF) -> tuple[Condition, ...]:
    return (Condition(attribute, test, keys),)


def found() -> list[tuple[str, str, str, int, int]]:
    db.session.rollback()
    return [
        (each.standard, each.closer, each.other, each.closer_gets, each.other_gets)
        for each in closeness.audit().offer_violations
    ]


@pytest.fixture
def types(staff: MemberRow) -> None:
    service.begin_with_starters(staff.id)


def test_nothing_special_is_nothing_to_compare(types: None) -> None:
    audit = closeness.audit()
    assert (audit.offered, audit.offer_violations) == (0, ())


def test_a_rule_for_beginners_is_worse_for_everybody_above(types: None) -> None:
    use_rules(a_rule("welcome", 5, action=REPLY, conditions=when("tier", "taster")))
    assert found() == [
        ("rule_points", tier, "taster", 2, 7) for tier in ("regular", "gourmet", "chef")
    ]


def test_what_rises_with_tiers_is_right(types: None) -> None:
    use_rules(
        a_rule(REPLY, 2, slot="r"),
        a_rule("regular", 4, action=REPLY, slot="r", conditions=when("tier", "regular", "gourmet")),
        a_rule("chef", 6, action=REPLY, slot="r", conditions=when("tier", "chef")),
    )
    assert found() == []
    assert closeness.audit().offered == 2


def test_waiting_is_compared_too(types: None) -> None:
    use_rules(
        a_rule(REPLY, 2, slot="r"),
        a_rule("best", 6, action=REPLY, slot="r", settle_hours=48,
               conditions=when("vip_type", "hearth")),
    )  # fmt: skip
    assert found() == [("rule_waiting", "hearth", "table", 48, 0)]


def test_rules_that_ask_something_else_besides_are_not_mixed(types: None) -> None:
    photo = Condition("has_photo", Compare.IS, value=True)
    use_rules(
        a_rule("photo.low", 9, action="thread.published",
               conditions=(photo, *when("tier", "taster"))),
        a_rule("photo.high", 9, action="thread.published",
               conditions=(photo, *when("tier", "taster", test=Compare.NONE_OF))),
    )  # fmt: skip
    assert found() == []


def test_campaigns_are_compared(types: None) -> None:
    use_rules(campaigns=[a_campaign(action=REPLY, conditions=when("tier", "taster", "regular"))])
    assert {(standard, closer) for standard, closer, *_more in found()} == {
        ("campaign_multiplier", "gourmet"), ("campaign_multiplier", "chef"),
    }  # fmt: skip


def test_shelves_are_compared_by_price_access_and_limit(types: None) -> None:
    mall.an_item("cheap", points=50, audience="tier:regular", tier_limits={"chef": 1})
    assert found() == [
        ("item_open", "gourmet", "regular", 0, 1),
        ("item_open", "chef", "regular", 0, 1),
        ("item_limit", "chef", "gourmet", 1, 2**31),
    ]


def test_one_thing_at_two_prices(types: None) -> None:
    mall.an_item("dear", points=90, audience="vip:hearth", product_id=7)
    mall.an_item("cheap", points=50, audience="vip:often", product_id=7)
    mall.an_item("usual", points=70, product_id=7)
    assert found() == [
        ("item_price", "table", "often", 70, 50), ("item_price", "hearth", "often", 70, 50),
    ]  # fmt: skip


def test_what_a_house_may_begin_with_keeps_the_promise(staff: MemberRow, alice: MemberRow) -> None:
    assert violations_of(STARTERS) == []
    for each in STARTERS:
        others = [other for other in STARTERS if other.key != each.key]
        assert problems_of(each, others) == []
    service.begin_with_starters(staff.id)
    with pytest.raises(VipKeyTakenError):
        service.begin_with_starters(staff.id)
    assert [each.key for each in closeness.types()] == ["hearth", "table", "often"]
    assert closeness.audit().unexplained == 0


def test_an_empty_console_offers_them(staff_client: Browser) -> None:
    page = staff_client.get("/staff/vip-types").text
    assert "Start with these" in page
    assert staff_client.post("/staff/vip-types/starters").status_code == 303
    page = staff_client.get("/staff/vip-types").text
    assert "By the stove" in page
    assert "Start with these" not in page
    assert "30 days" in page
    assert staff_client.get("/staff/vip-types/hearth").status_code == 200
    assert "within 30 days" in staff_client.get("/rules/closeness").text


def test_the_audit_page_names_the_rule(
    staff_client: Browser, types: None, count_statements: Counting, monkeypatch: Any
) -> None:
    use_rules(a_rule("welcome", 5, action=REPLY, conditions=when("tier", "taster")))
    staff_client.get("/staff/closeness")
    with count_statements() as made:
        page = staff_client.get("/staff/closeness").text
    assert len(made) <= 9
    for words in ("Points of a rule", "Taster", "Head chef", "has no explanation"):
        assert words in page or words.replace("has", "have") in page, words
