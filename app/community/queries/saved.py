"""A member's folders of bookmarks, and whom he has muted or blocked."""

from dataclasses import dataclass

import sqlalchemy as sa

from app.community.queries.tables import MEMBER
from app.community.queries.tables_reading import BLOCK, BOOKMARK, FOLDER
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.types import Person


@dataclass(frozen=True, slots=True)
class FolderLine:
    """A folder with how many threads it holds."""

    id: int
    name: str
    count: int


def folders(member_id: int) -> list[FolderLine]:
    """Return a member's folders by their names. One statement."""
    held = sa.select(sa.func.count()).where(BOOKMARK.c.folder_id == FOLDER.c.id)
    rows = db.session.execute(
        sa.select(FOLDER.c.id, FOLDER.c.name, held.scalar_subquery().label("held"))
        .where(FOLDER.c.member_id == member_id)
        .order_by(FOLDER.c.name, FOLDER.c.id)
    )
    return [FolderLine(row.id, row.name, row.held) for row in rows]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Somebody whom a member doesn't want to see."""

    person: Person
    is_block: bool


def hidden_people(member_id: int) -> list[Hidden]:
    """Return whom a member has muted or blocked, the last first; at most 200. One statement."""
    rows = db.session.execute(
        sa.select(BLOCK.c.is_block, *identity.person_columns())
        .join(MEMBER, MEMBER.c.id == BLOCK.c.other_id)
        .where(BLOCK.c.owner_id == member_id)
        .order_by(BLOCK.c.created_at.desc(), BLOCK.c.other_id.desc())
        .limit(200)
    )
    return [Hidden(identity.person_from(row), row.is_block) for row in rows]


def find_hidden(member_id: int, other_id: int) -> bool | None:
    """Return None when a member hides another not at all, else whether he blocked him."""
    return db.session.scalar(
        sa.select(BLOCK.c.is_block).where(
            BLOCK.c.owner_id == member_id, BLOCK.c.other_id == other_id
        )
    )
