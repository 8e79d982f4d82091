"""Conversations for the browser: one that is going on, one request, one message reported."""

from datetime import timedelta

import sqlalchemy as sa

from app.identity.types import MemberRow
from app.kernel import clock
from app.kernel.db import db
from app.messages import service
from app.messages.queries.tables import MESSAGE, SIDE
from app.messages.types import SeedChat
from app.moderation import service as moderation
from app.moderation.types import HideReason

TALK = (
    "你那锅番茄牛腩看饿我了，牛腩要先煎吗？",
    "煎一下更香，两面上色就好。",
    "水要没过多少？",
    "两指。**中途别开盖**，开一次香气就跑一半。",
    "Got it. And the tomatoes, peeled or not? I found https://pot.example/tomatoes/how-to-peel",
    "去皮。",
)


def some_talk(fans: list[MemberRow], koc: MemberRow, team: MemberRow) -> dict[str, str]:
    """Let the first fan talk with a KOC and be asked by another; return examples."""
    now = clock.now()
    fan, asker = fans[0], fans[2]
    lines = [(n % 2, now - timedelta(hours=30 - 5 * n), text) for n, text in enumerate(TALK)]
    going_on = SeedChat((fan.id, koc.id), lines)
    asks = [(0, now - timedelta(minutes=9), "你好！看 https://pot.example/deal 有优惠")]
    request = SeedChat((asker.id, fan.id), asks, is_accepted=False, unread=1)
    service.seed_chats([going_on, request])
    service.write_to_team(fan.id, "R-2026-7 到的时候**破了**，怎么办？")
    service.answer_for_team(team.id, fan.yid, "这就给您换一份，今天寄出。")
    reported = _newest(asker.id)
    moderation.report(fan.id, "message", reported, HideReason.ADVERT, "没关注我就发链接")
    return {
        "chat": _chat(fan.id, koc.id),
        "asking": _chat(fan.id, asker.id),
        "reported_message": str(reported),
        "yan_yid": fans[4].yid,
    }


def _chat(member_id: int, other_id: int) -> str:
    mine = sa.select(SIDE.c.conversation_id).where(
        SIDE.c.member_id == member_id, SIDE.c.other_id == other_id
    )
    return str(db.session.scalars(mine).one())


def _newest(author_id: int) -> int:
    his = sa.select(sa.func.max(MESSAGE.c.id)).where(MESSAGE.c.author_id == author_id)
    return int(db.session.scalars(his).one())
