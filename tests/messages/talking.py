"""Members who write to each other, for the tests of messages."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app.community import service as community
from app.identity.types import MemberRow
from app.kernel import clock, ids
from app.kernel.db import db
from app.messages import service
from app.messages.queries.tables import MESSAGE, SIDE
from app.messages.types import SeedChat, Sent
from tests.community.reading import drifts
from tests.factories.identity import Browser, browser, sign_in

EN = {"Accept-Language": "en"}
CHECKS = ("messages.sides", "messages.numbers")


def as_browser(app: Flask, member: MemberRow) -> Browser:
    """Return a member's browser."""
    made = browser(app)
    sign_in(made, member)
    return made


def write(author: MemberRow, to: MemberRow, text: str = "你好，汤底怎么调？", **more: Any) -> Sent:
    """Write to a member, as the form on his page does."""
    return service.start(author.id, to.yid, text, request_key=new_key(), **more)


def new_key() -> str:
    """Return the key of a form that was just shown."""
    return f"a-key-of-a-form-{ids.next_id()}"


def friends(one: MemberRow, two: MemberRow) -> int:
    """Let two follow each other and write once; return their conversation."""
    community.follow(one.id, two.yid)
    community.follow(two.id, one.yid)
    return write(one, two).conversation_id


def a_chat(one: MemberRow, two: MemberRow, texts: Sequence[str], **more: Any) -> int:
    """Load a conversation, both in turn, a minute apart; return its id."""
    from datetime import timedelta

    start = clock.now() - timedelta(minutes=len(texts))
    lines = [(n % 2, start + timedelta(minutes=n), text) for n, text in enumerate(texts)]
    service.seed_chats([SeedChat((one.id, two.id), lines, **more)])
    return conversations()[-1]


def conversations() -> list[int]:
    """Return the ids of all conversations that somebody has, the oldest first."""
    db.session.rollback()
    found = sa.select(SIDE.c.conversation_id).distinct().order_by(SIDE.c.conversation_id)
    return list(db.session.scalars(found))


def texts() -> list[str]:
    """Return everything that is stored, in order."""
    db.session.rollback()
    return list(db.session.scalars(sa.select(MESSAGE.c.body).order_by(MESSAGE.c.id)))


def side_of(member: MemberRow) -> Any:
    """Return the one side that a member has."""
    db.session.rollback()
    return db.session.execute(sa.select(SIDE).where(SIDE.c.member_id == member.id)).one()


def nothing_drifts() -> bool:
    """Return whether every figure equals its recount."""
    return drifts(*CHECKS) == []
