"""Pools: made, changed, stopped and opened again; the team is told when one runs low."""

import sqlalchemy as sa

from app.coupons.events import PoolRanLow
from app.coupons.queries.pools import get_pool, gives
from app.coupons.queries.tables import POOL, values_of
from app.coupons.types import (
    MAX_DAYS,
    MAX_MONEY,
    MAX_PERCENT,
    Pool,
    PoolDraft,
    PoolError,
    PoolState,
    WorthKind,
)
from app.kernel import audit, clock, facts, ids
from app.kernel.db import changed, db, use_case
from app.kernel.i18n import lazy_gettext as _l
from app.kernel.types import Ref


def check(draft: PoolDraft) -> None:
    """Refuse what makes no sense, wherever it comes from.

    Raises:
        PoolError: it names the field.
    """
    worth = draft.worth
    if worth.kind is WorthKind.MONEY and not 0 < worth.minor <= MAX_MONEY:
        raise PoolError("amount", _l("Write how much comes off."))
    if worth.kind is WorthKind.PERCENT and not 0 < worth.percent <= MAX_PERCENT:
        raise PoolError("percent", _l("Write a whole number from 1 to 100."))
    if worth.kind is WorthKind.TEXT and not (worth.text_zh and worth.text_en):
        raise PoolError("text_zh", _l("Say in both languages what it is worth."))
    if not 0 <= draft.min_minor <= MAX_MONEY:
        raise PoolError("least", _l("Write an amount from 0 up."))
    _check_time(draft)
    if draft.use_url and not draft.use_url.startswith("https://"):
        raise PoolError("use_url", _l("The address begins with https://."))


def _check_time(draft: PoolDraft) -> None:
    if draft.days is not None and not 1 <= draft.days <= MAX_DAYS:
        raise PoolError("days", _l("Write a number of days from 1 to %(most)s.", most=MAX_DAYS))
    if draft.starts_on and draft.ends_on and draft.ends_on < draft.starts_on:
        raise PoolError("ends_on", _l("The last day comes after the first."))


@use_case
def make_pool(actor_id: int, draft: PoolDraft) -> str:
    """Make an empty pool; return its public code.

    Raises:
        PoolError: what is said makes no sense.
    """
    check(draft)
    pool_id, code = ids.next_id(), ids.new_code()
    db.session.execute(
        sa.insert(POOL).values(
            id=pool_id, code=code, state=PoolState.OPEN, made_by=actor_id, created_at=clock.now(),
            **values_of(draft),
        )
    )  # fmt: skip
    audit.note(actor_id, "coupon_pool.made", Ref("coupon_pool", pool_id), worth=draft.worth.kind)
    return code


@use_case
def change_pool(actor_id: int, code: str, draft: PoolDraft) -> Pool:
    """Change a pool. Coupons given before keep the days they were given with.

    Raises:
        NotFoundError: there is none.
        PoolError: what is said makes no sense.
    """
    pool = get_pool(code)
    check(draft)
    changed(
        sa.update(POOL)
        .where(POOL.c.id == pool.id)
        .values(
            **values_of(draft), is_low=sa.and_(POOL.c.is_low, POOL.c.free_count <= draft.low_at)
        )
    )
    audit.note(actor_id, "coupon_pool.changed", Ref("coupon_pool", pool.id), worth=draft.worth.kind)
    return get_pool(code)


@use_case
def set_pool_state(actor_id: int, code: str, state: PoolState) -> bool:
    """Let a pool give no more, or again; return whether that changed anything.

    Who has a coupon of it keeps it.

    Raises:
        NotFoundError: there is none.
    """
    pool = get_pool(code)
    moved = changed(
        sa.update(POOL).where(POOL.c.id == pool.id, POOL.c.state != state).values(state=state)
    )
    if moved:
        audit.note(actor_id, f"coupon_pool.{state.value}", Ref("coupon_pool", pool.id))
    return bool(moved)


@use_case
def tell_low(limit: int = 50) -> int:
    """Tell once of each pool that has few codes left; return how many were told of."""
    rows = db.session.execute(
        sa.select(POOL.c.id, POOL.c.code)
        .where(
            *gives(),
            POOL.c.low_at > 0,
            POOL.c.is_low.is_(False),
            POOL.c.code_count > 0,
            POOL.c.free_count <= POOL.c.low_at,
        )
        .limit(limit)
    ).all()
    told = 0
    for row in rows:
        left = db.session.scalar(
            sa.update(POOL)
            .where(
                POOL.c.id == row.id, POOL.c.is_low.is_(False), POOL.c.free_count <= POOL.c.low_at
            )
            .values(is_low=True)
            .returning(POOL.c.free_count)
        )
        if left is not None:
            facts.publish(PoolRanLow(row.id, row.code, left), subject=Ref("coupon_pool", row.id))
            told += 1
    return told
