"""People whom texts name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.community.queries.hiding import blocks
from app.community.queries.tables import FOLLOW, MEMBER, MENTION
from app.identity import queries as identity
from app.identity.types import MemberState
from app.kernel.db import db
from app.kernel.types import Person

READERS = (MemberState.ACTIVE, MemberState.MUTED)
SUGGESTED = 8


@dataclass(frozen=True, slots=True)
class Named:
    """A member who may be meant.

    Attributes:
        is_followed: the author follows him: of two with one name, he is meant.
        is_barred: he has blocked the author.
    """

    id: int
    yid: str
    name: str
    is_followed: bool
    is_barred: bool = False


def who_is_named(author_id: int, names: Collection[str], yids: Collection[str]) -> list[Named]:
    """Return the members of these names and Yids who can read. One statement, none for nobody."""
    if not names and not yids:
        return []
    rows = db.session.execute(
        sa.select(
            MEMBER.c.id, MEMBER.c.yid, MEMBER.c.display_name, FOLLOW.c.follower_id,
            blocks(MEMBER.c.id, sa.literal(author_id)).label("is_barred"),
        )
        .outerjoin(FOLLOW, _follows(author_id))
        .where(
            sa.or_(MEMBER.c.display_name.in_(sorted(names)), MEMBER.c.yid.in_(sorted(yids))),
            MEMBER.c.state.in_(READERS),
        )
    )  # fmt: skip
    return [
        Named(
            row.id,
            row.yid,
            identity.shown_name(row.display_name, row.yid),
            row.follower_id is not None,
            bool(row.is_barred),
        )
        for row in rows
    ]


def _follows(author_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(FOLLOW.c.follower_id == author_id, FOLLOW.c.followed_id == MEMBER.c.id)


@dataclass(frozen=True, slots=True)
class NameNow:
    """How somebody whom a text names is called now.

    Attributes:
        is_unique: nobody else who can read is called the same.
    """

    id: int
    name: str
    is_unique: bool


def names_now(yids: Collection[str]) -> dict[str, NameNow]:
    """Return who these Yids are now, whoever was merged into somebody included. One statement."""
    if not yids:
        return {}
    into, other = MEMBER.alias("into"), MEMBER.alias("other")
    namesakes = (
        sa.select(sa.func.count())
        .select_from(other)
        .where(other.c.display_name == MEMBER.c.display_name, other.c.state.in_(READERS))
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(
            MEMBER.c.yid,
            *identity.person_columns(),
            MEMBER.c.merged_into_id,
            *identity.person_columns(into.c, "into_"),
            namesakes.label("namesakes"),
        )
        .outerjoin(into, into.c.id == MEMBER.c.merged_into_id)
        .where(MEMBER.c.yid.in_(sorted(yids)))
    )
    return {row.yid: _now(row) for row in rows}


def _now(row: Any) -> NameNow:
    person = identity.person_from(row, "into_" if row.merged_into_id else "person_")
    has_name = bool(row.person_name) and not row.merged_into_id
    return NameNow(person.id, person.name, is_unique=has_name and row.namesakes == 1)


def suggest_people(viewer_id: int, typed: str) -> list[Person]:
    """Return whom somebody may mean who has typed this after an @. One statement.

    Names that begin so come first, then those that contain it; whom he follows before others.
    """
    text = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    begins = MEMBER.c.display_name.ilike(f"{text}%", escape="\\")
    fits = MEMBER.c.display_name.ilike(f"%{text}%", escape="\\")
    rows = db.session.execute(
        sa.select(*identity.person_columns(), FOLLOW.c.follower_id)
        .outerjoin(FOLLOW, _follows(viewer_id))
        .where(
            sa.or_(fits, MEMBER.c.yid == typed.upper())
            if text
            else FOLLOW.c.follower_id == viewer_id,
            MEMBER.c.state.in_(READERS),
            MEMBER.c.display_name != "",
            MEMBER.c.id != viewer_id,
            ~blocks(MEMBER.c.id, sa.literal(viewer_id)),
        )
        .order_by(
            FOLLOW.c.follower_id.is_(None),
            sa.not_(begins),
            sa.func.length(MEMBER.c.display_name),
            MEMBER.c.id,
        )
        .limit(SUGGESTED)
    )
    return [identity.person_from(row) for row in rows]


def told_in(thread_id: int, floor: int) -> dict[int, bool]:
    """Return whom a text names, and whether he was told. One statement."""
    rows = db.session.execute(
        sa.select(MENTION.c.member_id, MENTION.c.is_told).where(
            MENTION.c.thread_id == thread_id, MENTION.c.floor == floor
        )
    )
    return {row.member_id: row.is_told for row in rows}


def texts_naming(
    member_id: int, before: tuple[int, int] | None, limit: int
) -> list[tuple[int, int]]:
    """Return (thread, floor) of texts that name a member, the newest first. One statement."""
    statement = sa.select(MENTION.c.thread_id, MENTION.c.floor).where(
        MENTION.c.member_id == member_id
    )
    if before is not None:
        place = sa.tuple_(MENTION.c.thread_id, MENTION.c.floor)
        statement = statement.where(place < sa.tuple_(*map(sa.literal, before)))
    newest = statement.order_by(MENTION.c.thread_id.desc(), MENTION.c.floor.desc()).limit(limit)
    return [(row.thread_id, row.floor) for row in db.session.execute(newest)]
