"""On the page of a circle: its leaderboards with who is in front."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa
from flask import render_template
from markupsafe import Markup

from app.community.queries.tables import BOARD
from app.kernel import i18n, places, slots
from app.kernel.db import db
from app.ranking import queries
from app.ranking.queries.places import top
from app.ranking.types.pages import BoardNow

FRONT = 3


@slots.fills("room_ranks")
def room_ranks(board_ids: Collection[int]) -> Mapping[int, Markup]:
    """Show the leaderboards that count what happens in rooms, by the ids of their boards.

    One statement; one more where some count for single places, and one for each that is shown.
    """
    kinds = {kind.key for kind in places.kinds()}
    running = [each for each in queries.boards_now() if each.board.draft.scope in kinds]
    if not running:
        return {}
    rows = db.session.execute(sa.select(BOARD.c.id, BOARD.c.slug).where(BOARD.c.id.in_(board_ids)))
    return {
        row.id: _card([each for each in running if each.board.draft.scope_ref == row.slug])
        for row in rows
    }


def _card(running: list[BoardNow]) -> Markup:
    front = [(now.board, _front(now)) for now in running]
    locale = i18n.locale_tag()
    return Markup(render_template("ranking/_room.html", front=front, locale=locale))  # noqa: S704 - a template's own output


def _front(now: BoardNow) -> list[object]:
    if now.period is None:
        return []
    return list(top(now.period.id, now.board.draft.ties, limit=FRONT).items)
