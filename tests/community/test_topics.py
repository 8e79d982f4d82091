"""Hot topics: planned, opened and closed at their time, joined by a tag, ranked by heat."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.community import service
from app.community.queries import topics as queries
from app.community.service import heat
from app.community.service import topics as service_topics
from app.community.types.reading import TopicNameError, TopicPlan, TopicState
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.errors import InvalidError
from app.loyalty.types import Compare, Condition
from tests.community.reading import drifts, next_page, text_of, titles
from tests.factories.community import a_thread, many_threads
from tests.factories.identity import Browser, a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule

EN = {"Accept-Language": "en"}


def plan(slug: str = "weekend", **more: Any) -> TopicPlan:
    texts: dict[str, Any] = {
        "name_zh": "周末煲汤",
        "name_en": "Weekend soup",
        "rules_en": "One pot each.",
    }
    return TopicPlan(slug, **{**texts, "rewards_en": "A **ladle**.", **more})


def a_topic(staff: MemberRow, slug: str = "weekend", days: int = 6, **more: str) -> None:
    today = clock.business_date()
    service_topics.plan_topic(plan(slug, **more), today, today + timedelta(days), actor_id=staff.id)
    service_topics.turn_topics()


def later(minutes: float = 1) -> None:
    clock.tick(timedelta(minutes=minutes))


def warmed() -> None:
    """Let the sweep read what was just liked and replied."""
    later()
    heat.warm_from_facts()


def test_a_topic_opens_and_closes_at_its_time(operator: MemberRow) -> None:
    today = clock.business_date()
    tomorrow = today + timedelta(days=1)
    service_topics.plan_topic(plan(), tomorrow, tomorrow, actor_id=operator.id)
    assert service_topics.turn_topics() == 0
    clock.tick(timedelta(days=1))
    assert service_topics.turn_topics() == 1
    found = queries.find_topic("weekend")
    assert found is not None
    assert found.state is TopicState.OPEN
    assert (found.first_on, found.last_on) == (tomorrow, tomorrow)
    clock.tick(timedelta(days=1))
    assert [service_topics.turn_topics(), service_topics.turn_topics()] == [1, 0]
    closed = queries.find_topic("周末煲汤")
    assert closed is not None
    assert closed.state is TopicState.CLOSED


def test_two_topics_never_share_a_name(operator: MemberRow) -> None:
    a_topic(operator)
    with pytest.raises(TopicNameError):
        a_topic(operator, "soup", name_en="WEEKEND SOUP", name_zh="汤")
    with pytest.raises(InvalidError):
        a_topic(operator, "Bad Slug")
    with pytest.raises(InvalidError):
        a_topic(operator, "other", days=-1, name_zh="别的", name_en="Other")


def test_posts_join_by_any_of_its_names(
    client: Browser, alice: MemberRow, operator: MemberRow
) -> None:
    a_topic(operator)
    for n, tag in enumerate(("#周末煲汤#", "#weekend", "别的"), 1):
        a_thread(alice, f"第 {n} 锅", f"{tag} 真香")
        later()
    page = client.get("/t/weekend?sort=new", headers=EN)
    assert titles(page) == ["第 2 锅", "第 1 锅"]
    assert titles(client.get("/t/%E5%91%A8%E6%9C%AB%E7%85%B2%E6%B1%A4")) == ["第 2 锅", "第 1 锅"]
    assert "One pot each." in text_of(page)
    assert "<strong>ladle</strong>" in text_of(page)
    assert "#Weekend soup#" in text_of(client.get("/t", headers=EN))


def test_a_plain_tag_has_a_page_once_somebody_used_it(client: Browser, alice: MemberRow) -> None:
    assert client.get("/t/garlic").status_code == 404
    made = a_thread(alice, "蒜", "多放点 #Garlic")
    assert titles(client.get("/t/garlic")) == ["蒜"]
    service.remove_thread(alice.id, made.thread_code)
    assert client.get("/t/garlic").status_code == 404


def test_an_edit_changes_what_a_post_joins(client: Browser, alice: MemberRow) -> None:
    code = a_thread(alice, "蒜", "#蒜").thread_code
    service.edit_thread(alice.id, code, board_slug="pot", title="葱", body="#葱")
    assert client.get("/t/蒜").status_code == 404
    assert titles(client.get("/t/葱")) == ["葱"]
    assert drifts("community.reading") == []


def test_people_who_take_part_lift_a_post_and_each_counts_once(
    client: Browser, alice: MemberRow, bob: MemberRow
) -> None:
    old = a_thread(alice, "老锅", "#锅").thread_code
    later(60)
    a_thread(alice, "新锅", "#锅")
    for url in ("/", "/t/锅", "/b/pot?sort=hot"):
        assert titles(client.get(url)) == ["新锅", "老锅"], url
    for _ in range(3):
        service.reply(alice.id, old, "顶")
    warmed()
    assert titles(client.get("/")) == ["新锅", "老锅"]  # nobody heats his own pot
    service.like_thread(bob.id, old)
    service.reply(bob.id, old, "香")
    warmed()
    for url in ("/", "/t/锅", "/b/pot?sort=hot"):
        assert titles(client.get(url)) == ["老锅", "新锅"], url
    assert heat.warm_from_facts() == 0
    assert drifts("community.reading") == []


def test_the_team_features_posts(
    app: Flask, client: Browser, alice: MemberRow, operator: MemberRow, staff_client: Browser
) -> None:
    code = a_thread(alice, "好锅", "#锅").thread_code
    assert titles(client.get("/?tab=featured")) == []
    assert staff_client.post(f"/staff/content/threads/{code}/feature").status_code == 303
    for url in ("/?tab=featured", "/b/pot?sort=featured", "/t/锅?sort=featured"):
        assert titles(client.get(url)) == ["好锅"], url
    assert drifts("community.reading") == []
    service.hide_thread(operator.id, _id(code), _reason())
    assert titles(client.get("/?tab=featured")) == []
    service.restore_thread(operator.id, _id(code))
    staff_client.post(f"/staff/content/threads/{code}/unfeature")
    assert titles(client.get("/?tab=featured")) == []
    assert drifts("community.reading") == []


def _id(code: str) -> int:
    from app.community import queries as community

    found = community.find_owned_thread(code)
    assert found is not None
    return found.id


def _reason() -> Any:
    from app.moderation.types import HideReason

    return HideReason.OTHER


def test_the_team_plans_in_a_calendar(client: Browser, staff_client: Browser) -> None:
    form = {
        "slug": "hotpot", "name_zh": "火锅周", "name_en": "Hotpot week",
        "first_on": "2026-09-05", "last_on": "2026-09-11",
    }  # fmt: skip
    sent = staff_client.post("/staff/topics/new", data=form)
    assert sent.location == "/staff/topics?month=2026-09"
    page = text_of(staff_client.get(sent.location, headers=EN))
    assert page.count('<a class="topic-bar is-planned"') == 7
    again = staff_client.post("/staff/topics/new", data=form, headers=EN)
    assert again.status_code == 422
    assert "Another topic has this name" in text_of(again)
    changed = {**form, "last_on": "2026-09-06", "name_en": "Hotpot days"}
    assert staff_client.post("/staff/topics/hotpot", data=changed).status_code == 303
    assert staff_client.post("/staff/topics/hotpot/open").status_code == 303
    assert "Hotpot days" in text_of(client.get("/t/hotpot", headers=EN))
    assert staff_client.get("/staff/topics/hotpot/close").status_code == 200
    assert staff_client.post("/staff/topics/hotpot/close").status_code == 303
    found = queries.find_topic("hotpot")
    assert found is not None
    assert found.state is TopicState.CLOSED
    bad = staff_client.post("/staff/topics/new", data={**form, "slug": "x", "first_on": "?"})
    assert bad.status_code == 422


def test_only_the_team_plans(alice_client: Browser) -> None:
    for url in ("/staff/topics", "/staff/topics/new", "/staff/boards/pot/city"):
        assert alice_client.get(url).status_code == 403, url


def test_nearby_is_the_board_of_the_city_one_chose(
    alice_client: Browser, staff_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    a_thread(alice, "上海的锅", board="dips")
    assert "Nearby" not in text_of(alice_client.get("/", headers=EN))
    city = {"city_zh": "上海", "city_en": "Shanghai"}
    assert staff_client.post("/staff/boards/dips/city", data=city).status_code == 303
    assert alice_client.post("/nearby", data={"board": "pot"}).status_code == 404
    assert titles(alice_client.get("/?tab=nearby")) == []
    alice_client.post("/nearby", data={"board": "dips"})
    page = alice_client.get("/?tab=nearby", headers=EN)
    assert titles(page) == ["上海的锅"]
    assert "Shanghai" in text_of(page)
    alice_client.post("/nearby", data={})
    assert titles(alice_client.get("/?tab=nearby")) == []


@pytest.mark.parametrize("rows", [10, 1_000])
def test_lists_take_few_statements_however_many_posts(
    app: Flask, alice_client: Browser, client: Browser, alice: MemberRow, operator: MemberRow,
    count_statements: Any, rows: int,
) -> None:  # fmt: skip
    a_topic(operator)
    many_threads(a_member("Nora"), rows, body="#weekend 今晚这一锅")
    budgets = {"/t/weekend": 8, "/t/weekend?sort=new": 8, "/t": 8, "/?tab=featured": 8, "/": 8,
               "/b/pot": 7, "/b/pot?sort=hot": 7}  # fmt: skip
    for url, most in budgets.items():
        for browser in (alice_client, client):
            with count_statements() as seen:
                answer = browser.get(url)
            assert answer.status_code == 200
            assert len(seen) <= most, f"{url}:\n" + "\n".join(seen)
    seen_titles, url, pages = [], "/t/weekend", 0
    while url and pages < 3:
        page = client.get(url)
        seen_titles += titles(page)
        url, pages = next_page(page) or "", pages + 1
    assert len(set(seen_titles)) == len(seen_titles) == min(rows, 60)


def test_a_reply_counts_for_the_hot_topic_of_its_thread(
    operator: MemberRow, alice: MemberRow, bob: MemberRow
) -> None:
    a_topic(operator)
    found = queries.find_topic("weekend")
    assert found is not None
    under = a_thread(alice, "一锅 #周末煲汤", "慢火三小时。 #周末煲汤")
    beside = a_thread(alice, "另一锅", "没有话题。")
    wanted = Condition("topic", Compare.ANY_OF, (found.id,))
    use_rules(a_rule("topic.reply", 7, action="reply.published", conditions=(wanted,)))
    first = service.reply(bob.id, under.thread_code, "跟着做了，汤很清。")
    second = service.reply(bob.id, beside.thread_code, "这个也不错，下次试试。")
    assert first.award.by_rule["topic.reply"] == 7
    assert second.award.by_rule.get("topic.reply", 0) == 0
