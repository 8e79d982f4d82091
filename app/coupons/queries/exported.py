"""Rows of exports: what was given and used. Codes are secrets and never leave by a file."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from app.coupons.queries.tables import COUPON, GIVING, POOL, older
from app.coupons.types import CouponState
from app.identity.models import Member
from app.kernel.db import db
from app.kernel.types import Page

Params = Mapping[str, str]
Row = tuple[Any, ...]
MEMBER: Any = Member.__table__


def _narrowed(params: Params) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = [COUPON.c.state != CouponState.FREE]
    if code := params.get("pool"):
        where.append(POOL.c.code == code)
    return where


def given_count(params: Params) -> int:
    """Return how many rows :func:`given_rows` has. One statement."""
    query = sa.select(sa.func.count()).select_from(COUPON).join(POOL, POOL.c.id == COUPON.c.pool_id)
    return int(db.session.scalar(query.where(*_narrowed(params))) or 0)


def given_rows(params: Params, after: str | None, limit: int) -> Page[Row]:
    """Return the coupons that are not free any more, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(
            COUPON.c.id, COUPON.c.code, POOL.c.code.label("pool"), POOL.c.name_zh, POOL.c.name_en,
            POOL.c.channel, COUPON.c.state, MEMBER.c.yid, GIVING.c.source_kind, COUPON.c.given_at,
            COUPON.c.shown_at, COUPON.c.until_at, COUPON.c.used_at, COUPON.c.used_by,
        )
        .join(POOL, POOL.c.id == COUPON.c.pool_id)
        .outerjoin(GIVING, GIVING.c.id == COUPON.c.giving_id)
        .outerjoin(MEMBER, MEMBER.c.id == COUPON.c.member_id)
        .where(*_narrowed(params), *older(after, COUPON.c.id))
        .order_by(COUPON.c.id.desc())
        .limit(limit + 1)
    ).all()  # fmt: skip
    shown = rows[:limit]
    return Page([_given(row) for row in shown], str(shown[-1].id) if len(rows) > limit else None)


def _given(row: Any) -> Row:
    said = row.used_by.value if row.used_by else ""
    return (
        row.code, row.pool, row.name_zh, row.name_en, row.channel, row.state.value, row.yid or "",
        row.source_kind or "", row.given_at, row.shown_at, row.until_at, row.used_at, said,
    )  # fmt: skip


def pool_rows(_params: Params, after: str | None, limit: int) -> Page[Row]:
    """Return the figures of all pools, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(POOL).where(*older(after, POOL.c.id)).order_by(POOL.c.id.desc()).limit(limit + 1)
    ).all()
    shown = rows[:limit]
    told = [
        (
            row.code, row.name_zh, row.name_en, row.channel, row.state.value, row.code_count,
            row.free_count, row.given_count, row.used_count, row.void_count, row.ends_on,
        )
        for row in shown
    ]  # fmt: skip
    return Page(told, str(shown[-1].id) if len(rows) > limit else None)
