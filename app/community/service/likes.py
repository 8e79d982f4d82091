"""Likes. Its author is rewarded once per pair and thing for ever, and never by himself."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.community import queries
from app.community.events import ReplyLiked, ReplyUnliked, ThreadLiked, ThreadUnliked
from app.community.service import counting
from app.community.service.barring import check_apart
from app.community.types import Liked, ThreadGoneError
from app.kernel import clock, facts, ids
from app.kernel.db import changed, db, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.facts import Fact
from app.kernel.types import Ref
from app.loyalty import service as loyalty
from app.loyalty.types import Act, Value


@dataclass(frozen=True, slots=True)
class _Thing:
    """What is liked: a thread or a reply, with the tables around it."""

    kind: str
    id: int
    author_id: int
    board_id: int
    like_count: int
    table: sa.Table
    likes: sa.Table
    key: str

    @property
    def about(self) -> Any:
        return {
            "subject": Ref(self.kind, self.id),
            "concerns_id": self.author_id,
            "scope": Ref("board", self.board_id),
        }


@use_case
def like_thread(member_id: int, code: str) -> Liked:
    """Like a thread. Twice is once.

    Raises:
        BarredError: he and its author keep apart.
        NotFoundError: no such thread.
        ThreadGoneError: it is removed or hidden.
    """
    thing = _thread(code, member_id)
    return _like(thing, member_id, ThreadLiked(thing.id))


@use_case
def unlike_thread(member_id: int, code: str) -> Liked:
    """Take a like back; points stay. Twice is once.

    Raises:
        NotFoundError: no such thread.
        ThreadGoneError: it is removed or hidden.
    """
    thing = _thread(code)
    return _unlike(thing, member_id, ThreadUnliked(thing.id))


@use_case
def like_reply(member_id: int, thread_code: str, floor: int) -> Liked:
    """Like the reply on a floor. Twice is once.

    Raises:
        BarredError: he and its author keep apart.
        NotFoundError: no such reply.
        ThreadGoneError: it or its thread is removed or hidden.
    """
    thing, thread_id = _reply(thread_code, floor, member_id)
    return _like(thing, member_id, ReplyLiked(thing.id, thread_id))


@use_case
def unlike_reply(member_id: int, thread_code: str, floor: int) -> Liked:
    """Take a like of a reply back; points stay. Twice is once.

    Raises:
        NotFoundError: no such reply.
        ThreadGoneError: it or its thread is removed or hidden.
    """
    thing, thread_id = _reply(thread_code, floor)
    return _unlike(thing, member_id, ReplyUnliked(thing.id, thread_id))


def _thread(code: str, by: int = 0) -> _Thing:
    found = queries.find_owned_thread(code, by)
    if found is None:
        raise NotFoundError
    check_apart(found.barred)
    if found.is_removed or found.is_hidden:
        raise ThreadGoneError
    return _Thing(
        "thread", found.id, found.author_id, found.board_id, found.like_count,
        queries.THREAD, queries.THREAD_LIKE, "thread_id",
    )  # fmt: skip


def _reply(thread_code: str, floor: int, by: int = 0) -> tuple[_Thing, int]:
    found = queries.find_owned_reply(thread_code, floor, by)
    if found is None:
        raise NotFoundError
    check_apart(found.barred)
    if found.is_removed or found.is_hidden or not found.thread_is_visible:
        raise ThreadGoneError
    thing = _Thing(
        "reply", found.id, found.author_id, found.board_id, found.like_count,
        queries.REPLY, queries.REPLY_LIKE, "reply_id",
    )  # fmt: skip
    return thing, found.thread_id


def _like(thing: _Thing, member_id: int, fact: Fact) -> Liked:
    new_id = ids.next_id()
    statement = insert(thing.likes).values(
        {"id": new_id, thing.key: thing.id, "member_id": member_id, "created_at": clock.now()}
    )
    # Liked before and taken back: the old row comes alive, and with it its old reward.
    like_id = db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=[thing.key, "member_id"],
            set_={"undone_at": None},
            where=thing.likes.c.undone_at.is_not(None),
        ).returning(thing.likes.c.id)
    )
    if like_id is None:
        return Liked(is_liked=True, count=thing.like_count, changed=False)
    if like_id == new_id and member_id != thing.author_id:
        source, hangs_on = Ref(f"{thing.kind}_like", like_id), Ref(thing.kind, thing.id)
        about: dict[str, Value] = {"on": thing.kind, "board": thing.board_id}
        now = clock.now()
        loyalty.reward_together(
            [
                Act(who, action, source, now, about, other, hangs_on)
                for who, action, other in (
                    (thing.author_id, "like.received", member_id),
                    (member_id, "like.given", thing.author_id),
                )
            ]
        )
    facts.publish(fact, actor_id=member_id, **thing.about)
    return Liked(is_liked=True, count=_count(thing, 1), changed=True)


def _unlike(thing: _Thing, member_id: int, fact: Fact) -> Liked:
    likes = thing.likes.c
    done = changed(
        sa.update(thing.likes)
        .where(
            likes[thing.key] == thing.id, likes.member_id == member_id, likes.undone_at.is_(None)
        )
        .values(undone_at=clock.now())
    )
    if not done:
        return Liked(is_liked=False, count=thing.like_count, changed=False)
    facts.publish(fact, actor_id=member_id, **thing.about)
    return Liked(is_liked=False, count=_count(thing, -1), changed=True)


def _count(thing: _Thing, by: int) -> int:
    counting.count_for_member(thing.author_id, like_count=by)
    count = db.session.scalar(
        sa.update(thing.table)
        .where(thing.table.c.id == thing.id)
        .values(like_count=thing.table.c.like_count + by)
        .returning(thing.table.c.like_count)
    )
    return int(count or 0)
