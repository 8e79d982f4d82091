"""Rights of one post: terms, state, log; what was granted against what stands there now."""

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.archive.house_terms import TEXT_EN, TEXT_ZH
from app.archive.queries.tables import (
    ANSWER,
    ANSWER_PHOTO,
    ASK,
    MEMBER,
    STATE,
    TERMS,
    state_columns,
    state_from,
)
from app.archive.types import Answer, LogLine, State, Terms, unpacked
from app.community.queries import THREAD, THREAD_PHOTO
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.text import render_markdown


def current_terms() -> Terms:
    """Return the terms that hold now. One statement."""
    newest = sa.select(TERMS).order_by(TERMS.c.version.desc()).limit(1)
    row = db.session.execute(newest).one_or_none()
    return _terms(row)


def find_terms(version: int) -> Terms | None:
    """Return a version of the terms, or None. One statement, none for the house's own."""
    if version == 0:
        return _terms(None)
    row = db.session.execute(sa.select(TERMS).where(TERMS.c.version == version)).one_or_none()
    return _terms(row) if row else None


def _terms(row: Any | None) -> Terms:
    if row is None:
        return Terms(0, TEXT_ZH, TEXT_EN, render_markdown(TEXT_ZH), render_markdown(TEXT_EN))
    return Terms(
        row.version, row.text_zh, row.text_en, render_markdown(row.text_zh),
        render_markdown(row.text_en), row.set_at,
    )  # fmt: skip


def terms_version() -> int:
    """Return the version of the terms that holds now. One statement."""
    return db.session.scalar(sa.select(sa.func.max(TERMS.c.version))) or 0


def find_state(thread_id: int) -> State | None:
    """Return how the rights of a post stand, or None where nobody said or asked anything."""
    row = db.session.execute(
        sa.select(STATE.c.author_id, *state_columns()).where(STATE.c.thread_id == thread_id)
    ).one_or_none()
    return state_from(row, thread_id, row.author_id) if row else None


def log_of(thread_id: int) -> list[LogLine]:
    """Return everything that was said about a post, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(ANSWER, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == ANSWER.c.author_id)
        .where(ANSWER.c.thread_id == thread_id)
        .order_by(ANSWER.c.number.desc())
    )
    return [
        LogLine(
            row.number, row.answer, unpacked(row.scopes), row.until_on, row.terms_version, row.at,
            identity.person_from(row),
        )
        for row in rows
    ]  # fmt: skip


def find_ask(thread_id: int) -> str:
    """Return what the team last wrote when it asked; empty where it never did. One statement."""
    return (
        db.session.scalar(
            sa.select(ASK.c.message)
            .where(ASK.c.thread_id == thread_id)
            .order_by(ASK.c.id.desc())
            .limit(1)
        )
        or ""
    )


def digest_of(salt: str, title: str, body: str) -> str:
    """Return the digest of a text: SHA-256 of salt, title and body, each on its line."""
    return hashlib.sha256(f"{salt}\n{title}\n{body}".encode()).hexdigest()


def is_changed(thread_id: int) -> bool:
    """Return whether text, photos or their order differ from what was granted. Two statements.

    False where no grant stands.
    """
    row = db.session.execute(
        sa.select(
            STATE.c.salt, STATE.c.answer_id, ANSWER.c.text_digest, THREAD.c.title, THREAD.c.body
        )
        .join(ANSWER, ANSWER.c.id == STATE.c.answer_id)
        .join(THREAD, THREAD.c.id == STATE.c.thread_id)
        .where(STATE.c.thread_id == thread_id, STATE.c.answer == Answer.GRANTED)
    ).one_or_none()
    if row is None:
        return False
    granted = sa.select(
        sa.literal(0).label("side"), ANSWER_PHOTO.c.position, ANSWER_PHOTO.c.media_id
    ).where(ANSWER_PHOTO.c.answer_id == row.answer_id)
    shown = sa.select(
        sa.literal(1), THREAD_PHOTO.c.position, THREAD_PHOTO.c.media_id
    ).where(THREAD_PHOTO.c.thread_id == thread_id)  # fmt: skip
    photos = list(db.session.execute(granted.union_all(shown)))
    sides = [sorted((p, m) for s, p, m in photos if s == side) for side in (0, 1)]
    return sides[0] != sides[1] or digest_of(row.salt, row.title, row.body) != row.text_digest


def photos_in_use(media_ids: Sequence[int]) -> set[int]:
    """Return which of these photos a standing grant holds. No statement for none."""
    if not media_ids:
        return set()
    rows = db.session.scalars(
        sa.select(ANSWER_PHOTO.c.media_id)
        .join(STATE, STATE.c.answer_id == ANSWER_PHOTO.c.answer_id)
        .where(ANSWER_PHOTO.c.media_id.in_(media_ids), STATE.c.answer == Answer.GRANTED)
    )
    return set(rows)
