"""Draws, prizes and seeds, every try, tickets, floors, lists of entrants and their winners."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.draws.types import (
    EntrySource,
    EpochState,
    Game,
    PaidBy,
    PauseCause,
    Reason,
    State,
    WinState,
)
from app.kernel.db import BigInt, Id, Model, append_only, enum_type

MEMBER = "member.id"
DRAW = "draw.id"
PRIZE = "draw_prize.id"


class Draw(Model):
    """One draw. From its opening on only state, counters and what the drawing finds change."""

    __tablename__ = "draw"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="period"),
        sa.CheckConstraint(
            "cost_points >= 0 AND free_per_day >= 0 AND per_day >= 0 AND per_person >= 0",
            name="limits_not_negative",
        ),
        sa.CheckConstraint(
            "budget_minor IS NULL OR spent_minor <= budget_minor", name="within_budget"
        ),
        sa.CheckConstraint(
            "budget_points IS NULL OR spent_points <= budget_points", name="within_points"
        ),
        sa.Index("ix_draw_state_ends_at", "state", "ends_at"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    game: Mapped[Game] = mapped_column(enum_type(Game))
    state: Mapped[State] = mapped_column(enum_type(State))
    paused_because: Mapped[PauseCause | None] = mapped_column(enum_type(PauseCause))
    name_zh: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    day_from: Mapped[int] = mapped_column(sa.Integer)  # minutes of the brand's day
    day_until: Mapped[int] = mapped_column(sa.Integer)
    audience: Mapped[str] = mapped_column(sa.String(80))
    cost_points: Mapped[int]
    free_per_day: Mapped[int] = mapped_column(sa.Integer)
    per_day: Mapped[int] = mapped_column(sa.Integer)
    per_person: Mapped[int] = mapped_column(sa.Integer)
    guaranteed_after: Mapped[int] = mapped_column(sa.Integer)
    guaranteed_code: Mapped[str] = mapped_column(sa.String(24))
    budget_minor: Mapped[int | None]
    budget_points: Mapped[int | None]
    organiser: Mapped[str] = mapped_column(sa.String(120))
    contact: Mapped[str] = mapped_column(sa.String(120))
    conditions_zh: Mapped[str] = mapped_column(sa.Text)
    conditions_en: Mapped[str] = mapped_column(sa.Text)
    rules_zh: Mapped[str] = mapped_column(sa.Text)
    rules_en: Mapped[str] = mapped_column(sa.Text)
    thread_id: Mapped[int | None]  # of the community, which lies beside this floor
    wins_per_person: Mapped[int] = mapped_column(sa.Integer)
    beacon: Mapped[str] = mapped_column(sa.String(200))
    beacon_value: Mapped[str] = mapped_column(sa.String(80))
    odds_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    entries_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    entry_count: Mapped[int]
    epoch_plays: Mapped[int] = mapped_column(sa.Integer)
    play_count: Mapped[int]
    spent_minor: Mapped[int]
    spent_points: Mapped[int]
    made_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    changed_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    opened_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    followed_at: Mapped[datetime | None]  # up to when replies of a floor draw have been read
    settled_at: Mapped[datetime | None]  # list drawn and handed over, or tries paid back


class DrawPrize(Model):
    """A prize of a draw. ``given`` counts tries and winners that got it."""

    __tablename__ = "draw_prize"
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "code"),
        sa.UniqueConstraint("draw_id", "place"),
        sa.CheckConstraint("odds_ppm BETWEEN 0 AND 1000000", name="odds_in_a_million"),
        sa.CheckConstraint(
            "given >= 0 AND (stock IS NULL OR given <= stock)", name="given_within_stock"
        ),
        sa.CheckConstraint("value_minor >= 0 AND thing_count > 0", name="worth_something"),
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    place: Mapped[int] = mapped_column(sa.Integer)
    code: Mapped[str] = mapped_column(sa.String(24))
    name_zh: Mapped[str] = mapped_column(sa.String(60))
    name_en: Mapped[str] = mapped_column(sa.String(60))
    thing_kind: Mapped[str] = mapped_column(sa.String(32))  # empty: a thank you
    thing_ref: Mapped[str] = mapped_column(sa.String(64))
    thing_count: Mapped[int] = mapped_column(sa.Integer)
    value_minor: Mapped[int]
    stock: Mapped[int | None]
    odds_ppm: Mapped[int] = mapped_column(sa.Integer)
    fallback: Mapped[str] = mapped_column(sa.String(24))
    is_headline: Mapped[bool]
    floors: Mapped[str] = mapped_column(sa.String(200))
    given: Mapped[int]


class DrawEpoch(Model):
    """A server seed: committed to, used for some tries, revealed. Its nonces have no gaps."""

    __tablename__ = "draw_epoch"
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "number"),
        sa.Index(
            "uq_draw_epoch_current",
            "draw_id",
            unique=True,
            sqlite_where=sa.text("state = 'current'"),
            postgresql_where=sa.text("state = 'current'"),
        ),
        sa.Index("ix_draw_epoch_state", "state", "revealed_at"),
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    number: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[EpochState] = mapped_column(enum_type(EpochState))
    commitment: Mapped[str] = mapped_column(sa.String(64))
    seed_sealed: Mapped[str] = mapped_column(sa.Text)  # empty once revealed
    seed_hex: Mapped[str | None] = mapped_column(sa.String(64))
    next_nonce: Mapped[int]
    on_date: Mapped[date | None]  # the brand's day of its tries
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]


class DrawPlayer(Model):
    """A member in a draw: his own seed, and his tries in a row without a prize."""

    __tablename__ = "draw_player"
    __table_args__ = (sa.UniqueConstraint("draw_id", "member_id"),)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    code: Mapped[str] = mapped_column(sa.String(16))  # stands for him in the public record
    client_seed: Mapped[str] = mapped_column(sa.String(64))
    losses: Mapped[int] = mapped_column(sa.Integer)


class DrawPlay(Model):
    """One try. What it was and what it brought never changes; a merge changes whose it is."""

    __tablename__ = "draw_play"
    __table_args__ = (
        sa.UniqueConstraint("epoch_id", "nonce"),
        sa.UniqueConstraint("player_id", "request_key"),
        sa.CheckConstraint("roll BETWEEN 0 AND 999999", name="roll_in_a_million"),
        sa.Index("ix_draw_play_member", "member_id", "draw_id", "on_date"),
        sa.Index("ix_draw_play_draw", "draw_id", "id"),
        sa.Index(
            "ix_draw_play_win",
            "draw_id",
            "id",
            sqlite_where=sa.text("is_win = 1"),
            postgresql_where=sa.text("is_win"),
        ),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    epoch_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("draw_epoch.id"))
    nonce: Mapped[int]
    player_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey("draw_player.id"))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    request_key: Mapped[str] = mapped_column(sa.String(64))
    client_seed: Mapped[str] = mapped_column(sa.String(64))
    paid_by: Mapped[PaidBy] = mapped_column(enum_type(PaidBy))
    points: Mapped[int]
    txn_id: Mapped[int | None]  # of the ledger
    ticket_id: Mapped[int | None] = mapped_column(
        BigInt, sa.ForeignKey("draw_ticket.id"), index=True
    )
    roll: Mapped[int] = mapped_column(sa.Integer)
    losses_before: Mapped[int] = mapped_column(sa.Integer)
    rolled_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(PRIZE))
    awarded_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(PRIZE))
    reason: Mapped[Reason] = mapped_column(enum_type(Reason))
    is_win: Mapped[bool]
    where_kind: Mapped[str | None] = mapped_column(sa.String(32))
    where_id: Mapped[int | None]
    on_date: Mapped[date]
    at: Mapped[datetime]
    refunded_at: Mapped[datetime | None]


class DrawTicket(Model):
    """Free tries that a member was given for a draw, unique by who gave them for what."""

    __tablename__ = "draw_ticket"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.CheckConstraint("used >= 0 AND used <= amount", name="used_within_amount"),
        sa.Index("ix_draw_ticket_member", "member_id", "draw_id"),
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    key: Mapped[str] = mapped_column(sa.String(96))
    amount: Mapped[int] = mapped_column(sa.Integer)
    used: Mapped[int] = mapped_column(sa.Integer)
    source_kind: Mapped[str | None] = mapped_column(sa.String(32))
    source_id: Mapped[int | None]
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class DrawPause(Model):
    """A time in which a draw stood still: replies are read later and take no floor of it."""

    __tablename__ = "draw_pause"

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW), index=True)
    paused_at: Mapped[datetime]
    resumed_at: Mapped[datetime | None]


class DrawFloor(Model):
    """A reply's floor in a floor draw. A reply that goes keeps it and wins nothing."""

    __tablename__ = "draw_floor"
    __table_args__ = (sa.UniqueConstraint("draw_id", "floor"),)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    floor: Mapped[int]
    reply_id: Mapped[int] = mapped_column(BigInt, index=True)
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    is_gone: Mapped[bool]
    at: Mapped[datetime]


class DrawEntry(Model):
    """One entrant of a frozen list, or a floor that counts. ``yid`` is as it was when frozen."""

    __tablename__ = "draw_entry"
    __table_args__ = (sa.UniqueConstraint("draw_id", "place"),)

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    place: Mapped[int]
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    yid: Mapped[str] = mapped_column(sa.String(16))
    source: Mapped[EntrySource | None] = mapped_column(enum_type(EntrySource))


class DrawWin(Model):
    """A prize that a floor or an entry won: handed over exactly once, by a sweep."""

    __tablename__ = "draw_win"
    __table_args__ = (
        sa.UniqueConstraint("draw_id", "place"),
        sa.Index("ix_draw_win_state", "state", "id"),
    )

    id: Mapped[Id]
    draw_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(DRAW))
    place: Mapped[int]  # the floor, or the entry's place
    prize_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(PRIZE))
    member_id: Mapped[int] = mapped_column(BigInt, sa.ForeignKey(MEMBER), index=True)
    state: Mapped[WinState] = mapped_column(enum_type(WinState))
    where_kind: Mapped[str | None] = mapped_column(sa.String(32))
    where_id: Mapped[int | None]
    at: Mapped[datetime]


@append_only
class DrawRules(Model):
    """One version of what the operator decided for all draws. The newest holds."""

    __tablename__ = "draw_rules"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    max_prize_minor: Mapped[int]
    epoch_plays: Mapped[int] = mapped_column(sa.Integer)
    needs_two: Mapped[bool]
    set_by: Mapped[int | None] = mapped_column(BigInt, sa.ForeignKey(MEMBER))
    set_at: Mapped[datetime]
