"""Pools and their codes, as staff and givers see them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.coupons import policy
from app.coupons.queries.tables import COUPON, PER_PAGE, POOL, older, pool_from
from app.coupons.types import CodeLine, CouponState, Pool, PoolState
from app.identity import queries as identity
from app.identity.models import Member
from app.kernel import clock, ids, sealing
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page

PURPOSE = "coupon"
MAX_CHOICES = 200
MEMBER: Any = Member.__table__


def pools(after: str | None = None) -> Page[Pool]:
    """Return pools, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(POOL)
        .where(*older(after, POOL.c.id))
        .order_by(POOL.c.id.desc())
        .limit(PER_PAGE + 1)
    ).all()
    shown = rows[:PER_PAGE]
    more = str(shown[-1].id) if len(rows) > PER_PAGE else None
    return Page([pool_from(row) for row in shown], more)


def find_pool(code: str) -> Pool | None:
    """Return a pool by its public code. One statement."""
    row = db.session.execute(sa.select(POOL).where(POOL.c.code == code)).one_or_none()
    return pool_from(row) if row else None


def get_pool(code: str) -> Pool:
    """Return a pool by its public code. One statement.

    Raises:
        NotFoundError: there is none.
    """
    found = find_pool(ids.read_code(code) or "")
    if found is None:
        raise NotFoundError
    return found


def gives(now: datetime | None = None) -> list[sa.ColumnElement[bool]]:
    """Return the conditions under which a pool gives at all."""
    today = clock.business_date(now)
    return [
        POOL.c.state == PoolState.OPEN,
        sa.or_(POOL.c.ends_on.is_(None), POOL.c.ends_on >= today),
    ]


def open_pools() -> list[Pool]:
    """Return the pools that give now, empty ones too, the newest first. One statement."""
    rows = db.session.execute(
        sa.select(POOL).where(*gives()).order_by(POOL.c.id.desc()).limit(MAX_CHOICES)
    )
    return [pool_from(row) for row in rows]


def left(code: str) -> int | None:
    """Return how many codes of a pool are left to give; 0 where it gives no more. One statement."""
    free = db.session.scalar(sa.select(POOL.c.free_count).where(POOL.c.code == code, *gives()))
    return int(free or 0)


def titles(pool_ids: Collection[int]) -> sa.Select[tuple[int, str, str]]:
    """Return the SELECT of pools' names, for notices."""
    return sa.select(POOL.c.id, POOL.c.name_zh, POOL.c.name_en).where(POOL.c.id.in_(pool_ids))


def counting_low() -> sa.Select[int]:
    """Return the SELECT that counts pools that need filling up."""
    return sa.select(sa.func.count()).select_from(POOL).where(POOL.c.is_low, *gives())


def codes_of(
    pool_id: int, state: CouponState | None = None, after: str | None = None
) -> Page[CodeLine]:
    """Return the codes of a pool, masked, the newest first. One statement."""
    where = [COUPON.c.pool_id == pool_id, *older(after, COUPON.c.id)]
    if state is not None:
        where.append(COUPON.c.state == state)
    rows = db.session.execute(
        sa.select(COUPON, *identity.person_columns(MEMBER.c))
        .outerjoin(MEMBER, MEMBER.c.id == COUPON.c.member_id)
        .where(*where)
        .order_by(COUPON.c.id.desc())
        .limit(PER_PAGE + 1)
    ).all()
    shown = rows[:PER_PAGE]
    more = str(shown[-1].id) if len(rows) > PER_PAGE else None
    return Page([_line(row) for row in shown], more)


def find_line(pool_id: int, code: str) -> CodeLine:
    """Return one code of a pool, masked. One statement.

    Raises:
        NotFoundError: it is of no such pool.
    """
    row = db.session.execute(
        sa.select(COUPON, *identity.person_columns(MEMBER.c))
        .outerjoin(MEMBER, MEMBER.c.id == COUPON.c.member_id)
        .where(COUPON.c.pool_id == pool_id, COUPON.c.code == code)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return _line(row)


def _line(row: Any) -> CodeLine:
    return CodeLine(
        row.code,
        masked_of(row.sealed_code),
        row.state,
        identity.person_from(row) if row.member_id else None,
        row.given_at,
        row.until_at,
        row.shown_at is not None,
        row.used_at,
        row.used_by,
    )


def masked_of(sealed: str) -> str:
    """Return a sealed code masked; the mask alone where no known secret opens it."""
    try:
        return policy.masked(sealing.unseal(sealed, PURPOSE))
    except sealing.UnsealableError:
        return policy.MASK
