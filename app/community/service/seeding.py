"""Bulk doors: a community loaded as if it had been lived, set-wise, counters right.

Facts are noted with the moments given, and nobody is rewarded here: whoever loads awards what he
wants through ``loyalty.service.reward_many``.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community import queries
from app.community.elsewhere import read_link
from app.community.events import (
    MemberFollowed,
    ReplyLiked,
    ReplyPublished,
    ThreadLiked,
    ThreadPublished,
)
from app.community.models import Board
from app.community.queries.elsewhere import EXTERNAL
from app.community.service import heat, indexing, sets
from app.community.service.writing import (
    WrittenReply,
    WrittenThread,
    tags_in,
    written_reply,
    written_thread,
)
from app.community.types import (
    Seeded,
    SeedElsewhere,
    SeedFollow,
    SeedLike,
    SeedReply,
    SeedThread,
    UnknownBoardError,
)
from app.kernel import facts, ids
from app.kernel.db import changed, db, insert, is_one_of, use_case
from app.kernel.facts import Note
from app.kernel.text import render_repeating
from app.kernel.types import Ref

THREAD, REPLY = queries.THREAD, queries.REPLY
CHUNK = 500  # rows of an upsert or ids of an IN list; SQLite takes 32,766 parameters


def seed_threads(threads: Sequence[SeedThread]) -> list[Seeded]:
    """Load threads; return their ids and codes in the same order. At most some thousands a call.

    Raises:
        UnknownBoardError: a board is not there; nothing was loaded.
        WritingError: a text or title breaks a rule; nothing was loaded.
    """
    texts = [written_thread(t.title, t.body, t.photo_ids, render_repeating) for t in threads]
    return _seed_threads(threads, texts)


@use_case
def _seed_threads(threads: Sequence[SeedThread], texts: Sequence[WrittenThread]) -> list[Seeded]:
    boards = queries.board_ids()
    if missing := {t.board_slug for t in threads} - boards.keys():
        raise UnknownBoardError(f"no board {sorted(missing)}")
    rows = [
        _thread_row(thread, text, boards[thread.board_slug])
        for thread, text in zip(threads, texts, strict=True)
    ]
    sets.insert_all(THREAD, rows)
    sets.insert_all(
        queries.THREAD_PHOTO,
        [
            {"thread_id": row["id"], "position": place, "media_id": media_id}
            for row, text in zip(rows, texts, strict=True)
            for place, media_id in enumerate(text.photo_ids)
        ],
    )
    heat.tag_many(
        [(row["id"], row["created_at"], tags_in(f"{row['title']} {row['body']}")) for row in rows]
    )
    facts.publish_many([_thread_note(row) for row in rows])
    indexing.threads_written(rows)
    sets.count_members("thread_count", Counter(row["author_id"] for row in rows))
    for board_id, count in sorted(Counter(row["board_id"] for row in rows).items()):
        more = Board.thread_count + count
        changed(sa.update(Board).where(Board.id == board_id).values(thread_count=more))
    return [Seeded(row["id"], row["code"], row["author_id"]) for row in rows]


def _thread_row(thread: SeedThread, text: WrittenThread, board_id: int) -> dict[str, Any]:
    return {
        "id": ids.next_id(),
        "code": ids.new_code(),
        "board_id": board_id,
        "author_id": thread.author_id,
        "title": text.title,
        "body": text.body,
        "body_html": text.body_html,
        "excerpt": text.excerpt,
        "lang": text.lang,
        "photo_count": len(text.photo_ids),
        "cover_media_id": text.photo_ids[0] if text.photo_ids else None,
        "created_at": thread.at,
    }


def _thread_note(row: dict[str, Any]) -> Note:
    return Note(
        ThreadPublished(row["id"], row["photo_count"], row["lang"]),
        actor_id=row["author_id"],
        subject=Ref("thread", row["id"]),
        scope=Ref("board", row["board_id"]),
        at=row["created_at"],
    )


def seed_replies(replies: Sequence[SeedReply]) -> list[int]:
    """Load replies; return their floors. Floors go on where their thread stands.

    Raises:
        WritingError: a text breaks a rule; nothing was loaded.
        LookupError: a thread is not there; nothing was loaded.
    """
    return _seed_replies(replies, [written_reply(r.body, render_repeating) for r in replies])


@use_case
def _seed_replies(replies: Sequence[SeedReply], texts: Sequence[WrittenReply]) -> list[int]:
    threads = sets.lock_threads({r.thread_id for r in replies})
    top = {thread_id: row.last_floor for thread_id, row in threads.items()}
    latest: dict[int, datetime] = {}
    rows = []
    for given, text in zip(replies, texts, strict=True):
        top[given.thread_id] += 1
        latest[given.thread_id] = given.at
        rows.append(_reply_row(given, text, top[given.thread_id]))
    sets.insert_all(REPLY, rows)
    facts.publish_many([_reply_note(row, threads[row["thread_id"]]) for row in rows])
    indexing.replies_written(rows)
    new = Counter(row["thread_id"] for row in rows)
    sets.update_all(
        THREAD,
        {"reply_count": THREAD.c.reply_count + sa.bindparam("more")},
        ("last_floor", "last_reply_at"),
        [
            {"row_id": i, "more": n, "last_floor": top[i], "last_reply_at": latest[i]}
            for i, n in new.items()
        ],
    )
    sets.count_members("reply_count", Counter(row["author_id"] for row in rows))
    return [row["floor"] for row in rows]


def _reply_row(given: SeedReply, text: WrittenReply, floor: int) -> dict[str, Any]:
    is_known = given.reply_to is not None and 1 <= given.reply_to < floor
    return {
        "id": ids.next_id(),
        "thread_id": given.thread_id,
        "floor": floor,
        "author_id": given.author_id,
        "body": text.body,
        "body_html": text.body_html,
        "excerpt": text.excerpt,
        "reply_to": given.reply_to if is_known else None,
        "created_at": given.at,
    }


def _reply_note(row: dict[str, Any], thread: Any) -> Note:
    return Note(
        ReplyPublished(row["id"], row["thread_id"], row["floor"], row["reply_to"]),
        actor_id=row["author_id"],
        subject=Ref("reply", row["id"]),
        concerns_id=thread.author_id,
        scope=Ref("board", thread.board_id),
        at=row["created_at"],
    )


@use_case
def seed_likes(likes: Sequence[SeedLike]) -> list[int | None]:
    """Load likes of threads and replies; return the new like's id for each, None for repeats.

    Raises:
        LookupError: a thread or floor is not there; nothing was loaded.
    """
    threads = sets.lock_threads({like.thread_id for like in likes})
    replies = _replies_by_floor({like.thread_id for like in likes if like.floor is not None})
    made: list[int | None] = []
    like_ids = iter(ids.next_ids(len(likes)))
    seen: set[tuple[int, int | None, int]] = set()
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for like in likes:
        mark = (like.thread_id, like.floor, like.member_id)
        if mark in seen:
            made.append(None)
            continue
        seen.add(mark)
        made.append(next(like_ids))
        row = {"id": made[-1], "member_id": like.member_id, "created_at": like.at}
        if like.floor is None:
            rows["thread"].append({**row, "thread_id": like.thread_id})
        else:
            if (like.thread_id, like.floor) not in replies:
                raise LookupError(f"no floor {like.floor} in thread {like.thread_id}")
            rows["reply"].append({**row, "reply_id": replies[like.thread_id, like.floor].id})
    new = sets.store_likes(rows["thread"], queries.THREAD_LIKE)
    _settle_likes(
        [row for row in rows["thread"] if row["id"] in new], "thread_id", THREAD,
        {row.id: (row.author_id, row.board_id, row.id) for row in threads.values()},
    )  # fmt: skip
    fresh = sets.store_likes(rows["reply"], queries.REPLY_LIKE)
    _settle_likes(
        [row for row in rows["reply"] if row["id"] in fresh], "reply_id", REPLY,
        {
            row.id: (row.author_id, threads[row.thread_id].board_id, row.thread_id)
            for row in replies.values()
        },
    )  # fmt: skip
    return [like_id if like_id in new | fresh else None for like_id in made]


def _replies_by_floor(thread_ids: Iterable[int]) -> dict[tuple[int, int], Any]:
    found = {}
    for some in sets.chunks(sorted(thread_ids)):
        rows = db.session.execute(
            sa.select(REPLY.c.id, REPLY.c.thread_id, REPLY.c.floor, REPLY.c.author_id).where(
                is_one_of(REPLY.c.thread_id, some)
            )
        )
        found.update({(row.thread_id, row.floor): row for row in rows})
    return found


def _settle_likes(
    rows: list[dict[str, Any]], key: str, table: sa.Table, things: dict[int, tuple[int, int, int]]
) -> None:
    """Note and count new likes. ``things``: id -> (author, board, thread)."""
    kind = key.removesuffix("_id")
    notes = []
    for row in rows:
        thing_id = row[key]
        author_id, board_id, thread_id = things[thing_id]
        fact = ThreadLiked(thing_id) if kind == "thread" else ReplyLiked(thing_id, thread_id)
        notes.append(
            Note(
                fact,
                actor_id=row["member_id"],
                subject=Ref(kind, thing_id),
                concerns_id=author_id,
                scope=Ref("board", board_id),
                at=row["created_at"],
            )
        )
    facts.publish_many(notes)
    sets.update_all(
        table,
        {"like_count": table.c.like_count + sa.bindparam("more")},
        (),
        [{"row_id": i, "more": n} for i, n in Counter(row[key] for row in rows).items()],
    )
    sets.count_members("like_count", Counter(things[row[key]][0] for row in rows))


@use_case
def seed_follows(follows: Sequence[SeedFollow]) -> int:
    """Load follows; return how many were new. Repeats and oneself are left out."""
    wanted = {(f.follower_id, f.followed_id): f for f in follows if f.follower_id != f.followed_id}
    new: list[SeedFollow] = []
    table = queries.FOLLOW
    for some in sets.chunks(sorted(wanted)):
        rows = [
            {"follower_id": a, "followed_id": b, "created_at": wanted[a, b].at} for a, b in some
        ]
        statement = insert(table).values(rows).on_conflict_do_nothing()
        stored = db.session.execute(statement.returning(table.c.follower_id, table.c.followed_id))
        new.extend(wanted[a, b] for a, b in stored)
    facts.publish_many(
        [
            Note(
                MemberFollowed(f.followed_id),
                actor_id=f.follower_id,
                subject=Ref("member", f.followed_id),
                concerns_id=f.followed_id,
                at=f.at,
            )
            for f in new
        ]
    )
    sets.count_members("following_count", Counter(f.follower_id for f in new))
    sets.count_members("follower_count", Counter(f.followed_id for f in new))
    return len(new)


@use_case
def seed_elsewhere(posts: Sequence[SeedElsewhere]) -> int:
    """Load posts on other platforms, public ones; return how many were new.

    Those of a known address are left out. One statement for all; some hundreds a call.

    Raises:
        LinkError: an address is no https address of a post; nothing was loaded.
    """
    rows = []
    for post in posts:
        link = read_link(post.url)
        rows.append(
            {
                "id": ids.next_id(),
                "member_id": post.member_id,
                "platform": link.platform,
                "url": link.url,
                "url_digest": link.digest,
                "title": post.title,
                "posted_on": post.posted_on,
                "metrics": dict(post.metrics),
                "measured_at": post.at if post.metrics else None,
                "is_public": True,
                "added_by": post.member_id,
                "created_at": post.at,
            }
        )
    if not rows:
        return 0
    statement = insert(EXTERNAL).on_conflict_do_nothing(index_elements=["url_digest"])
    return len(db.session.connection().scalars(statement.returning(EXTERNAL.c.id), rows).all())
