"""What moved in and was changed where it came from; photos that followed later.

Who was changed, hidden or removed here stays as he is.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from app.community import queries
from app.community.queries.tables import MENTION
from app.community.service import heat, sets
from app.community.service.tags import tags_in
from app.community.service.taking_in import keep_named, text_digest
from app.community.service.writing import WrittenReply, WrittenThread
from app.community.types.taking_in import OldText
from app.kernel.db import changed, db, use_case
from app.search import service as search

THREAD, REPLY = queries.THREAD, queries.REPLY
Named = tuple[int, int, int, Sequence[int]]
"""Thread, floor, author, and whom the text there names."""


@use_case
def take_in_thread_texts(
    texts: Sequence[tuple[OldText, WrittenThread, Sequence[int]]],
) -> set[int]:
    """Let threads say what they say elsewhere now; return the ids of those that could.

    Who was changed, hidden or removed here stays as he is. One statement to look, some for each.
    """
    now = {
        row.id: row
        for row in db.session.execute(
            sa.select(
                THREAD.c.id, THREAD.c.author_id, THREAD.c.title, THREAD.c.body, THREAD.c.version
            ).where(THREAD.c.id.in_([old.id for old, _t, _p in texts]), *queries.visible(THREAD.c))
        )
    }
    done, named = set(), list[Named]()
    for old, text, people in sorted(texts, key=lambda each: each[0].id):
        row = now.get(old.id)
        if row is None or row.version or text_digest(row.title, row.body) != old.written:
            continue
        same = (THREAD.c.id == old.id, THREAD.c.version == 0, THREAD.c.body == row.body)
        values = {
            "title": text.title, "body": text.body, "body_html": text.body_html,
            "excerpt": text.excerpt, "lang": text.lang, "edited_at": old.edited_at,
        }  # fmt: skip
        if not changed(sa.update(THREAD).where(*same).values(values)):
            continue
        heat.rewrite(old.id, tags_in(f"{text.title} {text.body}"))
        named.append((old.id, 0, row.author_id, people))
        done.add(old.id)
    _rename(named)
    search.refresh("thread", done)
    return done


@use_case
def take_in_reply_texts(texts: Sequence[tuple[OldText, WrittenReply, Sequence[int]]]) -> set[int]:
    """Let replies say what they say elsewhere now, as :func:`take_in_thread_texts` does."""
    now = {
        row.id: row
        for row in db.session.execute(
            sa.select(
                REPLY.c.id, REPLY.c.author_id, REPLY.c.thread_id, REPLY.c.floor, REPLY.c.body
            ).where(REPLY.c.id.in_([old.id for old, _t, _p in texts]), *queries.visible(REPLY.c))
        )
    }
    done, named = set(), list[Named]()
    for old, text, people in sorted(texts, key=lambda each: each[0].id):
        row = now.get(old.id)
        if row is None or text_digest("", row.body) != old.written:
            continue
        values = {
            "body": text.body, "body_html": text.body_html, "excerpt": text.excerpt,
            "edited_at": old.edited_at,
        }  # fmt: skip
        same = (REPLY.c.id == old.id, REPLY.c.body == row.body)
        if not changed(sa.update(REPLY).where(*same).values(values)):
            continue
        named.append((row.thread_id, row.floor, row.author_id, people))
        done.add(old.id)
    _rename(named)
    search.refresh("reply", done)
    return done


def _rename(texts: Sequence[Named]) -> None:
    """Keep whom changed texts name now; who was told of it stays counted."""
    if not texts:
        return
    gone = sa.delete(MENTION).where(
        MENTION.c.thread_id == sa.bindparam("of_thread"),
        MENTION.c.floor == sa.bindparam("of_floor"),
        MENTION.c.is_told.is_(False),
    )
    places = [{"of_thread": thread_id, "of_floor": floor} for thread_id, floor, *_ in texts]
    db.session.connection().execute(gone, places)
    keep_named(texts)


@use_case
def hang_photos(thread_id: int, media_ids: Sequence[int]) -> bool:
    """Put photos on a thread that moved in without any; return whether it was still so."""
    same = (THREAD.c.id == thread_id, THREAD.c.photo_count == 0, THREAD.c.version == 0)
    values = {"photo_count": len(media_ids), "cover_media_id": media_ids[0]}
    if not changed(sa.update(THREAD).where(*same).values(values)):
        return False
    sets.insert_all(
        queries.THREAD_PHOTO,
        [
            {"thread_id": thread_id, "position": place, "media_id": media_id}
            for place, media_id in enumerate(media_ids)
        ],
    )
    search.refresh("thread", [thread_id])
    return True
