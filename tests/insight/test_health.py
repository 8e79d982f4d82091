"""Health figures against a small world whose figures are worked out by hand."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.community.queries.tables_reading import VIEWS_DAY
from app.community.service import reads, topics
from app.community.service.reads import View
from app.community.types.reading import TopicPlan
from app.identity.types import MemberRow
from app.insight import queries, shown
from app.insight.exporting import _rows
from app.insight.types import Figures, Health
from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.i18n import in_locale
from tests.community.reading import text_of
from tests.factories.community import a_thread
from tests.factories.identity import Browser, a_member, browser, sign_in

TODAY = date(2026, 9, 1)


def at(days_ago: int, hour: int = 12, minute: int = 0) -> datetime:
    return clock.day_start(TODAY - timedelta(days=days_ago)) + timedelta(hours=hour, minutes=minute)


def joined(name: str, days_ago: int) -> MemberRow:
    return a_member(name, password=None, joined_at=at(days_ago, 0))


def post(author: MemberRow, days_ago: int, hour: int = 12) -> str:
    with clock.frozen(at(days_ago, hour)):
        return a_thread(author, "一锅").thread_code


def like(member: MemberRow, code: str, when: datetime) -> None:
    with clock.frozen(when):
        community.like_thread(member.id, code)


def figures(days: int = 7) -> Health:
    found = queries.health(days)
    db.session.rollback()
    return found


def shown_now(days: int = 7) -> dict[str, shown.Figure]:
    with in_locale("en"):
        return {each.key: each for each in shown.figures(figures(days))}


def test_time_to_first_reaction_by_nearest_rank(app: Flask) -> None:
    """Ten posts, answered after 1, 2, … 10 minutes: the median is the 5th, nine of ten the 9th."""
    author, fan = joined("mei", 100), joined("bob", 100)
    for n in range(1, 11):
        code = post(author, 3, n)
        like(author, code, at(3, n, 0) + timedelta(seconds=5))  # his own is no reaction
        like(fan, code, at(3, n, n))
        with clock.frozen(at(3, n, 30)):
            community.reply(fan.id, code, "later, so it changes nothing")
    post(author, 2)
    found = figures().now.answers
    assert (found.posts, found.answered, found.median, found.p90) == (11, 10, 300, 540)
    assert shown_now()["median"].value == "5 minutes"
    assert shown_now()["median"].note == "1 post has none yet"
    assert figures().before.answers.posts == 0


def test_replies_count_and_what_was_taken_back_does_not(app: Flask) -> None:
    author, fan = joined("mei", 100), joined("bob", 100)
    for n in range(5):
        code = post(author, 3, n)
        like(fan, code, at(3, n, 1))
        with clock.frozen(at(3, n, 2)):
            community.unlike_thread(fan.id, code)
            community.reply(fan.id, code, "!")
    assert figures().now.answers.median == 120


def test_first_posts_of_new_members(app: Flask) -> None:
    """Six members whose seventh day fell in the period: two posted in time, one too late."""
    for n in range(6):
        member = joined(f"n{n}", 10)
        if n < 2:
            post(member, 5)
        if n == 2:
            post(member, 2)
    joined("fresh", 3)  # his first days are not over
    a_member("ada", ("administrator",), password=None, joined_at=at(10, 0))  # the team
    found = figures().now.newcomers
    assert (found.joined, found.posted) == (6, 2)
    assert shown_now()["first_posts"].value == "33.3%"
    assert (figures().before.newcomers.joined, figures(28).now.newcomers.joined) == (0, 6)


def test_the_way_from_lurker_to_regular(app: Flask) -> None:
    """Six are here: one only likes; five write, one of them on three days."""
    members = [joined(f"m{n}", 100) for n in range(6)]
    joined("away", 100)
    codes = [post(member, 6) for member in members[:5]]
    like(members[5], codes[0], at(5))
    for days_ago in (5, 4):
        post(members[0], days_ago)
    for hour in (13, 14):  # three posts on two days make no regular
        post(members[1], 5, hour)
    funnel = figures().now.funnel
    assert (funnel.here, funnel.writers, funnel.regulars) == (6, 5, 1)
    told = shown_now()
    assert (told["here"].value, told["writers"].value) == ("85.7%", "83.3%")  # 6 of 7; 5 of 6
    assert told["regulars"].value == "20%"


def test_organic_posts_for_each_thing_the_team_does(app: Flask) -> None:
    """Six posts by members; the team wrote one and a reply, planned a topic, picked two: 6 / 5."""
    fan, team = joined("mei", 100), a_member("ada", ("operator",), joined_at=at(100))
    codes = [post(fan, 3, hour) for hour in range(6)]
    with clock.frozen(at(3)):
        code = a_thread(team, "team").thread_code
        community.reply(team.id, code, "hello")
        for each in codes[:2]:
            topics.feature_thread(each, is_featured=True, actor_id=team.id)
    with clock.frozen(at(2)):
        plan = TopicPlan("soup", "汤", "Soup")
        topics.plan_topic(plan, TODAY, TODAY, actor_id=team.id)
    found = figures().now
    assert (found.self_run.part, found.self_run.whole) == (6, 5)
    assert shown_now()["self_run"].value == "1.2"


def test_cross_exposure_is_counted_when_the_post_is_seen(app: Flask) -> None:
    author, follower, stranger = joined("mei", 100), joined("bob", 100), joined("lin", 100)
    community.follow(follower.id, author.yid)
    code = a_thread(author).thread_code
    reads.count_views(
        [
            View(code, "1", follower.id), View(code, "2", stranger.id),
            View(code, "3", stranger.id), View(code, "4"), View(code, "5", author.id),
        ]
    )  # fmt: skip
    row = db.session.execute(sa.select(VIEWS_DAY)).one()
    assert (row.views, row.by_followers, row.by_strangers, row.by_guests) == (5, 1, 2, 1)
    community.unfollow(follower.id, author.yid)  # what was counted stays
    clock.tick(timedelta(days=1))
    assert shown_now()["crossed"].value == "–"  # four reads say nothing yet
    assert "Fewer than 5" in shown_now()["crossed"].note
    with clock.frozen(clock.now() - timedelta(days=1)):
        reads.count_views([View(code, "6", stranger.id)])
    found = figures()
    assert (found.now.crossed.part, found.now.crossed.whole) == (4, 5)
    assert shown_now()["crossed"].value == "80%"
    assert found.since == TODAY
    assert "Counted since" in shown_now()["crossed"].note


@use_case
def some_views(thread_id: int, by_day: dict[int, int]) -> None:
    rows = [
        {"thread_id": thread_id, "viewed_on": TODAY - timedelta(days=n), "views": views}
        for n, views in by_day.items()
    ]
    db.session.execute(sa.insert(VIEWS_DAY), rows)


def test_views_for_each_post_and_member(app: Flask) -> None:
    """Five posts and six members; 30 views this week, 5 in the week before, when 5 were there."""
    members = [joined(f"m{n}", 100 if n else 3) for n in range(6)]
    for days_ago in (20, 20, 20, 20, 3):
        post(members[1], days_ago)
    threads = db.session.scalars(sa.text("SELECT id FROM thread ORDER BY id")).all()
    some_views(threads[0], {0: 99, 1: 10, 7: 20, 8: 4, 14: 1, 15: 50})
    found = figures()
    assert (found.now.view_count, found.before.view_count) == (30, 5)
    told = shown_now()
    assert (told["per_post"].value, told["per_post"].before) == ("6", "–")  # four posts then
    assert (told["per_member"].value, told["per_member"].before) == ("5", "1")
    assert told["per_member"].good is True
    chart = shown.views_chart(found)
    assert [point.value for point in chart.points] == [20, 0, 0, 0, 0, 0, 10]
    assert [point.before for point in chart.points] == [1, 0, 0, 0, 0, 0, 4]


def test_nothing_is_told_of_few(app: Flask) -> None:
    for n in range(4):
        code = post(joined(f"m{n}", 10), 5)
        like(joined(f"l{n}", 100), code, at(5, 13))
    told = shown_now()
    for key in ("median", "p90", "first_posts", "self_run", "crossed"):
        assert (told[key].value, told[key].number) == ("–", None), key


def test_the_page_shows_every_figure_with_its_definition(
    staff_client: Browser, alice_client: Browser
) -> None:
    page = text_of(staff_client.get("/staff/health"))
    assert page.count("How is this computed?") == 7
    assert "First-post rate" in page
    for days in ("7", "28", "90", "x", "0"):
        assert staff_client.get(f"/staff/health?days={days}").status_code == 200
    assert alice_client.get("/staff/health").status_code == 403


def test_links_lead_only_where_somebody_may_go(app: Flask, staff_client: Browser) -> None:
    analyst = browser(app)
    sign_in(analyst, a_member("anna", ("analyst",)))
    assert 'href="/staff/kit"' in text_of(staff_client.get("/staff/health"))
    page = text_of(analyst.get("/staff/health"))
    assert 'href="/staff/kit"' not in page
    assert 'href="/staff/content"' in page


def test_the_export_says_what_the_page_says(app: Flask) -> None:
    rows = _rows({"days": "7"}, None, 100).items
    assert [row[0] for row in rows] == [each.label for each in shown.figures(figures())]
    assert all(len(row) == 8 for row in rows)
    assert _rows({"days": "=1+1"}, None, 100).items[0][5] == TODAY - timedelta(days=28)


@pytest.mark.parametrize("posts", [1, 20])
def test_the_page_takes_nine_statements_however_much_there_is(
    staff_client: Browser, count_statements: Callable[[], Any], posts: int
) -> None:
    author = joined("mei", 100)
    for n in range(posts):
        post(author, 1 + n % 30, n % 24)
    with count_statements() as seen:
        assert staff_client.get("/staff/health").status_code == 200
    assert len(seen) <= 9, "\n".join(seen)


def test_periods_are_whole_days_that_are_over(app: Flask) -> None:
    found: Figures = figures(28).now
    assert (found.period.first, found.period.last) == (date(2026, 8, 4), date(2026, 8, 31))
    assert figures(28).before.period.last == date(2026, 8, 3)
