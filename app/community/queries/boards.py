"""Boards and what stands on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from app.community.models import Thread
from app.community.queries.tables import BOARD, visible
from app.community.types import BOARD_ICONS, BoardIcon
from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import rooms
from app.kernel.db import BigInt, db
from app.kernel.types import Person


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board, its texts in both languages."""

    id: int
    slug: str
    name_zh: str
    name_en: str
    purpose_zh: str
    purpose_en: str
    face: BoardIcon
    thread_count: int
    room: str | None = None

    def name(self, locale: str) -> str:
        """Return the name in a language."""
        return self.name_zh if locale.startswith("zh") else self.name_en

    def purpose(self, locale: str) -> str:
        """Return the purpose in a language."""
        return self.purpose_zh if locale.startswith("zh") else self.purpose_en


@dataclass(frozen=True, slots=True)
class LatestThread:
    """The newest thread of a board."""

    code: str
    title: str
    created_at: datetime
    author: Person


@dataclass(frozen=True, slots=True)
class BoardLine:
    """A board in the list of boards."""

    board: BoardRow
    latest: LatestThread | None


_FACES = {face.icon: face for face in BOARD_ICONS}


def board_row(row: Any, prefix: str = "") -> BoardRow:
    """Return the board that a row carries in columns named ``<prefix>id`` and so on."""

    def of(name: str) -> Any:
        return getattr(row, prefix + name)

    return BoardRow(
        of("id"),
        of("slug"),
        of("name_zh"),
        of("name_en"),
        of("purpose_zh"),
        of("purpose_en"),
        _FACES.get(of("icon"), BOARD_ICONS[0]),
        of("thread_count"),
        of("room"),
    )


def board_columns(prefix: str) -> list[sa.Label[Any]]:
    """Return the columns that :func:`board_row` reads with the same prefix."""
    return [column.label(prefix + column.name) for column in BOARD.c]


def boards() -> list[BoardRow]:
    """Return all ordinary boards in their order; rooms are shown by who brings them.

    One statement.
    """
    return _boards(BOARD.c.room.is_(None))


def all_boards() -> list[BoardRow]:
    """Return all boards, the ordinary ones first, then rooms. One statement."""
    return _boards(sa.true())


def boards_for(member_id: int, also: str = "") -> list[BoardRow]:
    """Return the boards that a member may write on: the ordinary ones, then his rooms.

    One statement.

    Args:
        member_id: who.
        also: slug of one that is offered in any case: what he wrote stands there.
    """
    may = rooms.writers(BOARD.c.room, BOARD.c.id, sa.literal(member_id, BigInt))
    return _boards(sa.or_(may, BOARD.c.slug == also) if also else may)


def _boards(which: sa.ColumnElement[bool]) -> list[BoardRow]:
    order = (BOARD.c.room.is_not(None), BOARD.c.position, BOARD.c.id)
    rows = db.session.execute(sa.select(BOARD).where(which).order_by(*order))
    return [board_row(row) for row in rows]


def find_board(slug: str) -> BoardRow | None:
    """Return a board, or None."""
    row = db.session.execute(sa.select(BOARD).where(BOARD.c.slug == slug)).one_or_none()
    return board_row(row) if row else None


def board_list() -> list[BoardLine]:
    """Return all ordinary boards with their newest thread. One statement."""
    # BETWEEN, and a sort that begins with the board: only the board's own index can serve that.
    # With an equality PostgreSQL takes the whole feed's index and walks it all for a quiet board.
    newest = (
        sa.select(Thread.id)
        .where(Thread.board_id.between(BOARD.c.id, BOARD.c.id), *visible(Thread))
        .order_by(Thread.board_id.desc(), Thread.created_at.desc(), Thread.id.desc())
        .limit(1)
        .correlate(BOARD)
        .scalar_subquery()
    )
    latest = aliased(Thread, name="latest")
    rows = db.session.execute(
        sa.select(
            *board_columns("board_"),
            latest.code.label("latest_code"),
            latest.title.label("latest_title"),
            latest.created_at.label("latest_at"),
            *identity.person_columns(),
        )
        .select_from(BOARD)
        .outerjoin(latest, latest.id == newest)
        .outerjoin(Member, Member.id == latest.author_id)
        .where(BOARD.c.room.is_(None))
        .order_by(BOARD.c.position, BOARD.c.id)
    )
    return [BoardLine(board_row(row, "board_"), _latest(row)) for row in rows]


def _latest(row: Any) -> LatestThread | None:
    if row.latest_code is None:
        return None
    author = identity.person_from(row)
    return LatestThread(row.latest_code, row.latest_title, row.latest_at, author)
