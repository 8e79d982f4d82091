"""Hot topics and tags are found, kept in the same transaction, suggested, and built anew."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.community import service as community
from app.community.service import hashtags, topics
from app.community.types.reading import TopicPlan
from app.identity.types import MemberRow
from app.kernel import clock, verify
from tests.factories.community import a_thread, many_threads
from tests.factories.identity import Browser


def a_topic(staff: MemberRow, slug: str = "weekend", **more: str) -> None:
    texts: dict[str, Any] = {
        "name_zh": "周末煲汤",
        "name_en": "Weekend soup",
        "purpose_zh": "小火慢炖",
        **more,
    }
    today = clock.business_date()
    topics.plan_topic(TopicPlan(slug, **texts), today, today, actor_id=staff.id)
    topics.turn_topics()


def found(client: Browser, q: str, **more: str) -> str:
    answer = client.get("/search", query_string={"q": q, "type": "topic", **more})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def drifts() -> list[str]:
    reports = verify.run(("search.entries", "community.reading"))
    return [drift for report in reports for drift in report.drifts]


@pytest.mark.parametrize("q", ["汤", "煲汤", "周末煲汤", "#周末煲汤#", "weekend", "soup", "慢炖"])
def test_a_topic_is_found_by_its_names_and_what_it_is_about(
    client: Browser, operator: MemberRow, q: str
) -> None:
    a_topic(operator)
    page = found(client, q)
    assert 'href="/t/weekend"' in page
    assert "Hot topic, open" in page
    assert "Topics 1" in page


def test_a_renamed_topic_is_found_by_its_new_name_alone(
    client: Browser, operator: MemberRow
) -> None:
    a_topic(operator)
    plan = TopicPlan("weekend", "砂锅", "Clay pots")
    today = clock.business_date()
    topics.change_topic("weekend", plan, today, today, actor_id=operator.id)
    assert 'href="/t/weekend"' in found(client, "砂锅")
    assert 'href="/t/weekend"' not in found(client, "煲汤")
    assert drifts() == []


def test_a_tag_is_found_while_a_visible_post_has_it(
    client: Browser, alice: MemberRow, operator: MemberRow
) -> None:
    made = a_thread(alice, "蒜", "多放点 #蒜泥 #Garlic")
    a_thread(alice, "姜", "别的 #姜片")
    for q in ("蒜", "蒜泥", "garlic"):
        page = found(client, q)
        assert 'href="/t/' in page, q
        assert "1 post" in page
        assert "2 posts" not in page
    community.remove_thread(alice.id, made.thread_code)
    assert 'href="/t/' not in found(client, "蒜泥")
    community.bring_back_thread(alice.id, made.thread_code)
    assert 'href="/t/' in found(client, "蒜泥")
    a_topic(operator, "garlic-week", name_zh="蒜泥", name_en="Garlic week")
    page = found(client, "蒜泥")  # the topic has taken its name: one hit, not two
    assert page.count('href="/t/') == 1
    assert drifts() == []


def test_a_tag_that_no_post_has_is_forgotten(client: Browser, alice: MemberRow) -> None:
    code = a_thread(alice, "蒜", "#蒜泥").thread_code
    community.edit_thread(alice.id, code, board_slug="pot", title="葱", body="#葱花")
    clock.tick(timedelta(days=2))
    assert [hashtags.forget_unused(), hashtags.forget_unused()] == [1, 0]
    assert 'href="/t/' in found(client, "葱花")
    assert drifts() == []


def test_topics_and_common_tags_are_suggested(
    client: Browser, alice: MemberRow, operator: MemberRow
) -> None:
    a_topic(operator)
    many_threads(alice, 2, body="#蒜泥 #13800138000 #辣")
    ask = client.get("/search/suggest", query_string={"q": "周"}).get_json()
    assert ask == ["#周末煲汤#"]
    assert client.get("/search/suggest", query_string={"q": "WEEK"}).get_json() == ["#weekend#"]
    assert client.get("/search/suggest", query_string={"q": "蒜"}).get_json() == []
    many_threads(alice, 3, body="#蒜泥 #13800138000")
    assert client.get("/search/suggest", query_string={"q": "蒜"}).get_json() == ["#蒜泥#"]
    assert client.get("/search/suggest", query_string={"q": "138"}).get_json() == []


def test_a_rebuild_finds_them_again(app: Flask, alice: MemberRow, operator: MemberRow) -> None:
    a_topic(operator)
    a_thread(alice, "蒜", "#蒜泥")
    done = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert done.exit_code == 0, done.output
    assert drifts() == []
    from tests.factories.identity import browser

    for q in ("煲汤", "蒜泥"):
        assert 'href="/t/' in found(browser(app), q)


def test_a_search_page_keeps_its_five_statements(
    client: Browser, alice: MemberRow, operator: MemberRow, count_statements: Callable[[], Any]
) -> None:
    a_topic(operator)
    many_threads(alice, 40, body="#周末煲汤# 小火慢炖")
    for more in ({}, {"type": "topic"}, {"type": "topic", "board": "pot"}):
        with count_statements() as seen:
            client.get("/search", query_string={"q": "煲汤", **more})
        assert len(seen) <= 5, "\n".join(seen)
