"""Reads for the team: every draw, its tries, what its prizes come to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.draws.queries.tables import (
    DRAW,
    DRAW_COLUMNS,
    EPOCH,
    PLAY,
    PLAYER,
    PRIZE,
    RULES,
    draw_from,
)
from app.draws.types import DrawRow, PaidBy, Reason
from app.identity import queries as identity
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page, Person

PAGE = 30


def draws(*, after: int | None = None) -> Page[DrawRow]:
    """Return every draw, the newest first. One statement."""
    statement = sa.select(*DRAW_COLUMNS)
    if after is not None:
        statement = statement.where(DRAW.c.id < after)
    rows = db.session.execute(statement.order_by(DRAW.c.id.desc()).limit(PAGE + 1)).all()
    found = [draw_from(row) for row in rows[:PAGE]]
    return Page(found, str(found[-1].id) if len(rows) > PAGE else None)


@dataclass(frozen=True, slots=True)
class Figures:
    """How a draw is doing.

    Attributes:
        players: different members.
        points: paid by tries.
        free: tries that cost nothing.
        wins: tries that brought more than a thank you.
        refunded: tries that were paid back.
    """

    plays: int
    players: int
    points: int
    free: int
    wins: int
    refunded: int


def figures(draw_id: int) -> Figures:
    """Return a draw's figures. One statement."""
    row = db.session.execute(
        sa.select(
            sa.func.count().label("plays"),
            sa.func.count(sa.distinct(PLAY.c.player_id)).label("players"),
            sa.func.coalesce(sa.func.sum(PLAY.c.points), 0).label("points"),
            sa.func.count(sa.case((PLAY.c.paid_by != PaidBy.POINTS, 1))).label("free"),
            sa.func.count(sa.case((PLAY.c.is_win, 1))).label("wins"),
            sa.func.count(PLAY.c.refunded_at).label("refunded"),
        ).where(PLAY.c.draw_id == draw_id)
    ).one()
    return Figures(row.plays, row.players, int(row.points), row.free, row.wins, row.refunded)


@dataclass(frozen=True, slots=True)
class PlayLine:
    """A try as the audit page shows it."""

    id: int
    code: str
    epoch: int
    nonce: int
    roll: int
    rolled: str
    awarded: str
    reason: Reason
    paid_by: PaidBy
    points: int
    person: Person
    at: datetime
    refunded_at: datetime | None


def plays(draw_id: int, *, after: int | None = None, limit: int = PAGE) -> Page[PlayLine]:
    """Return a draw's tries, the newest first. One statement."""
    statement = _plays().where(PLAY.c.draw_id == draw_id)
    if after is not None:
        statement = statement.where(PLAY.c.id < after)
    rows = db.session.execute(statement.order_by(PLAY.c.id.desc()).limit(limit + 1)).all()
    found = [_line(row) for row in rows[:limit]]
    return Page(found, str(found[-1].id) if len(rows) > limit else None)


def _plays() -> sa.Select[Any]:
    rolled, awarded = PRIZE.alias("rolled"), PRIZE.alias("awarded")
    return (
        sa.select(
            PLAY.c.id, PLAY.c.code, EPOCH.c.number, PLAY.c.nonce, PLAY.c.roll,
            rolled.c.code.label("rolled"), awarded.c.code.label("awarded"), PLAY.c.reason,
            PLAY.c.paid_by, PLAY.c.points, PLAY.c.at, PLAY.c.refunded_at,
            *identity.person_columns(Member),
        )
        .join(EPOCH, EPOCH.c.id == PLAY.c.epoch_id)
        .join(rolled, rolled.c.id == PLAY.c.rolled_id)
        .join(awarded, awarded.c.id == PLAY.c.awarded_id)
        .join(Member, Member.id == PLAY.c.member_id)
    )  # fmt: skip


def _line(row: Any) -> PlayLine:
    return PlayLine(
        row.id, row.code, row.number, row.nonce, row.roll, row.rolled, row.awarded, row.reason,
        row.paid_by, row.points, identity.person_from(row), row.at, row.refunded_at,
    )  # fmt: skip


# --- the archive ---------------------------------------------------------------------------------


def export_rows(filters: Any, after: str | None, limit: int) -> Page[Sequence[Any]]:
    """Return one page of a draw's tries for its archive, the oldest first."""
    statement = (
        _plays()
        .add_columns(
            DRAW.c.slug, EPOCH.c.commitment, EPOCH.c.seed_hex, PLAY.c.client_seed,
            PLAYER.c.code.label("player"),
        )
        .join(DRAW, DRAW.c.id == PLAY.c.draw_id)
        .join(PLAYER, PLAYER.c.id == PLAY.c.player_id)
    )  # fmt: skip
    if filters.get("draw"):
        statement = statement.where(DRAW.c.slug == filters["draw"])
    if after:
        statement = statement.where(PLAY.c.id > int(after))
    rows = db.session.execute(statement.order_by(PLAY.c.id).limit(limit + 1)).all()
    found = [
        (
            row.slug, row.code, row.number, row.nonce, row.commitment, row.seed_hex or "",
            row.client_seed, row.roll, row.rolled, row.awarded, row.reason.value,
            row.paid_by.value, row.points, row.person_yid, row.at,
        )
        for row in rows[:limit]
    ]  # fmt: skip
    return Page(found, str(rows[limit - 1].id) if len(rows) > limit else None)


def rules_versions(limit: int = 10) -> list[tuple[int, int, int, bool, datetime, Person | None]]:
    """Return the newest versions of the operator's rules. One statement."""
    rows = db.session.execute(
        sa.select(RULES, *identity.person_columns(Member))
        .outerjoin(Member, Member.id == RULES.c.set_by)
        .order_by(RULES.c.version.desc())
        .limit(limit)
    )
    return [
        (
            row.version, row.max_prize_minor, row.epoch_plays, row.needs_two, row.set_at,
            identity.person_from(row) if row.person_id else None,
        )
        for row in rows
    ]  # fmt: skip
