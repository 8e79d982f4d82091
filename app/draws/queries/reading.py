"""Reads that decide: one draw, its prizes, where a member stands in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.draws.queries.tables import (
    DRAW,
    DRAW_COLUMNS,
    EPOCH,
    EPOCH_COLUMNS,
    PLAY,
    PLAYER,
    PRIZE,
    RULES,
    TICKET,
    draw_from,
    epoch_from,
    prize_from,
)
from app.draws.types import DrawRow, Epoch, Member, PaidBy, Prize, Rules, State
from app.identity import queries as identity
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.permissions import Role

SHOWN_STATES = (State.OPEN, State.PAUSED, State.CLOSED, State.CANCELLED)
RULE_NAMES = ("max_prize_minor", "epoch_plays", "needs_two", "version")


def rules() -> Rules:
    """Return what the operator decided. One statement."""
    columns = [RULES.c[name] for name in RULE_NAMES]
    row = db.session.execute(
        sa.select(*columns).order_by(RULES.c.version.desc()).limit(1)
    ).one_or_none()
    return Rules(*row) if row else Rules()


def find(slug: str) -> DrawRow | None:
    """Return a draw in any state, or None. One statement."""
    row = db.session.execute(sa.select(*DRAW_COLUMNS).where(DRAW.c.slug == slug)).one_or_none()
    return draw_from(row) if row else None


def get(slug: str) -> DrawRow:
    """Return a draw in any state.

    Raises:
        NotFoundError: there is none.
    """
    found = find(slug)
    if found is None:
        raise NotFoundError
    return found


def get_public(slug: str) -> DrawRow:
    """Return a draw that has been opened.

    Raises:
        NotFoundError: there is none, or it is a draft.
    """
    found = find(slug)
    if found is None or found.state not in SHOWN_STATES:
        raise NotFoundError
    return found


def by_id(draw_id: int) -> DrawRow:
    """Return a draw that exists. One statement."""
    return draw_from(db.session.execute(sa.select(*DRAW_COLUMNS).where(DRAW.c.id == draw_id)).one())


def locked(slug: str) -> DrawRow:
    """Return a draw, locked until the transaction ends.

    Raises:
        NotFoundError: there is none.
    """
    row = db.session.execute(
        sa.select(*DRAW_COLUMNS).where(DRAW.c.slug == slug).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return draw_from(row)


def prizes_of(draw_id: int) -> tuple[Prize, ...]:
    """Return the prize table in its order. One statement."""
    return prizes_of_all([draw_id]).get(draw_id, ())


def prizes_of_all(draw_ids: Collection[int]) -> dict[int, tuple[Prize, ...]]:
    """Return the prize tables of draws. One statement, none for no draws."""
    if not draw_ids:
        return {}
    found: dict[int, list[Prize]] = {}
    rows = db.session.execute(
        sa.select(PRIZE)
        .where(PRIZE.c.draw_id.in_(draw_ids))
        .order_by(PRIZE.c.draw_id, PRIZE.c.place)
    )
    for row in rows:
        found.setdefault(row.draw_id, []).append(prize_from(row))
    return {draw_id: tuple(prizes) for draw_id, prizes in found.items()}


def epochs_of(draw_id: int, *, limit: int = 5) -> tuple[Epoch, ...]:
    """Return the newest seeds of a draw, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(*EPOCH_COLUMNS)
        .where(EPOCH.c.draw_id == draw_id)
        .order_by(EPOCH.c.number.desc())
        .limit(limit)
    )
    return tuple(epoch_from(row) for row in rows)


def epoch(draw_id: int, number: int) -> Epoch:
    """Return one seed of a draw.

    Raises:
        NotFoundError: there is none of this number.
    """
    row = db.session.execute(
        sa.select(*EPOCH_COLUMNS).where(EPOCH.c.draw_id == draw_id, EPOCH.c.number == number)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return epoch_from(row)


# --- where a member stands -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a try needs to know.

    Attributes:
        ticket_id: of the oldest ticket with a try left.
        earlier_id: the try that the same form has played already.
    """

    draw: DrawRow
    member: Member
    ticket_id: int | None
    earlier_id: int | None
    roles: frozenset[Role]


def _counted(member_id: int, today: date) -> Sequence[sa.ColumnElement[Any]]:
    """Return counts of a member's tries and tickets, as columns beside a draw."""
    mine = sa.and_(PLAY.c.member_id == member_id, PLAY.c.draw_id == DRAW.c.id)
    is_today = PLAY.c.on_date == today
    tries = sa.select(sa.func.count()).select_from(PLAY).where(mine)
    tickets = sa.select(sa.func.coalesce(sa.func.sum(TICKET.c.amount - TICKET.c.used), 0)).where(
        _open_tickets(member_id)
    )
    return (
        tries.where(is_today).scalar_subquery().label("today"),
        tries.scalar_subquery().label("total"),
        tries.where(is_today, PLAY.c.paid_by == PaidBy.FREE).scalar_subquery().label("free_today"),
        tickets.scalar_subquery().label("tickets"),
    )


def _open_tickets(member_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        TICKET.c.member_id == member_id,
        TICKET.c.draw_id == DRAW.c.id,
        TICKET.c.used < TICKET.c.amount,
        TICKET.c.taken_back_at.is_(None),
    )


def _own_row(member_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(PLAYER.c.draw_id == DRAW.c.id, PLAYER.c.member_id == member_id)


def standing(slug: str, member_id: int, today: date, request_key: str) -> Standing:
    """Return a draw and where a member stands in it. One statement.

    Raises:
        NotFoundError: there is no such draw that was opened.
    """
    oldest = sa.select(sa.func.min(TICKET.c.id)).where(_open_tickets(member_id))
    earlier = sa.select(sa.func.max(PLAY.c.id)).where(
        PLAY.c.member_id == member_id,
        PLAY.c.draw_id == DRAW.c.id,
        PLAY.c.request_key == request_key,
    )
    row = db.session.execute(
        sa.select(
            *DRAW_COLUMNS,
            *_counted(member_id, today),
            oldest.scalar_subquery().label("ticket_id"),
            earlier.scalar_subquery().label("earlier_id"),
            identity.roles_expression(member_id).label("roles"),
        ).where(DRAW.c.slug == slug, DRAW.c.state.in_(SHOWN_STATES))
    ).one_or_none()
    if row is None:
        raise NotFoundError
    member = Member(row.today, row.total, row.free_today, int(row.tickets))
    roles = frozenset(Role(word) for word in (row.roles or "").split(",") if word)
    return Standing(draw_from(row), member, row.ticket_id, row.earlier_id, roles)


def where_he_stands(draw_id: int, member_id: int, today: date, points: int) -> Member:
    """Return where a member stands, for a page. One statement."""
    row = db.session.execute(
        sa.select(*_counted(member_id, today), PLAYER.c.client_seed, PLAYER.c.losses)
        .select_from(DRAW.outerjoin(PLAYER, _own_row(member_id)))
        .where(DRAW.c.id == draw_id)
    ).one()
    return Member(
        row.today,
        row.total,
        row.free_today,
        int(row.tickets),
        points,
        row.client_seed or "",
        row.losses or 0,
    )
