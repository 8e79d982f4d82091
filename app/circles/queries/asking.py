"""What other floors ask about circles: who writes, who belongs, what happened there, names."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from app.circles.models import CIRCLE, CIRCLE_MEMBER
from app.circles.types import ROOM, CircleState, Stand
from app.community.queries.tables import BOARD, THREAD, is_id
from app.kernel import listings
from app.kernel.db import db
from app.kernel.i18n import locale_code
from app.kernel.listings import Listing

ROW = CIRCLE_MEMBER.c


def writers(board: sa.ColumnElement[int], member: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return whether a member may write on the board of a circle: it runs, and he is in it."""
    return (
        sa.exists()
        .where(
            CIRCLE.c.board_id == board,
            CIRCLE.c.state == CircleState.OPEN,
            ROW.circle_id == CIRCLE.c.id,
            ROW.member_id == member,
            ROW.stand == Stand.IN,
        )
        .correlate_except(CIRCLE, CIRCLE_MEMBER)
    )


def who_is_in(circle_id: str, member: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Return the condition that a member is in the circle of the audience ``circle:<id>``."""
    number = int(circle_id) if circle_id.isascii() and circle_id.isdigit() else 0
    return (
        sa.exists()
        .where(ROW.circle_id == number, ROW.member_id == member, ROW.stand == Stand.IN)
        .correlate_except(CIRCLE_MEMBER)
    )


def is_in(circle_id: str, member_id: int) -> bool:
    """Return whether a member is in the circle of the audience ``circle:<id>``."""
    return bool(db.session.scalar(sa.select(who_is_in(circle_id, sa.literal(member_id)))))


def _named() -> sa.Select[tuple[int, str, str]]:
    name = BOARD.c.name_zh if locale_code().startswith("zh") else BOARD.c.name_en
    return (
        sa.select(CIRCLE.c.id, BOARD.c.slug, name.label("name"))
        .join(BOARD, BOARD.c.id == CIRCLE.c.board_id)
        .order_by(CIRCLE.c.id)
    )


def _running() -> sa.Select[Any]:
    name = BOARD.c.name_zh if locale_code().startswith("zh") else BOARD.c.name_en
    return (
        listings.rows(CIRCLE.c.id, name, order=(CIRCLE.c.id,))
        .join_from(CIRCLE, BOARD, BOARD.c.id == CIRCLE.c.board_id)
        .where(CIRCLE.c.state == CircleState.OPEN)
    )


AUDIENCES = Listing(_running, lambda row: (f"{ROOM}:{row.ref}", row.name))
"""Each circle that runs, as an audience."""


def options() -> Sequence[tuple[int | str, object]]:
    """Return the circles that rules may name. One statement."""
    return [(row.id, row.name) for row in db.session.execute(_named())]


def place_choices() -> Sequence[tuple[str, str]]:
    """Return (address, name) of every circle, for who counts what happens there. One statement."""
    return [(row.slug, row.name) for row in db.session.execute(_named())]


def threads_of(slug: str) -> sa.Select[tuple[int]]:
    """Return the SELECT of the threads that were written in a circle."""
    board = sa.select(CIRCLE.c.board_id).join(BOARD, BOARD.c.id == CIRCLE.c.board_id)
    one = board.where(BOARD.c.slug == slug).scalar_subquery()
    return sa.select(THREAD.c.id).where(THREAD.c.board_id == one)


def names(circle_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the names of circles in both languages, for notices."""
    return (
        sa.select(CIRCLE.c.id, BOARD.c.name_zh, BOARD.c.name_en)
        .join(BOARD, BOARD.c.id == CIRCLE.c.board_id)
        .where(CIRCLE.c.id.in_(circle_ids))
    )


def page_of(circle_id: int) -> str | None:
    """Return the address part of a circle by its id, or None. One statement."""
    if not is_id(circle_id):
        return None
    return db.session.scalar(
        _named().with_only_columns(BOARD.c.slug).where(CIRCLE.c.id == circle_id)
    )


def counting_asked() -> sa.Select[int]:
    """Return the SELECT of how many wait where nobody leads: the team answers them."""
    lead = CIRCLE_MEMBER.alias("lead")
    led = sa.exists().where(
        lead.c.circle_id == ROW.circle_id, lead.c.stand == Stand.IN, lead.c.is_leader
    )
    waits = sa.select(sa.func.count()).select_from(CIRCLE_MEMBER)
    return waits.where(ROW.stand == Stand.ASKED, ~led)


def drifting_members() -> Iterator[str]:
    """Yield circles whose figure of members is not what their rows say."""
    inside = (
        sa.select(sa.func.count())
        .select_from(CIRCLE_MEMBER)
        .where(ROW.circle_id == CIRCLE.c.id, ROW.stand == Stand.IN)
        .correlate(CIRCLE)
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(BOARD.c.slug, CIRCLE.c.member_count, inside.label("counted"))
        .join(BOARD, BOARD.c.id == CIRCLE.c.board_id)
        .where(CIRCLE.c.member_count != inside)
        .order_by(CIRCLE.c.id)
    )
    for row in rows:
        yield f"circle {row.slug}: {row.member_count} members stored, {row.counted} counted"
