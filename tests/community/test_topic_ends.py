"""How a topic ranks its posts, how it ends, what its reward leads to, what a pick is worth."""

from datetime import timedelta
from typing import Any

import pytest

from app.community import service
from app.community.queries import topics as queries
from app.community.service import heat
from app.community.service import topics as service_topics
from app.community.types.reading import TopicPlan
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.errors import InvalidError
from app.ledger import queries as ledger
from app.loyalty.service import missions
from app.moderation.types import HideReason
from tests.community.reading import drifts, text_of, titles, value_of
from tests.factories.camps import a_mission
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member
from tests.factories.loyalty import use_rules
from tests.factories.rules import a_rule


def a_topic(staff: MemberRow, **more: Any) -> None:
    today = clock.business_date()
    plan = TopicPlan("weekend", "周末煲汤", "Weekend soup", **more)
    service_topics.plan_topic(plan, today, today + timedelta(days=6), actor_id=staff.id)
    service_topics.turn_topics()


def three_pots(author: MemberRow) -> list[str]:
    """Two people take part in the first pot, one in the second, nobody in the third."""
    codes = []
    for n in (1, 2, 3):
        codes.append(a_thread(author, f"第 {n} 锅", "#weekend 真香").thread_code)
        clock.tick(timedelta(hours=20))
    for n, name in enumerate(("bob", "lin")):
        fan = a_member(name, password=None)
        service.like_thread(fan.id, codes[0])
        if n == 0:
            service.reply(fan.id, codes[1], "香")
    clock.tick(timedelta(minutes=1))
    heat.warm_from_facts()
    return codes


def test_best_counts_people_and_forgets_time(
    client: Browser, alice: MemberRow, operator: MemberRow
) -> None:
    a_topic(operator)
    three_pots(alice)
    assert titles(client.get("/t/weekend?sort=best")) == ["第 1 锅", "第 2 锅", "第 3 锅"]
    assert titles(client.get("/t/weekend")) == ["第 3 锅", "第 2 锅", "第 1 锅"]
    assert "How posts are ranked" in text_of(client.get("/t/weekend?sort=best"))
    assert titles(client.get("/b/pot?sort=best")) == titles(client.get("/b/pot?sort=hot"))
    assert drifts("community.reading") == []


def test_a_closed_topic_shows_its_winners_and_picks(
    client: Browser, alice: MemberRow, operator: MemberRow
) -> None:
    a_topic(operator)
    codes = three_pots(alice)
    service_topics.feature_thread(codes[2], is_featured=True, actor_id=operator.id)
    assert "How it ended" not in text_of(client.get("/t/weekend"))
    service_topics.close_topic("weekend", actor_id=operator.id)
    page = text_of(client.get("/t/weekend"))
    ended = page[page.index("How it ended") : page.index("Picked by the team")]
    assert "第 1 锅" in ended
    assert "第 2 锅" in ended
    assert "第 3 锅" not in ended  # nobody took part: no winner
    picked = page[page.index("Picked by the team") : page.index('class="tabs"')]
    assert "第 3 锅" in picked
    assert titles(client.get("/t/weekend")) == ["第 1 锅", "第 2 锅", "第 3 锅"]
    assert "How it ended" not in text_of(client.get("/t/weekend?sort=hot"))


def test_a_closed_topic_keeps_its_budget(
    alice_client: Browser, alice: MemberRow, operator: MemberRow, count_statements: Any
) -> None:
    a_topic(operator)
    for code in three_pots(alice):
        service_topics.feature_thread(code, is_featured=True, actor_id=operator.id)
    service_topics.close_topic("weekend", actor_id=operator.id)
    with count_statements() as seen:
        assert alice_client.get("/t/weekend").status_code == 200
    assert len(seen) <= 8, "\n".join(seen)


def test_a_reward_leads_to_its_mission_while_that_is_open(
    client: Browser, staff_client: Browser, staff: MemberRow
) -> None:
    code = a_mission(staff)
    form = {
        "slug": "weekend", "name_zh": "周末煲汤", "name_en": "Weekend soup",
        "first_on": "2026-09-01", "last_on": "2026-09-05", "reward": f"mission:{code}",
    }  # fmt: skip
    assert staff_client.post("/staff/topics/new", data=form).status_code == 303
    found = queries.find_topic("weekend")
    assert found is not None
    assert found.reward == f"mission:{code}"
    assert 'href="/missions"' in text_of(client.get("/t/weekend"))
    missions.set_mission_open(code, is_open=False, actor_id=staff.id)
    page = text_of(client.get("/t/weekend"))
    assert "What there is to win" not in page
    changed = {**form, "name_en": "Soup"}  # the link it has may stay
    assert staff_client.post("/staff/topics/weekend", data=changed).status_code == 303
    other = staff_client.post("/staff/topics/weekend", data={**form, "reward": "camp:nowhere"})
    assert other.status_code == 422
    assert value_of(other, "name_en") == "Weekend soup"
    plan = TopicPlan("other", "别的", "Other", reward="camp:nowhere")
    today = clock.business_date()
    with pytest.raises(InvalidError):
        service_topics.plan_topic(plan, today, today, actor_id=staff.id)


def points(member: MemberRow) -> int:
    return ledger.balance(member.id).available


def test_a_pick_is_paid_once_and_taken_back_with_it(alice: MemberRow, operator: MemberRow) -> None:
    use_rules(a_rule("thread.featured", 30))
    code = a_thread(alice).thread_code

    def pick(*, is_featured: bool) -> int:
        service_topics.feature_thread(code, is_featured=is_featured, actor_id=operator.id)
        return points(alice)

    own = points(alice)  # what the post itself earned
    assert pick(is_featured=True) == own + 30
    assert pick(is_featured=True) == own + 30
    assert pick(is_featured=False) == own
    assert pick(is_featured=True) == own + 30  # given back, not paid again
    thread = queries_id(code)
    service.hide_thread(operator.id, thread, HideReason.OTHER)
    assert points(alice) == 0
    service.restore_thread(operator.id, thread)
    assert points(alice) == own + 30
    pick(is_featured=False)
    service.hide_thread(operator.id, thread, HideReason.OTHER)
    service.restore_thread(operator.id, thread)
    assert points(alice) == own  # a pick undone stays undone, whatever becomes of the post


def queries_id(code: str) -> int:
    from app.community import queries as community

    found = community.find_owned_thread(code)
    assert found is not None
    return found.id


def test_featured_posts_are_marked_in_lists(
    client: Browser, alice: MemberRow, operator: MemberRow
) -> None:
    code = a_thread(alice, "好锅").thread_code
    tag = "<span>Featured</span>"
    assert tag not in text_of(client.get("/"))
    service_topics.feature_thread(code, is_featured=True, actor_id=operator.id)
    assert tag in text_of(client.get("/?tab=latest"))
