"""The bulk doors for a community that moves in: set-wise, with its own times, counters right.

Nothing is told and nobody is rewarded: no fact is noted, no notice sent. What came counts as read
by everybody (``thread.old_floor``). Texts are composed before the transaction, as always.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from app.community import queries
from app.community.models import Board
from app.community.queries import named
from app.community.queries.tables import MENTION
from app.community.queries.topics import topic_paths
from app.community.service import heat, indexing, sets
from app.community.service.tags import tags_in
from app.community.service.writing import (
    Render,
    WrittenReply,
    WrittenThread,
    unstacked,
    written_reply,
    written_thread,
)
from app.community.types.taking_in import OldLike, OldReply, OldThread
from app.community.types.writing import MAX_MENTIONS
from app.kernel import clock, ids
from app.kernel.db import changed, changed_by_all, db, insert, use_case
from app.kernel.text import Marks, render_markdown, render_repeating

THREAD, REPLY = queries.THREAD, queries.REPLY
_YID = re.compile(rf"@([{ids.ALPHABET}]{{{ids.CODE_LENGTH + 1}}})(?![0-9A-Za-z])")


# --- texts ---------------------------------------------------------------------------------------


class Composer:
    """Makes texts of one chunk ready: who is named in them is asked once, for all."""

    def __init__(self, texts: Collection[str]) -> None:
        """Look up whom and which topics the texts name. At most three statements."""
        yids = {match[1] for text in texts for match in _YID.finditer(text)}
        now = named.names_now(yids)
        self._ids = {yid: known.id for yid, known in now.items()}
        names = {yid: known.name for yid, known in now.items()}
        self._marks = Marks(names, topic_paths(tags_in("\n".join(texts))))

    def thread(self, old: OldThread) -> WrittenThread:
        """Return a thread ready to be stored.

        Raises:
            WritingError: it breaks a rule of the house.
        """
        title, body = unstacked(old.title), unstacked(old.body)
        return written_thread(title, body, (), self._render(body), needs_text=not old.has_photos)

    def reply(self, body: str) -> WrittenReply:
        """Return a reply ready to be stored.

        Raises:
            WritingError: it breaks a rule of the house.
        """
        body = unstacked(body)
        return written_reply(body, self._render(body))

    def people_in(self, body: str) -> list[int]:
        """Return the ids of the members whom a text names, forty at most."""
        found = dict.fromkeys(m[1] for m in _YID.finditer(body) if m[1] in self._ids)
        return [self._ids[yid] for yid in found][:MAX_MENTIONS]

    def _render(self, body: str) -> Render:
        if any(sign in body for sign in "@#＃"):
            return partial(render_markdown, marks=self._marks)
        return render_repeating


def text_digest(title: str, body: str) -> str:
    """Return what tells whether a text still says what was written when it moved in."""
    return hashlib.sha256(f"{title}\0{body}".encode()).hexdigest()


# --- threads -------------------------------------------------------------------------------------


@use_case
def take_in_threads(threads: Sequence[tuple[OldThread, WrittenThread, Sequence[int]]]) -> None:
    """Store threads from elsewhere: each with its text and the ids of those it names.

    A fixed number of statements, and one for each board.
    """
    rows = [_thread_row(old, text) for old, text, _people in threads]
    sets.insert_all(THREAD, rows)
    heat.tag_many(
        [(row["id"], row["created_at"], tags_in(f"{row['title']} {row['body']}")) for row in rows]
    )
    indexing.threads_written(rows)
    keep_named([(old.id, 0, old.author_id, people) for old, _text, people in threads])
    sets.count_members("thread_count", Counter(row["author_id"] for row in rows))
    for board_id, count in sorted(Counter(row["board_id"] for row in rows).items()):
        more = Board.thread_count + count
        changed(sa.update(Board).where(Board.id == board_id).values(thread_count=more))


def _thread_row(old: OldThread, text: WrittenThread) -> dict[str, Any]:
    return {
        "id": old.id,
        "code": old.code,
        "board_id": old.board_id,
        "author_id": old.author_id,
        "title": text.title,
        "body": text.body,
        "body_html": text.body_html,
        "excerpt": text.excerpt,
        "lang": text.lang,
        "photo_count": 0,
        "cover_media_id": None,
        "created_at": old.at,
        "edited_at": old.edited_at,
        "old_floor": 0,
    }


def keep_named(places: Iterable[tuple[int, int, int, Sequence[int]]]) -> None:
    """Keep whom texts name, so that they follow a renaming. Nobody is told."""
    now = clock.now()
    rows = [
        {
            "thread_id": thread_id, "floor": floor, "member_id": member_id,
            "is_told": False, "created_at": now,
        }
        for thread_id, floor, author_id, people in places
        for member_id in sorted(set(people))
        if member_id != author_id
    ]  # fmt: skip
    if rows:
        changed_by_all(insert(MENTION).on_conflict_do_nothing(), rows)


# --- replies -------------------------------------------------------------------------------------


@use_case
def take_in_replies(
    replies: Sequence[tuple[OldReply, WrittenReply, Sequence[int]]],
) -> dict[int, int]:
    """Store replies from elsewhere; return the floor of each by its id.

    Within a thread floors go on where it stands, in the order of the replies' moments. A fixed
    number of statements for some hundreds.

    Raises:
        LookupError: a thread is not there; nothing was stored.
    """
    ordered = sorted(replies, key=lambda each: (each[0].thread_id, each[0].at))
    threads = sets.lock_threads({old.thread_id for old, _text, _people in ordered})
    floors = _floors_of({old.answers_id for old, _t, _p in ordered if old.answers_id})
    top = {thread_id: row.last_floor for thread_id, row in threads.items()}
    placed: dict[int, int] = {}
    rows = []
    for old, text, _people in ordered:
        top[old.thread_id] += 1
        floors[old.id] = (old.thread_id, top[old.thread_id])
        placed[old.id] = top[old.thread_id]
        rows.append(_reply_row(old, text, placed[old.id], floors.get(old.answers_id or 0)))
    sets.insert_all(REPLY, rows)
    indexing.replies_written(rows)
    keep_named([(old.thread_id, placed[old.id], old.author_id, who) for old, _t, who in ordered])
    _raise_threads(threads, rows, top)
    sets.count_members("reply_count", Counter(row["author_id"] for row in rows))
    heat.warm_many(
        {
            (row["thread_id"], row["author_id"])
            for row in rows
            if row["author_id"] != threads[row["thread_id"]].author_id
        }
    )
    return placed


def _floors_of(reply_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return thread and floor of replies. A statement for 500, none for none."""
    found: dict[int, tuple[int, int]] = {}
    for some in sets.chunks(sorted(reply_ids)):
        rows = db.session.execute(
            sa.select(REPLY.c.id, REPLY.c.thread_id, REPLY.c.floor).where(REPLY.c.id.in_(some))
        )
        found.update({row.id: (row.thread_id, row.floor) for row in rows})
    return found


def _reply_row(
    old: OldReply, text: WrittenReply, floor: int, answered: tuple[int, int] | None
) -> dict[str, Any]:
    is_earlier = answered is not None and answered[0] == old.thread_id and answered[1] < floor
    return {
        "id": old.id,
        "thread_id": old.thread_id,
        "floor": floor,
        "author_id": old.author_id,
        "body": text.body,
        "body_html": text.body_html,
        "excerpt": text.excerpt,
        "reply_to": answered[1] if answered and is_earlier else None,
        "created_at": old.at,
        "edited_at": old.edited_at,
    }


def _raise_threads(
    threads: Mapping[int, Any], rows: Sequence[Mapping[str, Any]], top: Mapping[int, int]
) -> None:
    """Let threads know their new replies. What somebody has written here since stays unread."""
    new = Counter(row["thread_id"] for row in rows)
    latest: dict[int, datetime] = {}
    for row in rows:
        latest[row["thread_id"]] = max(
            latest.get(row["thread_id"], row["created_at"]), row["created_at"]
        )
    values = []
    for thread_id, count in new.items():
        before = threads[thread_id]
        is_old = before.old_floor is not None and before.old_floor == before.last_floor
        values.append(
            {
                "row_id": thread_id,
                "more": count,
                "last_floor": top[thread_id],
                "last_reply_at": max(before.last_reply_at or latest[thread_id], latest[thread_id]),
                "old_floor": top[thread_id] if is_old else before.old_floor,
            }
        )
    more = {"reply_count": THREAD.c.reply_count + sa.bindparam("more")}
    sets.update_all(THREAD, more, ("last_floor", "last_reply_at", "old_floor"), values)


# --- likes and follows ---------------------------------------------------------------------------


@use_case
def take_in_likes(likes: Sequence[OldLike]) -> int:
    """Store likes from elsewhere; return how many were new. Repeats are left out.

    A fixed number of statements for some hundreds.
    """
    rows: dict[str, dict[tuple[int, int], dict[str, Any]]] = defaultdict(dict)
    for like in likes:
        key, thing_id = (
            ("thread_id", like.thread_id) if like.reply_id is None else ("reply_id", like.reply_id)
        )
        row = {
            "id": ids.next_id(),
            key: thing_id,
            "member_id": like.member_id,
            "created_at": like.at,
        }
        rows[key].setdefault((thing_id or 0, like.member_id), row)
    return _settle("thread_id", THREAD, queries.THREAD_LIKE, rows["thread_id"]) + _settle(
        "reply_id", REPLY, queries.REPLY_LIKE, rows["reply_id"]
    )


def _settle(
    key: str, table: sa.Table, likes: sa.Table, rows: Mapping[tuple[int, int], dict[str, Any]]
) -> int:
    """Store and count likes of one kind of thing. Things are locked in ascending order."""
    ordered = [row for _pair, row in sorted(rows.items())]
    thread_of = table.c.id if table is THREAD else table.c.thread_id
    things: dict[int, Any] = {}
    for some in sets.chunks(sorted({row[key] for row in ordered})):
        found = db.session.execute(
            sa.select(table.c.id, table.c.author_id, thread_of.label("thread_id"))
            .where(table.c.id.in_(some))
            .order_by(table.c.id)
            .with_for_update()
        )
        things.update({row.id: row for row in found})
    known = [row for row in ordered if row[key] in things]
    stored = sets.store_likes(known, likes)
    new = [row for row in known if row["id"] in stored]
    sets.update_all(
        table,
        {"like_count": table.c.like_count + sa.bindparam("more")},
        (),
        [{"row_id": i, "more": n} for i, n in sorted(Counter(row[key] for row in new).items())],
    )
    sets.count_members("like_count", Counter(things[row[key]].author_id for row in new))
    _warm({(things[row[key]].thread_id, row["member_id"]) for row in new})
    return len(new)


def _warm(pairs: Collection[tuple[int, int]]) -> None:
    threads = sorted({thread_id for thread_id, _member in pairs})
    own = {
        (row.id, row.author_id)
        for some in sets.chunks(threads)
        for row in db.session.execute(
            sa.select(THREAD.c.id, THREAD.c.author_id).where(THREAD.c.id.in_(some))
        )
    }
    heat.warm_many(set(pairs) - own)


@use_case
def take_in_follows(follows: Mapping[tuple[int, int], datetime]) -> int:
    """Store who followed whom elsewhere: (follower, followed) -> when; return how many were new."""
    rows = [
        {"follower_id": a, "followed_id": b, "created_at": at}
        for (a, b), at in sorted(follows.items())
        if a != b
    ]
    if not rows:
        return 0
    table = queries.FOLLOW
    statement = insert(table).values(rows).on_conflict_do_nothing()
    new = db.session.execute(statement.returning(table.c.follower_id, table.c.followed_id)).all()
    sets.count_members("following_count", Counter(row.follower_id for row in new))
    sets.count_members("follower_count", Counter(row.followed_id for row in new))
    return len(new)
