"""Tickets as a kind of goods: free tries that anybody may give for a draw."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.draws import service
from app.draws.queries.tables import DRAW, TICKET
from app.draws.service.tickets import GIVABLE, PLAYED
from app.draws.words import in_language
from app.kernel import goods
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref


def register() -> None:
    """Answer for tickets."""
    goods.register(
        goods.Kind(
            "ticket",
            _l("Free try in a draw"),
            choices=draws,
            give=service.give_ticket,
            take_back=service.take_ticket_back,
            find=where_given,
        )
    )


def draws() -> Sequence[tuple[str, object]]:
    """Return the draws for which tickets can be given now. One statement."""
    rows = db.session.execute(
        sa.select(DRAW.c.id, DRAW.c.name_zh, DRAW.c.name_en)
        .where(DRAW.c.state.in_(GIVABLE), DRAW.c.game.in_(PLAYED))
        .order_by(DRAW.c.id)
    )
    return [(str(row.id), in_language(row.name_zh, row.name_en)) for row in rows]


def where_given(key: str) -> Ref | None:
    """Return the draw that a giving's tries are for. One statement."""
    draw_id = db.session.scalar(sa.select(TICKET.c.draw_id).where(TICKET.c.key == key))
    return Ref("draw", draw_id) if draw_id else None
