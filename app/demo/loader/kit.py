"""The weekly kit, hot topics, views and the miner's ideas at the end of the demo's year."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

from app.community import service as community
from app.community.queries.mining import texts_of_day
from app.community.queries.topics import find_topic
from app.community.service import heat, topics
from app.community.service.seeding_views import SeedViews, seed_views
from app.community.types import SeedLike, SeedThread
from app.community.types.reading import TopicPlan
from app.demo.accounts import HOUSE
from app.demo.content import kit as content
from app.demo.content.quests import SLUG
from app.demo.loader.roll import Roll
from app.kernel import clock
from app.kernel.db import db, use_case
from app.ops.queries import kit as kit_queries
from app.ops.service import kit, mining
from app.ops.types import ItemDraft, ItemKind, week_of

ENOUGH = 16  # members: a smaller demo has nobody to talk about it
READ_FOR = 4  # days that a post is read most
LOOKED_BACK = 120  # days whose posts have views
MOST_POSTS = 20_000
PICKED = 3


def set_up(roll: Roll, ends_at: datetime) -> None:
    """Make what is not there yet; made whole or not at all, the miner goes on where it stopped."""
    if len(roll.members) < ENOUGH:
        return
    if find_topic(content.TOPICS[0].slug) is None:
        db.session.rollback()
        _make(roll, ends_at)
    db.session.rollback()
    seed_views(list(_views(ends_at)))
    while mining.mine_some():
        pass


@use_case
def _make(roll: Roll, ends_at: datetime) -> None:
    staff_id, today = roll.members[HOUSE], clock.business_date(ends_at)
    for topic in content.TOPICS:
        plan = TopicPlan(
            topic.slug, topic.zh, topic.en, topic.about_zh, topic.about_en, topic.rules_zh,
            topic.rules_en, topic.rewards_zh, topic.rewards_en,
            reward=f"camp:{SLUG}" if topic.reward else "",
        )  # fmt: skip
        first, last = (today + timedelta(days=n) for n in (topic.first, topic.last))
        topics.plan_topic(plan, first, last, actor_id=staff_id)
    topics.turn_topics()
    _talk(roll, ends_at)
    monday = week_of(today)
    if not kit_queries.items_of(monday):
        _plan(staff_id, ends_at)


def _talk(roll: Roll, ends_at: datetime) -> None:
    """Let people talk: posts of the last days, liked by some of the others."""
    made = community.seed_threads(
        [
            SeedThread(
                roll.members[talk.member], talk.board, talk.title, talk.body,
                ends_at - timedelta(days=talk.days_ago, minutes=37 * talk.member),
            )
            for talk in content.TALKS
        ]
    )  # fmt: skip
    fans = [roll.members[n] for n in sorted(roll.members)][4:ENOUGH]
    likes = []
    for place, (thread, talk) in enumerate(zip(made, content.TALKS, strict=True)):
        at = ends_at - timedelta(days=talk.days_ago, minutes=37 * talk.member - 20)
        liking = [fan for fan in fans if fan != thread.author_id][: 2 + 5 * place % 9]
        likes += [
            SeedLike(thread.id, fan, at + timedelta(minutes=n)) for n, fan in enumerate(liking)
        ]
    community.seed_likes(likes)
    heat.warm_many({(like.thread_id, like.member_id) for like in likes})
    for thread in made[4 : 4 + PICKED]:
        topics.feature_thread(thread.code, is_featured=True, actor_id=roll.members[HOUSE])


def _plan(staff_id: int, ends_at: datetime) -> None:
    """Plan the present week as a team would that is in the middle of it."""
    monday = week_of(clock.business_date(ends_at))
    for day, kind, title, is_done in content.LINES:
        draft = ItemDraft(monday + timedelta(days=day), ItemKind(kind), title, assignee_id=staff_id)
        item_id = kit.add_item(draft, actor_id=staff_id)
        if is_done:
            kit.tick(item_id, is_done=True, actor_id=staff_id)


# --- views ---------------------------------------------------------------------------------------


def _views(ends_at: datetime) -> Iterator[SeedViews]:
    """Return views of the posts of the last months: most on the first days, fewer and fewer."""
    rng = random.Random(7)  # noqa: S311 - made-up people
    today = clock.business_date(ends_at)
    for ago in range(LOOKED_BACK, 0, -1):
        on = today - timedelta(days=ago)
        for post in texts_of_day(on, limit=MOST_POSTS // LOOKED_BACK):
            for later in range(READ_FOR):
                day = on + timedelta(days=later)
                if day <= today:
                    few = rng.randint(4, 24) // (later + 1)
                    yield SeedViews(post.id, day, few // 3, few // 2, rng.randint(0, few))
