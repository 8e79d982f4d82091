"""Tickets as a kind of goods: free tries that anybody may give for a draw."""

from typing import Any

import sqlalchemy as sa

from app.draws import service
from app.draws.queries.tables import DRAW, TICKET
from app.draws.service.tickets import GIVABLE, PLAYED
from app.kernel import goods, listings
from app.kernel.db import db
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.i18n import locale_tag
from app.kernel.listings import Listing
from app.kernel.types import Ref


def _draws() -> sa.Select[Any]:
    name = DRAW.c.name_zh if locale_tag().startswith("zh") else DRAW.c.name_en
    return listings.rows(DRAW.c.id, name, order=[DRAW.c.id]).where(
        DRAW.c.state.in_(GIVABLE), DRAW.c.game.in_(PLAYED)
    )


LISTING = Listing(_draws)
"""The draws for which tickets can be given now."""


def register() -> None:
    """Answer for tickets."""
    goods.register(
        goods.Kind(
            "ticket",
            _l("Free try in a draw"),
            choices=listings.alone(LISTING),
            listing=LISTING,
            give=service.give_ticket,
            take_back=service.take_ticket_back,
            take_unused=service.take_unused_tickets,
            find=where_given,
        )
    )


def where_given(key: str) -> Ref | None:
    """Return the draw that a giving's tries are for. One statement."""
    draw_id = db.session.scalar(sa.select(TICKET.c.draw_id).where(TICKET.c.key == key))
    return Ref("draw", draw_id) if draw_id else None
