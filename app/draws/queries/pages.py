"""Reads for pages: lists of draws, one draw, a result, the public record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.draws.queries import reading
from app.draws.queries.tables import (
    DRAW,
    DRAW_COLUMNS,
    EPOCH,
    EPOCH_COLUMNS,
    PLAY,
    PLAYER,
    PRIZE,
    WIN,
    draw_from,
    epoch_from,
    play_from,
)
from app.draws.types import (
    Card,
    DrawRow,
    Epoch,
    Line,
    Play,
    Prize,
    Shown,
    State,
)
from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page
from app.ledger import queries as ledger

PAGE = 20
WINNERS, RECORD = 6, 5
RUNNING, OVER = (State.OPEN, State.PAUSED), (State.CLOSED, State.CANCELLED)


def running() -> list[Card]:
    """Return the draws that members can see and that are not over. Two statements."""
    rows = db.session.execute(
        sa.select(*DRAW_COLUMNS)
        .where(DRAW.c.state.in_(RUNNING))
        .order_by(DRAW.c.ends_at, DRAW.c.id)
        .limit(60)
    ).all()
    return _cards(rows)


def open_count() -> int:
    """Return how many draws can be played now. One statement."""
    now = clock.now()
    is_open = sa.and_(DRAW.c.state == State.OPEN, DRAW.c.starts_at <= now, DRAW.c.ends_at > now)
    return db.session.scalar(sa.select(sa.func.count()).select_from(DRAW).where(is_open)) or 0


def ended(*, after: int | None = None) -> Page[Card]:
    """Return the archive, the newest first; nothing is ever dropped from it. Two statements."""
    statement = sa.select(*DRAW_COLUMNS).where(DRAW.c.state.in_(OVER))
    if after is not None:
        statement = statement.where(DRAW.c.id < after)
    rows = db.session.execute(statement.order_by(DRAW.c.id.desc()).limit(PAGE + 1)).all()
    cards = _cards(rows[:PAGE])
    return Page(cards, str(cards[-1].draw.id) if len(rows) > PAGE else None)


def _cards(rows: Sequence[Any]) -> list[Card]:
    draws = [draw_from(row) for row in rows]
    prizes = reading.prizes_of_all([draw.id for draw in draws])
    return [Card(draw, prizes.get(draw.id, ())) for draw in draws]


def page(slug: str, member_id: int | None) -> Shown:
    """Return what the page of a draw shows. Seven statements, four for guests.

    Raises:
        NotFoundError: there is none, or it is a draft.
    """
    draw = reading.get_public(slug)
    member = None
    if member_id is not None:
        points = ledger.balance(member_id).available
        today = clock.business_date()
        member = reading.where_he_stands(draw.id, member_id, today, points)
    return Shown(
        draw,
        reading.prizes_of(draw.id),
        reading.epochs_of(draw.id),
        member,
        winners(draw.id) if draw.is_played else (),
        record(draw.id, member_id) if member_id is not None and draw.is_played else (),
    )


def winners(draw_id: int, limit: int = WINNERS) -> tuple[Line, ...]:
    """Return the latest tries that won. One statement."""
    rows = db.session.execute(
        sa.select(
            PLAY.c.code, PLAY.c.at, PRIZE.c.code.label("prize"), *identity.person_columns(Member)
        )
        .join(PRIZE, PRIZE.c.id == PLAY.c.awarded_id)
        .join(Member, Member.id == PLAY.c.member_id)
        .where(PLAY.c.draw_id == draw_id, PLAY.c.is_win)
        .order_by(PLAY.c.id.desc())
        .limit(limit)
    )
    return tuple(
        Line(row.code, row.prize, True, identity.person_from(row), row.at)  # noqa: FBT003 - a row
        for row in rows
    )


def record(draw_id: int, member_id: int, limit: int = RECORD) -> tuple[Line, ...]:
    """Return a member's own latest tries. One statement."""
    rows = db.session.execute(
        sa.select(PLAY.c.code, PLAY.c.at, PLAY.c.is_win, PRIZE.c.code.label("prize"))
        .join(PRIZE, PRIZE.c.id == PLAY.c.awarded_id)
        .where(PLAY.c.draw_id == draw_id, PLAY.c.member_id == member_id)
        .order_by(PLAY.c.id.desc())
        .limit(limit)
    )
    return tuple(Line(row.code, row.prize, row.is_win, None, row.at) for row in rows)


@dataclass(frozen=True, slots=True)
class Result:
    """A try with all that explains it."""

    draw: DrawRow
    prizes: tuple[Prize, ...]
    play: Play
    epoch: Epoch
    player: str

    def prize(self, prize_id: int) -> Prize:
        """Return a prize of the draw by its id."""
        return next(prize for prize in self.prizes if prize.id == prize_id)


def result(slug: str, code: str, *, member_id: int | None = None) -> Result:
    """Return a try. Three statements.

    Args:
        slug: of the draw.
        code: of the try.
        member_id: only if it is his own; None: anybody's, for the public verification.

    Raises:
        NotFoundError: there is no such try, or it is another member's.
    """
    draw = reading.get_public(slug)
    statement = (
        sa.select(PLAY, PLAYER.c.code.label("player"))
        .join(PLAYER, PLAYER.c.id == PLAY.c.player_id)
        .where(PLAY.c.draw_id == draw.id, PLAY.c.code == code)
    )
    if member_id is not None:
        statement = statement.where(PLAY.c.member_id == member_id)
    row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError
    epoch = db.session.execute(sa.select(*EPOCH_COLUMNS).where(EPOCH.c.id == row.epoch_id)).one()
    return Result(draw, reading.prizes_of(draw.id), play_from(row), epoch_from(epoch), row.player)


def page_of_play(play_id: int, member_id: int) -> tuple[str, str] | None:
    """Return (slug, code) of a member's own try, or None. One statement."""
    row = db.session.execute(
        sa.select(DRAW.c.slug, PLAY.c.code)
        .join(DRAW, DRAW.c.id == PLAY.c.draw_id)
        .where(PLAY.c.id == play_id, PLAY.c.member_id == member_id)
    ).one_or_none()
    return (row.slug, row.code) if row else None


def slug_of(draw_id: int) -> str | None:
    """Return the address of a draw that was opened, or None. One statement."""
    return db.session.scalar(
        sa.select(DRAW.c.slug).where(DRAW.c.id == draw_id, DRAW.c.state != State.DRAFT)
    )


def slug_of_win(win_id: int, member_id: int) -> str | None:
    """Return the address of the draw in which a member won a place, or None. One statement."""
    return db.session.scalar(
        sa.select(DRAW.c.slug)
        .join(WIN, WIN.c.draw_id == DRAW.c.id)
        .where(WIN.c.id == win_id, WIN.c.member_id == member_id)
    )


# --- the public record ---------------------------------------------------------------------------


def epochs(draw_id: int, *, after: int | None = None) -> Page[Epoch]:
    """Return the seeds of a draw, the newest first. One statement."""
    statement = sa.select(*EPOCH_COLUMNS).where(EPOCH.c.draw_id == draw_id)
    if after is not None:
        statement = statement.where(EPOCH.c.number < after)
    rows = db.session.execute(statement.order_by(EPOCH.c.number.desc()).limit(PAGE + 1)).all()
    found = [epoch_from(row) for row in rows[:PAGE]]
    return Page(found, str(found[-1].number) if len(rows) > PAGE else None)


def plays_under(epoch_id: int) -> list[dict[str, Any]]:
    """Return every try under a seed as the public record tells it. One statement."""
    rolled, awarded = PRIZE.alias("rolled"), PRIZE.alias("awarded")
    rows = db.session.execute(
        sa.select(
            PLAY.c.nonce, PLAY.c.client_seed, PLAY.c.roll, PLAY.c.losses_before, PLAY.c.reason,
            PLAYER.c.code.label("player"), rolled.c.code.label("rolled"),
            awarded.c.code.label("awarded"),
        )
        .join(PLAYER, PLAYER.c.id == PLAY.c.player_id)
        .join(rolled, rolled.c.id == PLAY.c.rolled_id)
        .join(awarded, awarded.c.id == PLAY.c.awarded_id)
        .where(PLAY.c.epoch_id == epoch_id)
        .order_by(PLAY.c.nonce)
    )  # fmt: skip
    return [{**row._mapping, "reason": row.reason.value} for row in rows]  # noqa: SLF001 - SQLAlchemy's public name


def plays_to_check(draw_id: int, *, after: int | None = None) -> Page[tuple[str, int, int, bool]]:
    """Return (code, epoch, nonce, is revealed) of a draw's tries, the newest first."""
    statement = sa.select(PLAY.c.id, PLAY.c.code, EPOCH.c.number, PLAY.c.nonce, EPOCH.c.revealed_at)
    if after is not None:
        statement = statement.where(PLAY.c.id < after)
    rows = db.session.execute(
        statement.join(EPOCH, EPOCH.c.id == PLAY.c.epoch_id)
        .where(PLAY.c.draw_id == draw_id)
        .order_by(PLAY.c.id.desc())
        .limit(PAGE + 1)
    ).all()
    found = [(row.code, row.number, row.nonce, row.revealed_at is not None) for row in rows[:PAGE]]
    return Page(found, str(rows[PAGE - 1].id) if len(rows) > PAGE else None)
