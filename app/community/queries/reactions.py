"""Reactions: the brand's set, those on a page, who gave them, who liked."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.community.queries.hiding import not_hidden_from
from app.community.queries.tables import MEMBER, REPLY, REPLY_LIKE, THREAD_LIKE
from app.community.queries.tables_reading import REACTION, REACTION_COUNT, REACTION_KIND
from app.community.types.reading import FIRST_REACTIONS, ReactionFace
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.types import Page, Person

PAGE = 30


@dataclass(frozen=True, slots=True)
class Given:
    """A reaction of a kind on a thread or reply: how many gave it, and whether the viewer did."""

    face: ReactionFace
    count: int
    is_mine: bool


Reactions = Mapping[int, Sequence[Given]]
"""By floor; 0 is the thread itself."""


def faces(*, with_off: bool = False) -> list[ReactionFace]:
    """Return the reactions that may be given, in their order. One statement."""
    rows = db.session.execute(
        sa.select(REACTION_KIND).order_by(REACTION_KIND.c.position, REACTION_KIND.c.key)
    ).all()
    if not rows:
        return list(FIRST_REACTIONS)
    return [_face(row) for row in rows if row.is_on or with_off]


def faces_in_use() -> dict[str, bool]:
    """Return key -> whether members can choose it, of the whole set. One statement."""
    rows = db.session.execute(sa.select(REACTION_KIND.c.key, REACTION_KIND.c.is_on)).all()
    return {row.key: row.is_on for row in rows} or {face.key: True for face in FIRST_REACTIONS}


def _face(row: Any) -> ReactionFace:
    return ReactionFace(row.key, row.glyph, row.name_zh, row.name_en, row.is_brand)


def reactions_on(thread_id: int, floors: Sequence[int], viewer_id: int | None) -> Reactions:
    """Return every reaction that may be given or was, for the thread and some floors.

    One statement: the set and the counts come together.
    """
    kinds = sa.select(
        REACTION_KIND.c.key.label("kind"), REACTION_KIND.c.position.label("floor"),
        sa.literal(-1).label("amount"), sa.literal(0).label("mine"), REACTION_KIND.c.is_on,
        REACTION_KIND.c.is_brand, REACTION_KIND.c.glyph, REACTION_KIND.c.name_zh,
        REACTION_KIND.c.name_en,
    )  # fmt: skip
    mine = (
        sa.select(sa.func.count())
        .where(
            REACTION.c.thread_id == REACTION_COUNT.c.thread_id,
            REACTION.c.floor == REACTION_COUNT.c.floor,
            REACTION.c.kind == REACTION_COUNT.c.kind,
            REACTION.c.member_id == (viewer_id or 0),
        )
        .correlate(REACTION_COUNT)
        .scalar_subquery()
    )
    counts = sa.select(
        REACTION_COUNT.c.kind, REACTION_COUNT.c.floor, REACTION_COUNT.c["count"], mine, sa.true(),
        sa.false(), sa.literal(""), sa.literal(""), sa.literal(""),
    ).where(
        REACTION_COUNT.c.thread_id == thread_id,
        REACTION_COUNT.c.floor.in_([0, *floors]),
        REACTION_COUNT.c["count"] > 0,
    )  # fmt: skip
    rows = db.session.execute(sa.union_all(kinds, counts)).all()
    own = sorted((row for row in rows if row.amount < 0), key=lambda row: (row.floor, row.kind))
    offered = [
        ReactionFace(row.kind, row.glyph, row.name_zh, row.name_en, bool(row.is_brand))
        for row in own
        if row.is_on
    ]
    if not own:
        offered = list(FIRST_REACTIONS)
    given = {(row.floor, row.kind): row for row in rows if row.amount >= 0}
    found: dict[int, list[Given]] = defaultdict(list)
    for floor in dict.fromkeys((0, *floors)):
        for face in offered:
            row = given.get((floor, face.key))
            found[floor].append(Given(face, row.amount if row else 0, bool(row and row.mine)))
    return found


@dataclass(frozen=True, slots=True)
class Fan:
    """Somebody who liked or reacted. ``glyph`` is empty for a like."""

    person: Person
    glyph: str
    at: datetime | None


def likers(
    thread_id: int, floor: int, viewer_id: int | None, *, after: int | None = None
) -> Page[Fan]:
    """Return who likes a thread (floor 0) or reply, the newest first. One statement."""
    likes = THREAD_LIKE if floor == 0 else REPLY_LIKE
    statement = (
        sa.select(likes.c.id, likes.c.created_at, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == likes.c.member_id)
        .where(likes.c.undone_at.is_(None), not_hidden_from(viewer_id or 0, likes.c.member_id))
        .order_by(likes.c.id.desc())
        .limit(PAGE + 1)
    )
    if floor == 0:
        statement = statement.where(likes.c.thread_id == thread_id)
    else:
        reply = sa.select(REPLY.c.id).where(REPLY.c.thread_id == thread_id, REPLY.c.floor == floor)
        statement = statement.where(likes.c.reply_id == reply.scalar_subquery())
    if after is not None:
        statement = statement.where(likes.c.id < after)
    rows = db.session.execute(statement).all()
    items = [Fan(identity.person_from(row), "", row.created_at) for row in rows[:PAGE]]
    return Page(items, str(rows[PAGE - 1].id) if len(rows) > PAGE else None)


def reactors(
    thread_id: int, floor: int, viewer_id: int | None, *, kind: str | None = None
) -> list[Fan]:
    """Return who reacted last to a thread or reply, at most a hundred. One statement."""
    statement = (
        sa.select(REACTION.c.kind, REACTION_KIND.c.glyph, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == REACTION.c.member_id)
        .outerjoin(REACTION_KIND, REACTION_KIND.c.key == REACTION.c.kind)
        .where(
            REACTION.c.thread_id == thread_id,
            REACTION.c.floor == floor,
            not_hidden_from(viewer_id or 0, REACTION.c.member_id),
        )
        .order_by(REACTION.c.reacted_ms.desc(), REACTION.c.member_id.desc())
        .limit(100)
    )
    if kind:
        statement = statement.where(REACTION.c.kind == kind)
    first = {face.key: face.glyph for face in FIRST_REACTIONS}
    return [
        Fan(identity.person_from(row), row.glyph or first.get(row.kind, ""), None)
        for row in db.session.execute(statement)
    ]
