"""Pools, codes, givings, and work on many codes at once."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.coupons.types import (
    NAME_CHARS,
    NOTE_CHARS,
    TERMS_CHARS,
    TEXT_CHARS,
    CouponState,
    JobKind,
    JobState,
    LineFault,
    PoolState,
    UsedBy,
    WorthKind,
)
from app.kernel.db import BigInt, Id, Model, enum_type


def _to(target: str, **options: Any) -> Any:
    return mapped_column(BigInt, sa.ForeignKey(target), **options)


def _text(length: int) -> Any:
    return mapped_column(sa.String(length), default="", server_default="")


def _count() -> Any:
    return mapped_column(sa.Integer, default=0, server_default="0")


class CouponPool(Model):
    """Codes that are worth the same. Its row is the mutex of all its codes.

    Attributes:
        code_count: all codes; always the sum of the four counts below, which are of its coupons.
        is_low: the team was told that few are left.
    """

    __tablename__ = "coupon_pool"
    __table_args__ = (
        sa.CheckConstraint(
            "free_count >= 0 AND given_count >= 0 AND used_count >= 0 AND void_count >= 0",
            name="counts",
        ),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    state: Mapped[PoolState] = mapped_column(enum_type(PoolState))
    name_zh: Mapped[str] = mapped_column(sa.String(NAME_CHARS))
    name_en: Mapped[str] = mapped_column(sa.String(NAME_CHARS))
    worth: Mapped[WorthKind] = mapped_column(enum_type(WorthKind))
    worth_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    currency: Mapped[str] = _text(3)
    percent: Mapped[int] = _count()
    text_zh: Mapped[str] = _text(TEXT_CHARS)
    text_en: Mapped[str] = _text(TEXT_CHARS)
    min_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    terms_zh: Mapped[str] = _text(TERMS_CHARS)
    terms_en: Mapped[str] = _text(TERMS_CHARS)
    channel: Mapped[str] = _text(32)
    place_zh: Mapped[str] = _text(NAME_CHARS)
    place_en: Mapped[str] = _text(NAME_CHARS)
    use_url: Mapped[str] = _text(500)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    days: Mapped[int | None] = mapped_column(sa.Integer)
    low_at: Mapped[int] = _count()
    is_low: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    code_count: Mapped[int] = _count()
    free_count: Mapped[int] = _count()
    given_count: Mapped[int] = _count()
    used_count: Mapped[int] = _count()
    void_count: Mapped[int] = _count()
    made_by: Mapped[int | None] = _to("member.id")
    created_at: Mapped[datetime]


class CouponGiving(Model):
    """One handing over: its key is given once, for ever.

    Attributes:
        note: why the team gave it, for the member's eyes; erasable.
        taken_back_at: when it was undone.
    """

    __tablename__ = "coupon_giving"

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(sa.String(96), unique=True)
    pool_id: Mapped[int] = _to("coupon_pool.id", index=True)
    member_id: Mapped[int] = _to("member.id", index=True)
    count: Mapped[int] = mapped_column(sa.Integer)
    source_kind: Mapped[str | None] = mapped_column(sa.String(32))
    source_id: Mapped[int | None]
    given_by: Mapped[int | None] = _to("member.id")
    note: Mapped[str] = _text(NOTE_CHARS)
    given_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class Coupon(Model):
    """One code.

    Attributes:
        code: public, for addresses.
        sealed_code: the secret one, under the house's seal.
        code_digest: keyed digest of the secret one: no code stands in two pools.
        from_at: with ``until_at`` (exclusive) settled when it is given.
        shown_at: when its owner looked at the secret for the first time.
    """

    __tablename__ = "coupon"
    __table_args__ = (
        sa.Index("ix_coupon_next", "pool_id", "state", "id"),
        sa.Index("ix_coupon_member_id", "member_id", "state", "until_at"),
        sa.Index(
            "ix_coupon_expiring",
            "until_at",
            sqlite_where=sa.text("state = 'given' AND warned_at IS NULL"),
            postgresql_where=sa.text("state = 'given' AND warned_at IS NULL"),
        ),
        sa.CheckConstraint("state <> 'given' OR member_id IS NOT NULL", name="given_to_somebody"),
        sa.CheckConstraint("state <> 'free' OR member_id IS NULL", name="free_is_nobodys"),
    )

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    pool_id: Mapped[int] = _to("coupon_pool.id")
    state: Mapped[CouponState] = mapped_column(enum_type(CouponState))
    sealed_code: Mapped[str] = mapped_column(sa.Text)
    code_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    job_id: Mapped[int | None] = _to("coupon_job.id")
    giving_id: Mapped[int | None] = _to("coupon_giving.id", index=True)
    member_id: Mapped[int | None] = _to("member.id")
    given_at: Mapped[datetime | None]
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    used_by: Mapped[UsedBy | None] = mapped_column(enum_type(UsedBy))
    void_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]


class CouponJob(Model):
    """A file of codes, codes to be made, or a channel's report of used ones.

    Attributes:
        request_key: the same file, or the same form, again leads to its first job.
        prefix: what made codes begin with.
    """

    __tablename__ = "coupon_job"
    __table_args__ = (sa.Index("ix_coupon_job_state", "state", "id"),)

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(sa.String(16), unique=True)
    pool_id: Mapped[int | None] = _to("coupon_pool.id", index=True)
    kind: Mapped[JobKind] = mapped_column(enum_type(JobKind))
    state: Mapped[JobState] = mapped_column(enum_type(JobState))
    request_key: Mapped[str] = mapped_column(sa.String(128), unique=True)
    file_name: Mapped[str] = _text(100)
    prefix: Mapped[str] = _text(12)
    line_count: Mapped[int] = _count()
    done_count: Mapped[int] = _count()
    good_count: Mapped[int] = _count()
    bad_count: Mapped[int] = _count()
    started_by: Mapped[int] = _to("member.id")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class CouponJobPart(Model):
    """Some lines of a file, sealed; deleted in the transaction that takes them in."""

    __tablename__ = "coupon_job_part"

    job_id: Mapped[int] = _to("coupon_job.id", primary_key=True)
    position: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    sealed_lines: Mapped[str] = mapped_column(sa.Text)


class CouponJobFault(Model):
    """A line that was left out, and why; the first few hundred of a file."""

    __tablename__ = "coupon_job_fault"

    job_id: Mapped[int] = _to("coupon_job.id", primary_key=True)
    line_number: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    fault: Mapped[LineFault] = mapped_column(enum_type(LineFault))
