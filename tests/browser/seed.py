"""A small community for the browser, written through the domains' own services.

``python -m tests.browser.seed`` fills the database of the environment and prints, as JSON, one
example of every word that stands in an address.
"""

import json
import random
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from flask import Flask
from PIL import Image, ImageDraw

from app import create_app
from app.checkin import service as checkin
from app.checkin.types import Item, Scope, SeedCheckIn
from app.commerce import queries as commerce_queries
from app.commerce.types import ChannelRow
from app.community import service as community
from app.community.service import polls, topics
from app.community.types.reading import PollDraft, PollKind, TopicPlan
from app.community.types.writing import Extras
from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db, use_case
from app.kernel.media import service as media
from app.kernel.permissions import Role
from app.ledger import queries as ledger
from app.moderation import service as moderation
from app.moderation.types import HideReason
from app.ops.queries import ideas as idea_queries
from app.ops.service import ideas as idea_service
from app.ops.service import kit, mining
from app.ops.types import IdeaKind, ItemDraft, ItemKind
from tests.browser import seed_loyalty as loyal
from tests.browser import seed_messages as chatting
from tests.browser import seed_shop as shop
from tests.browser.drawn import some_draws
from tests.browser.seed_brand import a_brand_world, an_archive
from tests.browser.seed_circles import some_circles
from tests.browser.seed_coupons import some_coupons
from tests.browser.seed_mall import a_mall
from tests.browser.seed_parcels import some_redemptions
from tests.browser.seed_ranks import a_daily_board
from tests.browser.seed_seats import an_event
from tests.conftest import migrate
from tests.factories.commerce import a_channel, a_file
from tests.factories.community import some_boards
from tests.factories.films import a_film
from tests.factories.identity import a_member
from tests.factories.originality import not_new
from tests.factories.ranking import a_tried_formula

THREADS = (
    (
        "番茄牛腩锅，煮到筷子一戳就散",
        "牛腩先焯水，再**小火两小时**。\n\n1. 番茄切块\n2. 炒出沙\n3. 加水",
    ),
    ("一人食也要有仪式感", "小锅、一碟肥牛、半颗娃娃菜。"),
    (
        "My first hot pot: three lessons",
        "Cut thin, cook short, *share everything*.\n\n- broth first\n- dips last",
    ),
    ("蘸料只要三样：芝麻酱、蒜泥、香菜", "比例 3:1:1，再来一勺锅底汤。"),
    ("菌菇锅怎么才能更鲜？", "大家放不放干贝？求指点。"),
    ("Sunday table for eight", "Two pots, one mild. Nobody left before midnight."),
    ("毛肚七上八下到底是几秒", "我数了十五秒，脆。"),
    ("晒一下今天的锅", ""),
)  # fmt: skip
REPLIES = (
    "看饿了！",
    "求锅底配方",
    "Looks wonderful, what broth is that?",
    "周末照着做，谢谢分享。",
)


def main() -> None:
    """Fill the database and print the examples."""
    app = create_app()
    migrate(app)
    with app.app_context():
        examples = fill(app)
        db.session.remove()
    print(json.dumps(examples))  # noqa: T201 - the caller reads it


def fill(app: Flask) -> dict[str, str]:
    """Write members, threads, replies, likes, check-ins and orders; return examples."""
    fans = [a_member(name) for name in ("mei", "bob", "lin", "tom", "yan")]
    team = a_member("ada", (Role.ADMINISTRATOR,))
    a_member("mona", (Role.MODERATOR,))
    koc = a_member("kora", (Role.KOC,), bio="爱做饭的产品经理。")
    some_boards()
    games = loyal.games(team)
    codes = _write_threads([*fans, koc])
    habits = _habits(fans, team)
    channel = a_channel("tmall", link_template="https://shop.example/item/{item}")
    product = shop.a_shelf(channel, [_photo(team, n) for n in (901, 902)])
    shop.talk_about(product, codes)
    order = _import_orders(app, channel, fans[0])
    txn = ledger.statement(fans[0].id).items[0].txn_id
    return {
        "slug": "pot",
        "product": product,
        "code": codes[0],
        "floor": "1",
        "yid": koc.yid,
        "own_yid": fans[0].yid,
        "order": order,
        "txn_id": str(txn),
        "batch": commerce_queries.batches().items[0].batch.code,
        "draft": _upload(channel, fans[1].id),
        "looked_through": shop.a_looked_through_draft(channel, team.id),
        "refunded": shop.an_order_with_refunds(channel, fans[0]),
        "thread_id": str(_id_of(codes[0])),
        "own_draft": _half_written(fans[0]),
        "other_code": codes[1],
        "case": str(_reported(fans[0], codes[2])),
        "poll": _asked(fans, codes[3]),
        "topic": _topic(team),
        **chatting.some_talk(fans, koc, team),
        **_filmed(fans[0]),
        **_kit(team, codes[0]),
        **some_draws(fans[0], team),
        **habits,
        **shop.at_the_desk(channel, fans[0], team),
        **shop.outside(app, channel, fans[0], team),
        **games,
        **loyal.at_play(fans[0], fans[1], team),
        **loyal.at_the_desks(fans[3], fans[0], team),
        **loyal.told_from_outside(fans[0], team),
        **loyal.in_the_making(team),
        **a_brand_world(team, fans[0]),
        **an_archive(team, fans[0], codes[0]),
        **some_coupons(fans[0], team),
        **some_redemptions(fans[1], team),
        **a_mall(fans[0], team, _photo(team, 903)),
        **an_event(fans[0], team),
        **some_circles(fans[0], fans[1], fans[3], team),
        **not_new(team, fans[0], fans[1]),
        **a_tried_formula(team),
        **a_daily_board(),
    }


def _half_written(fan: MemberRow) -> str:
    """Begin a post and leave it; let the team see whose post is the first."""
    community.put_first_posts_on_desk()
    kept = {"kind": ["howto"], "title": ["三步油碟"], "body": ["两个人的量"], "step": ["1"]}
    saved = community.save_draft(fan.id, "a-key-of-twenty-signs", kept)
    assert saved is not None
    return str(saved.id)


def _habits(fans: list[MemberRow], team: MemberRow) -> dict[str, str]:
    """Let fans check in, one of them with a day granted and one to be made up."""
    now, today = clock.now(), clock.business_date()
    past = [SeedCheckIn(fans[0].id, now - timedelta(days=ago)) for ago in (5, 4, 2)]
    checkin.seed_check_ins(past)
    checkin.give(fans[0].id, Item.CARD, 2, key="gift")
    yesterday = today - timedelta(days=1)
    granted = checkin.grant_day(yesterday, Scope.ALIVE, reason="Power cut", actor_id=team.id)
    while checkin.grant_some():
        pass
    for fan in fans[:3]:
        checkin.check_in(fan.id)
    return {"missed": (today - timedelta(days=3)).isoformat(), "grant": granted.code}


def _asked(fans: list[MemberRow], code: str) -> str:
    """Put a public poll below a thread and let fans vote; return the thread's code."""
    options = ("番茄锅", "菌菇锅", "麻辣锅")
    draft = PollDraft("今晚哪一锅？", PollKind.SINGLE, options, is_public=True)
    use_case(polls.add_poll)(_id_of(code), draft)
    for number, fan in enumerate(fans):
        polls.vote(fan.id, code, [number % len(options)])
    return code


def _filmed(fan: MemberRow) -> dict[str, str]:
    """Post a video with captions that is ready, and one that waits; return their threads' codes."""
    codes = []
    for title in ("毛肚在锅里的七秒", "明天再剪的一段"):
        video_id = community.send_video(fan.id, a_film(size="320x240"))
        extras = Extras(video_id=video_id)
        codes.append(community.publish_thread(fan.id, "pot", title, "", extras=extras).thread_code)
    community.prepare_next()
    vtt = "00:00.100 --> 00:00.900\n七秒，别多\n"
    community.write_words(
        fan.id, codes[0], transcript="七秒，别多。", captions=vtt, lang="zh", moderates=False
    )
    return {"filmed": codes[0], "filming": codes[1]}


def _topic(team: MemberRow) -> str:
    """Open a hot topic with a post; return its slug."""
    today = clock.business_date()
    plan = TopicPlan(
        "weekend-soup", "周末煲汤", "Weekend soup", "慢火一锅", "A slow pot",
        "每人一锅，拍照带话题。", "One pot each, with a photo.", "前三名各得 200 积分。",
        "The first three get 200 points each.",
    )  # fmt: skip
    topics.plan_topic(plan, today, today + timedelta(days=6), actor_id=team.id)
    topics.turn_topics()
    author = community.publish_thread(team.id, "pot", "周末来一锅", "莲藕排骨。 #周末煲汤#")
    community.reply(team.id, author.thread_code, "火候最要紧。")
    return plan.slug


def _kit(team: MemberRow, code: str) -> dict[str, str]:
    """Plan work, let the miner have an idea, begin a topic; return what stands in addresses."""
    today = clock.business_date()
    line = ItemDraft(today, ItemKind.QUESTION, "今晚这一锅", "锅里煮什么？", assignee_id=team.id)
    item_id = kit.add_item(line, actor_id=team.id)
    threads = (_id_of(code),)
    found = [
        mining.Find(IdeaKind.TERM, key, key, key, 3.2, (0, 1, 0, 2, 6), 4, threads)
        for key in ("毛肚", "牛油")
    ]
    mining.keep_night(today, found)
    ideas = idea_queries.ideas()
    draft_id = idea_service.draft_from(ideas[0].id, actor_id=team.id)
    return {"kit_item": str(item_id), "topic_draft": str(draft_id)}


def _reported(fan: MemberRow, code: str) -> int:
    """Let a fan report a post; return the case."""
    done = moderation.report(fan.id, "thread", _id_of(code), HideReason.ADVERT, "像是广告")
    return done.case_id


def _upload(channel: ChannelRow, member_id: int) -> str:
    """Upload a file that waits for its columns."""
    lines = ["订单编号,买家会员名,订单付款时间,买家实际支付金额,备注"]
    lines += [f"40{n},锅友{n},2026-08-{n + 10} 12:00,{n}8.80," for n in range(1, 9)]
    return shop.a_draft(channel, member_id, name="八月订单.csv", lines=lines).code


def _write_threads(authors: list[MemberRow]) -> list[str]:
    codes = []
    for number, (title, body) in enumerate(THREADS):
        author = authors[number % len(authors)]
        photos = [_photo(author, number * 10 + n) for n in range((3, 1, 2, 0, 0, 4, 1, 1)[number])]
        board = "dips" if "蘸料" in title else "pot"
        codes.append(community.publish_thread(author.id, board, title, body, photos).thread_code)
        for replier in authors[: number % 4]:
            community.reply(replier.id, codes[-1], REPLIES[number % len(REPLIES)])
        for liker in authors[number % 3 :]:
            if liker.id != author.id:
                community.like_thread(liker.id, codes[-1])
    community.reply(authors[0].id, codes[0], "楼主自己先占个座。")
    community.follow(authors[0].id, authors[-1].yid)
    return codes


def _photo(owner: MemberRow, seed: int) -> int:
    """Upload a picture that looks like a bowl from above."""
    dice = random.Random(seed)
    width, height = dice.choice(((900, 1200), (1200, 900), (1000, 1000)))
    image = Image.new("RGB", (width, height), (dice.randrange(120, 220), 150, 110))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, r = dice.randrange(width), dice.randrange(height), dice.randrange(20, 120)
        color = (dice.randrange(120, 255), dice.randrange(40, 160), dice.randrange(20, 90))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=color)
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    file.seek(0)
    return media.store_photo(owner.id, file, waiting=True).id


def _import_orders(app: Flask, channel: ChannelRow, buyer: MemberRow) -> str:
    """Import a file twice with one figure changed: an order is kept aside; give one to a fan."""
    from tests.factories.commerce import an_order

    day = clock.business_date() - timedelta(days=2)
    folder = Path(app.config["POTLUCK"].instance_dir)
    rows = [(f"T{n}", f"buyer-{n % 5}", day.isoformat(), f"{n * 13}.50") for n in range(1, 30)]
    runner = app.test_cli_runner()
    for name, changed in (
        ("first.csv", rows),
        ("second.csv", [(*rows[0][:3], "99.00"), *rows[1:]]),
    ):
        path = a_file(folder, changed, name=name)
        done = runner.invoke(args=["orders", "import", str(path), "--channel", channel.code])
        assert done.exit_code == 0, done.output
    return an_order(buyer.id, channel=channel, number="MINE-1")


def _id_of(code: str) -> int:
    import sqlalchemy as sa

    from app.community.models import Thread

    return int(db.session.execute(sa.select(Thread.id).where(Thread.code == code)).scalar_one())


if __name__ == "__main__":
    main()
