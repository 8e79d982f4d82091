"""Cities of boards, and the one that is near a member."""

import sqlalchemy as sa

from app.community import queries
from app.community.queries.tables_reading import BOARD_PLACE, MEMBER_PLACE
from app.kernel import audit
from app.kernel.db import changed, insert, use_case
from app.kernel.errors import NotFoundError
from app.kernel.types import Ref


@use_case
def place_board(slug: str, city_zh: str, city_en: str, *, actor_id: int) -> None:
    """Say which city a board is for; two empty names: for everybody.

    Raises:
        NotFoundError: no such board.
    """
    board_id = queries.find_board_id(slug)
    if board_id is None:
        raise NotFoundError
    names = {"city_zh": city_zh or city_en, "city_en": city_en or city_zh}
    if any(names.values()):
        statement = insert(BOARD_PLACE).values(board_id=board_id, **names)
        changed(statement.on_conflict_do_update(index_elements=["board_id"], set_=names))
    else:
        changed(sa.delete(MEMBER_PLACE).where(MEMBER_PLACE.c.board_id == board_id))
        changed(sa.delete(BOARD_PLACE).where(BOARD_PLACE.c.board_id == board_id))
    audit.note(actor_id, "board.placed", Ref("board", board_id), slug=slug)


@use_case
def choose_place(member_id: int, slug: str | None) -> None:
    """Choose the board that is near a member; None: none any more.

    Raises:
        NotFoundError: no board of that address has a city.
    """
    if slug is None:
        changed(sa.delete(MEMBER_PLACE).where(MEMBER_PLACE.c.member_id == member_id))
        return
    board_id = queries.find_board_id(slug)
    placed = sa.select(sa.literal(member_id), BOARD_PLACE.c.board_id)
    statement = insert(MEMBER_PLACE).from_select(
        ["member_id", "board_id"], placed.where(BOARD_PLACE.c.board_id == (board_id or 0))
    )
    chosen = statement.on_conflict_do_update(
        index_elements=["member_id"], set_={"board_id": statement.excluded.board_id}
    )
    if not changed(chosen):
        raise NotFoundError
