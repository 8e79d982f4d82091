"""What a thread has beside its text: steps, origin, answer, former versions."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from markupsafe import Markup

from app.community.queries.tables import (
    ANSWER,
    MEDIA,
    MEMBER,
    REPLY,
    REVISION,
    STEP,
    THREAD,
    visible,
)
from app.community.types.kinds import ThreadKind
from app.identity import queries as identity
from app.kernel import ids
from app.kernel.db import db
from app.kernel.media import queries as media
from app.kernel.text import stored_markup
from app.kernel.types import Person, Photo

HISTORY = 50  # versions that are shown


@dataclass(frozen=True, slots=True)
class StepView:
    """A step of a how-to."""

    text: str
    text_html: Markup
    photo: Photo | None


@dataclass(frozen=True, slots=True)
class Origin:
    """The thread that a remix comes from."""

    id: int
    code: str
    title: str
    lang: str
    author: Person
    cover: Photo | None


@dataclass(frozen=True, slots=True)
class Revision:
    """A former version of a thread."""

    number: int
    title: str
    body: str
    until_at: datetime


def steps_of(thread_id: int) -> list[StepView]:
    """Return the steps of a how-to in their places. One statement."""
    rows = db.session.execute(
        sa.select(STEP.c.text, STEP.c.text_html, *media.photo_columns())
        .outerjoin(MEDIA, MEDIA.c.id == STEP.c.media_id)
        .where(STEP.c.thread_id == thread_id)
        .order_by(STEP.c.position)
    )
    return [StepView(r.text, stored_markup(r.text_html), media.photo_from(r)) for r in rows]


def find_origin(*, code: str | None = None, thread_id: int | None = None) -> Origin | None:
    """Return a thread to remix, or that was remixed, while everybody can see it. One statement."""
    which = THREAD.c.code == (ids.read_code(code or "") or "")
    row = db.session.execute(
        sa.select(
            THREAD.c.id,
            THREAD.c.code,
            THREAD.c.title,
            THREAD.c.lang,
            *identity.person_columns(),
            *media.photo_columns(),
        )
        .join(MEMBER, MEMBER.c.id == THREAD.c.author_id)
        .outerjoin(MEDIA, MEDIA.c.id == THREAD.c.cover_media_id)
        .where(THREAD.c.id == thread_id if thread_id is not None else which, *visible(THREAD.c))
    ).one_or_none()
    if row is None:
        return None
    return Origin(
        row.id, row.code, row.title, row.lang, identity.person_from(row), media.photo_from(row)
    )


@dataclass(frozen=True, slots=True)
class Question:
    """A thread as whoever marks an answer finds it."""

    id: int
    code: str
    kind: ThreadKind
    author_id: int
    board_id: int
    is_visible: bool
    reply_id: int | None
    replier_id: int | None
    answer_id: int | None


def find_question(code: str, floor: int) -> Question | None:
    """Return a thread with the visible reply on a floor, and its accepted answer. One statement."""
    row = db.session.execute(
        sa.select(
            THREAD.c.id,
            THREAD.c.code,
            THREAD.c.kind,
            THREAD.c.author_id,
            THREAD.c.board_id,
            THREAD.c.removed_at,
            THREAD.c.hidden_at,
            REPLY.c.id.label("reply_id"),
            REPLY.c.author_id.label("replier_id"),
            ANSWER.c.reply_id.label("answer_id"),
        )
        .outerjoin(
            REPLY,
            sa.and_(REPLY.c.thread_id == THREAD.c.id, REPLY.c.floor == floor, *visible(REPLY.c)),
        )
        .outerjoin(ANSWER, ANSWER.c.thread_id == THREAD.c.id)
        .where(THREAD.c.code == (ids.read_code(code) or ""))
    ).one_or_none()
    if row is None:
        return None
    is_visible = row.removed_at is None and row.hidden_at is None
    return Question(
        row.id, row.code, row.kind, row.author_id, row.board_id, is_visible,
        row.reply_id, row.replier_id, row.answer_id,
    )  # fmt: skip


def revisions(thread_id: int) -> list[Revision]:
    """Return the former versions of a thread, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(REVISION.c.number, REVISION.c.title, REVISION.c.body, REVISION.c.until_at)
        .where(REVISION.c.thread_id == thread_id)
        .order_by(REVISION.c.number.desc())
        .limit(HISTORY)
    )
    return [Revision(*row) for row in rows]
