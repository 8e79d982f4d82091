"""The topic miner: its score, its words, what it proposes night by night."""

from datetime import date, timedelta

import pytest

from app.community import service as community
from app.community.service import topics
from app.community.types import SeedThread
from app.community.types.reading import TopicPlan
from app.identity.types import MemberRow
from app.kernel import clock, jobs
from app.ops.policy.mining import rising
from app.ops.policy.words import swallowed, terms_of
from app.ops.queries import ideas as queries
from app.ops.service import ideas as service
from app.ops.types import IdeaState
from tests.factories.community import some_boards
from tests.factories.identity import a_member

TODAY = date(2026, 9, 1)


def test_the_score_is_the_log_odds_ratio_with_a_dirichlet_prior() -> None:
    # By hand: a_w = 100 · 20 / 1000 = 2; ln(14/286) - ln(10/890) = 1.471702;
    # its variance is 1/14 + 1/10 = 0.171429; z = 1.471702 / 0.414039.
    assert rising(12, 8, 200, 800) == pytest.approx(3.554498, abs=1e-6)
    # The other way round it falls by as much only where the weeks are of one size.
    assert rising(5, 5, 300, 300) == pytest.approx(0.0, abs=1e-12)
    assert rising(9, 3, 300, 300) == pytest.approx(-rising(3, 9, 300, 300))
    # Without a word before, a small prior alone must not make a certainty of three posts.
    assert 0 < rising(3, 0, 1_000, 4_000) < rising(9, 0, 1_000, 4_000)
    assert rising(0, 0, 10, 10) == rising(3, 0, 0, 0) == rising(5, 0, 5, 0, prior=0) == 0


def test_words_leave_out_people_contacts_numbers_and_small_talk() -> None:
    text = (
        "王小明今天用牛油锅底煮了毛肚，Sesame paste 真好！@阿强 微信: cook_88 mei@example.com "
        "https://shop.example/x 13800138000 7up #周末煲汤#"
    )
    found = terms_of(text, {"paste"})
    assert {"牛油", "锅底", "毛肚", "sesame", "周末煲汤"} <= found
    gone = {"王小明", "今天", "paste", "阿强", "cook", "mei", "example", "shop", "周末", "煲汤"}
    assert not found & gone
    assert not any(sign.isdigit() for word in found for sign in word)


def test_words_that_stand_side_by_side_are_a_phrase() -> None:
    found = terms_of("自热火锅配花椒油，sesame paste with noodles。牛油锅底！")
    assert {"自热火锅", "牛油锅底", "sesame paste"} <= found
    assert {"paste with", "with noodles", "火锅配"}.isdisjoint(found)


def test_three_words_that_stand_side_by_side_are_a_phrase_too() -> None:
    found = terms_of("麻辣牛油锅底真香，roasted sesame paste, no pot base")
    assert {"麻辣牛油", "牛油锅底", "麻辣牛油锅底", "roasted sesame paste"} <= found
    assert {"麻辣牛油锅底真香", "sesame paste pot"}.isdisjoint(found)


def test_a_phrase_swallows_its_words_where_they_rise_together_only() -> None:
    assert swallowed({"牛油锅底": 8, "牛油": 9, "锅底": 30}) == {"牛油"}
    assert swallowed({"sesame paste": 5, "sesame": 5, "paste": 6}) == {"sesame", "paste"}
    assert swallowed({"毛肚": 4}) == set()


def test_names_are_left_out_and_dishes_that_look_like_names_stay() -> None:
    text = "周晓雯，小林，老周，阿明，何晓东，张伟，王小明"
    assert terms_of("今晚吃饭的是" + text) & set(text.split("，")) == set()
    dishes = {"胡萝卜", "毛血旺", "小龙虾", "姜丝", "汤圆", "龙利鱼", "高汤"}
    assert terms_of("，".join(sorted(dishes))) >= dishes


def seed(author: MemberRow, body: str, days_ago: int, n: int = 0, board: str = "pot") -> None:
    at = clock.day_start(TODAY - timedelta(days=days_ago)) + timedelta(hours=12, minutes=n)
    community.seed_threads([SeedThread(author.id, board, "今晚这一锅", body, at, ())])


def mined() -> list[str]:
    jobs.run("ops.mine_topics")
    return [idea.key for idea in queries.ideas()]


def a_world(people: list[MemberRow]) -> None:
    """Four weeks of hot pots, then a week in which everybody writes about tripe."""
    some_boards()
    for days_ago in range(8, 36):
        seed(people[days_ago % 4], "番茄牛腩锅，煮了两个小时", days_ago)
    for n in range(6):
        seed(people[n % 4], "番茄牛腩锅，还有毛肚七上八下", 1 + n, n, "dips")


@pytest.fixture
def people(app: object) -> list[MemberRow]:
    return [a_member(name) for name in ("mei", "bob", "lin", "tom")]


def test_what_rises_is_proposed_with_its_evidence(people: list[MemberRow]) -> None:
    a_world(people)
    assert "毛肚" in mined()
    assert "番茄" not in mined()
    idea = next(each for each in queries.ideas() if each.key == "毛肚")
    assert (idea.weeks, idea.posts, idea.authors) == ((0, 0, 0, 0, 6), 6, 4)
    assert [line.author.name for line in queries.samples([idea])[idea.id]] == ["mei", "bob", "lin"]
    assert idea.board_id == some_boards()["dips"]
    assert queries.last_night() == TODAY


def test_one_person_cannot_push_a_word(people: list[MemberRow]) -> None:
    a_world(people)
    for n in range(20):
        seed(people[n % 2], "我的店铺卖烤冷面", 1 + n % 7, n)
    assert not {"烤冷面", "冷面", "店铺"} & set(mined())


def test_names_and_topics_of_old_are_no_ideas(people: list[MemberRow], operator: MemberRow) -> None:
    plan = TopicPlan("tripe", "毛肚", "Tripe")
    topics.plan_topic(plan, TODAY, TODAY, actor_id=operator.id)
    a_world(people)
    a_member("sunny")
    for n in range(8):
        seed(people[n % 4], "sunny says hello", 1 + n % 7, n)
    assert not {"毛肚", "sunny"} & set(mined())


def test_a_night_is_done_once_and_goes_on_where_it_was_cut(people: list[MemberRow]) -> None:
    a_world(people)
    from app.ops.service import mining

    assert [mining.mine_some() for _day in range(36)] == [1] * 36
    assert mining.mine_some() == 0
    before = queries.ideas()
    clock.tick(timedelta(days=1))
    jobs.run("ops.mine_topics")
    assert {idea.id for idea in queries.ideas()} <= {idea.id for idea in before}
    assert all(idea.found_on == TODAY + timedelta(days=1) for idea in queries.ideas())


def test_before_three_in_the_morning_the_miner_sleeps(people: list[MemberRow]) -> None:
    from app.ops.service import mining

    with clock.frozen(clock.day_start(TODAY) + timedelta(hours=2)):
        assert mining.mine_some() == 0


def test_hidden_posts_are_no_evidence(people: list[MemberRow], operator: MemberRow) -> None:
    from app.community.queries import mining as texts
    from app.moderation.types import HideReason

    a_world(people)
    for n in range(6):
        for post in texts.texts_of_day(TODAY - timedelta(days=1 + n)):
            community.hide_thread(operator.id, post.id, HideReason.OTHER)
    assert mined() == []


def test_what_was_put_away_stays_away_until_it_may_come_back(
    people: list[MemberRow], operator: MemberRow
) -> None:
    a_world(people)
    mined()
    idea = next(each for each in queries.ideas() if each.key == "毛肚")
    assert service.dismiss(idea.id, actor_id=operator.id)
    assert not service.dismiss(idea.id, actor_id=operator.id)
    clock.tick(timedelta(days=1))
    assert "毛肚" not in mined()
    assert [each.key for each in queries.ideas(IdeaState.DISMISSED)] == ["毛肚"]
    assert service.bring_back(idea.id, actor_id=operator.id)
    assert "毛肚" in [each.key for each in queries.ideas()]
