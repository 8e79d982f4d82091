"""Pages elsewhere that posts link to."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app.community.queries.tables import CARD, LINK_USE
from app.community.types.writing import CardState
from app.kernel.db import db
from app.kernel.text import Card


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A page that nobody has looked at yet."""

    digest: str
    url: str
    attempts: int


def ready_cards(urls: Collection[str]) -> dict[str, Card]:
    """Return the cards that are known among addresses. One statement, none for no addresses."""
    if not urls:
        return {}
    rows = db.session.execute(
        sa.select(CARD.c.url, CARD.c.title, CARD.c.text, CARD.c.site).where(
            CARD.c.url.in_(list(urls)), CARD.c.state == CardState.READY
        )
    )
    return {row.url: Card(row.title, row.text, row.site) for row in rows}


def waiting_cards(limit: int) -> list[WaitingCard]:
    """Return pages to look at, the oldest first. One statement."""
    rows = db.session.execute(
        sa.select(CARD.c.digest, CARD.c.url, CARD.c.attempts)
        .where(CARD.c.state == CardState.WAITING)
        .order_by(CARD.c.created_at, CARD.c.digest)
        .limit(limit)
    )
    return [WaitingCard(*row) for row in rows]


def texts_with(digest: str, limit: int) -> list[tuple[int, int]]:
    """Return (thread, floor) of the texts that show a page. One statement."""
    rows = db.session.execute(
        sa.select(LINK_USE.c.thread_id, LINK_USE.c.floor)
        .where(LINK_USE.c.digest == digest)
        .order_by(LINK_USE.c.thread_id, LINK_USE.c.floor)
        .limit(limit)
    )
    return [(row.thread_id, row.floor) for row in rows]
