"""Boards: the shelves of the community."""

import re
from collections.abc import Sequence

import sqlalchemy as sa

from app.community import queries
from app.community.models import Board
from app.community.types import BOARD_ICONS, SeedBoard
from app.kernel import audit, clock, ids
from app.kernel.db import db, insert, use_case
from app.kernel.errors import InvalidError
from app.kernel.i18n import gettext as _
from app.kernel.types import Ref

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_SLUG = 40


@use_case
def seed_boards(boards: Sequence[SeedBoard]) -> dict[str, int]:
    """Make boards, or bring those of the same slug up to date, in the order given; slug -> id."""
    for position, board in enumerate(boards):
        _save(board, position)
    return queries.board_ids()


@use_case
def save_board(board: SeedBoard, *, actor_id: int | None = None, room: str | None = None) -> int:
    """Make a board at the end of the list, or change the one of that slug; return its id.

    Args:
        board: all of it.
        actor_id: who of the team.
        room: the kind of rooms that it is; what is no room never becomes one, and the other way.

    Raises:
        InvalidError: the slug or a name is not usable, or the icon is not one of ours.
    """
    if len(board.slug) > MAX_SLUG or not SLUG.fullmatch(board.slug):
        raise InvalidError(_("Use small letters, figures and hyphens for the address."))
    if not board.name_zh.strip() or not board.name_en.strip():
        raise InvalidError(_("Give the board a name in both languages."))
    if board.icon not in {known.icon for known in BOARD_ICONS}:
        raise InvalidError(_("Choose one of the icons."))
    position = db.session.scalar(sa.select(sa.func.coalesce(sa.func.max(Board.position), -1) + 1))
    board_id = _save(board, position or 0, room)
    audit.note(actor_id, "board.saved", Ref("board", board_id), slug=board.slug)
    return board_id


def _save(board: SeedBoard, position: int, room: str | None = None) -> int:
    shown = {
        "name_zh": board.name_zh,
        "name_en": board.name_en,
        "purpose_zh": board.purpose_zh,
        "purpose_en": board.purpose_en,
        "icon": board.icon,
    }
    statement = insert(Board).values(
        id=ids.next_id(), slug=board.slug, position=position, created_at=clock.now(), room=room,
        **shown,
    )  # fmt: skip
    saved = db.session.scalar(
        statement.on_conflict_do_update(
            index_elements=["slug"], set_=shown, where=Board.room.is_not_distinct_from(room)
        ).returning(Board.id)
    )
    if saved is None:
        raise InvalidError(_("Another board has this address. Choose a different one."))
    return int(saved)
