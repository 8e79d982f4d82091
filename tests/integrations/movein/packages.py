"""Small packages of another community, and ways to move them in."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.community import queries as community
from app.identity.models import Member
from app.integrations.movein import queries, service
from app.integrations.movein.reading import Package
from app.integrations.movein.types import Format, Job, JobState, Options
from app.kernel import verify
from app.kernel.db import db

Row = dict[str, Any]
SOURCE = "old-forum"
BASE = "https://old.example"

ROWS: list[Row] = [
    {"type": "board", "id": 1, "name": "Hot pots", "name_zh": "火锅", "slug": "hot-pots",
     "url": "/c/pots/1"},
    {"type": "member", "id": 7, "username": "mei", "name": "Mei", "bio": "Soup first.",
     "email": "mei@old.example", "email_verified": True, "created_at": "2018-01-02T03:04:05+08:00",
     "url": "/u/mei"},
    {"type": "member", "id": 8, "username": "bo", "created_at": "2019-01-01T00:00:00Z"},
    {"type": "member", "id": 9, "username": "gone", "deleted": True},
    {"type": "thread", "id": 12, "board": 1, "author": 7, "title": "番茄锅",
     "text": "煮了**两个**小时。", "created_at": "2020-05-01T12:00:00.123456Z",
     "edited_at": "2020-05-02T12:00:00Z",
     "urls": ["/t/12"]},
    {"type": "thread", "id": 13, "board": 1, "author": 8, "title": "Broth",
     "text": "See https://old.example/t/broth/12/3 and [that](/t/words/12), @mei.",
     "created_at": "2020-04-01T12:00:00Z", "urls": ["/t/13"]},
    {"type": "reply", "id": "a", "thread": 12, "author": 8, "text": "真香", "number": 2,
     "created_at": "2020-05-01T13:00:00Z", "url": "/t/12/2"},
    {"type": "reply", "id": "b", "thread": 12, "author": 9, "text": "> 真香\n\n+1", "number": 3,
     "reply_to": "a", "created_at": "2020-05-01T14:00:00Z", "url": "/t/12/3"},
    {"type": "reply", "id": "c", "thread": 13, "author": 404, "text": "Who was I?",
     "created_at": "2020-04-02T12:00:00Z"},
    {"type": "like", "thread": 12, "member": 8, "created_at": "2020-05-03T00:00:00Z"},
    {"type": "like", "reply": "a", "member": 7},
    {"type": "follow", "member": 8, "follows": 7},
]  # fmt: skip
"""A community of four, two threads, three replies; everything is right with it."""


def lines(rows: Iterable[Row | str | bytes]) -> bytes:
    """Return rows as NDJSON; texts and bytes stand as they are."""
    written = []
    for row in rows:
        if isinstance(row, bytes):
            written.append(row)
        else:
            text = row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)
            written.append(text.encode())
    return b"\n".join(written) + b"\n"


def a_package(folder: Path, rows: Iterable[Row | str | bytes] = ROWS) -> Path:
    """Write a folder with an NDJSON file; return it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all.ndjson").write_bytes(lines(rows))
    return folder


def begun(place: Path, form: Format = Format.NDJSON, options: Options | None = None) -> Job:
    """Return the running move of a package: the unfinished one, or a new one."""
    known = queries.unfinished_job(SOURCE)
    if known is not None:
        return known
    return service.open_job(
        SOURCE,
        form=form,
        name=place.name,
        place=str(place),
        options=options or Options(base_url=BASE),
        state=JobState.RUNNING,
    )


def steps(place: Path, **more: Any) -> Iterator[Job]:
    """Yield a move after each of its commits."""
    job = begun(place, **more)
    package = Package(place)
    try:
        yield from service.Mover(job, package).steps()
    finally:
        package.close()


def moved(place: Path, **more: Any) -> Job:
    """Move a package in; return the finished job."""
    *_before, last = steps(place, **more)
    return last


def troubles(job: Job) -> list[tuple[str, int]]:
    """Return what was said about rows: (what, line)."""
    return [(each.trouble.value, each.line) for each in queries.troubles_of(job.id)]


def drifts() -> list[str]:
    """Return everything that any verifier finds."""
    return [drift for report in verify.run() for drift in report.drifts]


def told() -> list[tuple[Any, ...]]:
    """Return what the community says, without ids and codes: threads with their replies."""
    thread, reply, author = community.THREAD, community.REPLY, Member.__table__
    threads = db.session.execute(
        sa.select(thread, author.c.display_name.label("who"))
        .join(author, author.c.id == thread.c.author_id)
        .order_by(thread.c.created_at)
    ).all()
    found: list[tuple[Any, ...]] = []
    for row in threads:
        found.append(
            (row.title, row.who, row.created_at, row.edited_at, row.reply_count, row.like_count,
             row.last_floor, row.photo_count, row.people, row.last_reply_at)
        )  # fmt: skip
        found += [
            tuple(each)
            for each in db.session.execute(
                sa.select(
                    reply.c.floor, reply.c.excerpt, reply.c.reply_to, reply.c.created_at,
                    author.c.display_name, reply.c.like_count,
                )
                .join(author, author.c.id == reply.c.author_id)
                .where(reply.c.thread_id == row.id)
                .order_by(reply.c.floor)
            )
        ]  # fmt: skip
    db.session.rollback()
    return found


def row_of(number: int, **changed: Any) -> Row:
    """Return a row of :data:`ROWS` with other fields."""
    return {**ROWS[number], **changed}


def options(**more: Any) -> Options:
    """Return the options of the old place, changed."""
    return replace(Options(base_url=BASE), **more)
