"""Threads and replies as moderation sees them: shown, hidden, removed, shown again."""

from collections.abc import Collection, Mapping
from functools import partial

import sqlalchemy as sa
from flask import url_for

from app.community import present, queries, service
from app.community.queries import ContentLine
from app.community.queries import Kind as List
from app.community.queries.tables import MEDIA, THREAD_PHOTO
from app.kernel import ids
from app.kernel.db import db
from app.kernel.i18n import gettext as _
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.media import queries as media
from app.kernel.types import Photo
from app.moderation.types import Item, kinds


def register() -> None:
    """Say what can be reported."""
    kinds.register(
        kinds.Kind(
            "thread", _l("A post"), "article", _threads, service.hide_thread,
            partial(service.hide_thread, is_final=True), service.restore_thread, _thread_of,
        )
    )  # fmt: skip
    kinds.register(
        kinds.Kind(
            "reply", _l("Reply"), "message-circle", _replies, service.hide_reply,
            partial(service.hide_reply, is_final=True), service.restore_reply, _reply_of,
        )
    )  # fmt: skip


def _threads(thread_ids: Collection[int]) -> Mapping[int, Item]:
    lines = queries.content_of(List.THREADS, thread_ids)
    photos = _photos([line.id for line in lines])
    return {line.id: _item(line, photos.get(line.id, ())) for line in lines}


def _replies(reply_ids: Collection[int]) -> Mapping[int, Item]:
    return {line.id: _item(line) for line in queries.content_of(List.REPLIES, reply_ids)}


def _item(line: ContentLine, photos: Collection[Photo] = ()) -> Item:
    if line.floor:
        address = partial(present.floor_url, line.thread_code, line.floor)
        title = _("Reply #%(floor)s to %(title)s", floor=line.floor, title=line.title)
    else:
        address = partial(url_for, "community.thread", code=line.thread_code)
        title = line.title
    return Item(
        line.id, line.author, title, line.text, address, line.created_at, tuple(photos),
        is_hidden=line.is_hidden, is_gone=line.is_removed,
    )  # fmt: skip


def _photos(thread_ids: Collection[int]) -> dict[int, list[Photo]]:
    rows = db.session.execute(
        sa.select(THREAD_PHOTO.c.thread_id, THREAD_PHOTO.c.caption, *media.photo_columns())
        .join(MEDIA, MEDIA.c.id == THREAD_PHOTO.c.media_id)
        .where(THREAD_PHOTO.c.thread_id.in_(thread_ids))
        .order_by(THREAD_PHOTO.c.thread_id, THREAD_PHOTO.c.position)
    )
    found: dict[int, list[Photo]] = {}
    for row in rows:
        if photo := media.photo_from(row, alt=row.caption):
            found.setdefault(row.thread_id, []).append(photo)
    return found


def _thread_of(key: str) -> int | None:
    code = ids.read_code(key)
    return queries.content_id(code) if code else None


def _reply_of(key: str) -> int | None:
    """Return the id of a reply by its thread's code and its floor: ``K7Q2…-12``."""
    text, _dash, floor = key.rpartition("-")
    code = ids.read_code(text)
    return queries.content_id(code, int(floor)) if code and floor.isdecimal() else None
