"""Whom a text names: found, kept by id, told once; however the text is made."""

from typing import Any

import sqlalchemy as sa

from app.community import service
from app.community.models import Mention, Thread
from app.community.queries import named
from app.community.service import topics
from app.community.types.reading import TopicPlan
from app.identity.service.profile import edit_profile
from app.identity.types import MemberRow
from app.kernel import clock, facts
from app.kernel.db import db
from app.notify import queries as notices
from tests.community.reading import text_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member


def body_of(thread_id: int) -> Any:
    return db.session.execute(
        sa.select(Thread.body, Thread.body_html).where(Thread.id == thread_id)
    ).one()


def told(member: MemberRow) -> int:
    while service.do_work():
        pass
    return len(notices.notices(member.id).items)


def test_a_han_name_inside_a_sentence_is_found_and_follows_a_renaming(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int]
) -> None:
    li = a_member("小李子")
    a_member("小李")
    made = a_thread(alice, body="谢谢@小李子的方子，`@小李子` 不算，mail@小李子 也不算")
    row = body_of(made.thread_id)
    assert row.body == f"谢谢@{li.yid}的方子，`@小李子` 不算，mail@小李子 也不算"
    assert f'<a href="/u/{li.yid}" rel="ugc nofollow noopener">@小李子</a>的方子' in row.body_html
    assert told(li) == 1
    edit_profile(li.id, name="大李子", bio="")
    while facts.deliver():
        pass
    assert "@大李子</a>" in body_of(made.thread_id).body_html
    assert "@大李子的方子" in text_of(alice_client.get(f"/p/{made.thread_code}/edit"))


def test_the_longest_name_wins_and_latin_words_are_not_cut(
    alice: MemberRow, boards: dict[str, int]
) -> None:
    wang, anna = a_member("Anna Wang"), a_member("Anna")
    made = a_thread(alice, body="@Anna Wang and @Annabel, @Anna!")
    assert body_of(made.thread_id).body == f"@{wang.yid} and @Annabel, @{anna.yid}!"


def test_of_two_with_one_name_the_followed_one_is_meant_or_nobody(
    alice: MemberRow, boards: dict[str, int]
) -> None:
    one, two = a_member("老王"), a_member("老王")
    made = a_thread(alice, body="@老王")
    assert body_of(made.thread_id).body == "@老王"
    service.follow(alice.id, two.yid)
    service.edit_thread(
        alice.id, made.thread_code, board_slug="pot", title="x", body=f"@老王 @{one.yid}"
    )
    assert body_of(made.thread_id).body == f"@{two.yid} @{one.yid}"
    assert service.unmark([f"@{two.yid}"]) == [f"@{two.yid}"]  # the name would not be clear


def test_a_post_tells_at_most_ten_people_each_once(
    alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    people = [a_member(f"客人{n:02d}号", password=None) for n in range(14)]
    text = " ".join(f"@{each.name}" for each in people)
    made = a_thread(alice, body=text)
    assert [told(each) for each in people] == [1] * 10 + [0] * 4
    service.edit_thread(alice.id, made.thread_code, board_slug="pot", title="x", body=text + "！")
    assert sum(told(each) for each in people) == 10
    with count_statements() as seen:
        service.reply(alice.id, made.thread_code, text)
    assert len(seen) <= 20
    assert told(people[0]) == 2
    assert told(alice) == 0


def test_ten_thousand_mentions_are_read_once_and_capped(
    alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    ming = a_member("小明")
    a_thread(alice)  # makes board and wallets
    with count_statements() as seen:
        made = service.publish_thread(alice.id, "pot", "万人", "@小明" * 6_666)
    assert len(seen) <= 20
    assert told(ming) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mention)) == 1
    with count_statements() as seen:
        service.reply(alice.id, made.thread_code, "".join(f"@{n}" for n in range(1_000)))
    assert len(seen) <= 20


def test_completion_offers_followed_people_first(
    alice_client: Browser, alice: MemberRow, boards: dict[str, int], count_statements: Any
) -> None:
    far, near = a_member("小周一"), a_member("小周二")
    a_member("老周小")
    service.follow(alice.id, near.yid)
    assert [each.name for each in named.suggest_people(alice.id, "小周")] == ["小周二", "小周一"]
    with count_statements() as seen:
        found = text_of(alice_client.get("/compose/people?q=%E5%B0%8F"))
    assert len(seen) <= 3
    assert f'data-insert="{far.name}"' in found
    assert 'data-insert="alice"' not in found
    assert "小周" not in text_of(alice_client.get("/compose/people?q=%25"))


def test_a_hot_topic_is_a_link_once_there_is_one(
    alice: MemberRow, operator: MemberRow, boards: dict[str, int]
) -> None:
    text = "#周末煲汤# 和 #没有这个#"
    assert "/t/soup" not in body_of(a_thread(alice, body=text).thread_id).body_html
    today = clock.business_date()
    plan = TopicPlan("soup", "周末煲汤", "Weekend soup")
    topics.plan_topic(plan, today, today, actor_id=operator.id)
    html = body_of(a_thread(alice, body=text).thread_id).body_html
    assert '<a href="/t/soup" rel="ugc nofollow noopener">#周末煲汤#</a>' in html
    assert "#没有这个#" in html
