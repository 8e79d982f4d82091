"""The console of earning rules by its forms: draft, parts, check, publish; JavaScript is off."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.permissions import Role
from app.kernel.types import Ref
from app.ledger.types import Fund
from app.loyalty import service
from app.loyalty.queries import books, budgets, drafts
from app.loyalty.types import Campaign, Cap, Rule, Window
from tests.factories.identity import Browser, a_member, browser, sign_in
from tests.factories.loyalty import use_rules

Counting = Callable[[], AbstractContextManager[list[str]]]
REPLY = "reply.published"
DRAFT = "/staff/rules/draft"


@pytest.fixture
def desk(app: Flask, operator: MemberRow) -> Browser:
    """The operator's browser, with a draft begun."""
    made = browser(app)
    sign_in(made, operator)
    made.post(DRAFT)
    return made


def fields_of(page: str, **changes: Any) -> dict[str, Any]:
    """Return what the first form with fields would send, as a browser reads it off the page."""
    form = max(re.findall(r"<form class=\"form.*?</form>", page, re.DOTALL), key=len)
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        kind = re.search(r'type="([^"]*)"', tag)
        box = kind and kind[1] in {"checkbox", "radio"}
        if name and name[1] != "csrf_token" and (not box or "checked" in tag):
            held = value[1] if value else ("y" if box else "")
            sent.setdefault(name[1], []).append(held)
    for name, inside in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        options = re.findall(r'<option([^>]*)value="([^"]*)"([^>]*)>', inside)
        chosen = [v for a, v, b in options if "selected" in a + b] or [options[0][1]]
        sent[name] = chosen
    for name, text in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        sent[name] = [text.strip()]
    return {**sent, **{key.replace("__", "-"): value for key, value in changes.items()}}


def words_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


# --- looking -------------------------------------------------------------------------------------


def test_the_version_that_holds_is_told_in_plain_words(desk: Browser) -> None:
    page = words_of(desk.get("/staff/rules").text)

    assert "Version 1 holds" in page
    assert "10 points each time, up to 50 a day." in page
    assert "1 point for each full 1.00 paid" in page


def test_fans_and_analysts_have_their_places(app: Flask, alice_client: Browser) -> None:
    analyst = browser(app)
    sign_in(analyst, a_member("anna", (Role.ANALYST,)))

    assert alice_client.get("/staff/rules").status_code == 403
    assert analyst.get("/staff/rules").status_code == 200
    assert analyst.post(DRAFT).status_code == 403
    assert analyst.get(DRAFT).status_code == 403


# --- writing a rule ------------------------------------------------------------------------------


def test_a_rule_is_changed_in_the_draft_and_holds_only_when_published(desk: Browser) -> None:
    page = desk.get(f"{DRAFT}/rules/{REPLY}").text
    saved = desk.post(f"{DRAFT}/rules/{REPLY}", data=fields_of(page, points="3", growth="3"))

    assert saved.status_code == 303
    assert books.current().rule(REPLY).points == 2
    draft = desk.get(DRAFT).text
    assert "3 points each time, up to 20 a day." in words_of(draft)

    page = desk.get(f"{DRAFT}/publish").text
    assert "2 points each time" in words_of(page)
    done = desk.post(f"{DRAFT}/publish", data=fields_of(page, note="Replies are worth more"))

    assert done.status_code == 303
    assert books.current().rule(REPLY).points == 3
    told = words_of(desk.get("/staff/rules/versions/2").text)
    assert "Replies are worth more" in told
    assert "3 points each time" in told
    assert "oscar" in told
    assert drafts.draft() is None


def test_rows_are_added_and_taken_out_without_losing_what_was_typed(desk: Browser) -> None:
    where = f"{DRAFT}/rules/{REPLY}"
    page = desk.get(where).text

    page = desk.post(where, data=fields_of(page, points="not yet", add="caps")).text
    assert 'value="not yet"' in page
    page = desk.post(where, data=fields_of(page, add_attribute="length", add="conditions")).text
    sent = fields_of(
        page, points="3", add_attribute="has_photo", add="conditions",
        **{"conditions-0-value": "20", "caps-1-times": "30", "caps-1-window": "week"},
    )  # fmt: skip
    page = desk.post(where, data=sent).text
    assert "Nothing is known" not in page
    page = desk.post(where, data=fields_of(page, add_attribute="board", add="conditions")).text
    page = desk.post(where, data=fields_of(page, take_out="conditions-1")).text
    assert desk.post(where, data=fields_of(page)).status_code == 303

    found = drafts.draft()
    assert found
    rule = found.book.rule(REPLY)
    assert [(each.attribute, each.value) for each in rule.conditions] == [("length", 20)]
    assert rule.caps == (Cap(Window.DAY, 20), Cap(Window.WEEK, None, 30))


def test_wrong_shapes_and_wrong_rules_come_back_with_what_was_typed(desk: Browser) -> None:
    where = f"{DRAFT}/rules/{REPLY}"
    page = desk.get(where).text

    low = desk.post(where, data=fields_of(page, points="50", **{"caps-0-points": "20"}))
    assert low.status_code == 422
    assert "smaller than the 50 points" in low.text
    assert 'value="50"' in low.text
    assert desk.post(where, data=fields_of(page, points="-3")).status_code == 422
    bare = desk.post(where, data=fields_of(page, add_attribute="length", add="conditions")).text
    empty = desk.post(where, data=fields_of(bare))
    assert empty.status_code == 422
    assert "Write or choose a value." in empty.text


def test_a_new_rule_needs_names_and_gets_a_key_of_its_own(desk: Browser) -> None:
    where = f"{DRAFT}/rules/new/review.published"
    assert "Review of a bought product" in desk.get(f"{DRAFT}/rules/new").text
    page = desk.get(where).text

    assert fields_of(page)["name_zh"] == ["评价买过的商品"]  # the act's own name to begin with
    nameless = desk.post(where, data=fields_of(page, points="15", name_zh="", name_en=""))
    named = fields_of(page, points="15", name_zh="写评价", name_en="Review")
    named |= {"caps-0-times": "2"}

    assert nameless.status_code == 422
    assert desk.post(where, data=named).status_code == 303
    assert desk.post(where, data=named).status_code == 303
    found = drafts.draft()
    assert found
    assert {"review.published", "review.published.r2"} <= set(found.book.rules)
    desk.post(f"{DRAFT}/leave-out/rule/review.published.r2")
    kept = drafts.draft()
    assert kept
    assert "review.published.r2" not in kept.book.rules


def test_a_rule_that_a_version_has_can_be_turned_off_but_not_left_out(desk: Browser) -> None:
    answer = desk.post(f"{DRAFT}/leave-out/rule/{REPLY}", follow_redirects=True)

    assert "Turn it off instead" in answer.text
    page = desk.get(f"{DRAFT}/rules/{REPLY}").text
    sent = fields_of(page)
    del sent["is_on"]
    desk.post(f"{DRAFT}/rules/{REPLY}", data=sent)
    found = drafts.draft()
    assert found
    assert not found.book.rule(REPLY).is_on


def test_two_editors_of_one_rule_meet_and_of_two_rules_do_not(app: Flask, desk: Browser) -> None:
    other = browser(app)
    sign_in(other, a_member("olga", (Role.OPERATOR,)))
    mine = desk.get(f"{DRAFT}/rules/{REPLY}").text
    theirs = other.get(f"{DRAFT}/rules/{REPLY}").text
    elsewhere = other.get(f"{DRAFT}/rules/like.received").text

    assert desk.post(f"{DRAFT}/rules/{REPLY}", data=fields_of(mine, points="3")).status_code == 303
    late = other.post(f"{DRAFT}/rules/{REPLY}", data=fields_of(theirs, points="4"))
    free = other.post(f"{DRAFT}/rules/like.received", data=fields_of(elsewhere, points="2"))

    assert late.status_code == 409
    assert 'value="4"' in late.text
    assert free.status_code == 303
    again = other.post(f"{DRAFT}/rules/{REPLY}", data=fields_of(late.text))
    assert again.status_code == 303
    found = drafts.draft()
    assert found
    assert (found.book.rule(REPLY).points, found.book.rule("like.received").points) == (4, 2)


def test_a_draft_on_an_old_version_is_brought_up_to_date(desk: Browser) -> None:
    for key, points in ((REPLY, "3"), ("like.received", "2")):
        page = desk.get(f"{DRAFT}/rules/{key}").text
        desk.post(f"{DRAFT}/rules/{key}", data=fields_of(page, points=points))
    use_rules(replace(books.current().rule(REPLY), points=5))

    page = desk.get(f"{DRAFT}/publish").text
    refused = desk.post(f"{DRAFT}/publish", data=fields_of(page, note="Mine"))
    ask = desk.get(f"{DRAFT}/rebase").text
    done = desk.post(f"{DRAFT}/rebase", data=fields_of(ask), follow_redirects=True)

    assert refused.status_code == 409
    assert "These are left out" in ask
    assert "1 change was left out." in done.text
    found = drafts.draft()
    assert found
    assert found.based_on == 2
    assert (found.book.rule(REPLY).points, found.book.rule("like.received").points) == (5, 2)


def test_a_draft_is_thrown_away_only_as_it_was_looked_at(desk: Browser) -> None:
    ask = desk.get(f"{DRAFT}/drop").text
    page = desk.get(f"{DRAFT}/rules/{REPLY}").text
    desk.post(f"{DRAFT}/rules/{REPLY}", data=fields_of(page, points="3"))

    assert desk.post(f"{DRAFT}/drop", data=fields_of(ask)).status_code == 409
    again = desk.get(f"{DRAFT}/drop").text
    assert desk.post(f"{DRAFT}/drop", data=fields_of(again)).status_code == 303
    assert drafts.draft() is None
    assert desk.get(DRAFT).status_code == 404


# --- campaigns and orders ------------------------------------------------------------------------


def campaign_fields(page: str, **changes: Any) -> dict[str, Any]:
    return fields_of(
        page,
        **{
            "name_zh": "国庆翻倍", "name_en": "Double week", "actions": [REPLY], "multiplier": "2",
            "starts_at": "2026-10-01T00:00", "ends_at": "2026-10-08T00:00",
            "budget_points": "500", **changes,
        },
    )  # fmt: skip


def test_a_campaign_of_points_on_top_needs_no_multiplier_written(desk: Browser) -> None:
    new = f"{DRAFT}/campaigns/new"
    fields = campaign_fields(desk.get(new).text, bonus_points="5")
    fields["multiplier"] = fields_of(desk.get(new).text)["multiplier"]

    assert desk.post(new, data=fields).status_code == 303
    assert "5 points on top" in words_of(desk.get(DRAFT).text)


def test_a_campaign_is_written_published_and_its_budget_burns_down(
    desk: Browser, operator: MemberRow
) -> None:
    page = desk.get(f"{DRAFT}/campaigns/new").text
    reversed_ = desk.post(
        f"{DRAFT}/campaigns/new", data=campaign_fields(page, ends_at="2026-09-30T00:00")
    )
    assert reversed_.status_code == 422
    assert "It ends before it begins" in reversed_.text
    assert desk.post(f"{DRAFT}/campaigns/new", data=campaign_fields(page)).status_code == 303
    draft = words_of(desk.get(DRAFT).text)
    assert "Double week" in draft
    assert "From 1 Oct 00:00 to 8 Oct 00:00" in draft
    page = desk.get(f"{DRAFT}/publish").text
    desk.post(f"{DRAFT}/publish", data=fields_of(page, note="October"))

    bella = a_member("bella")
    clock.tick(timedelta(days=30))
    service.reward(bella.id, REPLY, source=Ref("reply", 1))
    sign_in(desk, operator)
    first = desk.get("/staff/rules/campaigns/campaign.1").text
    assert (first.count("data-x="), "At this pace" in first) == (2, False)  # the eve and today
    clock.tick(timedelta(days=3))
    service.reward(bella.id, REPLY, source=Ref("reply", 2))

    sign_in(desk, operator)
    [line] = budgets.burn_down()
    assert (line.key, line.spent, line.left) == ("campaign.1", 4, 496)
    figures = desk.get("/staff/rules/campaigns/campaign.1").text
    assert "At this pace" in figures
    assert re.search(r"<dt>Spent</dt><dd><span class=\"num\">4<", figures)
    assert "running" in words_of(desk.get("/staff/rules").text)


def test_the_rate_of_orders_and_how_long_their_points_live(desk: Browser) -> None:
    page = desk.get(f"{DRAFT}/orders").text
    wrong = desk.post(f"{DRAFT}/orders", data=fields_of(page, money="0"))
    sent = fields_of(page, money="2.50", expiry_kind="days", expiry_length="365")
    right = desk.post(f"{DRAFT}/orders", data=sent)

    assert (wrong.status_code, right.status_code) == (422, 303)
    found = drafts.draft()
    assert found
    assert (found.book.minor_per_point, found.book.order_expiry.length) == (250, 365)


# --- publishing ----------------------------------------------------------------------------------


def test_errors_that_came_with_time_refuse_publishing(desk: Browser, alice: MemberRow) -> None:
    week = Campaign(
        "week", {"zh_Hans_CN": "一周", "en": "Week"}, (REPLY,), 2000, 0, clock.now(),
        clock.now() + timedelta(days=7), 100,
    )  # fmt: skip
    page = desk.get(f"{DRAFT}/drop").text
    desk.post(f"{DRAFT}/drop", data=fields_of(page))
    use_rules(campaigns=[week])
    desk.post(DRAFT)
    page = desk.get(f"{DRAFT}/campaigns/week").text
    desk.post(f"{DRAFT}/campaigns/week", data=fields_of(page, budget_points="3"))
    for number in (1, 2):
        service.reward(alice.id, REPLY, source=Ref("reply", number))

    page = desk.get(f"{DRAFT}/publish").text
    answer = desk.post(f"{DRAFT}/publish", data=fields_of(page, note="Less"))

    assert "4 points of it are spent already" in page
    assert answer.status_code == 422
    assert books.current().version == 2


def test_publishing_asks_for_a_note(desk: Browser) -> None:
    page = desk.get(f"{DRAFT}/publish").text

    assert desk.post(f"{DRAFT}/publish", data=fields_of(page, note=" ")).status_code == 422


# --- statements ----------------------------------------------------------------------------------


def many_rules(number: int) -> list[Rule]:
    names = {"zh_Hans_CN": "规则", "en": "Rule"}
    limit = (Cap(Window.DAY, times=9),)
    return [
        Rule(f"{REPLY}.r{n}", REPLY, 0, 1, Fund.CONTENT, caps=limit, names=names)
        for n in range(number)
    ]


def test_pages_cost_the_same_for_one_rule_and_for_a_hundred(
    desk: Browser, alice_client: Browser, count_statements: Counting
) -> None:
    pages = {"/staff/rules": 8, "/staff/rules/versions/2": 9, "/rules/points": 6, DRAFT: 9}
    costs: list[dict[str, int]] = []
    for number in (1, 100):
        page = desk.get(f"{DRAFT}/drop").text
        desk.post(f"{DRAFT}/drop", data=fields_of(page))
        use_rules(*many_rules(number))
        desk.post(DRAFT)
        for path in pages:
            desk.get(path)
        costs.append({})
        for path in pages:
            with count_statements() as seen:
                assert desk.get(path).status_code == 200
            costs[-1][path] = len(seen)

    assert costs[0] == costs[1]
    assert all(costs[1][path] <= most for path, most in pages.items()), costs[1]
