"""Drafts, and posts that wait for their hour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.tables import DRAFT, THREAD, is_id
from app.community.types.writing import DraftState
from app.kernel import clock
from app.kernel.db import db


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft.

    Attributes:
        thread_code: of the thread that is being changed, or None for a new one.
    """

    id: int
    member_id: int
    request_key: str
    thread_code: str | None
    state: DraftState
    form: dict[str, list[str]]
    publish_at: datetime | None
    error: str
    saved_at: datetime

    def first(self, name: str) -> str:
        """Return what was typed into a field; empty where nothing was."""
        return next(iter(self.form.get(name, ())), "")


def drafts_of(member_id: int) -> list[DraftRow]:
    """Return all drafts of a member: what waits for its hour first. One statement."""
    rows = db.session.execute(
        _drafts()
        .where(DRAFT.c.member_id == member_id)
        .order_by(DRAFT.c.publish_at.is_(None), DRAFT.c.publish_at, DRAFT.c.saved_at.desc())
    )
    return [_draft(row) for row in rows]


def find_draft(member_id: int, draft_id: int) -> DraftRow | None:
    """Return a draft of a member, or None. One statement."""
    if not is_id(draft_id):
        return None
    mine = (DRAFT.c.id == draft_id, DRAFT.c.member_id == member_id)
    row = db.session.execute(_drafts().where(*mine)).one_or_none()
    return _draft(row) if row else None


def draft_by_key(member_id: int, request_key: str) -> DraftRow | None:
    """Return what was kept of a form, or None. One statement."""
    mine = (DRAFT.c.request_key == request_key, DRAFT.c.member_id == member_id)
    row = db.session.execute(_drafts().where(*mine)).one_or_none()
    return _draft(row) if row else None


def due_drafts(limit: int) -> list[DraftRow]:
    """Return the posts whose hour has come, the earliest first. One statement."""
    rows = db.session.execute(
        _drafts()
        .where(DRAFT.c.state == DraftState.SCHEDULED, DRAFT.c.publish_at <= clock.now())
        .order_by(DRAFT.c.publish_at, DRAFT.c.id)
        .limit(limit)
    )
    return [_draft(row) for row in rows]


def is_own(member_id: int, draft_id: int) -> bool:
    """Return whether a draft is there and a member's."""
    return is_id(draft_id) and bool(
        db.session.scalar(
            sa.select(DRAFT.c.id).where(DRAFT.c.id == draft_id, DRAFT.c.member_id == member_id)
        )
    )


def is_settled(member_id: int, request_key: str) -> bool:
    """Return whether a form has been posted, or waits for its hour."""
    posted = sa.exists().where(THREAD.c.author_id == member_id, THREAD.c.request_key == request_key)
    waits = sa.exists().where(DRAFT.c.member_id == member_id, DRAFT.c.request_key == request_key)
    return bool(db.session.scalar(sa.select(sa.or_(posted, waits))))


@dataclass(frozen=True, slots=True)
class Desk:
    """What the composer tells its writer.

    Attributes:
        drafts: how many he has.
        is_first: he has never posted.
    """

    drafts: int
    is_first: bool


def desk_of(member_id: int) -> Desk:
    """Return what the composer tells a member. One statement."""
    count = sa.select(sa.func.count()).where(DRAFT.c.member_id == member_id).scalar_subquery()
    wrote = sa.exists().where(THREAD.c.author_id == member_id)
    row = db.session.execute(sa.select(count, wrote)).one()
    return Desk(row[0], not row[1])


def _drafts() -> sa.Select[Any]:
    return sa.select(DRAFT, THREAD.c.code).outerjoin(THREAD, THREAD.c.id == DRAFT.c.thread_id)


def _draft(row: Any) -> DraftRow:
    return DraftRow(
        row.id, row.member_id, row.request_key, row.code, row.state, row.form, row.publish_at,
        row.error, row.saved_at,
    )  # fmt: skip
