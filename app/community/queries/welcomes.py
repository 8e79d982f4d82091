"""First posts that nobody of the team has welcomed yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.community.queries.tables import MEDIA, MEMBER, THREAD, WELCOME, is_id, visible
from app.community.settings import welcomer
from app.community.types.kinds import ThreadKind
from app.community.types.writing import WelcomeState
from app.identity import queries as identity
from app.kernel import clock
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.types import Page, Person, Photo

PAGE = 20
RECENT = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class FirstPost:
    """Somebody's first thread."""

    thread_id: int
    code: str
    kind: ThreadKind
    title: str
    excerpt: str
    lang: str
    author: Person
    cover: Photo | None
    reply_count: int
    created_at: datetime


def first_posts(*, after: int | None = None, thread_id: int | None = None) -> Page[FirstPost]:
    """Return the first posts that wait for a welcome, the oldest first. One statement."""
    statement = (
        sa.select(
            THREAD.c.id,
            THREAD.c.code,
            THREAD.c.kind,
            THREAD.c.title,
            THREAD.c.excerpt,
            THREAD.c.lang,
            THREAD.c.reply_count,
            THREAD.c.created_at,
            *identity.person_columns(),
            *media.photo_columns(),
        )
        .select_from(WELCOME)
        .join(THREAD, THREAD.c.id == WELCOME.c.thread_id)
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .where(WELCOME.c.state == WelcomeState.WAITING, *visible(THREAD.c))
        .order_by(THREAD.c.id)
        .limit(PAGE + 1)
    )
    if after is not None and is_id(after):
        statement = statement.where(WELCOME.c.thread_id > after)
    if thread_id is not None:
        statement = statement.where(WELCOME.c.thread_id == (thread_id if is_id(thread_id) else 0))
    found = [
        FirstPost(
            row.id, row.code, row.kind, row.title, row.excerpt, row.lang,
            identity.person_from(row), media.photo_from(row), row.reply_count, row.created_at,
        )
        for row in db.session.execute(statement)
    ]  # fmt: skip
    more = len(found) > PAGE
    return Page(found[:PAGE], str(found[PAGE - 1].thread_id) if more else None)


def counting_first_posts() -> sa.Select[int]:
    """Return the statement that tells how many first posts wait for a welcome."""
    return (
        sa.select(sa.func.count())
        .select_from(WELCOME.join(THREAD, THREAD.c.id == WELCOME.c.thread_id))
        .where(WELCOME.c.state == WelcomeState.WAITING, *visible(THREAD.c))
    )


def new_first_posts(limit: int) -> list[tuple[int, int]]:
    """Return (member, thread) of first threads of the last days that are on no desk yet.

    One statement over the threads of two days; what was loaded from elsewhere is older.
    """
    earlier = THREAD.alias("earlier")
    wrote_before = sa.exists().where(
        earlier.c.author_id == THREAD.c.author_id, earlier.c.id < THREAD.c.id
    )
    rows = db.session.execute(
        sa.select(THREAD.c.author_id, THREAD.c.id)
        .where(
            THREAD.c.created_at > clock.now() - RECENT,
            THREAD.c.old_floor.is_(None),  # moved in: he has posted elsewhere for years
            *visible(THREAD.c),
            ~sa.exists().where(WELCOME.c.member_id == THREAD.c.author_id),
            ~wrote_before,
        )
        .order_by(THREAD.c.created_at)
        .limit(limit)
    )
    return [(row.author_id, row.id) for row in rows]


def staff_who_welcomes() -> int | None:
    """Return the member whom the operator has named for it, or None. At most one statement."""
    yid = welcomer()
    found = identity.find_member_by_yid(yid) if yid else None
    return found.id if found else None
