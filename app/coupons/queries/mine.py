"""A member's own coupons. Everything is fetched through him: of others' he learns nothing."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from app.coupons.queries.tables import (
    COUPON,
    GIVING,
    NEVER,
    PER_PAGE,
    POOL,
    draft_from,
    later,
    moment_key,
    older,
    pool_columns,
)
from app.coupons.types import KIND, Coupon, CouponState
from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotFoundError
from app.kernel.types import Page, Ref

UNTIL = sa.func.coalesce(COUPON.c.until_at, sa.literal(NEVER, COUPON.c.until_at.type))


def _is_live() -> sa.ColumnElement[bool]:
    return sa.and_(COUPON.c.state == CouponState.GIVEN, clock.now() < UNTIL)


def _coupons() -> sa.Select[Any]:
    return (
        sa.select(COUPON, *pool_columns(), GIVING.c.note, GIVING.c.source_kind, GIVING.c.source_id)
        .join(POOL, POOL.c.id == COUPON.c.pool_id)
        .outerjoin(GIVING, GIVING.c.id == COUPON.c.giving_id)
    )


def usable_coupons(member_id: int, after: str | None = None) -> Page[Coupon]:
    """Return what a member can use, the first to expire first. One statement."""
    rows = db.session.execute(
        _coupons()
        .where(COUPON.c.member_id == member_id, _is_live(), *later(after, UNTIL, COUPON.c.id))
        .order_by(UNTIL, COUPON.c.id)
        .limit(PER_PAGE + 1)
    ).all()
    shown = rows[:PER_PAGE]
    last = shown[-1] if len(rows) > PER_PAGE else None
    return Page(
        [_coupon(row) for row in shown],
        moment_key(last.until_at or NEVER, last.id) if last is not None else None,
    )


def past_coupons(member_id: int, after: str | None = None) -> Page[Coupon]:
    """Return what a member has used, missed or given back, the newest first. One statement."""
    rows = db.session.execute(
        _coupons()
        .where(COUPON.c.member_id == member_id, ~_is_live(), *older(after, COUPON.c.id))
        .order_by(COUPON.c.id.desc())
        .limit(PER_PAGE + 1)
    ).all()
    shown = rows[:PER_PAGE]
    return Page(
        [_coupon(row) for row in shown], str(shown[-1].id) if len(rows) > PER_PAGE else None
    )


def my_coupon(member_id: int, code: str) -> Coupon:
    """Return one of a member's coupons. One statement.

    Raises:
        NotFoundError: it is not his.
    """
    row = db.session.execute(
        _coupons().where(COUPON.c.member_id == member_id, COUPON.c.code == code)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return _coupon(row)


def code_of(coupon_id: int, member_id: int) -> str | None:
    """Return the public code of a member's coupon, or None where it is not his. One statement."""
    return db.session.scalar(
        sa.select(COUPON.c.code).where(COUPON.c.id == coupon_id, COUPON.c.member_id == member_id)
    )


def owner_of(coupon_id: int, *, unused: bool = False) -> int | None:
    """Return who has a coupon now, or None: nobody, or it is not to be used. One statement."""
    where = [COUPON.c.id == coupon_id]
    if unused:
        where.append(COUPON.c.state == CouponState.GIVEN)
    return db.session.scalar(sa.select(COUPON.c.member_id).where(*where))


def unused_among(coupon_ids: Collection[int]) -> set[int]:
    """Return which of these coupons can still be used. One statement."""
    query = sa.select(COUPON.c.id).where(COUPON.c.id.in_(sorted(set(coupon_ids))), _is_live())
    return set(db.session.scalars(query))


def usable_counts(member_ids: Collection[int]) -> dict[int, int]:
    """Return how many coupons members can use; who has none is left out. One statement."""
    rows = db.session.execute(
        sa.select(COUPON.c.member_id, sa.func.count())
        .where(COUPON.c.member_id.in_(sorted(set(member_ids))), _is_live())
        .group_by(COUPON.c.member_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def _coupon(row: Any) -> Coupon:
    return Coupon(
        row.id,
        row.code,
        draft_from(row),
        row.state,
        row.sealed_code,
        row.given_at,
        row.from_at,
        row.until_at,
        row.shown_at,
        row.used_at,
        row.used_by,
        row.note or "",
        Ref(row.source_kind, row.source_id) if row.source_kind else None,
    )


def where_given(key: str) -> Ref | None:
    """Return the first coupon of a giving, by the giving's key; None where none is. One query."""
    found = db.session.scalar(
        sa.select(COUPON.c.id)
        .join(GIVING, GIVING.c.id == COUPON.c.giving_id)
        .where(GIVING.c.key == key)
        .order_by(COUPON.c.id)
        .limit(1)
    )
    return Ref(KIND, found) if found else None
