"""Boards with their formulas, lines of what members did, roll-ups, the hall of fame, awards."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.kernel.db import BigInt, Id, Model, append_only, enum_type
from app.ranking.types import AwardState, BoardState, Period, PeriodState, Ties
from app.ranking.types.formulas import Act


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _text(length: int) -> Any:
    return mapped_column(sa.String(length), default="", server_default="")


def _count() -> Any:
    return mapped_column(sa.Integer, default=0, server_default="0")


def _flag() -> Any:
    return mapped_column(default=False, server_default=sa.false())


class RankingBoard(Model):
    """A leaderboard.

    Attributes:
        prizes: list of what ranges of ranks get, see :class:`app.ranking.types.Prize`.
        formula: the formula that staff work on; published ones stand in ``ranking_formula``.
        version: of the formula published last; 0: none.
    """

    __tablename__ = "ranking_board"

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(sa.String(40), unique=True)
    name_zh: Mapped[str] = mapped_column(sa.String(24))
    name_en: Mapped[str] = mapped_column(sa.String(40))
    period: Mapped[Period] = mapped_column(enum_type(Period))
    scope: Mapped[str] = mapped_column(sa.String(32))  # a Scope, or a kind of kernel.places
    scope_ref: Mapped[str] = _text(40)
    audience: Mapped[str] = mapped_column(sa.String(64), default="all", server_default="all")
    not_audience: Mapped[str] = _text(64)
    has_staff: Mapped[bool] = _flag()
    ties: Mapped[Ties] = mapped_column(enum_type(Ties))
    minimum: Mapped[int] = mapped_column(sa.Integer, default=1, server_default="1")
    wait_hours: Mapped[int] = mapped_column(sa.Integer, default=24, server_default="24")
    prizes: Mapped[list[Any]]
    formula: Mapped[dict[str, Any]]
    version: Mapped[int] = _count()
    state: Mapped[BoardState] = mapped_column(enum_type(BoardState))
    position: Mapped[int] = _count()
    created_by: Mapped[int | None] = _to("member.id")
    created_at: Mapped[datetime]


@append_only
class RankingFormula(Model):
    """A published version of a board's formula. Never changed.

    Attributes:
        effective_on: first day of the first period that is scored by it.
    """

    __tablename__ = "ranking_formula"

    board_id: Mapped[int] = _to("ranking_board.id", primary_key=True)
    version: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    formula: Mapped[dict[str, Any]]
    effective_on: Mapped[date]
    published_by: Mapped[int | None]
    published_at: Mapped[datetime]


class RankingActivity(Model):
    """One thing that a member did or was given. Derived from what other domains keep.

    Attributes:
        source_id: of the row that it comes from: post, reply, like, check-in, order. One line for
            an act and a source.
        counterpart_id: who else is in it, or None.
        subject_kind, subject_id: the post or reply that it is about; else its own source.
        quality: 0 to 3, of a post.
        is_flagged: its subject stands in ``ranking_flag``.
        is_void: it was taken back, or its subject is gone.
    """

    __tablename__ = "ranking_activity"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "act"),
        sa.Index("ix_ranking_activity_member", "member_id", "on_date", "id"),
        sa.Index("ix_ranking_activity_on_date", "on_date", "member_id"),
        sa.Index("ix_ranking_activity_thread_id", "thread_id"),
        sa.Index("ix_ranking_activity_subject", "subject_kind", "subject_id"),
        sa.Index("ix_ranking_activity_counterpart_id", "counterpart_id"),
    )

    id: Mapped[Id]
    act: Mapped[Act] = mapped_column(enum_type(Act))
    source_id: Mapped[int]
    member_id: Mapped[int] = _to("member.id")
    counterpart_id: Mapped[int | None] = _to("member.id")
    subject_kind: Mapped[str] = mapped_column(sa.String(16))
    subject_id: Mapped[int]
    thread_id: Mapped[int | None]
    board_id: Mapped[int | None]
    at: Mapped[datetime]
    on_date: Mapped[date]
    quality: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    is_original: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    is_buyer: Mapped[bool] = _flag()
    is_flagged: Mapped[bool] = _flag()
    is_void: Mapped[bool] = _flag()


class RankingFlag(Model):
    """A post or reply that counts nothing until somebody has looked at it."""

    __tablename__ = "ranking_flag"

    kind: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    subject_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    flagged_at: Mapped[datetime]


class RankingDirty(Model):
    """A member whose lines of these days changed: the sweep scores him anew."""

    __tablename__ = "ranking_dirty"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    first_on: Mapped[date]
    last_on: Mapped[date]


class RankingCursor(Model):
    """How far facts have been read. Its row is the lock of whoever reads or scores."""

    __tablename__ = "ranking_cursor"

    name: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    fact_id: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    top_id: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")


class RankingPeriod(Model):
    """A period of a board, and what became of it.

    Attributes:
        ends_on: the first day after it.
        version: of the formula.
        marked_on: the day of whose beginning ``rank_before`` tells.
        members: how many stand on it; set when it freezes.
        prizes: what the board promised when it froze.
    """

    __tablename__ = "ranking_period"
    __table_args__ = (
        sa.UniqueConstraint("board_id", "starts_on"),
        sa.Index("ix_ranking_period_state", "state", "ends_on"),
    )

    id: Mapped[Id]
    board_id: Mapped[int] = _to("ranking_board.id")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    version: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[PeriodState] = mapped_column(enum_type(PeriodState))
    marked_on: Mapped[date | None]
    frozen_at: Mapped[datetime | None]
    award_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    members: Mapped[int] = _count()
    prizes: Mapped[list[Any]]
    created_at: Mapped[datetime]


class RankingScore(Model):
    """A member's score in a period: the roll-up that pages read.

    Attributes:
        early_ms: the moment at which he had it, in milliseconds, negated: greater is earlier.
        is_shown: he counts: belongs to the board's audience, does not hide.
        rank_before: his rank at the beginning of today; None: he was not there.
    """

    __tablename__ = "ranking_score"
    __table_args__ = (
        sa.Index("ix_ranking_score_top", "period_id", "is_shown", "score", "early_ms", "member_id"),
    )

    period_id: Mapped[int] = _to("ranking_period.id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True, index=True)
    score: Mapped[int]
    early_ms: Mapped[int]
    is_shown: Mapped[bool]
    rank_before: Mapped[int | None] = mapped_column(sa.Integer)


class RankingBucket(Model):
    """How many members shown have a score: the histogram that tells ranks."""

    __tablename__ = "ranking_bucket"

    period_id: Mapped[int] = _to("ranking_period.id", primary_key=True)
    score: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    members: Mapped[int] = _count()


class RankingExclusion(Model):
    """A member whom staff left out of a standing before its prizes went out."""

    __tablename__ = "ranking_exclusion"

    period_id: Mapped[int] = _to("ranking_period.id", primary_key=True)
    member_id: Mapped[int] = _to("member.id", primary_key=True)
    reason: Mapped[str] = _text(200)
    excluded_by: Mapped[int | None] = _to("member.id")
    excluded_at: Mapped[datetime]


@append_only
class RankingStanding(Model):
    """A place in the hall of fame. Never changed."""

    __tablename__ = "ranking_standing"
    __table_args__ = (sa.Index("ix_ranking_standing_member_id", "member_id", "period_id"),)

    period_id: Mapped[int] = _to("ranking_period.id", primary_key=True)
    place: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    rank: Mapped[int] = mapped_column(sa.Integer)
    member_id: Mapped[int] = _to("member.id")
    score: Mapped[int]
    settled_at: Mapped[datetime]


class RankingAward(Model):
    """A prize of a member; its id is the key of the handing over."""

    __tablename__ = "ranking_award"
    __table_args__ = (
        sa.UniqueConstraint("period_id", "member_id", "prize_no"),
        sa.Index("ix_ranking_award_state", "state", "id"),
        sa.Index("ix_ranking_award_member_id", "member_id", "id"),
    )

    id: Mapped[Id]
    period_id: Mapped[int] = _to("ranking_period.id")
    member_id: Mapped[int] = _to("member.id")
    prize_no: Mapped[int] = mapped_column(sa.Integer)
    rank: Mapped[int] = mapped_column(sa.Integer)
    kind: Mapped[str] = mapped_column(sa.String(32))
    ref: Mapped[str] = mapped_column(sa.String(64))
    pieces: Mapped[int] = mapped_column(sa.Integer)
    state: Mapped[AwardState] = mapped_column(enum_type(AwardState))
    given_at: Mapped[datetime | None]


class RankingPreference(Model):
    """How a member wants to stand on leaderboards."""

    __tablename__ = "ranking_preference"

    member_id: Mapped[int] = _to("member.id", primary_key=True)
    is_hidden: Mapped[bool] = _flag()
    alias: Mapped[str] = _text(24)
    changed_at: Mapped[datetime]
