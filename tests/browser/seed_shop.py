"""The selling half of the small community: shelf, shops, orders, refunds, the identity desk."""

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.commerce import queries as commerce_queries
from app.commerce import service as commerce
from app.commerce.models import Product
from app.commerce.reading import Options
from app.commerce.reading.layout import find_columns
from app.commerce.service import Choices
from app.commerce.settings import uploads_folder
from app.commerce.types import (
    ChannelRow,
    Draft,
    FileKind,
    LineDraft,
    RefundPhase,
    SeedOrder,
    SeedProduct,
    SeedRefund,
    TagKind,
)
from app.commerce.types.catalogue import ListingDraft, SetDraft, SkuDraft
from app.commerce.types.tags import Place, SeedTag
from app.community.models import Thread
from app.community.service import NewExternal, add_elsewhere
from app.identity import queries as identities
from app.identity import service as identity
from app.identity.types import Buyer, MemberRow, MergeCause
from app.integrations.movein import service as movein
from app.integrations.movein.settings import inbox_folder
from app.integrations.movein.settings import uploads_folder as move_uploads
from app.integrations.movein.types import Options as MoveOptions
from app.integrations.types import Adapter
from app.kernel import clock, exports, ids, jobs
from app.kernel.db import db
from app.kernel.exports import Format
from app.kernel.permissions import Permission
from tests.factories.identity import a_member, browser
from tests.integrations.sending import a_sender, an_order_body

CATALOGUE = (
    "product,name_zh,name_en,category,sku,price,currency\n"
    "beef-1,牛油锅底,Beef tallow base,base,BEEF-1,42.00,CNY\n"
    "sour-1,酸汤锅底,Sour broth base,base,SOUR-1,33.00,CNY\n"
    "bad-1,坏,Bad,base,BAD-1,soon,CNY\n"
)


def a_shelf(channel: ChannelRow, photos: list[int]) -> str:
    """Put products and a set on the shelf; return the address of the one that has everything."""
    listed = (ListingDraft(channel.code, "item-1", 36_00),)
    commerce.seed_products(
        [
            SeedProduct(
                "BEEF-1", "牛油锅底", "Beef tallow base", "base", 39_00,
                brand_line="老灶系列", photo_ids=tuple(photos),
                description_zh="慢火炒四小时的牛油，**越煮越香**。",
                description_en="Tallow, fried slowly for four hours. *Better by the minute.*",
                risk_zh="含辣，孕妇慎食。", risk_en="Hot. Not for small children.",
                allergens=("soy", "sesame"), attributes={"goes_with": ["dip-1"]},
                skus=(
                    SkuDraft("BEEF-1", 39_00, "CNY", "家庭装", "Family size", pack_size=500,
                             pack_unit="g", daily_use_milli=100_000, listings=listed),
                    SkuDraft("BEEF-T", 9_90, "CNY", "试吃装", "Taster", trial_of="BEEF-1"),
                    SkuDraft("BEEF-H", 59_00, "CNY", "年夜饭限定", "New Year", is_hidden=True),
                ),
            ),
            SeedProduct("DIP-1", "麻酱", "Sesame dip", "dips", 36_00),
        ]
    )  # fmt: skip
    commerce.seed_sets([SetDraft("table", "一桌齐", "A full table", ("BEEF-1", "DIP-1", "BEEF-H"))])
    return "beef-1"


def talk_about(slug: str, codes: list[str]) -> None:
    """Tag posts with products: one is a review, one a question, the rest show it."""
    rows = db.session.execute(sa.select(Thread.id, Thread.code, Thread.author_id)).all()
    posts = {row.code: row for row in rows}
    product_id, other = product_ids(slug, "dip-1")
    kinds = (
        (TagKind.SHOWN, None, Place(0, 420, 380)), (TagKind.REVIEW, 5, None),
        (TagKind.REVIEW, 3, None), (TagKind.QUESTION, None, None), (TagKind.SHOWN, None, None),
    )  # fmt: skip
    now = clock.now()
    seeds = [
        SeedTag(posts[code].id, posts[code].author_id, product_id, now, kind, stars, place)
        for code, (kind, stars, place) in zip(codes, kinds, strict=False)
    ]
    first = posts[codes[0]]
    seeds.append(SeedTag(first.id, first.author_id, other, now))
    commerce.seed_tags(seeds)


def product_ids(*slugs: str) -> list[int]:
    """Return ids of products by their addresses."""
    found = dict(db.session.execute(sa.select(Product.slug, Product.id)).tuples().all())
    db.session.rollback()
    return [found[slug] for slug in slugs]


def an_order_with_refunds(channel: ChannelRow, buyer: MemberRow) -> str:
    """Make an order of a fan of which a part came back twice; return its code."""
    paid_at = clock.now() - timedelta(days=3)
    lines = (LineDraft("BEEF-1", 2, 118_00), LineDraft("DIP-1", 1, 36_00))
    refunds = [
        SeedRefund("R-1", 59_00, paid_at + timedelta(hours=9), "BEEF-1", 1),
        SeedRefund("R-2", 12_00, paid_at + timedelta(days=2), "DIP-1", 1,
                   RefundPhase.AFTER_RECEIPT),
    ]  # fmt: skip
    order = SeedOrder(
        channel.code, "MINE-2", paid_at, lines, member_id=buyer.id, refunds=tuple(refunds)
    )
    commerce.seed_orders([order])
    filters = commerce_queries.Filters(channel=channel.code, q="MINE-2")
    return commerce_queries.staff_orders(filters).items[0].card.code


def at_the_desk(channel: ChannelRow, fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Make a shop account, a claim, a conflict and a merge; return what stands in addresses."""
    identity.resolve_buyers(
        channel.code, [Buyer("mei-at-the-shop", email="mei@example.com")], at=clock.now()
    )
    commerce.ask_staff(fan.id, channel.id, "T5")
    zoe = a_member("zoe", phone="+8613800138001")
    other, proved = (
        identity.resolve_buyers(channel.code, [Buyer("zz", phone)], at=clock.now())["zz"]
        for phone in ("13900139002", "+8613800138001")
    )
    assert other == proved, "the second telephone is somebody else's: staff have to look at it"
    gone = identity.resolve_buyers(channel.code, [Buyer("twice")], at=clock.now())["twice"]
    merge = identity.merge_members(gone, zoe.id, cause=MergeCause.STAFF, actor_id=team.id)
    return {
        "identity": str(identities.identities_of(fan.id)[0].id),
        "silent_yid": identities.get_member(other).yid,
        "zoe_yid": zoe.yid,
        "merge": merge.code,
    }


def outside(app: Flask, channel: ChannelRow, fan: MemberRow, team: MemberRow) -> dict[str, str]:
    """Open a door and send by it, upload a catalogue, ask for a file, click, post elsewhere."""
    sender = a_sender(channel, Adapter.GENERIC, team.id)
    guest = browser(app)
    house = app.config["POTLUCK"].base_url
    broken = json.dumps({"orders": [{"id": "W-2"}]})
    for body, delivery in ((an_order_body("W-1", buyer="wen"), "d-1"), (broken, "d-2")):
        headers = sender.headers(body.encode(), delivery)
        guest.post(sender.path, data=body.encode(), headers=headers, csrf=False, base_url=house)
    jobs.run("integrations.webhooks")
    folder, code = uploads_folder() / "catalogue", ids.new_code()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{team.id}-{code}.sheet").write_text(CATALOGUE)  # as if it had been uploaded
    exports.ask("commerce.orders", Format.CSV, {}, asked_by=team.id, allowed=frozenset(Permission))
    add_elsewhere(
        fan.id,
        NewExternal("https://www.xiaohongshu.com/explore/64a1", "我家的牛油锅",
                    clock.business_date(), {"likes": 120}, is_public=True),
        actor_id=fan.id,
    )  # fmt: skip
    (product_id,) = product_ids("beef-1")
    return {
        "catalogue": code,
        "move": _a_move(team),
        "click": commerce.note_click(product_id, channel.id, member_id=fan.id, thread_id=None),
    }


def _a_move(team: MemberRow) -> str:
    """Let another community stand at the door; return the code of its move."""
    rows = (
        {"type": "board", "id": 1, "name_zh": "老论坛", "name_en": "Old forum", "slug": "old"},
        {"type": "member", "id": 1, "username": "wang", "created_at": "2016-05-01T09:00:00+08:00"},
        {"type": "thread", "id": 7, "board": 1, "author": 1, "title": "第一锅", "text": "十年前。",
         "created_at": "2016-05-02T09:00:00+08:00", "photos": ["pot.jpg"]},
        {"type": "reply", "id": 8, "thread": 9, "author": 1, "text": "真香",
         "created_at": "2016-05-03T09:00:00+08:00"},
    )  # fmt: skip
    package = BytesIO("\n".join(map(json.dumps, rows)).encode())
    folders = (move_uploads(), inbox_folder())
    place = movein.receive(folders[0], package, "old-forum.ndjson")
    job = movein.begin(
        folders, place, "old-forum", name="old-forum.ndjson", form=None, options=MoveOptions(),
        started_by=team.id,
    )  # fmt: skip
    jobs.run("movein.work")
    return job.code


def a_draft(channel: ChannelRow, member_id: int, *, name: str, lines: list[str]) -> Draft:
    """Upload a file that waits for its columns."""
    return commerce.upload(
        uploads_folder(),
        BytesIO("\n".join(lines).encode()),
        channel,
        file_name=name,
        started_by=member_id,
    )


def a_looked_through_draft(channel: ChannelRow, member_id: int) -> str:
    """Upload a file, take its columns as guessed, and look through it; return its code."""
    lines = ["订单编号,买家会员名,订单付款时间,买家实际支付金额"]
    lines += [f"50{n},锅友{n},2026-08-{n + 10} 12:00,{n}9.90" for n in range(1, 6)]
    lines += ["506,锅友6,soon,19.90", "507,锅友7,2026-08-20 12:00,free"]
    draft = a_draft(channel, member_id, name="dry-run.csv", lines=lines)
    peek = commerce.peek_at(uploads_folder(), draft)
    options: dict[str, Any] = draft.options["found"]
    commerce.choose_columns(
        draft.id,
        Choices(find_columns(peek.header, Options(kind=FileKind.ORDERS))),
        peek,
        version=commerce.version_of(draft),
        found=options,
        actor_id=member_id,
    )
    jobs.run("commerce.drafts")
    return draft.code
